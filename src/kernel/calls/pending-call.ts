import {
  type Abortable,
  firedOf,
  type Signals,
  stopWaiting,
  waitForAbort,
} from '../context/abort-signal-wait.js'
import { currentProcess, droppedHere, inContextOf } from '../context/current-process.js'
import { quietFence } from '../context/dead-process-error.js'
import { settle, spared, sparedForCall } from '../context/promise-owner.js'
import { isFollowed, promiseOf } from '../context/thenable.js'
import { checkPid } from '../errors/argument-checks.js'
import { kernelError } from '../errors/errors.js'
import { checkKnown, namesOf } from '../errors/known-options.js'
import { checkTimeout } from '../errors/time-checks.js'
import { copiesHint } from '../installation.js'
import type { Kernel } from '../kernel.js'
import type { HandlerRun } from '../process/handler-run.js'
import type { Process } from '../process/process.js'
import { type CallEvent, calls, observeEnd } from '../report/diagnostics-channels.js'
import { type Deferred, type Expirable, Timer } from '../schedule/timer-wheel.js'
import { printed, read } from '../show/index.js'
import { handed } from '../signals/message-border.js'
import { Monitor } from '../signals/monitor-record.js'
import { type ExitReason, formatReason } from '../terms/exit-reason.js'
import { Pid, routeOf } from '../terms/pid.js'
import { lookWhoAwaits, type Waiting } from './awaited-by.js'
import { abandon, inherit, limitOf, signalOf } from './caller-signal.js'
import type { Wait } from './wait-graph.js'

/** How long a call may take and what else may end it. */
export interface RequestOptions {
  /** Milliseconds until the call is given up, or Infinity; default 5,000. */
  readonly timeout?: number
  /** Gives the call up when it fires, or the first of several. */
  readonly signal?: Signals
  /** The call that it is made for: it is given up with that one, and has no more time. */
  readonly within?: CallRequest | undefined
  /** An order to the engine of the server, which a bounded mailbox takes however full it is; default false. */
  readonly control?: boolean
}

/** The names of `RequestOptions`, and of those of a call that begin with it. */
const REQUEST_OPTIONS = [
  ...namesOf<RequestOptions>({ timeout: true, signal: true, within: true, control: true }),
  'waitForRestart',
]

/**
 * A request on its way. One object is the message that the server gets, the `From` to reply to, and the monitor and the time-out of the
 * caller, since every call makes one. (There is no class between this one and its base: each would cost a call a few per cent.
 * `SentRequest`, which is answered by a message, overrides what differs.)
 *
 * What OTP does with an alias holds by construction: once the call is over, a late reply reaches nobody.
 */
export class CallRequest extends Monitor implements Expirable, Deferred, Abortable {
  declare owner: Process | undefined
  declare target: Process | undefined
  readonly promise: Promise<unknown>
  /** The error with which the caller gave up, if it did so before an answer. */
  abandonment: Error | undefined = undefined
  /** Whether its `From` was passed on: then any code may answer it. */
  lent = false
  /** The wait of the same handler that began before this one: see `call-cycle.ts`. */
  olderWait: Wait | undefined = undefined
  /** Its event, until it ends; set only while calls are observed. */
  declare event?: CallEvent | undefined
  /** Whether its server has postponed it and will handle it again; not set before the first time. */
  declare putBy?: boolean
  /** The run of the handler that took it; set only while handlers are observed. */
  declare run?: HandlerRun | undefined
  #resolve: (value: unknown) => void
  #reject: (error: unknown) => void
  readonly #kernel: Kernel
  #timer: Timer | undefined = undefined
  /** Milliseconds; -1 for no limit. */
  #timeout = -1
  #signal: Signals | undefined = undefined

  /** @param isHandlers whether the handler of `caller` makes the call, and so may wait for it */
  constructor(
    caller: Process | undefined,
    target: Process,
    readonly payload: unknown,
    protected readonly server: Pid | string,
    isHandlers = false,
  ) {
    super(caller, target.pid, 'CALL')
    this.#kernel = target.kernel
    this.promise = isHandlers ? sparedForCall() : spared()
    this.#resolve = settle.resolve as (value: unknown) => void
    this.#reject = settle.reject
    this.attach(target)
  }

  /** Whether a message is a call. It tests a private field and not `instanceof`: a message may be a proxy that throws. */
  static is(message: unknown): message is CallRequest {
    return typeof message === 'object' && message !== null && #kernel in message
  }

  /** The process that called; undefined for code outside any process. */
  get caller(): Pid | undefined {
    return this.owner?.pid
  }

  /** Fires when nobody waits for the answer any more: the caller gave up, or died. Made when it is asked for. */
  get signal(): AbortSignal {
    const signal = signalOf(this)
    if (this.abandonment !== undefined) abandon(this, this.abandonment)
    return signal
  }

  /** Milliseconds until its caller gives up; 0 when that has, Infinity when it waits for ever or has its answer. */
  get timeLeft(): number {
    if (!this.active) return this.abandonment === undefined ? Number.POSITIVE_INFINITY : 0
    const { timers } = this.#kernel
    const timer = this.#timer
    // A time-out that is not set yet has its whole time.
    const own = this.timeout
    return Math.min(timer === undefined ? own : timers.remaining(timer), limitOf(this)?.timeLeft ?? own)
  }

  /**
   * Answers the call; the second answer, and any after the caller gave up, is dropped. Erlang's `gen_server:reply/2`.
   * With a promise it is answered once that is fulfilled; until then its time-out, its signal and its server can end it.
   */
  reply(value: unknown): void {
    if (isFollowed(value)) {
      this.#replyLater(value)
      return
    }
    const { probe } = this.#kernel
    this.#kernel.callEnds(this)
    const { target } = this
    if (target === undefined) return
    if (probe === undefined || probe.replies(this, target.pid, value, () => this.answer(value)))
      this.answer(value)
  }

  /** Passes the answer to the caller; a probe may do this later than `reply`. */
  protected answer(value: unknown): void {
    const { target } = this
    if (target === undefined) return
    // Left-over code of a dead process reaches nobody either; a handler on the stack is not left-over code.
    if (!target.onStack && droppedHere()) return
    // This may refuse the value. That is the failure of the code that replies; the call continues and ends otherwise.
    const isolated = handed(this.#kernel, value, target, this.owner, this.payload)
    this.detach()
    this.#release()
    if (calls.hasSubscribers) observeEnd(this, undefined)
    this.#resolve(isolated)
  }

  /** Replies when a promise settles. A rejection is the failure of the process that replies, as if that process had awaited the promise. */
  #replyLater(value: unknown): void {
    const replier = currentProcess<Process>()
    promiseOf(value as PromiseLike<unknown>)
      .then((late) => this.reply(late))
      .then(undefined, (error: unknown) => {
        if (replier === undefined) throw error
        replier.fail(error)
      })
  }

  /** Sets the time-out and the signal, unless a full mailbox has failed the call already. */
  wait(timeout: number, options: RequestOptions | undefined): void {
    if (!this.active) return
    if (timeout !== Number.POSITIVE_INFINITY) {
      this.#timeout = timeout
      this.#kernel.timers.defer(this)
    }
    if (options === undefined) return
    const { signal, within } = options
    if (within !== undefined) inherit(this, within)
    if (signal === undefined) return
    this.#signal = signal
    this.#kernel.dependsOn(signal)
    waitForAbort(signal, this)
  }

  aborted(reason: unknown): void {
    this.#kernel.callEnds(this)
    this.#fail('CALL_ABORTED', undefined, reason)
  }

  arm(): void {
    if (!this.active) return
    this.#timer = new Timer(this)
    this.#kernel.timers.set(this.#timer, this.#timeout)
  }

  expired(): void {
    const cycle = this.#kernel.circleThrough(this)
    this.#fail('CALL_TIMEOUT', 'timeout', undefined, this.#whyLate(cycle))
  }

  #whyLate(cycle: ReturnType<Kernel['circleThrough']>): object {
    if (typeof cycle === 'string') return { why: inCircle(cycle), cycle }
    if (cycle !== undefined) return { why: IN_CHAIN }
    return { why: this.owner === this.target ? SELF : SLOW }
  }

  /** The time-out in milliseconds, or Infinity. */
  get timeout(): number {
    return this.#timeout < 0 ? Number.POSITIVE_INFINITY : this.#timeout
  }

  /** Whether it has no time-out of its own, and was not asked to wait without end. */
  get untimed(): boolean {
    return false
  }

  /** Whether its answer is a message: then making the call does not wait. */
  get answersByMessage(): boolean {
    return false
  }

  /** Whether a signal may end it at any moment. */
  get abortable(): boolean {
    return this.#signal !== undefined
  }

  lookWhoAwaits(handler: Waiting, found: () => void): void {
    const before = { resolve: this.#resolve, reject: this.#reject }
    inContextOf(this.owner, () => {
      const { resolve, reject } = lookWhoAwaits(this.promise, before, handler, found)
      this.#resolve = resolve
      this.#reject = reject
    })
  }

  /** Called when there is room in the mailbox for which it has waited. */
  admitted(target: Process): void {
    target.deliver(this, true)
  }

  /** Fails the call because a full mailbox dropped or refused it. */
  dropped(): void {
    this.#fail('MAILBOX_FULL', 'overload', undefined)
  }

  /** Fails the call because the process does not exist. */
  noProcess(): void {
    this.#fail('CALL_NOPROC', 'noproc', undefined)
  }

  /** Fails the call because it would wait in a circle. */
  refuse(cycle: string): void {
    this.#fail('CALL_CYCLE', 'deadlock', undefined, { cycle })
  }

  /** Fails the call because the server ended without an answer. */
  unanswered(reason: ExitReason): void {
    if (!this.active) return
    this.detach()
    this.fired(reason)
  }

  /** Fails the call because its answer cannot be sent to this kernel. */
  unsaid(error: unknown): void {
    this.unanswered(error)
  }

  override fired(reason: ExitReason): void {
    this.#release()
    this.#rejectWith(this.#error('CALL_SERVER_EXITED', reason, reason))
  }

  override abandoned(): void {
    this.#release()
    const { owner } = this
    if (owner === undefined) return
    const error = quietFence(owner)
    this.left(error)
    if (calls.hasSubscribers) observeEnd(this, error)
    this.#reject(error)
    // There may be no code left that awaits it; that is nobody's failure.
    this.promise.catch(() => {})
  }

  #fail(code: CallErrorCode, reason: ExitReason, cause: unknown, more?: object): void {
    if (!this.active) return
    this.detach()
    this.#release()
    this.#rejectWith(this.#error(code, reason, cause, more))
  }

  /**
   * Rejects the promise. If no code handles that, it is a failure of the caller, and not of the code that noticed it: see
   * `promise-owner.ts`.
   */
  #rejectWith(error: Error): void {
    this.left(error)
    if (calls.hasSubscribers) observeEnd(this, error)
    inContextOf(this.owner, () => this.#reject(error))
  }

  protected left(error: Error): void {
    this.abandonment = error
    abandon(this, error)
    const server = this.object instanceof Pid ? routeOf<Process>(this.object) : undefined
    server?.forgetCall(this)
    if (server?.bound !== undefined) server.bound.abandonments++
  }

  #error(code: CallErrorCode, reason: ExitReason, cause: unknown, more?: object): Error {
    return callError(code, this.server, this.payload, reason, cause, { timeout: this.#timeout, ...more })
  }

  #release(): void {
    if (this.#timer !== undefined) this.#kernel.timers.cancel(this.#timer)
    this.#timer = undefined
    if (this.#signal === undefined) return
    this.#kernel.dependsOn(this.#signal)
    stopWaiting(this.#signal, this)
    this.#signal = undefined
  }
}

const SELF =
  'The server has called itself, and was busy: a handler that waits for such a call can never answer it. Call the method directly, or cast.'
const SLOW = 'The server may be slow, blocked, or have dropped the request.'

const IN_CHAIN =
  'More than 1,000 handlers wait for one another, in a circle or a chain: in so many that is not looked for. Let some of them cast, or reply later.'

/** Returns the text about a circle for the error of a wait that took too long. */
export function inCircle(cycle: string): string {
  return `Handlers waited for each other, as far as can be seen (${cycle}). Let one of them cast, reply later, or make its call in a process of its own.`
}

export type CallErrorCode =
  | 'CALL_TIMEOUT'
  | 'CALL_NOPROC'
  | 'CALL_SERVER_EXITED'
  | 'CALL_SELF'
  | 'CALL_CYCLE'
  | 'CALL_ABORTED'
  | 'MAILBOX_FULL'

/** Makes the error of a failed call: with the server, the request, and OTP's exit reason as `details.reason`. */
export function callError(
  code: CallErrorCode,
  server: Pid | string,
  payload: unknown,
  reason: ExitReason,
  cause: unknown,
  more?: Record<string, unknown>,
): Error {
  const options = cause === undefined ? undefined : { cause }
  const request = requestName(payload)
  const copies = code === 'CALL_NOPROC' ? { copies: copiesHint() } : undefined
  const details = { server, request, reason, text: formatReason(reason), ...copies, ...more }
  return kernelError(code, details, options)
}

/**
 * Checks the arguments of a call.
 *
 * @returns its time-out in milliseconds
 * @throws BAD_OPTION, BAD_TIMEOUT, NOT_A_PID
 */
export function checkRequest(server: Pid | string, options: RequestOptions | undefined): number {
  if (typeof server !== 'string') checkPid(server, 'a call')
  if (options === undefined) return 5_000
  checkKnown('a call', options, REQUEST_OPTIONS)
  return checkTimeout(options.timeout ?? 5_000, 'the timeout of a call')
}

/**
 * Refuses a call whose signal has fired already.
 *
 * @throws CALL_ABORTED
 */
export function refuseFired(signal: Signals | undefined, server: Pid | string, payload: unknown): void {
  const fired = firedOf(signal)
  if (fired !== undefined) throw callError('CALL_ABORTED', server, payload, undefined, fired.reason)
}

/** The most characters of a request in the message of an error. */
const LONGEST_REQUEST = 200

/** Returns the name of a request: method calls of the class form have a name, other requests are printed. */
function requestName(payload: unknown): string {
  const method = read(payload, 'method')
  return printed(typeof method === 'string' ? method : payload, LONGEST_REQUEST)
}
