import type { CheckResult } from './check.js'

/** One target's recent past in numbers. Times in ms, over the checks that succeeded; `undefined` while there is none. */
export interface MetricSummary {
  readonly count: number
  /** Share of checks that succeeded, 0 to 1. */
  readonly availability: number | undefined
  readonly mean: number | undefined
  readonly p50: number | undefined
  readonly p95: number | undefined
  readonly p99: number | undefined
}

/**
 * The nearest-rank percentile: the smallest value that at least `p` percent of all values do not exceed.
 *
 * @param sorted values in ascending order
 * @param p from 0 to 100
 */
export function percentile(sorted: readonly number[], p: number): number | undefined {
  const rank = Math.ceil((p / 100) * sorted.length)
  return sorted[Math.max(rank, 1) - 1]
}

/**
 * The checks of one target that still count: no older than `span`, and no more than `capacity`.
 *
 * Failed checks lower the availability but not the latencies: a refused connection takes no time at all, and a
 * service that is down would look fast.
 */
export class SlidingWindow {
  readonly #results: CheckResult[] = []
  #summary: MetricSummary | undefined

  constructor(
    readonly span: number,
    readonly capacity: number,
  ) {}

  /** Results are expected in the order of their time. */
  add(result: CheckResult): void {
    this.#results.push(result)
    if (this.#results.length > this.capacity) this.#results.shift()
    this.#summary = undefined
  }

  /** @param now epoch milliseconds, which decides what is too old to count */
  summary(now: number): MetricSummary {
    this.#expire(now)
    this.#summary ??= summarize(this.#results)
    return this.#summary
  }

  /** The last results, oldest first. */
  recent(limit: number): readonly CheckResult[] {
    return this.#results.slice(-limit)
  }

  #expire(now: number): void {
    const firstValid = this.#results.findIndex((result) => result.at > now - this.span)
    if (firstValid === 0) return
    this.#results.splice(0, firstValid === -1 ? this.#results.length : firstValid)
    this.#summary = undefined
  }
}

function summarize(results: readonly CheckResult[]): MetricSummary {
  const latencies = results.filter((result) => result.up).map((result) => result.latency)
  const sorted = latencies.sort((a, b) => a - b)
  const total = sorted.reduce((sum, latency) => sum + latency, 0)
  return {
    count: results.length,
    availability: results.length === 0 ? undefined : sorted.length / results.length,
    mean: sorted.length === 0 ? undefined : total / sorted.length,
    p50: percentile(sorted, 50),
    p95: percentile(sorted, 95),
    p99: percentile(sorted, 99),
  }
}
