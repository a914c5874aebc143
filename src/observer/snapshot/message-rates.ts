/** Messages a second, from two looks at what a process has handled: nothing is measured between them. */
import type { Kernel, Pid } from '../../kernel/index.js'

/** Looks nearer to each other say little. */
const LEAST = 500
/** After so long without a look all that was noted is of no use. */
const STALE = 30_000

interface Sample {
  handled: number
  at: number
  rate: number | null
}

export class Rates {
  #samples = new Map<Pid, Sample>()
  #lookedAt = 0

  constructor(private readonly kernel: Kernel) {}

  /** Messages a second since it was last looked at; null at the first look. */
  of(pid: Pid, handled: number): number | null {
    const now = this.kernel.now()
    if (now - this.#lookedAt > STALE) this.#samples.clear()
    this.#lookedAt = now
    const sample = this.#samples.get(pid)
    if (sample === undefined) {
      this.#samples.set(pid, { handled, at: now, rate: null })
      return null
    }
    const passed = now - sample.at
    if (passed >= LEAST) {
      // Counts wrap around at 2³².
      sample.rate = (((handled - sample.handled) >>> 0) * 1_000) / passed
      sample.handled = handled
      sample.at = now
    }
    return sample.rate
  }

  /** Forgets the dead, and everything when nobody has looked for long. */
  sweep(): void {
    if (this.kernel.now() - this.#lookedAt > STALE) this.#samples.clear()
    for (const pid of this.#samples.keys()) if (!this.kernel.isAlive(pid)) this.#samples.delete(pid)
  }
}
