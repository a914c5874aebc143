import { runOutside } from '../context/current-process.js'
import { isObject, read } from '../show/index.js'
import type { CallRequest } from './pending-call.js'

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

/** Calls that are made for others. */
const limits = new WeakMap<object, CallRequest>()

/** A call has no more time than the one that it is made for. */
export function inherit(call: object, outer: CallRequest): void {
  limits.set(call, outer)
}

/** The call that this one is made for. */
export function limitOf(call: object): CallRequest | undefined {
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

/** Errors of one `AggregateError` that are looked at; what has more is taken for a failure. */
const MOST = 100

/** Whether an error, its cause, or every one of the errors that it is made of is such a one. */
function leadsTo(thrown: unknown, isOne: (error: unknown) => boolean): boolean {
  const is = (each: unknown): boolean => isOne(each) || isOne(read(each, 'cause'))
  if (is(thrown)) return true
  if (!(thrown instanceof AggregateError)) return false
  const errors = read(thrown, 'errors')
  return Array.isArray(errors) && errors.length > 0 && errors.length <= MOST && errors.every(is)
}
