/** What is measured in the thread or program of an isolated server, and told to those who measure where it was started. */
import { currentKernel, type Expirable, Timer } from '../../kernel/index.js'
import { READINGS } from '../kernel-readings.js'
import { Measuring } from '../measuring.js'
import type { Labels, Metric, Recorder, Sink } from '../metric.js'

/** Milliseconds between two reports. */
const EVERY = 1_000

/** So many values of one series are told at once, and not kept until the next time. */
const FULL = 1_000

/** What was recorded of one series, in order. */
export type RecordedSeries = readonly [metric: string, labels: Labels, values: readonly number[]]

/** What a reading is. */
export type ReadSeries = readonly [metric: string, labels: Labels, value: number]

/** What is told. */
export interface MetricsNews {
  readonly recorded: readonly RecordedSeries[]
  readonly read: readonly ReadSeries[]
}

/** How it is measured. */
export interface MetricsOrder {
  readonly handlers: boolean
}

/**
 * What Heartwood runs in the thread or program of an isolated server while somebody measures at home. It is exported for that alone.
 *
 * @param order how it is measured
 * @param say sends what was measured home
 * @returns what tells the last of it
 */
export function measureThere(order: MetricsOrder, say: (news: unknown) => void): () => void {
  const measured = new MeasuredThere(order.handlers, say)
  return () => measured.tell()
}

class MeasuredThere implements Sink, Expirable {
  readonly #kernel = currentKernel()
  readonly #timer = new Timer(this)
  readonly #measuring: Measuring
  readonly #series = new Map<string, RecordedThere>()

  constructor(
    handlers: boolean,
    private readonly say: (news: MetricsNews) => void,
  ) {
    this.#measuring = new Measuring(this, undefined, handlers)
    this.#kernel.timers.set(this.#timer, EVERY)
  }

  series(metric: Metric, labels: Labels): Recorder {
    const key = `${metric.name}\0${Object.values(labels).join('\0')}`
    const known = this.#series.get(key)
    if (known !== undefined) return known
    const made = new RecordedThere(metric.name, labels, () => this.tell())
    this.#series.set(key, made)
    return made
  }

  expired(): void {
    this.tell()
    this.#kernel.timers.set(this.#timer, EVERY)
  }

  tell(): void {
    const { subjects, deliveredAt } = this.#measuring
    const viewer = { kernel: this.#kernel, subjects, deliveredAt }
    const recorded: RecordedSeries[] = []
    for (const series of this.#series.values()) {
      const values = series.take()
      if (values.length > 0) recorded.push([series.metric, series.labels, values])
    }
    const read = READINGS.flatMap((reading) =>
      [...reading.read(viewer)].map(([labels, value]): ReadSeries => [reading.name, labels, value]),
    )
    this.say({ recorded, read })
  }
}

class RecordedThere implements Recorder {
  #values: number[] = []

  constructor(
    readonly metric: string,
    readonly labels: Labels,
    private readonly full: () => void,
  ) {}

  record(value: number): void {
    if (this.#values.push(value) >= FULL) this.full()
  }

  take(): readonly number[] {
    const values = this.#values
    if (values.length > 0) this.#values = []
    return values
  }
}
