/**
 * The functional form of a server: each callback gets the state and returns the new state, and each kind of event has a callback.
 *
 * It is OTP's `gen_server` behaviour with objects where Erlang has tuples. The class form and the supervisors are built on it:
 * each start of a server passes a `Callbacks` to the engine in `server.ts`.
 */
import { type ExitReason, namesOf, type Pid } from '../../kernel/index.js'
import type { SettingsChange } from '../messages/settings-change.js'

/** A value, or a promise of it: every callback may be `async`. A synchronous one costs no promise. */
export type Awaitable<T> = T | PromiseLike<T>

/**
 * The caller of a call. Any process may answer it once with `reply(from, value)`, now or later. Opaque, like OTP's `From`.
 * A late answer and a second answer are dropped.
 */
export interface From {
  /** The calling process. */
  readonly caller: Pid | undefined
  /**
   * Fires when nobody waits for the answer any more: the caller timed out, aborted, or died. It does not fire when the call
   * is answered. The signal is made on first use. If the handler throws the signal's reason, that is not a crash.
   */
  readonly signal: AbortSignal
  /**
   * Milliseconds until the caller gives up; use it as the timeout of a query or request made for this call. Infinity if the caller
   * has no timeout, 0 if it has given up.
   */
  readonly timeLeft: number
  reply(value: unknown): void
}

/**
 * The next step of a server that keeps running after a callback.
 *
 * | key | meaning | OTP |
 * | --- | --- | --- |
 * | `continue` | `handleContinue(value)` runs before any queued message; `undefined` means none | `{continue, C}` |
 * | `timeout` | if no message arrives within this many ms, `handleInfo('timeout')`; `0` loses to a queued message; `Infinity` means none | `Timeout` |
 * | `hibernate` | nothing to do until the next message; accepted for parity, it changes nothing in Node | `hibernate` |
 *
 * `continue` excludes the other two, since the result of `handleContinue` decides the next step.
 */
export interface Next {
  readonly continue?: unknown
  readonly timeout?: number | undefined
  readonly hibernate?: true | undefined
}

/** The result to keep running with this state. */
export interface Continuing<State> extends Next {
  readonly state: State
}

/** The result to run `terminate(stop, state)` and then exit with the reason `stop`. */
export interface Stop<State> {
  readonly stop: ExitReason
  readonly state: State
}

/**
 * The results that `init` may return.
 *
 * | result | the server | the starter |
 * | --- | --- | --- |
 * | `{ state, … }` | runs | gets its pid |
 * | `'ignore'` | exits `'normal'` | gets `'ignore'` |
 * | `{ stop: reason }` | exits with `reason`, which kills a linked starter that does not trap exits | `START_FAILED` |
 * | `{ error: reason }` | exits `'normal'`, so that a linked starter lives | `START_FAILED` |
 */
export type InitResult<State> =
  | Continuing<State>
  | { readonly stop: ExitReason }
  | { readonly error: ExitReason }
  | 'ignore'

/** The results that `handleCast`, `handleInfo` and `handleContinue` may return. They have no reply. */
export type HandlerResult<State> = (Continuing<State> | Stop<State>) & {
  readonly reply?: never
  readonly concurrently?: never
}

/**
 * Answers a call with the result of `concurrently`, which runs in a process of its own while the server goes on with its messages.
 * That process is linked to the server: it ends with the server, and its crash ends the server.
 *
 * The function has no arguments and works on the variables of its closure: the state at that time. It does not see later changes
 * of the state. To change the state, it casts or calls the server as any other process does.
 */
export interface Concurrently<State> extends Continuing<State> {
  readonly concurrently: () => Awaitable<unknown>
}

/**
 * The results that `handleCall` may return. A `HandlerResult` does not answer yet (OTP's `noreply`); with `reply` the caller
 * is answered. With `stop` and `reply`, `terminate` runs first and the reply is sent after it.
 */
export type CallResult<State> =
  | HandlerResult<State>
  | (Concurrently<State> & { readonly reply?: never })
  | (Continuing<State> & { readonly reply: unknown; readonly concurrently?: never })
  | (Stop<State> & { readonly reply: unknown })

/** The argument of `formatStatus`, which returns it without secrets and with large parts shortened. */
export interface Status {
  readonly state: unknown
  /** The message being handled when the server crashed; absent for `getStatus`. */
  readonly message?: unknown
  /** The exit reason; absent for `getStatus`. */
  readonly reason?: ExitReason
}

/**
 * The callbacks of a server (OTP's `gen_server` behaviour).
 *
 * Only `init` is mandatory. A call, cast or continuation without its callback crashes the server with
 * `CALLBACK_MISSING`; a message without `handleInfo` is reported as a warning and dropped. A result that is none
 * of the documented forms, also one with an unknown key, makes the server exit with an error `BAD_RETURN_VALUE` that
 * says what is wrong, and has the result as `badReturnValue`.
 *
 * Whatever a callback throws becomes the exit reason. (OTP takes a *thrown* term for the return value; in
 * JavaScript throwing means failing, so Heartwood does not.)
 *
 * @example
 * ```ts
 * const counter: Callbacks<number, { start: number }> = {
 *   init: ({ start }) => ({ state: start }),
 *   handleCall: (by, _from, count) => ({ reply: count + Number(by), state: count + Number(by) }),
 *   handleCast: () => ({ state: 0 }),
 * }
 * ```
 */
export interface Callbacks<State, Args = unknown> {
  /** Runs first in the new process. The process that starts it waits for the result. */
  init(args: Args): Awaitable<InitResult<State>>
  /** Handles a request of `call(server, request)`. */
  handleCall?(request: unknown, from: From, state: State): Awaitable<CallResult<State>>
  /** Handles a request of `cast(server, request)`. */
  handleCast?(request: unknown, state: State): Awaitable<HandlerResult<State>>
  /** Handles all other messages: plain sends, EXIT and DOWN messages, timers, and `'timeout'` for an idle timeout. */
  handleInfo?(message: unknown, state: State): Awaitable<HandlerResult<State>>
  /** Handles the `continue` of a result. */
  handleContinue?(continuation: unknown, state: State): Awaitable<HandlerResult<State>>
  /**
   * Handles a change of the settings of the running program, in order with other messages. A server without this callback gets
   * no changes. OTP's `config_change/3`.
   */
  configChange?(change: SettingsChange, state: State): Awaitable<HandlerResult<State>>
  /**
   * Runs first in new code that replaces old code (`sys.changeCode`). It gets the state of the old code and returns the state for the
   * new code. Without it the state does not change. If it throws, the server keeps the old code. OTP's `code_change/3`.
   */
  codeChange?(state: unknown, oldVersion: unknown, extra: unknown): Awaitable<State>
  /** The version of this code. The `codeChange` of later code gets it as `oldVersion`. OTP's `-vsn`. */
  readonly version?: unknown
  /**
   * Runs last: after a `stop`, after a crash in a callback, after a bad return value, for `stop(server)`, and when the parent
   * exits if this process traps exits. It does not run when an exit signal kills a process that does not trap exits, nor when
   * `init` failed. If it throws, the error replaces the exit reason.
   */
  terminate?(reason: ExitReason, state: State): Awaitable<void>
  /** Shapes the state and messages for crash reports and `getStatus`. If it throws, the error is shown and the server goes on. */
  formatStatus?(status: Status): Status
}

/** The names of all callbacks. */
export const CALLBACKS = namesOf<Callbacks<unknown>>({
  init: true,
  handleCall: true,
  handleCast: true,
  handleInfo: true,
  handleContinue: true,
  configChange: true,
  codeChange: true,
  version: true,
  terminate: true,
  formatStatus: true,
})
