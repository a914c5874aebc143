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
 * A request on its way: the message its server gets, the `From` to reply to, and the monitor and time-out that its
 * caller waits with, all in one object, since every call makes one. (No class between this one and its base: each costs a
 * call a few per cent. `SentRequest`, which is answered by a message, overrides what differs.)
 *
 * What OTP does with an alias holds by construction: once the call is over, a late reply reaches nobody.
 */
export class CallRequest extends Monitor implements Expirable, Deferred, Abortable {
  readonly promise: Promise<unknown>
  /** Nobody waits for its answer, and nobody gave one. */
  abandonment: Error | undefined = undefined
  /** Its `From` was handed out: who answers it is anybody's choice. */
  lent = false
  /** What its handler waits in since before, while it waits in this one: see `call-cycle.ts`. */
  olderWait: Wait | undefined = undefined
  /** What is told of it, until it ends; not there while nobody watches. */
  declare event?: CallEvent | undefined
  /** Its server has postponed it: it comes again to that server; not there before the first time. */
  declare putBy?: boolean
  /** The run of the handler that took it; not there while nobody watches. */
  declare run?: HandlerRun | undefined
  #resolve: (value: unknown) => void
  #reject: (error: unknown) => void
  readonly #kernel: Kernel
  #timer: Timer | undefined = undefined
  /** Milliseconds; -1 for no limit. */
  #timeout = -1
  #signal: Signals | undefined = undefined

  /** @param isHandlers whether the handler of `caller` makes it, and may wait in it */
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

  /** Told by a private field, not by `instanceof`: a message may be a proxy of others that throws. */
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
    // What is not set yet has its whole time.
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

  /** What `reply` does to the caller, which may be later. */
  protected answer(value: unknown): void {
    const { target } = this
    if (target === undefined) return
    // Nor does the left-over code of a dead process reach anybody; a handler on the stack is none.
    if (!target.onStack && droppedHere()) return
    // It may refuse the value, which is the failure of whoever replies: the call goes on, and meets its end.
    const isolated = this.#kernel.isolate(value)
    this.detach()
    this.#release()
    if (calls.hasSubscribers) observeEnd(this, undefined)
    this.#resolve(isolated)
  }

  /** As if whoever replies had awaited it: a rejection is the failure of that process. */
  #replyLater(value: unknown): void {
    const replier = currentProcess()
    promiseOf(value as PromiseLike<unknown>)
      .then((late) => this.reply(late))
      .then(undefined, (error: unknown) => {
        if (replier === undefined) throw error
        replier.fail(error)
      })
  }

  /** Sets its limits, unless a full mailbox failed it already. */
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

  /** Milliseconds that it was given, or Infinity. */
  get timeout(): number {
    return this.#timeout < 0 ? Number.POSITIVE_INFINITY : this.#timeout
  }

  /** Whether it has no time of its own, and was not asked to wait for ever. */
  get untimed(): boolean {
    return false
  }

  /** Whether its answer is a message, for which nobody waits by making the call. */
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

  /** It has waited for room in the mailbox, and there is some. */
  admitted(target: Process): void {
    target.deliver(this, true)
  }

  /** A full mailbox dropped it, or did not take it. */
  dropped(): void {
    this.#fail('MAILBOX_FULL', 'overload', undefined)
  }

  /** There is no such process. */
  noProcess(): void {
    this.#fail('CALL_NOPROC', 'noproc', undefined)
  }

  /** It would wait for ever. */
  refuse(cycle: string): void {
    this.#fail('CALL_CYCLE', 'deadlock', undefined, { cycle })
  }

  /** Who was to answer it ended without, for this reason. */
  unanswered(reason: ExitReason): void {
    if (!this.active) return
    this.detach()
    this.fired(reason)
  }

  /** Its answer is not to be had: it cannot cross. */
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
    // Nobody may be left to await it, and that is no failure of anyone.
    this.promise.catch(() => {})
  }

  #fail(code: CallErrorCode, reason: ExitReason, cause: unknown, more?: object): void {
    if (!this.active) return
    this.detach()
    this.#release()
    this.#rejectWith(this.#error(code, reason, cause, more))
  }

  /** If nobody looks after the call it is the caller's failure, and not that of whoever noticed: see `promise-owner.ts`. */
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

/** What the error of a wait that took too long says of the circle that it was in. */
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

/** What a failed call is rejected with: the server, the request, and OTP's exit reason as `details.reason`. */
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

/** What a call is begun with. @returns its time @throws BAD_OPTION, BAD_TIMEOUT, NOT_A_PID */
export function checkRequest(server: Pid | string, options: RequestOptions | undefined): number {
  if (typeof server !== 'string') checkPid(server, 'a call')
  if (options === undefined) return 5_000
  checkKnown('a call', options, REQUEST_OPTIONS)
  return checkTimeout(options.timeout ?? 5_000, 'the timeout of a call')
}

/** A call whose signal has fired is not sent. @throws CALL_ABORTED */
export function refuseFired(signal: Signals | undefined, server: Pid | string, payload: unknown): void {
  const fired = firedOf(signal)
  if (fired !== undefined) throw callError('CALL_ABORTED', server, payload, undefined, fired.reason)
}

/** Characters of a request in a message. */
const LONGEST_REQUEST = 200

/** Method calls of the class form carry their name; anything else is shown as it is. */
function requestName(payload: unknown): string {
  const method = read(payload, 'method')
  return printed(typeof method === 'string' ? method : payload, LONGEST_REQUEST)
}
