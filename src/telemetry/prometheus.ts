/** Measurements kept in memory, and their text for Prometheus. */
import { defaultKernel, type Kernel } from '../kernel/index.js'
import { measureInto } from './measuring.js'
import { COUNTERS, HISTOGRAMS, type Labels, type Metric, READINGS, type Sink } from './metric.js'

/** Upper bounds of the call histogram, in seconds: from a local call to the default time-out and beyond. */
const BUCKETS = [0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30]

/** Series of one metric that are kept; what comes beyond stands together as `other`. */
const MOST_SERIES = 1_000

/** What is measured. */
export interface MetricsOptions {
  /** Whose events count. Default those of every kernel of the program; gauges are then read of the default one. */
  readonly kernel?: Kernel | undefined
}

class Series {
  count = 0
  sum = 0
  readonly buckets: number[] = []
  constructor(readonly labels: Labels) {}

  record(value: number): void {
    this.count++
    this.sum += value
    const at = BUCKETS.findIndex((bound) => value <= bound)
    if (at >= 0) this.buckets[at] = (this.buckets[at] ?? 0) + 1
  }
}

/**
 * Measurements of a program, kept in memory, as text for Prometheus. Made by `startMetrics`.
 */
export class Metrics implements Disposable, Sink {
  readonly #kernel: Kernel | undefined
  readonly #measuring: Disposable
  readonly #series = new Map<Metric, Map<string, Series>>(
    [...COUNTERS, ...HISTOGRAMS].map((metric) => [metric, new Map()]),
  )

  constructor({ kernel }: MetricsOptions) {
    this.#kernel = kernel
    this.#measuring = measureInto(this, kernel)
  }

  /** The text that Prometheus scrapes: serve it as `text/plain; version=0.0.4`. Looks once at every process. */
  prometheusText(): string {
    const kernel = this.#kernel ?? defaultKernel()
    const read = READINGS.map((metric) => `${head(metric)}${nameOf(metric)} ${metric.read(kernel)}\n`)
    const kept = [...this.#series].map(([metric, series]) => {
      const lines = [...series.values()].map((each) =>
        metric.kind === 'histogram' ? histogram(metric, each) : line(nameOf(metric), each.labels, each.count),
      )
      return head(metric) + lines.join('')
    })
    return [...read, ...kept].join('')
  }

  /** Measures no more; what was measured stays readable. */
  [Symbol.dispose](): void {
    this.#measuring[Symbol.dispose]()
  }

  count(metric: Metric, labels: Labels): void {
    this.#of(metric, labels).count++
  }

  record(metric: Metric, value: number, labels: Labels): void {
    this.#of(metric, labels).record(value)
  }

  #of(metric: Metric, labels: Labels): Series {
    const all = this.#series.get(metric) as Map<string, Series>
    const key = Object.values(labels).join('\0')
    const known = all.get(key)
    if (known !== undefined) return known
    if (all.size >= MOST_SERIES) {
      const others = Object.keys(labels).map((label) => [label, 'other'])
      const rest = all.get('other') ?? new Series(Object.fromEntries(others))
      all.set('other', rest)
      return rest
    }
    const made = new Series(labels)
    all.set(key, made)
    return made
  }
}

/**
 * Measures processes, mailboxes, exits, restarts, escalations and calls from now on, for Prometheus. It costs two to three
 * microseconds a call; messages are not looked at.
 *
 * Elixir's counterpart is `TelemetryMetricsPrometheus`.
 *
 * @returns the measurements; dispose of them to stop
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
  return `# HELP ${name} ${metric.help}\n# TYPE ${name} ${metric.kind}\n`
}

function histogram(metric: Metric, { labels, buckets, count, sum }: Series): string {
  const name = nameOf(metric)
  let below = 0
  const lines = BUCKETS.map((bound, at) => {
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
