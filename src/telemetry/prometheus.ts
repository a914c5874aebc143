/** Metrics in memory, and their text for Prometheus. */
import { checkKnown, defaultKernel, type Kernel, namesOf } from '../kernel/index.js'
import { checkBuckets } from './buckets.js'
import { IsolatedMetrics } from './isolated/metrics-here.js'
import { READINGS } from './kernel-readings.js'
import { Measuring } from './measuring.js'
import { BOUNDS, DROPPED, type Labels, type Metric, RECORDED, type Recorder, type Sink } from './metric.js'
import { Family, type Series } from './metric-series.js'

/** The options of `startMetrics`. */
export interface MetricsOptions {
  /** The kernel whose events are measured. Default all kernels of the program; gauges are then those of the default kernel. */
  readonly kernel?: Kernel | undefined
  /**
   * Whether all messages are measured: their wait, the time of their handler, the age of the oldest. Default true. If false, only
   * calls are measured, and other messages cost nothing.
   */
  readonly handlers?: boolean | undefined
  /** The upper bounds of histograms, in seconds, in rising order. Default from 100 µs to 30 s. */
  readonly buckets?: readonly number[] | undefined
}

const METRICS_OPTIONS = namesOf<MetricsOptions>({ kernel: true, handlers: true, buckets: true })

/**
 * The metrics of a program, in memory, for Prometheus. Made by `startMetrics`.
 */
export class Metrics implements Disposable {
  readonly #kernel: Kernel | undefined
  readonly #measuring: Measuring
  readonly #isolated: IsolatedMetrics
  readonly #families = new Map<Metric, Family>()

  constructor(input: MetricsOptions) {
    checkKnown('startMetrics', input, METRICS_OPTIONS)
    const { kernel, handlers = true, buckets = BOUNDS } = input
    this.#kernel = kernel
    const bounds = checkBuckets('startMetrics', buckets)
    const dropped = new Family(undefined, false, () => {})
    for (const metric of RECORDED) {
      const tell = (count: number): void => dropped.of({ metric: nameOf(metric) }).record(count)
      const family = new Family(
        metric.kind === 'histogram' ? bounds : undefined,
        metric.kind === 'updown',
        tell,
      )
      this.#families.set(metric, family)
    }
    this.#families.set(DROPPED, dropped)
    const sink: Sink = {
      series: (metric, labels): Recorder => (this.#families.get(metric) as Family).of(labels),
    }
    this.#measuring = new Measuring(sink, kernel, handlers)
    this.#isolated = new IsolatedMetrics(sink, kernel, { handlers })
  }

  /** The text that Prometheus scrapes. Serve it as `text/plain; version=0.0.4`. It reads every process once. */
  prometheusText(): string {
    const { subjects, deliveredAt } = this.#measuring
    const viewer = { kernel: this.#kernel ?? defaultKernel(), subjects, deliveredAt }
    const read = READINGS.map((metric) => {
      const series = [...this.#isolated.read(metric, viewer)]
      const lines = series.map(([labels, value]) => line(nameOf(metric), labels, value))
      return head(metric) + lines.join('')
    })
    const kept = [...this.#families].map(([metric, family]) => {
      const { bounds } = family
      const lines = [...family].map((each) =>
        bounds === undefined
          ? line(nameOf(metric), each.labels, each.sum)
          : histogram(nameOf(metric), bounds, each),
      )
      return head(metric) + lines.join('')
    })
    return [...read, ...kept].join('')
  }

  /** Stops the measuring. The values stay readable. */
  [Symbol.dispose](): void {
    this.#measuring[Symbol.dispose]()
    this.#isolated[Symbol.dispose]()
  }
}

/**
 * Starts to measure processes, mailboxes, handlers, calls, exits, restarts and escalations, for Prometheus. The guide has the
 * costs.
 *
 * Elixir's counterpart is `TelemetryMetricsPrometheus`.
 *
 * @returns the metrics; dispose of them to stop
 * @throws BAD_OPTION
 * @example
 * const metrics = startMetrics()
 * server.get('/metrics', (_, reply) => reply.type('text/plain; version=0.0.4').send(metrics.prometheusText()))
 */
export function startMetrics(options: MetricsOptions = {}): Metrics {
  return new Metrics(options)
}

function nameOf({ name, kind, unit }: Metric): string {
  const base = name.replaceAll('.', '_')
  return `${base}${unit === 's' ? '_seconds' : ''}${kind === 'counter' ? '_total' : ''}`
}

function head(metric: Metric): string {
  const name = nameOf(metric)
  return `# HELP ${name} ${metric.help}\n# TYPE ${name} ${metric.kind === 'updown' ? 'gauge' : metric.kind}\n`
}

function histogram(name: string, bounds: readonly number[], { labels, buckets, count, sum }: Series): string {
  let below = 0
  const lines = bounds.map((bound, at) => {
    below += buckets[at] ?? 0
    return line(`${name}_bucket`, { ...labels, le: String(bound) }, below)
  })
  lines.push(line(`${name}_bucket`, { ...labels, le: '+Inf' }, count))
  return [...lines, line(`${name}_sum`, labels, sum), line(`${name}_count`, labels, count)].join('')
}

function line(name: string, labels: Labels, value: number): string {
  const shown = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`)
  return `${name}${shown.length === 0 ? '' : `{${shown.join(',')}}`} ${value}\n`
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"')
}
