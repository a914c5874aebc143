import { currentProcess } from './context.js'
import { kernelError, printed } from './errors.js'
import type { Kernel } from './kernel.js'
import { Monitor } from './monitor.js'
import type { Pid } from './pid.js'
import type { Process } from './process.js'
import { type ExitReason, formatReason } from './reason.js'
import { type Expirable, Timer } from './timers.js'

/** How long a call may take and what else may end it. */
export interface RequestOptions {
  /** Milliseconds until the call is given up, or Infinity; default 5,000. */
  readonly timeout?: number
  /** Gives the call up when it fires. */
  readonly signal?: AbortSignal
}

/**
 * A request on its way: the message its server gets, the `From` to reply to, and the monitor and time-out that its
 * caller waits with, all in one object, since every call makes one.
 *
 * What OTP does with an alias holds by construction: once the call is over, a late reply reaches nobody.
 */
export class CallRequest extends Monitor implements Expirable {
  readonly promise: Promise<unknown>
  /** The process that called; undefined for code outside any process. */
  readonly caller: Pid | undefined
  #resolve!: (value: unknown) => void
  #reject!: (error: unknown) => void
  readonly #kernel: Kernel
  #timer: Timer | undefined = undefined
  #timeout = 0
  #signal: AbortSignal | undefined = undefined
  #onAbort: (() => void) | undefined = undefined

  constructor(
    caller: Process | undefined,
    target: Process,
    readonly payload: unknown,
    private readonly server: Pid | string,
  ) {
    super(caller, target.pid, 'CALL')
    this.#kernel = target.kernel
    this.caller = caller?.pid
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
    this.attach(target)
  }

  /** Answers the call; the second answer, and any after the caller gave up, is dropped. Erlang's `gen_server:reply/2`. */
  reply(value: unknown): void {
    // Nor does the left-over code of a dead process reach anybody.
    if (!this.active || currentProcess()?.alive === false) return
    this.detach()
    this.#release()
    this.#resolve(this.#kernel.isolate(value))
  }

  wait(timeout: number, signal: AbortSignal | undefined): void {
    if (timeout !== Number.POSITIVE_INFINITY) {
      this.#timeout = timeout
      this.#timer = new Timer(this)
      this.#kernel.timers.set(this.#timer, timeout)
    }
    if (signal === undefined) return
    this.#signal = signal
    this.#onAbort = () => this.#fail('CALL_ABORTED', undefined, signal.reason)
    if (signal.aborted) this.#onAbort()
    else signal.addEventListener('abort', this.#onAbort, { once: true })
  }

  expired(): void {
    this.#fail('CALL_TIMEOUT', 'timeout', undefined)
  }

  override fired(reason: ExitReason): void {
    this.#release()
    this.#reject(this.error('CALL_SERVER_EXITED', reason, reason))
  }

  override abandoned(): void {
    this.#release()
    const { owner } = this
    if (owner === undefined) return
    this.#reject(owner.fence())
    // Nobody may be left to await it, and that is no failure of anyone.
    this.promise.catch(() => {})
  }

  error(code: CallErrorCode, reason: ExitReason, cause: unknown): Error {
    return callError(code, this.server, this.payload, reason, cause, this.#timeout)
  }

  #fail(code: CallErrorCode, reason: ExitReason, cause: unknown): void {
    if (!this.active) return
    this.detach()
    this.#release()
    this.#reject(this.error(code, reason, cause))
  }

  #release(): void {
    if (this.#timer !== undefined) this.#kernel.timers.cancel(this.#timer)
    this.#timer = undefined
    if (this.#onAbort !== undefined) this.#signal?.removeEventListener('abort', this.#onAbort)
    this.#onAbort = undefined
  }
}

type CallErrorCode = 'CALL_TIMEOUT' | 'CALL_NOPROC' | 'CALL_SERVER_EXITED' | 'CALL_SELF' | 'CALL_ABORTED'

/** What a failed call is rejected with: the server, the request, and OTP's exit reason as `details.reason`. */
export function callError(
  code: CallErrorCode,
  server: Pid | string,
  payload: unknown,
  reason: ExitReason,
  cause: unknown,
  timeout = 0,
): Error {
  const options = cause === undefined ? undefined : { cause }
  return kernelError(
    code,
    { server, request: requestName(payload), reason, timeout, text: formatReason(reason) },
    options,
  )
}

/** Method calls of the class form carry their name; anything else is shown as it is. */
function requestName(payload: unknown): string {
  if (typeof payload === 'object' && payload !== null && 'method' in payload) return String(payload.method)
  return printed(payload)
}
