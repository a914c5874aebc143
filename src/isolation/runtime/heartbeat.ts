import { type Expirable, type Kernel, machineMilliseconds, Timer } from '../../kernel/index.js'
import type { IsolationKind } from './isolate-options.js'

/** The least number of signs of life that are due within the time that they may be missing. */
const SIGNS = 10

/** The most milliseconds between signs: an end is late by up to that. Signs of a program are messages, and cost more. */
const SELDOM = { thread: 5, process: 10 }

/**
 * The least number of looks without a new sign. After the whole program was stopped (SIGSTOP, a machine that slept), the last sign is old
 * on both sides: the other side gets the time to send a new one.
 */
const IN_VAIN = 5

/** Watches the signs of life of a thread or program. A sign is a time, so one look is enough until the next sign is overdue. */
export class Heartbeat implements Expirable {
  /** The milliseconds between signs. */
  readonly every: number
  /** The memory where a thread writes the time of its last sign. A program sends its signs. */
  readonly shared: Int32Array | undefined
  readonly #timer = new Timer(this)
  #last = 0
  #seen = 0
  #missed = 0

  constructor(
    private readonly kernel: Kernel,
    private readonly limit: number,
    isolate: IsolationKind,
    private readonly blocked: () => void,
  ) {
    this.every = Math.max(1, Math.min(SELDOM[isolate], Math.floor(limit / SIGNS)))
    if (isolate === 'thread')
      this.shared = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
  }

  start(): void {
    this.beat()
    this.expired()
  }

  stop(): void {
    this.kernel.timers.cancel(this.#timer)
  }

  /** Called when a sign came. */
  beat(): void {
    if (this.shared === undefined) this.#last = machineMilliseconds()
    else giveSign(this.shared)
  }

  expired(): void {
    const last = this.shared === undefined ? this.#last : Atomics.load(this.shared, 0)
    if (last === this.#seen) this.#missed++
    else {
      this.#seen = last
      this.#missed = 0
    }
    // The difference of two times is right also where one of them has begun anew at 0. The last sign may have come just
    // before the next was due.
    const left = this.limit + this.every - ((machineMilliseconds() - last) | 0)
    if (left <= 0 && this.#missed >= IN_VAIN) this.blocked()
    else this.kernel.timers.set(this.#timer, this.#pause(left))
  }

  /** Returns the milliseconds to the next look: long while signs come, short before one is overdue. */
  #pause(left: number): number {
    const often = IN_VAIN * this.every
    if (left > often) return left - often
    return left > 0 ? Math.min(left, this.every) : this.every
  }
}

/** Writes a sign of life, in a thread. */
export function giveSign(shared: Int32Array): void {
  Atomics.store(shared, 0, machineMilliseconds())
}
