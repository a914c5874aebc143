import type { Attributes, Meter } from '@opentelemetry/api'
import { defaultKernel, type Kernel } from '../../kernel/index.js'
import { IsolatedMetrics } from '../isolated/metrics-here.js'
import { READINGS } from '../kernel-readings.js'
import { Measuring } from '../measuring.js'
import { type Labels, type Metric, RECORDED, type Recorder } from '../metric.js'
import type { SdkFaults } from './sdk-faults.js'

/** The options of `measureWith`. */
export interface MeasuringOptions {
  readonly faults: SdkFaults
  readonly kernel: Kernel | undefined
  readonly handlers: boolean
  readonly bounds: readonly number[]
}

/** Measures with the instruments of OpenTelemetry until it is disposed of. */
export function measureWith(
  meter: Meter,
  { faults, kernel, handlers, bounds }: MeasuringOptions,
): Disposable {
  const instruments = new Map(RECORDED.map((metric) => [metric, recording(meter, metric, bounds)]))
  const series = (metric: Metric, labels: Labels): Recorder => {
    const attributes = attributesOf(labels)
    const record = instruments.get(metric) as (value: number, attributes: Attributes) => void
    return {
      record(value) {
        try {
          record(value, attributes)
        } catch (thrown) {
          faults.tell(kernel ?? defaultKernel(), `record ${metric.name}`, thrown)
        }
      },
    }
  }
  const measuring = new Measuring({ series }, kernel, handlers)
  const isolated = new IsolatedMetrics({ series }, kernel, { handlers })
  const { subjects, deliveredAt } = measuring
  const readings = READINGS.map((metric) => {
    const instrument = meter[OBSERVED[metric.kind]](metric.name, of(metric))
    const read: Parameters<typeof instrument.addCallback>[0] = (result) => {
      const viewer = { kernel: kernel ?? defaultKernel(), subjects, deliveredAt }
      for (const [labels, value] of isolated.read(metric, viewer)) result.observe(value, attributesOf(labels))
    }
    instrument.addCallback(read)
    return () => instrument.removeCallback(read)
  })
  return {
    [Symbol.dispose]() {
      measuring[Symbol.dispose]()
      isolated[Symbol.dispose]()
      for (const forget of readings) forget()
    },
  }
}

const OBSERVED = {
  counter: 'createObservableCounter',
  updown: 'createObservableUpDownCounter',
  gauge: 'createObservableGauge',
  histogram: 'createObservableGauge',
} as const

function recording(
  meter: Meter,
  metric: Metric,
  bounds: readonly number[],
): (value: number, attributes: Attributes) => void {
  if (metric.kind === 'histogram') {
    const advice = { explicitBucketBoundaries: [...bounds] }
    const histogram = meter.createHistogram(metric.name, { ...of(metric), advice })
    return (value, attributes) => histogram.record(value, attributes)
  }
  const make = metric.kind === 'counter' ? 'createCounter' : 'createUpDownCounter'
  const counter = meter[make](metric.name, of(metric))
  return (value, attributes) => counter.add(value, attributes)
}

/** The names of attributes for labels. The outcome of a failure is the attribute `error.type`. */
const ATTRIBUTES: Readonly<Record<string, string>> = {
  server: 'heartwood.behaviour',
  method: 'heartwood.method',
  outcome: 'error.type',
  kind: 'heartwood.message.kind',
  reason: 'heartwood.exit.reason',
  error_type: 'error.type',
  supervisor: 'heartwood.supervisor',
  child: 'heartwood.child',
  result: 'heartwood.start.result',
  destination: 'heartwood.destination.kind',
}

function attributesOf(labels: Labels): Attributes {
  const attributes: Attributes = {}
  for (const [label, value] of Object.entries(labels)) {
    const isNone = value === '' || (label === 'outcome' && value === 'ok')
    if (!isNone)
      attributes[ATTRIBUTES[label] ?? label] = label === 'outcome' && value === 'error' ? '_OTHER' : value
  }
  return attributes
}

function of({ help, unit }: Metric): { description: string; unit: string } {
  return { description: help, unit }
}
