import { type Expirable, type Kernel, Timer } from '../kernel/index.js'

/** How often a sign of life is looked for within the time that it may be missing. */
const LOOKS = 4

/**
 * Looks for signs of life of a thread or program. It counts looks and not time: where this program stands still itself, it has not
 * looked.
 */
export class Heartbeat implements Expirable {
  /** Milliseconds between signs, and between looks. */
  readonly every: number
  /** Where a thread gives its signs. A program sends them. */
  readonly beats: Int32Array | undefined
  readonly #timer = new Timer(this)
  #beats = 0
  #seen = -1
  #missed = 0

  constructor(
    private readonly kernel: Kernel,
    limit: number,
    isThread: boolean,
    private readonly blocked: () => void,
  ) {
    this.every = Math.max(1, Math.floor(limit / LOOKS))
    if (isThread) this.beats = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
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
    const now = this.beats === undefined ? this.#beats : Atomics.load(this.beats, 0)
    this.#missed = now === this.#seen ? this.#missed + 1 : 0
    this.#seen = now
    if (this.#missed >= LOOKS) this.blocked()
    else this.start()
  }
}
