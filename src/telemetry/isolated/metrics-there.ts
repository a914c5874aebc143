/** The measuring in the thread or program of an isolated server. The values are sent to the program that started it. */
import { currentKernel, type Expirable, Timer } from '../../kernel/index.js'
import { READINGS } from '../kernel-readings.js'
import { Measuring } from '../measuring.js'
import type { Labels, Metric, Recorder, Sink } from '../metric.js'

/** The time between two reports, in milliseconds. */
const EVERY = 1_000

/** The number of values of one series at which a report is sent early. */
const FULL = 1_000

/** The values that were recorded in one series, in order. */
export type RecordedSeries = readonly [metric: string, labels: Labels, values: readonly number[]]

/** The value of one series of a reading. */
export type ReadSeries = readonly [metric: string, labels: Labels, value: number]

/** A report. */
export interface MetricsNews {
  readonly recorded: readonly RecordedSeries[]
  readonly read: readonly ReadSeries[]
}

/** The options of the measuring. */
export interface MetricsOrder {
  readonly handlers: boolean
}

/**
 * Measures in the thread or program of an isolated server. Heartwood itself calls it there while metrics are measured in the program
 * that started the server. It is exported only for that.
 *
 * @param order the options of the measuring
 * @param say sends a report
 * @returns a function that sends the last report
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
