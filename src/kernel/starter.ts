import { kernelError } from './errors.js'
import type { InitOutcome } from './init.js'
import { removeLink } from './links.js'
import { Monitor } from './monitor.js'
import type { Pid } from './pid.js'
import type { Process } from './process.js'
import { Exit, type ExitReason } from './reason.js'
import type { Reference } from './reference.js'
import { type Expirable, Timer } from './timers.js'

/** A process that is up: its pid, and the monitor that `monitor: true` asked for. */
export interface Started {
  readonly pid: Pid
  readonly ref?: Reference
}

/**
 * A caller waiting for a process to finish its init: OTP's `proc_lib:start`, made of a monitor so that the death of
 * either end is noticed like any other.
 */
export class Starter extends Monitor implements Expirable {
  #resolve!: (value: Started | 'ignore') => void
  #reject!: (error: unknown) => void
  #ignored = false
  #timedOut = false
  #cause: { reason: ExitReason } | undefined
  #timer: Timer | undefined
  #timeout = 0
  readonly promise: Promise<Started | 'ignore'>

  constructor(
    private readonly child: Process,
    private readonly caller: Process,
    private readonly watch: Monitor | undefined,
  ) {
    super(caller, child.pid, 'START')
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
    this.attach(child)
    child.starter = this
  }

  wait(timeout: number): void {
    this.#timeout = timeout
    this.#timer = new Timer(this)
    this.child.kernel.timers.set(this.#timer, timeout)
  }

  /** The init is done. Returns false when the process is not to live on. */
  initialised(outcome: InitOutcome): boolean {
    if (outcome === undefined || outcome === null) {
      this.#settle()
      this.detach()
      const { pid } = this.child
      this.child.kernel.names.up(this.child)
      this.#resolve(this.watch === undefined ? { pid } : { pid, ref: this.watch })
      return true
    }
    if ('ignore' in outcome) {
      this.#ignored = true
      this.#leave()
      this.child.die('normal')
    } else if ('error' in outcome) {
      // As stop, but the process ends normally: a linked caller survives (semantics G04).
      this.#cause = { reason: outcome.error }
      this.#leave()
      this.child.die('normal')
    } else {
      this.#cause = { reason: outcome.stop }
      this.child.fail(new Exit(outcome.stop))
    }
    return false
  }

  /** Since OTP 26 a trapping caller finds no EXIT message of a process that never was (semantics G03). */
  targetDies(): void {
    if (this.caller.trapping) this.#leave()
    this.watch?.detach()
  }

  expired(): void {
    this.#leave()
    this.#timedOut = true
    this.child.die('killed')
  }

  override fired(reason: ExitReason): void {
    this.#settle()
    if (this.#ignored) {
      this.#resolve('ignore')
      return
    }
    const name = this.child.label ?? this.child.pid
    if (this.#timedOut) {
      this.#reject(kernelError('START_TIMEOUT', { name, timeout: this.#timeout }))
      return
    }
    const cause = this.#cause === undefined ? reason : this.#cause.reason
    this.#reject(kernelError('START_FAILED', { name, reason: cause }, { cause }))
  }

  /** The caller died. How the init ends still decides whether the process lives. */
  override abandoned(): void {
    this.#stopTimer()
    this.#reject(this.caller.fence())
    this.promise.catch(() => {})
  }

  #leave(): void {
    removeLink(this.child, this.caller)
  }

  #settle(): void {
    this.child.starter = undefined
    this.#stopTimer()
  }

  #stopTimer(): void {
    if (this.#timer !== undefined) this.child.kernel.timers.cancel(this.#timer)
    this.#timer = undefined
  }
}
