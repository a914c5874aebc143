/** How late the timers of a program were: what the machine had no time for is not what our code does too late. */
import { performance } from 'node:perf_hooks'
import { setInterval } from 'node:timers'

/** Milliseconds: the longest that a timer was late, and all of it. */
export interface Late {
  readonly worst: number
  readonly all: number
}

const EVERY = 20
/** Milliseconds by which a timer may be late on a machine that has nothing else to do. */
const USUAL = 5

export class Lateness {
  #last = performance.now()
  #worst = 0
  #all = 0

  constructor() {
    setInterval(() => this.#tick(), EVERY).unref()
  }

  /** Since this was asked last. */
  taken(): Late {
    // What has not been told yet, since this program comes here before its timer.
    this.#tick(false)
    const late = { worst: Math.round(this.#worst), all: Math.round(this.#all) }
    this.#worst = 0
    this.#all = 0
    return late
  }

  #tick(isDue = true): void {
    const now = performance.now()
    const late = now - this.#last - EVERY
    if (!isDue && late <= 0) return
    this.#last = now
    if (late <= USUAL) return
    this.#worst = Math.max(this.#worst, late)
    this.#all += late
  }
}

/** Of what several told, one after the other: the worst, and all of it. */
export function summed(list: readonly Late[]): Late {
  const worst = Math.max(0, ...list.map((late) => late.worst))
  return { worst, all: list.reduce((sum, late) => sum + late.all, 0) }
}
