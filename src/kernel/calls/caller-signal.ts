import { runOutside } from '../context/no-process.js'
import { isInstance, isList, isObject, read } from '../show/index.js'

/** The signals of calls that somebody has asked for: none is made for the others. */
const controllers = new WeakMap<object, AbortController>()

/** The signal of a call, which fires when nobody waits for its answer any more. */
export function signalOf(call: object): AbortSignal {
  let controller = controllers.get(call)
  if (controller === undefined) {
    controller = new AbortController()
    controllers.set(call, controller)
  }
  return controller.signal
}

/** A call that has only so much time. */
interface LimitedCall {
  readonly timeLeft: number
}

/** Calls that are made for others. */
const limits = new WeakMap<object, LimitedCall>()

/** A call has no more time than the one that it is made for. */
export function inherit(call: object, outer: LimitedCall): void {
  limits.set(call, outer)
}

/** The call that this one is made for. */
export function limitOf(call: object): LimitedCall | undefined {
  return limits.get(call)
}

/** What signals of calls have fired with, as far as it can be told from other values. */
const reasons = new WeakSet<object>()

/** Fires the signal of a call, if it has one. Whoever listens is none of the code that gave up. */
export function abandon(call: object, reason: unknown): void {
  const controller = controllers.get(call)
  if (controller === undefined) return
  if (isObject(reason)) reasons.add(reason)
  runOutside(() => controller.abort(reason))
}

/** Whether what was thrown is what the signal of some call has brought about: its reason, or an error made of it. */
export function isAbandonment(thrown: unknown): boolean {
  return leadsTo(thrown, (each) => isObject(each) && reasons.has(each))
}

/**
 * Whether what was thrown is what the signal of a call has brought about: its reason, an error made of it, or, since nobody
 * waits any more, what an operation rejects with that was aborted by another signal than this one.
 */
export function isOfSignal(call: object | undefined, thrown: unknown): boolean {
  const signal = call && controllers.get(call)?.signal
  if (signal?.aborted !== true) return false
  return leadsTo(thrown, (each) => each === signal.reason || read(each, 'name') === 'AbortError')
}

/** Errors that are looked at; what is made of more is taken for a failure. */
const MOST = 100

/**
 * Whether an error is such a one, or made of one: by its `cause`, the `cause` of that, and so on, as code does that adds what it knows
 * at each level; or as an `AggregateError` of which every error is. The one place that decides when a failure is only
 * that the caller gave up.
 */
function leadsTo(thrown: unknown, isOne: (error: unknown) => boolean, left = { errors: MOST }): boolean {
  for (let each = thrown; left.errors > 0; each = read(each, 'cause')) {
    left.errors--
    if (isOne(each)) return true
    if (!isObject(each)) return false
    const errors = isInstance(each, AggregateError) ? read(each, 'errors') : undefined
    if (isList(errors) && errors.length > 0 && errors.every((one) => leadsTo(one, isOne, left))) return true
  }
  return false
}
