import { runOutside } from '../context/no-process.js'
import { isInstance, isList, isObject, read } from '../show/index.js'

/** The abort controllers of calls whose signal was asked for. The other calls have none. */
const controllers = new WeakMap<object, AbortController>()

/** Returns the signal of a call. It fires when nobody waits for the answer any more. */
export function signalOf(call: object): AbortSignal {
  let controller = controllers.get(call)
  if (controller === undefined) {
    controller = new AbortController()
    controllers.set(call, controller)
  }
  return controller.signal
}

/** A call with a limited time. */
interface LimitedCall {
  readonly timeLeft: number
}

/** The calls that are made on behalf of another call, with that call. */
const limits = new WeakMap<object, LimitedCall>()

/** Limits a call to the time of the call on whose behalf it is made. */
export function inherit(call: object, outer: LimitedCall): void {
  limits.set(call, outer)
}

/** Returns the call on whose behalf this call is made. */
export function limitOf(call: object): LimitedCall | undefined {
  return limits.get(call)
}

/** The reasons with which signals of calls have fired, as far as they are objects. */
const reasons = new WeakSet<object>()

/** Fires the signal of a call, if it has one. Its listeners do not run as the code that gave the call up. */
export function abandon(call: object, reason: unknown): void {
  const controller = controllers.get(call)
  if (controller === undefined) return
  if (isObject(reason)) reasons.add(reason)
  runOutside(() => controller.abort(reason))
}

/** Whether an error comes from the signal of any call: it is the reason of the signal, or was made from it. */
export function isAbandonment(thrown: unknown): boolean {
  return leadsTo(thrown, (each) => isObject(each) && reasons.has(each))
}

/**
 * Whether an error comes from the signal of this call: it is its reason, or was made from it, or is the error of an operation that another
 * signal aborted, since nobody waits any more.
 */
export function isOfSignal(call: object | undefined, thrown: unknown): boolean {
  const signal = call && controllers.get(call)?.signal
  if (signal?.aborted !== true) return false
  return leadsTo(thrown, (each) => each === signal.reason || read(each, 'name') === 'AbortError')
}

/** The most errors that are examined. An error made from more of them counts as a failure. */
const MOST = 100

/**
 * Whether an error satisfies `isOne` or was made from such an error: its `cause`, the `cause` of that, and so on; or an `AggregateError`
 * all of whose errors do. This is the one place that decides whether a failure only means that the caller gave up.
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
