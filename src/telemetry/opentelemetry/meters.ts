import type { Meter } from '@opentelemetry/api'
import { defaultKernel, type Kernel } from '../../kernel/index.js'
import { measureInto } from '../measuring.js'
import { COUNTERS, HISTOGRAMS, type Labels, type Metric, READINGS } from '../metric.js'

/** Measures into OpenTelemetry's instruments until disposed of. */
export function measureWith(meter: Meter, kernel: Kernel | undefined): Disposable {
  const counters = new Map(COUNTERS.map((metric) => [metric, meter.createCounter(metric.name, of(metric))]))
  const histograms = new Map(
    HISTOGRAMS.map((metric) => [metric, meter.createHistogram(metric.name, of(metric))]),
  )
  const readings = READINGS.map((metric) => {
    const make = metric.kind === 'counter' ? 'createObservableCounter' : 'createObservableGauge'
    const instrument = meter[make](metric.name, of(metric))
    const read: Parameters<typeof instrument.addCallback>[0] = (result) => {
      result.observe(metric.read(kernel ?? defaultKernel()))
    }
    instrument.addCallback(read)
    return () => instrument.removeCallback(read)
  })
  const sink = {
    count: (metric: Metric, labels: Labels) => counters.get(metric)?.add(1, labels),
    record: (metric: Metric, value: number, labels: Labels) => histograms.get(metric)?.record(value, labels),
  }
  const measuring = measureInto(sink, kernel)
  return {
    [Symbol.dispose]() {
      measuring[Symbol.dispose]()
      for (const forget of readings) forget()
    },
  }
}

function of({ help, unit }: Metric): { description: string; unit?: string } {
  return unit === undefined ? { description: help } : { description: help, unit }
}
