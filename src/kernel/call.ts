import { currentProcess } from './context.js'
import type { Kernel } from './kernel.js'
import type { Pid } from './pid.js'
import type { Process } from './process.js'
import type { ExitReason } from './reason.js'
import { type CallErrorCode, CallRequest, callError } from './request.js'
import { type Expirable, Timer } from './timers.js'

/** A request that its caller waits for with a promise: request, monitor and time-out are one object, one per call. */
export class Call extends CallRequest implements Expirable {
  readonly promise: Promise<unknown>
  /** The handler's next older call, while it waits in this one: see `deadlock.ts`. */
  olderWait: Call | undefined = undefined
  #resolve!: (value: unknown) => void
  #reject!: (error: unknown) => void
  readonly #kernel: Kernel
  #timer: Timer | undefined = undefined
  #timeout = 0
  #signal: AbortSignal | undefined = undefined
  #onAbort: (() => void) | undefined = undefined

  constructor(caller: Process | undefined, target: Process, payload: unknown, server: Pid | string) {
    super(caller, target.pid, 'CALL', payload, server)
    this.#kernel = target.kernel
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
    this.attach(target)
  }

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

  dropped(): void {
    this.#fail('MAILBOX_FULL', 'overload', undefined)
  }

  /** It would wait for ever. */
  refuse(cycle: string): void {
    this.#fail('CALL_CYCLE', 'deadlock', undefined, { cycle })
  }

  override fired(reason: ExitReason): void {
    this.#release()
    this.#reject(this.#error('CALL_SERVER_EXITED', reason, reason))
  }

  override abandoned(): void {
    this.#release()
    const { owner } = this
    if (owner === undefined) return
    this.#reject(owner.fence())
    // Nobody may be left to await it, and that is no failure of anyone.
    this.promise.catch(() => {})
  }

  #fail(code: CallErrorCode, reason: ExitReason, cause: unknown, more?: object): void {
    if (!this.active) return
    this.detach()
    this.#release()
    this.#reject(this.#error(code, reason, cause, more))
  }

  #error(code: CallErrorCode, reason: ExitReason, cause: unknown, more?: object): Error {
    return callError(code, this.server, this.payload, reason, cause, { timeout: this.#timeout, ...more })
  }

  #release(): void {
    if (this.#timer !== undefined) this.#kernel.timers.cancel(this.#timer)
    this.#timer = undefined
    if (this.#onAbort !== undefined) this.#signal?.removeEventListener('abort', this.#onAbort)
    this.#onAbort = undefined
  }
}
