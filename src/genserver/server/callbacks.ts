/**
 * The functional form of a server: explicit state in, explicit state out, one callback per kind of event.
 *
 * It is OTP's `gen_server` behaviour with objects where Erlang has tuples. The class form is built on it, and so
 * are the supervisors; whatever starts a server hands a `Callbacks` to the engine in `server.ts`.
 */
import { type ExitReason, namesOf, type Pid } from '../../kernel/index.js'
import type { SettingsChange } from '../messages/settings-change.js'

/** A value, or a promise of it: every callback may be `async`. A synchronous one costs no promise. */
export type Awaitable<T> = T | PromiseLike<T>

/**
 * The caller of a call, to be answered once with `reply(from, value)`, by any process, now or later.
 * Opaque, like OTP's `From`. An answer that is late, or a second one, is dropped.
 */
export interface From {
  /** The calling process. */
  readonly caller: Pid | undefined
  /**
   * Fires when nobody waits for the answer any more: the caller gave up after its time-out, aborted, or died. Not when the call
   * is answered. It is made when it is asked for; what it makes the handler throw is no crash.
   */
  readonly signal: AbortSignal
  /**
   * Milliseconds until the caller gives up: what a query or a request made for it may take. Infinity when it waits for ever,
   * 0 when it has given up.
   */
  readonly timeLeft: number
  reply(value: unknown): void
}

/**
 * What happens after a callback that keeps the server running.
 *
 * | key | meaning | OTP |
 * | --- | --- | --- |
 * | `continue` | `handleContinue(value)` runs before any queued message; `undefined` means none | `{continue, C}` |
 * | `timeout` | if no message arrives within this many ms, `handleInfo('timeout')`; `0` loses to a queued message; `Infinity` means none | `Timeout` |
 * | `hibernate` | nothing to do until the next message; accepted for parity, it changes nothing in Node | `hibernate` |
 *
 * `continue` excludes the other two: what follows is up to the result of `handleContinue`.
 */
export interface Next {
  readonly continue?: unknown
  readonly timeout?: number | undefined
  readonly hibernate?: true | undefined
}

/** Keep running with this state. */
export interface Continuing<State> extends Next {
  readonly state: State
}

/** Run `terminate(stop, state)`, then exit with the reason `stop`. */
export interface Stop<State> {
  readonly stop: ExitReason
  readonly state: State
}

/**
 * What `init` may return.
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

/** What `handleCast`, `handleInfo` and `handleContinue` may return: nobody waits for a reply. */
export type HandlerResult<State> = (Continuing<State> | Stop<State>) & {
  readonly reply?: never
  readonly concurrently?: never
}

/**
 * Answers a call with what `concurrently` comes to, in a process of its own, while the server goes on with its messages.
 * That process is linked to the server: it ends with it, and its crash is the server's.
 *
 * The function gets nothing, and works on what it closed over: the state as it was. What the server does meanwhile it
 * does not see; to change the state, it casts or calls the server like anybody else.
 */
export interface Concurrently<State> extends Continuing<State> {
  readonly concurrently: () => Awaitable<unknown>
}

/**
 * What `handleCall` may return: a `HandlerResult` answers nothing now (OTP's `noreply`); with `reply` the caller
 * is answered. With `stop` and `reply`, `terminate` runs first and the reply is sent after it.
 */
export type CallResult<State> =
  | HandlerResult<State>
  | (Concurrently<State> & { readonly reply?: never })
  | (Continuing<State> & { readonly reply: unknown; readonly concurrently?: never })
  | (Stop<State> & { readonly reply: unknown })

/** What `formatStatus` gets, and returns with secrets removed and bulk cut down. */
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
  /** First thing to run in the new process; whoever started it waits for the result. */
  init(args: Args): Awaitable<InitResult<State>>
  /** A request of `call(server, request)`. */
  handleCall?(request: unknown, from: From, state: State): Awaitable<CallResult<State>>
  /** A request of `cast(server, request)`. */
  handleCast?(request: unknown, state: State): Awaitable<HandlerResult<State>>
  /** Any other message: plain sends, EXIT and DOWN messages, timers, and `'timeout'` for an idle time-out. */
  handleInfo?(message: unknown, state: State): Awaitable<HandlerResult<State>>
  /** What a result's `continue` asked for. */
  handleContinue?(continuation: unknown, state: State): Awaitable<HandlerResult<State>>
  /**
   * The settings changed while the program runs; it comes in order with messages. A server without this callback is
   * not told. OTP's `config_change/3`.
   */
  configChange?(change: SettingsChange, state: State): Awaitable<HandlerResult<State>>
  /**
   * First thing to run of new code that takes over from older (`sys.changeCode`): the state as the new code has it, made of the one that
   * the old code left. Without it the state stays as it is. If it throws, the server goes on with the old code. OTP's `code_change/3`.
   */
  codeChange?(state: unknown, oldVersion: unknown, extra: unknown): Awaitable<State>
  /** What the `codeChange` of later code gets as `oldVersion`. OTP's `-vsn`. */
  readonly version?: unknown
  /**
   * Last thing to run: after a `stop`, after a crash in a callback, after a bad return value, for `stop(server)`,
   * and when the parent exits if this process traps exits. Not when an exit signal kills a process that does not
   * trap exits, and not when `init` failed. If it throws, that replaces the exit reason.
   */
  terminate?(reason: ExitReason, state: State): Awaitable<void>
  /** Shapes what crash reports and `getStatus` show. If it throws, that is shown and the server goes on. */
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
