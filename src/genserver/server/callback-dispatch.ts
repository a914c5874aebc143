import { CallRequest, isAsyncFunction, runAsyncHandler } from '../../kernel/index.js'
import { InstanceCallbacks } from '../class-form/class-callbacks.js'
import { Continuation, isCast, MethodCast, UNHANDLED } from '../messages/server-message.js'
import type { Callbacks } from './callbacks.js'

/**
 * Calls the callback that a message is for. An async callback is run by `runAsyncHandler`, so that its code after an `await` is
 * still recognised as part of the process.
 */
export function dispatch<State, Args>(
  callbacks: Callbacks<State, Args>,
  message: unknown,
  state: State,
): unknown {
  // The most frequent kinds are tested first: for each failed `instanceof`, V8 walks all prototypes of the message.
  if (message instanceof MethodCast && callbacks instanceof InstanceCallbacks) {
    return callbacks.handleMethod(message, state as never)
  }
  if (isCast(message)) {
    if (callbacks.handleCast === undefined) return UNHANDLED
    if (!isAsyncFunction(callbacks.handleCast)) return callbacks.handleCast(message.request, state)
    return runAsyncHandler(callbacks.handleCast, () => callbacks.handleCast?.(message.request, state))
  }
  if (message instanceof CallRequest) {
    if (callbacks.handleCall === undefined) return UNHANDLED
    if (!isAsyncFunction(callbacks.handleCall)) return callbacks.handleCall(message.payload, message, state)
    return runAsyncHandler(callbacks.handleCall, () =>
      callbacks.handleCall?.(message.payload, message, state),
    )
  }
  if (message instanceof Continuation) {
    if (callbacks.handleContinue === undefined) return UNHANDLED
    if (!isAsyncFunction(callbacks.handleContinue)) return callbacks.handleContinue(message.value, state)
    return runAsyncHandler(callbacks.handleContinue, () => callbacks.handleContinue?.(message.value, state))
  }
  if (callbacks.handleInfo === undefined) return UNHANDLED
  if (!isAsyncFunction(callbacks.handleInfo)) return callbacks.handleInfo(message, state)
  return runAsyncHandler(callbacks.handleInfo, () => callbacks.handleInfo?.(message, state))
}
