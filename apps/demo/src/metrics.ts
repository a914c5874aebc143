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
export function percentile(sorted: ArrayLike<number>, p: number): number | undefined {
  const rank = Math.ceil((p / 100) * sorted.length)
  return sorted[Math.max(rank, 1) - 1]
}

/** What a check found, in the numbers that figures are made of. */
export interface Point {
  /** Epoch milliseconds. */
  readonly at: number
  readonly up: boolean
  /** Milliseconds; of a check that failed it is 0. */
  readonly latency: number
}

/** A check that lies further ahead than this, in ms, was made by a clock that was wrong. */
const AHEAD = 60_000
/** Room for so many checks at first. */
const ROOM = 64

/**
 * The checks of one target that still count: no older than `span`, and no more than `capacity`. It takes 16 bytes a check.
 *
 * Failed checks lower the availability but not the latencies: a refused connection takes no time at all, and a
 * service that is down would look fast.
 */
export class SlidingWindow {
  #times = new Float64Array(ROOM)
  /** Of failed checks -1. */
  #latencies = new Float64Array(ROOM)
  /** The place of the oldest check in the ring, and how many there are. */
  #first = 0
  #count = 0
  #summary: MetricSummary | undefined

  constructor(
    readonly span: number,
    readonly capacity: number,
  ) {}

  /** Results are expected in the order of their time. */
  add({ at, up, latency }: Point): void {
    if (this.#count === this.capacity) this.#drop(1)
    if (this.#count === this.#times.length) this.#grow()
    this.#count += 1
    const place = this.#placeOf(this.#count - 1)
    this.#times[place] = at
    this.#latencies[place] = up ? latency : -1
    this.#summary = undefined
  }

  /** Puts what was found before all that is known in front of it; what is not older is known already. */
  restore(earlier: readonly Point[]): void {
    const known = this.recent(this.#count)
    const first = known[0]?.at ?? Number.POSITIVE_INFINITY
    this.#drop(this.#count)
    for (const point of earlier) if (point.at < first) this.add(point)
    for (const point of known) this.add(point)
  }

  /** @param now epoch milliseconds, which decides what is too old to count */
  summary(now: number): MetricSummary {
    this.#expire(now)
    this.#summary ??= this.#summarize()
    return this.#summary
  }

  /** The last results, oldest first. */
  recent(limit: number): readonly Point[] {
    const shown = Math.min(limit, this.#count)
    return Array.from({ length: shown }, (_, index) => {
      const place = this.#placeOf(this.#count - shown + index)
      const latency = this.#latencies[place] as number
      return { at: this.#times[place] as number, up: latency >= 0, latency: Math.max(0, latency) }
    })
  }

  #placeOf(index: number): number {
    return (this.#first + index) % this.#times.length
  }

  #drop(count: number): void {
    if (count === 0) return
    this.#first = this.#placeOf(count)
    this.#count -= count
    this.#summary = undefined
  }

  #grow(): void {
    const room = Math.min(this.capacity, 2 * this.#times.length)
    this.#times = this.#straight(this.#times, room)
    this.#latencies = this.#straight(this.#latencies, room)
    this.#first = 0
  }

  /** The ring with its oldest at the begin, in so much room. */
  #straight(ring: Float64Array, room: number): Float64Array<ArrayBuffer> {
    const straight = new Float64Array(room)
    straight.set(ring.subarray(this.#first))
    straight.set(ring.subarray(0, this.#first), ring.length - this.#first)
    return straight
  }

  #expire(now: number): void {
    let old = 0
    while (old < this.#count && !this.#counts(this.#times[this.#placeOf(old)] as number, now)) old += 1
    this.#drop(old)
  }

  #counts(at: number, now: number): boolean {
    return at > now - this.span && at <= now + AHEAD
  }

  #summarize(): MetricSummary {
    const all = Array.from(
      { length: this.#count },
      (_, index) => this.#latencies[this.#placeOf(index)] as number,
    )
    // An array of numbers of this kind is sorted as numbers, and quicker than any other.
    const sorted = Float64Array.from(all.filter((latency) => latency >= 0)).sort()
    const total = sorted.reduce((sum, latency) => sum + latency, 0)
    return {
      count: this.#count,
      availability: this.#count === 0 ? undefined : sorted.length / this.#count,
      mean: sorted.length === 0 ? undefined : total / sorted.length,
      p50: percentile(sorted, 50),
      p95: percentile(sorted, 95),
      p99: percentile(sorted, 99),
    }
  }
}
