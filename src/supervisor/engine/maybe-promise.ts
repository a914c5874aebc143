/**
 * Sequences of steps that may or may not return a promise. When no step returns one, none is made. So a restart of children that
 * start at once is complete in the turn in which the supervisor receives the exit.
 */
import type { Awaitable } from '../../genserver/index.js'
import { isThenable } from '../../kernel/index.js'

/** Calls `next` with a value: at once, or when its promise has settled. */
export function andThen<T, R>(value: Awaitable<T>, next: (value: T) => Awaitable<R>): Awaitable<R> {
  return isThenable(value) ? Promise.resolve(value).then(next) : next(value)
}

/** Calls `step` for each item in order. Stops at the first result that is not `undefined`, and returns it. */
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

/** The rest of `inTurn` after the first promise. It is a loop and not a chain, so that it holds one promise for any number of items. */
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
