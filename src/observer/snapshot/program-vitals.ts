/** How the program as a whole is: counts, memory, and how late the event loop is. */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Kernel } from '../../kernel/index.js'

/** Every so many milliseconds Node itself looks whether it is late, while somebody watches. */
const RESOLUTION = 20

/** Milliseconds by which the event loop was late. */
export interface Lag {
  readonly mean: number
  readonly p99: number
  readonly max: number
}

/** Measures while somebody looks; the measuring itself is Node's and runs no JavaScript. */
export class LagMeter {
  #histogram: ReturnType<typeof monitorEventLoopDelay> | undefined
  #latest = 0

  /** Notes that something came so many milliseconds too late. Node forgets what it was measuring when it is asked. */
  late(ms: number): void {
    this.#latest = Math.max(this.#latest, ms)
  }

  /** The lag since it was last asked for; null at first. */
  read(): Lag | null {
    const histogram = this.#histogram
    if (histogram === undefined) {
      this.#histogram = monitorEventLoopDelay({ resolution: RESOLUTION })
      this.#histogram.enable()
      return null
    }
    const late = (ns: number): number =>
      Number.isFinite(ns) ? Math.max(0, Math.round((ns / 1e6 - RESOLUTION) * 100) / 100) : 0
    const { mean, max } = histogram
    const lag = {
      mean: late(mean),
      p99: late(histogram.percentile(99)),
      max: Math.max(late(max), this.#latest),
    }
    histogram.reset()
    this.#latest = 0
    return lag
  }

  stop(): void {
    this.#histogram?.disable()
    this.#histogram = undefined
  }
}

export interface Vitals {
  readonly at: number
  readonly processes: number
  /** Processes there ever were. */
  readonly spawned: number
  readonly deadLetters: number
  readonly timers: number
  readonly memory: {
    readonly rss: number
    readonly heapUsed: number
    readonly heapTotal: number
    readonly external: number
  }
  readonly lag: Lag | null
}

export function vitalsOf(kernel: Kernel, lag: Lag | null): Vitals {
  const { rss, heapUsed, heapTotal, external } = process.memoryUsage()
  return {
    at: kernel.clock.wallTime(),
    processes: kernel.processCount,
    spawned: kernel.spawned,
    deadLetters: kernel.deadLetters,
    timers: kernel.timers.size,
    memory: { rss, heapUsed, heapTotal, external },
    lag,
  }
}
