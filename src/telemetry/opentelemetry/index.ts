/** Telemetry for OpenTelemetry, whose API is an optional peer: whoever imports this has it installed. */
import { type Meter, metrics, type Tracer, trace } from '@opentelemetry/api'
import type { Kernel } from '../../kernel/index.js'
import { measureWith } from './meters.js'
import { Tracing } from './tracing.js'

/** What goes to OpenTelemetry, and by which of its parts. */
export interface OpenTelemetryOptions {
  /** Whose processes are told of. Default those of every kernel of the program; gauges are then read of the default one. */
  readonly kernel?: Kernel | undefined
  /** Makes the spans; false for none. Default the global provider's tracer `heartwood`. */
  readonly tracer?: Tracer | false | undefined
  /** Makes the instruments; false for none. Default the global provider's meter `heartwood`. */
  readonly meter?: Meter | false | undefined
  /** Whether a message that was sent outside any span, by a timer too, begins a trace. Default false. */
  readonly roots?: boolean | undefined
}

/**
 * Tells OpenTelemetry what processes do, from now on: a span for each call and for the handler of each message that
 * was sent inside one, with the context carried over call, cast and send; and the metrics that `startMetrics` has.
 * Set the program's providers and its context manager up before.
 *
 * Elixir's counterpart is `opentelemetry_telemetry`, with `opentelemetry_process_propagator`.
 *
 * @returns what ends it
 * @example
 * const telemetry = openTelemetry()
 */
export function openTelemetry(options: OpenTelemetryOptions = {}): Disposable {
  const { kernel, tracer = trace.getTracer('heartwood'), roots = false } = options
  const { meter = metrics.getMeter('heartwood') } = options
  const parts = [
    ...(tracer === false ? [] : [new Tracing(tracer, kernel, roots)]),
    ...(meter === false ? [] : [measureWith(meter, kernel)]),
  ]
  return {
    [Symbol.dispose]() {
      for (const part of parts) part[Symbol.dispose]()
    },
  }
}
