import { type Labels, OPEN_LABELS, type Recorder } from './metric.js'

/** The most series of one metric. */
const MOST = 1_000
/** The number of series that are dropped at once when there are too many. */
const ROOM = 100

/** A series: a number, and for a histogram its buckets. */
export class Series implements Recorder {
  count = 0
  sum = 0
  readonly buckets: number[] = []
  kept = false
  usedAt = 0
  /** For a dropped series that goes up and down: the series that takes all further values, until its balance is 0 again. */
  standIn: Series | undefined = undefined
  /** The balance of this series within `standIn`. */
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

  /** Adds the values of another series, and resets that to 0. */
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
 * The series of one metric. When there are more than a thousand, the least recently used ones are dropped: their values are added to a
 * series with the label `other` in place of names, so that sums stay right. A dropped series that is used again begins at 0.
 */
export class Family {
  uses = 0
  readonly #all = new Map<string, Series>()
  readonly #others = new Map<string, Series>()

  /**
   * @param bounds the bounds of a histogram
   * @param isBalance whether values go up and down, so that a dropped series must return to 0 within `other`
   * @param dropped called with the number of dropped series
   */
  constructor(
    readonly bounds: readonly number[] | undefined,
    private readonly isBalance: boolean,
    private readonly dropped: (count: number) => void,
  ) {}

  of(labels: Labels): Series {
    return this.#all.get(keyOf(labels)) ?? new Series(this, labels)
  }

  /** Adds a series to those that are shown, with its first value. */
  keep(series: Series): void {
    const key = keyOf(series.labels)
    const known = this.#all.get(key)
    // Two objects recorded values of the same series.
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

  /** The `other` series for some labels. Only labels with open values are replaced, so that failures stay separate from successes. */
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
      // It does not count among the thousand.
      series.kept = true
      this.#others.set(key, series)
    }
    return series
  }
}

function keyOf(labels: Labels): string {
  return Object.values(labels).join('\0')
}
