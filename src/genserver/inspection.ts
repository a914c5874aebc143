/** Inspects servers from outside, without a message to them. None of their code runs, and it works also while they are busy. */
import { behaviourOf, CallRequest, inherits, type Pid } from '../kernel/index.js'
import { InstanceCallbacks } from './class-form/class-callbacks.js'
import { IdleTimeout } from './messages/idle-timeout.js'
import { askable, isCast, MethodCall, MethodCast, SystemRequest } from './messages/server-message.js'
import { Server } from './server/server.js'
import { InstanceLogic } from './state-machine/class-form/class-callbacks.js'
import { shownEvent } from './state-machine/engine/events.js'
import { MachineEngine } from './state-machine/engine/machine-engine.js'
import { messageOf } from './sys/server-report.js'

/** The view of a server that is available at any moment. */
export interface ServerSight {
  /** The name of the class of a server in the class form; otherwise `'GenServer'` or `'StateMachine'`. */
  readonly behaviour: string
  /** The message that is being handled, without its envelope; undefined if none is. */
  readonly handling: unknown
  /** The callbacks of the functional form. Layers above recognise their own servers by them. */
  readonly callbacks: unknown
  /** The state itself, not a copy; undefined until `init` has finished, and for state machines. */
  readonly state: unknown
  /** The code of the server, as a start takes it: its class, its callbacks, or its machine. */
  readonly code: unknown
}

/** Returns the view of a server; undefined if the process is dead or is not a server. */
export function seenServer(pid: Pid): ServerSight | undefined {
  const body = behaviourOf(pid)
  if (body instanceof Server) {
    const { callbacks, state, current } = body.seen
    const behaviour = callbacks instanceof InstanceCallbacks ? callbacks.className : 'GenServer'
    const code = callbacks instanceof InstanceCallbacks ? callbacks.Class : callbacks
    return { behaviour, handling: messageOf(current), callbacks, state, code }
  }
  if (!(body instanceof MachineEngine)) return undefined
  const { logic, current } = body.seen
  const behaviour = logic instanceof InstanceLogic ? logic.className : 'StateMachine'
  return {
    behaviour,
    handling: current && shownEvent(current),
    callbacks: logic,
    state: undefined,
    code: logic.code,
  }
}

/** A message for display: its kind, its content, and the process that waits for an answer. */
export interface SeenMessage {
  readonly kind: 'call' | 'cast' | 'info' | 'system'
  /** For the call of a method its name as text, without the arguments; otherwise the message itself. */
  readonly content: unknown
  /** The method, for a call or cast of the class form. */
  readonly method: string | undefined
  readonly from: Pid | undefined
}

/** A message without its envelope. */
export function seenMessage(given: unknown): SeenMessage {
  const message = askable(given)
  const inner = messageOf(message)
  const content = contentOf(inner)
  const method = MethodCall.is(inner) ? inner.method : undefined
  const seen = { content, method, from: undefined }
  if (message instanceof IdleTimeout) return { ...seen, kind: 'system', content: 'idle timeout' }
  if (isCast(message)) return { ...seen, kind: 'cast' }
  if (!CallRequest.is(message)) return { ...seen, kind: 'info' }
  const system = SystemRequest.is(message.payload)
  return { ...seen, kind: system ? 'system' : 'call', from: message.caller }
}

/** Returns the kind of a message. Messages of the engine and of the framework are `'system'`. */
export function kindOf(given: unknown): SeenMessage['kind'] {
  // This test is first, since every call is tested, and this test cannot throw.
  if (CallRequest.is(given)) return SystemRequest.is(given.payload) ? 'system' : 'call'
  const message = askable(given)
  if (isCast(message)) return 'cast'
  return message instanceof IdleTimeout ? 'system' : 'info'
}

/** The method that a message, or the request of a call, is for; undefined if it names no method. */
export function methodOf(message: unknown): string | undefined {
  if (inherits(message, MethodCast.prototype)) return (message as MethodCast).method
  const request = CallRequest.is(message) ? message.payload : message
  return MethodCall.is(request) ? request.method : undefined
}

/** The class that the caller's ref is for, if it is known. It is available also when no process was reached. */
export function meantBy(request: unknown): string | undefined {
  return MethodCall.is(request) ? request.meant : undefined
}

function contentOf(message: unknown): unknown {
  if (SystemRequest.is(message)) return message.operation
  return MethodCall.is(message) ? String(message) : message
}
