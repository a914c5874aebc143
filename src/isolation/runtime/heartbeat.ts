import { type Expirable, type Kernel, Timer } from '../../kernel/index.js'
import type { IsolationKind } from './isolate-options.js'

/** How often at least a sign of life is looked for within the time that it may be missing. */
const LOOKS = 10

/** Milliseconds between signs at most: by up to two of them an end is late. Those of a program are messages, and cost more. */
const SELDOM = { thread: 10, process: 25 }

/** How many looks at least must be in vain: where this program stood still itself, it has not looked. */
const IN_VAIN = 5

/** Looks for signs of life of a thread or program. */
export class Heartbeat implements Expirable {
  /** Milliseconds between signs, and between looks. */
  readonly every: number
  /** Where a thread gives its signs. A program sends them. */
  readonly beats: Int32Array | undefined
  readonly #timer = new Timer(this)
  #beats = 0
  #seen = -1
  #missed = 0
  /** When a sign was last new. */
  #since = 0

  constructor(
    private readonly kernel: Kernel,
    private readonly limit: number,
    isolate: IsolationKind,
    private readonly blocked: () => void,
  ) {
    this.every = Math.max(1, Math.min(SELDOM[isolate], Math.floor(limit / LOOKS)))
    if (isolate === 'thread') this.beats = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
  }

  start(): void {
    this.kernel.timers.set(this.#timer, this.every)
  }

  stop(): void {
    this.kernel.timers.cancel(this.#timer)
  }

  /** A sign came. */
  beat(): void {
    this.#beats++
  }

  expired(): void {
    const beats = this.beats === undefined ? this.#beats : Atomics.load(this.beats, 0)
    const now = this.kernel.now()
    if (beats !== this.#seen) {
      this.#seen = beats
      this.#since = now
      this.#missed = 0
    } else this.#missed++
    // The last sign may have come just before the next was due.
    if (this.#missed >= IN_VAIN && now - this.#since >= this.limit + this.every) this.blocked()
    else this.start()
  }
}
