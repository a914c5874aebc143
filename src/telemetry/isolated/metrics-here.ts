/** The metrics of isolated servers, which are measured in their threads and programs and added to those of this program. */
import { ISOLATES, type IsolateEvent, type IsolateExtension, isolatesOf } from '../../isolation/index.js'
import { defaultKernel, type ExitReason, type Kernel } from '../../kernel/index.js'
import { errorType, exitKind } from '../error-type.js'
import { READINGS, type Reading, type Viewer } from '../kernel-readings.js'
import { CRASHES, EXITS, type Labels, RECORDED, type Recorder, type Sink } from '../metric.js'
import { Subscription } from '../subscription.js'
import type { MetricsNews, MetricsOrder, ReadSeries } from './metrics-there.js'

const RECORDED_BY_NAME = new Map(RECORDED.map((metric) => [metric.name, metric]))

/** The entry of the package that has `measureThere`. */
const MODULE = 'heartwood/telemetry'

/** The value of a series, added up over this program and all threads and programs. */
type Sum = { readonly labels: Labels; value: number }

/** Measures isolated servers, those that run already, too, until it is disposed of. */
export class IsolatedMetrics implements Disposable {
  readonly #subscription: Subscription
  readonly #there = new Set<MetricsOfOne>()
  /** The counters of threads and programs that have ended. */
  readonly #past = new Map<string, Map<string, Sum>>()

  constructor(sink: Sink, kernel: Kernel | undefined, order: MetricsOrder) {
    const measure = ({ name, post }: Pick<IsolateEvent, 'name' | 'post'>): void => {
      const one = new MetricsOfOne(name, sink, order, () => this.#left(one))
      this.#there.add(one)
      post(one)
    }
    this.#subscription = new Subscription(kernel).on<IsolateEvent>(ISOLATES, measure)
    for (const { name, extensions } of isolatesOf(kernel ?? defaultKernel()))
      if (extensions.departed) measure({ name, post: extensions.post })
  }

  [Symbol.dispose](): void {
    this.#subscription[Symbol.dispose]()
    for (const one of this.#there) one.isOver = true
    this.#there.clear()
  }

  /** The values of a reading over all threads and programs: the sum of counters, the highest value of gauges. */
  read(reading: Reading, viewer: Viewer): Iterable<readonly [Labels, number]> {
    const own = [...reading.read(viewer)]
    if (this.#there.size === 0 && this.#past.size === 0) return own
    const sums = new Map<string, Sum>()
    for (const [labels, value] of own) add(sums, reading, labels, value)
    for (const { readings } of this.#there) {
      for (const [name, labels, value] of readings) {
        if (name === reading.name) add(sums, reading, labels, value)
      }
    }
    for (const { labels, value } of this.#past.get(reading.name)?.values() ?? [])
      add(sums, reading, labels, value)
    return [...sums.values()].map(({ labels, value }) => [labels, value] as const)
  }

  #left(one: MetricsOfOne): void {
    if (!this.#there.delete(one)) return
    for (const [name, labels, value] of one.readings) {
      if (!COUNTED.has(name)) continue
      const sums = this.#past.get(name) ?? new Map<string, Sum>()
      this.#past.set(name, sums)
      addTo(sums, labels, (before) => before + value)
    }
  }
}

const SPAWNED = 'heartwood.process.spawned'

/** The readings that are counters. */
const COUNTED: ReadonlySet<string> = new Set(
  READINGS.filter(({ kind }) => kind === 'counter').map(({ name }) => name),
)

function add(sums: Map<string, Sum>, { kind }: Reading, labels: Labels, value: number): void {
  addTo(sums, labels, (before) => (kind === 'gauge' ? Math.max(before, value) : before + value))
}

function addTo(sums: Map<string, Sum>, labels: Labels, next: (before: number) => number): void {
  const key = Object.values(labels).join('\0')
  const sum = sums.get(key) ?? { labels, value: 0 }
  sum.value = next(sum.value)
  sums.set(key, sum)
}

/** The metrics of one thread or program. */
class MetricsOfOne implements IsolateExtension {
  readonly module = MODULE
  readonly entry = 'measureThere'
  readonly luggage: MetricsOrder
  /** The last readings. Before the first report: one process, the server itself. */
  readings: readonly ReadSeries[] = [[SPAWNED, {}, 1]]
  /** Whether the measuring has ended in this program. */
  isOver = false
  /** The balance of each series that goes up and down. */
  readonly #up = new Map<Recorder, number>()

  constructor(
    private readonly name: string,
    private readonly sink: Sink,
    order: MetricsOrder,
    private readonly gone: () => void,
  ) {
    this.luggage = order
  }

  heard(news: unknown): void {
    if (this.isOver) return
    const { recorded, read } = news as MetricsNews
    this.readings = read
    for (const [name, labels, values] of recorded) {
      const metric = RECORDED_BY_NAME.get(name)
      if (metric === undefined) continue
      const series = this.sink.series(metric, labels)
      for (const value of values) series.record(value)
      if (metric.kind !== 'updown') continue
      const up = values.reduce((sum, value) => sum + value, this.#up.get(series) ?? 0)
      this.#up.set(series, up)
    }
  }

  /** Called at the end of the thread or program. An end by force could not be counted there, so it is counted here. */
  left(reason: ExitReason, isTold: boolean): void {
    if (this.isOver) return
    for (const [series, up] of this.#up) if (up !== 0) series.record(-up)
    if (!isTold) {
      const kind = exitKind(reason)
      this.sink.series(EXITS, { reason: kind }).record(1)
      const labels = { server: this.name, error_type: errorType(reason) }
      if (kind === 'error') this.sink.series(CRASHES, labels).record(1)
    }
    this.gone()
  }
}
