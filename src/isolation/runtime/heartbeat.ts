import { type Expirable, type Kernel, machineMilliseconds, Timer } from '../../kernel/index.js'
import type { IsolationKind } from './isolate-options.js'

/** How many signs of life at least are due within the time that they may be missing. */
const SIGNS = 10

/** Milliseconds between signs at most: an end is late by up to that. Those of a program are messages, and cost more. */
const SELDOM = { thread: 5, process: 10 }

/**
 * How many looks at least must be in vain. After the whole program was stopped (SIGSTOP, a machine that slept), the last
 * sign is old on both sides: the other one gets the time to give a new one.
 */
const IN_VAIN = 5

/**
 * Looks for signs of life of a thread or program. A sign is a time: so one look is enough for as long as the next sign
 * is not overdue.
 */
export class Heartbeat implements Expirable {
  /** Milliseconds between signs. */
  readonly every: number
  /** Where a thread writes the time of its last sign. A program sends its signs. */
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

  /** A sign came. */
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

  /** Milliseconds to the next look: rarely while signs come, often before one is overdue. */
  #pause(left: number): number {
    const often = IN_VAIN * this.every
    if (left > often) return left - often
    return left > 0 ? Math.min(left, this.every) : this.every
  }
}

/** In a thread: it lives at this time. */
export function giveSign(shared: Int32Array): void {
  Atomics.store(shared, 0, machineMilliseconds())
}
