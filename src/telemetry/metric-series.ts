import { type Labels, OPEN_LABELS, type Recorder } from './metric.js'

/** Series of one metric that are kept. */
const MOST = 1_000
/** Of those, how many make room at a time. */
const ROOM = 100

/** One series: a number, and for a histogram its buckets. */
export class Series implements Recorder {
  count = 0
  sum = 0
  readonly buckets: number[] = []
  kept = false
  usedAt = 0
  /** Of what goes up and down: takes what happens from now on, until it is even again. */
  standIn: Series | undefined = undefined
  /** How much of it that one has. */
  lent = 0

  constructor(
    private readonly family: Family,
    readonly labels: Labels,
  ) {}

  record(value: number): void {
    if (this.standIn !== undefined) {
      this.standIn.record(value)
      this.lent += value
      if (this.lent === 0) this.standIn = undefined
      return
    }
    if (!this.kept) this.family.keep(this)
    this.usedAt = ++this.family.uses
    this.count++
    this.sum += value
    const { bounds } = this.family
    if (bounds === undefined) return
    let at = 0
    while (at < bounds.length && value > (bounds[at] as number)) at++
    this.buckets[at] = (this.buckets[at] ?? 0) + 1
  }

  /** Takes what another has counted, which begins anew. */
  take(other: Series): void {
    this.count += other.count
    this.sum += other.sum
    for (const [at, count] of other.buckets.entries())
      this.buckets[at] = (this.buckets[at] ?? 0) + (count ?? 0)
    other.count = 0
    other.sum = 0
    other.buckets.length = 0
  }
}

/**
 * The series of one metric. Beyond a thousand, those that were used least recently make room: what they had counted stands together
 * with `other` in place of names, so that sums stay right. One that is used again is there again, from 0.
 */
export class Family {
  uses = 0
  readonly #all = new Map<string, Series>()
  readonly #others = new Map<string, Series>()

  /**
   * @param bounds of a histogram
   * @param isBalance it goes up and down: a series that made room has its way back to 0 where it was put
   * @param dropped told how many have made room
   */
  constructor(
    readonly bounds: readonly number[] | undefined,
    private readonly isBalance: boolean,
    private readonly dropped: (count: number) => void,
  ) {}

  of(labels: Labels): Series {
    return this.#all.get(keyOf(labels)) ?? new Series(this, labels)
  }

  /** It has something to show. */
  keep(series: Series): void {
    const key = keyOf(series.labels)
    const known = this.#all.get(key)
    // Two who measure the same.
    if (known !== undefined) known.kept = false
    else if (this.#all.size >= MOST) this.#makeRoom()
    series.kept = true
    this.#all.set(key, series)
    if (known !== undefined) series.take(known)
  }

  [Symbol.iterator](): Iterator<Series> {
    return [...this.#all.values(), ...this.#others.values()][Symbol.iterator]()
  }

  #makeRoom(): void {
    const oldest = [...this.#all].sort(([, a], [, b]) => a.usedAt - b.usedAt).slice(0, ROOM)
    for (const [key, series] of oldest) {
      this.#all.delete(key)
      series.kept = false
      const other = this.#otherOf(series.labels)
      if (this.isBalance && series.sum !== 0) {
        series.standIn = other
        series.lent = series.sum
      }
      other.take(series)
    }
    this.dropped(oldest.length)
  }

  /** Where names may be anything, and nowhere else: what failed stays apart from what did not. */
  #otherOf(labels: Labels): Series {
    const named = Object.entries(labels).map(([label, value]) => [
      label,
      OPEN_LABELS.has(label) ? 'other' : value,
    ])
    const other: Labels = Object.fromEntries(named)
    const key = keyOf(other)
    let series = this.#others.get(key)
    if (series === undefined) {
      series = new Series(this, other)
      // It is no series among the thousand.
      series.kept = true
      this.#others.set(key, series)
    }
    return series
  }
}

function keyOf(labels: Labels): string {
  return Object.values(labels).join('\0')
}
