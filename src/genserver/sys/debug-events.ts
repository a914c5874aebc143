/**
 * The engine's side of debugging: the events that a server reports, and the debug functions that get them. A server without
 * debug functions has no `Debugging`, and pays one comparison per message.
 */
import {
  CallRequest,
  currentKernel,
  type ExitReason,
  engineProbe,
  isAsyncFunction,
  isThenable,
  type Kernel,
  observedTerminate,
  type Pid,
  type Probe,
  printed,
  processInfo,
  reasonOf,
  runAsyncHandler,
} from '../../kernel/index.js'
import { isCast } from '../messages/server-message.js'
import type { Awaitable, From } from '../server/callbacks.js'
import { describe } from './server-report.js'

/** An event of a server for its debug functions. OTP's system events. */
export interface DebugEvent {
  /**
   * `'in'`: the server takes a message. `'out'`: it answers a call. State machines also have `'enter'`: the machine enters another
   * state, and `'postpone'`: it postpones an event.
   */
  readonly type: 'in' | 'out' | 'enter' | 'postpone'
  /** The kind of the incoming message: `'call'`, `'cast'`, `'info'`, or the type of a machine's event. */
  readonly kind?: string
  /** The incoming message, the reply or the postponed event; for `'enter'` the new state. */
  readonly message: unknown
  /** The process that called, or that is answered. */
  readonly peer?: Pid | undefined
}

/**
 * A debug function. It gets its own state, the event, and the name of the server as logs show it. It returns its next state, or
 * `'done'` to be removed. If it throws, it is removed, with a warning in the log.
 */
export type DebugFunction<State = never> = (state: State, event: DebugEvent, server: string) => unknown

/** A command on the debug functions of a server. It runs inside the server. */
export type DebugCommand = (debugging: Debugging) => unknown

interface Installed {
  readonly id: unknown
  readonly fn: (state: unknown, event: DebugEvent, server: string) => unknown
  state: unknown
}

export class Debugging {
  readonly #pid: Pid
  readonly #probe: Probe | undefined
  #installed: Installed[] = []

  constructor(pid: Pid, probe?: Probe) {
    this.#pid = pid
    this.#probe = probe
  }

  /** The `Debugging` of a new server: none, unless its kernel has a probe. */
  static of(kernel: Kernel, pid: Pid): Debugging | undefined {
    return kernel.probe === undefined ? undefined : new Debugging(pid, engineProbe())
  }

  get idle(): boolean {
    return this.#installed.length === 0 && this.#probe === undefined
  }

  /** Installs a debug function. If its id is installed already, the first function stays, with its state. */
  install(id: unknown, fn: DebugFunction, state: unknown): void {
    if (this.#installed.some((each) => each.id === id)) return
    this.#installed.push({ id, fn: fn as Installed['fn'], state })
  }

  /** Removes a debug function by its id. The id of a function that was installed without one is the function itself. */
  remove(id: unknown): void {
    this.#installed = this.#installed.filter((each) => each.id !== id)
  }

  removeAll(): void {
    this.#installed = []
  }

  stateOf(id: unknown): unknown {
    return this.#installed.find((each) => each.id === id)?.state
  }

  note(event: DebugEvent): void {
    if (this.#installed.length === 0) return
    const server = describe(this.#pid)
    for (const each of this.#installed) {
      try {
        const next = each.fn(each.state, event, server)
        if (next === 'done') this.remove(each.id)
        else each.state = next
      } catch (thrown) {
        this.remove(each.id)
        currentKernel().report({
          level: 'warn',
          kind: 'debug',
          message: `a debug function of server ${server} failed and was removed: ${printed(reasonOf(thrown))}`,
          pid: this.#pid,
          name: processInfo(this.#pid, 'registeredName'),
          reason: reasonOf(thrown),
        })
      }
    }
  }

  /** Called before a handler gets a message. An error of the probe counts as thrown by the handler. */
  handles(message: unknown): void {
    this.#probe?.handles(this.#pid, message)
  }

  /** Runs the terminate callback, if the probe allows it. */
  terminates(reason: ExitReason, terminate: () => Awaitable<void>): Awaitable<void> {
    const held = this.#probe?.terminates(this.#pid, reason)
    return isThenable(held) ? Promise.resolve(held).then(terminate) : terminate()
  }

  /** Reports an incoming message. */
  noteMessage(message: unknown): void {
    if (CallRequest.is(message)) {
      this.note({ type: 'in', kind: 'call', message: message.payload, peer: message.caller })
    } else if (isCast(message)) this.note({ type: 'in', kind: 'cast', message: message.request })
    else this.note({ type: 'in', kind: 'info', message })
    this.handles(message)
  }

  /** Reports that the engine answers a call. */
  noteReply(to: From, message: unknown): void {
    this.note({ type: 'out', message, peer: to.caller })
  }
}

/**
 * Calls the terminate callback of a server, then `end` with its exit reason: `reason`, or what the callback threw.
 *
 * @param state the arguments of the callback after the reason
 * @returns the result of `end`; a promise of it if the callback returned a promise
 */
export function terminate<State extends readonly unknown[], End>(
  debugging: Debugging | undefined,
  callbacks: { terminate?(reason: ExitReason, ...state: State): Awaitable<void> },
  reason: ExitReason,
  state: State,
  end: (reason: ExitReason) => End,
): End | PromiseLike<Awaited<End>> {
  try {
    const pending = terminated(debugging, callbacks, reason, ...state)
    if (isThenable(pending)) {
      return Promise.resolve(pending).then(
        () => end(reason),
        (thrown: unknown) => end(reasonOf(thrown)),
      ) as PromiseLike<Awaited<End>>
    }
  } catch (thrown) {
    return end(reasonOf(thrown))
  }
  return end(reason)
}

/** Runs the terminate callback, if the probe of a watched server allows it. */
function terminated<State extends readonly unknown[]>(
  debugging: Debugging | undefined,
  callbacks: { terminate?(reason: ExitReason, ...state: State): Awaitable<void> },
  reason: ExitReason,
  ...state: State
): Awaitable<void> {
  const run = () => callbacks.terminate?.(reason, ...state)
  const { terminate: by = run } = callbacks
  const terminate = isAsyncFunction(by) ? () => runAsyncHandler(by, run) : run
  const whole = () => (debugging === undefined ? terminate() : debugging.terminates(reason, terminate))
  return callbacks.terminate === undefined ? whole() : (observedTerminate(reason, whole) as Awaitable<void>)
}

/** Formats an event as a line of text. */
export function debugLine({ type, kind, message, peer }: DebugEvent, server: string): string {
  if (type === 'in')
    return `*DBG* ${server} got ${kind} ${printed(message)}${peer === undefined ? '' : ` from ${peer}`}`
  if (type === 'out')
    return `*DBG* ${server} sent ${printed(message)}${peer === undefined ? '' : ` to ${peer}`}`
  return type === 'enter'
    ? `*DBG* ${server} enters ${printed(message)}`
    : `*DBG* ${server} postpones ${printed(message)}`
}
