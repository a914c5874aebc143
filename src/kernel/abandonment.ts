import { runOutside } from './context.js'
import { read } from './show/index.js'

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

/** Fires the signal of a call, if it has one. Whoever listens is none of the code that gave up. */
export function abandon(call: object, reason: unknown): void {
  const controller = controllers.get(call)
  if (controller !== undefined) runOutside(() => controller.abort(reason))
}

/** Whether what was thrown is what the signal of a call has brought about: its reason, or an error made of it. */
export function isOfSignal(call: object | undefined, thrown: unknown): boolean {
  const signal = call && controllers.get(call)?.signal
  return signal?.aborted === true && (thrown === signal.reason || read(thrown, 'cause') === signal.reason)
}
