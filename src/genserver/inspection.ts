/** Looking at servers from outside without asking them: none of their code runs, and a busy one hides nothing. */
import { behaviourOf, CallRequest, inherits, type Pid } from '../kernel/index.js'
import { InstanceCallbacks } from './class-form/class-callbacks.js'
import { IdleTimeout } from './messages/idle-timeout.js'
import { askable, isCast, MethodCall, MethodCast, SystemRequest } from './messages/server-message.js'
import { Server } from './server/server.js'
import { InstanceLogic } from './state-machine/class-form/class-callbacks.js'
import { shownEvent } from './state-machine/engine/events.js'
import { MachineEngine } from './state-machine/engine/machine-engine.js'
import { messageOf } from './sys/server-report.js'

/** What can be seen of a server at any moment. */
export interface ServerSight {
  /** The class it is an instance of, where it is of the class form; else `'GenServer'` or `'StateMachine'`. */
  readonly behaviour: string
  /** What it is handling, without its envelope; undefined when it handles nothing. */
  readonly handling: unknown
  /** The callbacks of its functional form, by which a layer above knows its own servers. */
  readonly callbacks: unknown
  /** Its state, not copied; undefined before its init is done. Of a machine it is not told. */
  readonly state: unknown
  /** What it would be started from: its class, its callbacks, or its machine. */
  readonly code: unknown
}

/** A look at a server; undefined for a process that is none, or is dead. */
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

/** A message as people see it: what kind it is, what it says, and who waits for an answer. */
export interface SeenMessage {
  readonly kind: 'call' | 'cast' | 'info' | 'system'
  /** Of a method's call its name as text, without the arguments; else the message itself. */
  readonly content: unknown
  /** The method, of a call or cast of the class form. */
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

/** What sort of message one is: those of the engine and of the framework are `'system'`. */
export function kindOf(given: unknown): SeenMessage['kind'] {
  // Before the others, since it is asked of every call, and of what may throw nothing.
  if (CallRequest.is(given)) return SystemRequest.is(given.payload) ? 'system' : 'call'
  const message = askable(given)
  if (isCast(message)) return 'cast'
  return message instanceof IdleTimeout ? 'system' : 'info'
}

/** The method that a message, or what a call asks for, is meant for; undefined where it names none. */
export function methodOf(message: unknown): string | undefined {
  if (inherits(message, MethodCast.prototype)) return (message as MethodCast).method
  const request = CallRequest.is(message) ? message.payload : message
  return MethodCall.is(request) ? request.method : undefined
}

/** The class that a caller meant, where that is known though nobody was reached. */
export function meantBy(request: unknown): string | undefined {
  return MethodCall.is(request) ? request.meant : undefined
}

function contentOf(message: unknown): unknown {
  if (SystemRequest.is(message)) return message.operation
  return MethodCall.is(message) ? String(message) : message
}
