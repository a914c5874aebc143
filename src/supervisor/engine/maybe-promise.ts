/**
 * One thing after the other, without a promise where none of them makes one: a restart of children that start at once is
 * over in the turn in which the supervisor hears of the crash.
 */
import type { Awaitable } from '../../genserver/index.js'
import { isThenable } from '../../kernel/index.js'

/** What `next` makes of a value, when it is there. */
export function andThen<T, R>(value: Awaitable<T>, next: (value: T) => Awaitable<R>): Awaitable<R> {
  return isThenable(value) ? Promise.resolve(value).then(next) : next(value)
}

/** Does `step` for each, in order, up to the first that gives something, which it returns. */
export function inTurn<T, R>(
  items: readonly T[],
  step: (item: T) => Awaitable<R | undefined>,
): Awaitable<R | undefined> {
  for (let at = 0; at < items.length; at++) {
    const result = step(items[at] as T)
    if (isThenable<R | undefined>(result)) return inTurnAfter(result, items, at + 1, step)
    if (result !== undefined) return result
  }
  return undefined
}

/** A loop and not a chain, so that however many there are keep one promise. */
async function inTurnAfter<T, R>(
  first: PromiseLike<R | undefined>,
  items: readonly T[],
  from: number,
  step: (item: T) => Awaitable<R | undefined>,
): Promise<R | undefined> {
  let result: R | undefined = await first
  for (let at = from; result === undefined && at < items.length; at++) {
    const next = step(items[at] as T)
    result = isThenable<R | undefined>(next) ? await next : next
  }
  return result
}
