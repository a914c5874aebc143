/** Telemetry for OpenTelemetry. Its API is an optional peer dependency; programs that import this entry must install it. */
import { type Meter, metrics, type Tracer, trace } from '@opentelemetry/api'
import type { IsolateExtensionEntry } from '../../isolation/index.js'
import { checkKnown, type Kernel, namesOf, packageVersion } from '../../kernel/index.js'
import { checkBuckets } from '../buckets.js'
import { BOUNDS } from '../metric.js'
import { tellOnce } from './active-instrumentations.js'
import { IsolatedSpans } from './isolated/spans-here.js'
import { type SpansOrder, traceWith } from './isolated/spans-there.js'
import { LifecycleSpans } from './lifecycle-spans.js'
import { measureWith } from './meters.js'
import { SdkFaults } from './sdk-faults.js'
import { SdkMethods } from './sdk-methods.js'
import { Tracing } from './tracing.js'

/** The name of the instrumentation scope. */
const SCOPE = 'heartwood'

const faults = new SdkFaults()
const methods = new SdkMethods(faults)

/** The options of `openTelemetry`. */
export interface OpenTelemetryOptions {
  /** The kernel of the instrumented processes. Default all kernels of the program; gauges are then those of the default kernel. */
  readonly kernel?: Kernel | undefined
  /** The tracer that makes the spans; `false` for none. Default the tracer `heartwood` of the global provider, with the version of Heartwood. */
  readonly tracer?: Tracer | false | undefined
  /** The meter that makes the instruments; `false` for none. Default the meter `heartwood` of the global provider, with the version of Heartwood. */
  readonly meter?: Meter | false | undefined
  /** Whether all messages are measured, not only calls. Default true. */
  readonly handlers?: boolean | undefined
  /** The bounds that histograms advise, in seconds, in rising order; a view of the SDK overrides them. Default from 100 µs to 30 s. */
  readonly buckets?: readonly number[] | undefined
  /** Whether calls and messages from outside any span begin a trace, also those of timers. Default false. */
  readonly roots?: boolean | undefined
  /**
   * How the span of a handler belongs to the span of the sender, for casts and sent messages. `'child'`, the default: it is in the same
   * trace, and is kept or dropped with it. `'link'`: it begins a new trace, for which the sampler decides again. In both cases it links
   * to the sender.
   */
  readonly messages?: 'child' | 'link' | undefined
  /**
   * Whether there are also spans for the life of processes: `boot` with the starts of applications, children and phases, `start` of
   * a child that is started later, and `terminate` with the work done in it. Default false.
   */
  readonly lifecycle?: boolean | undefined
}

const TELEMETRY_OPTIONS = namesOf<OpenTelemetryOptions>({
  kernel: true,
  tracer: true,
  meter: true,
  handlers: true,
  buckets: true,
  roots: true,
  messages: true,
  lifecycle: true,
})

/**
 * Instruments processes for OpenTelemetry from now on: a span for each call, and for the handler of each message that was sent inside
 * a span; the context goes along with call, cast and send; and the metrics of `startMetrics`. Set up the providers and the context
 * manager of the program before.
 *
 * Elixir's counterpart is `opentelemetry_telemetry`, with `opentelemetry_process_propagator`.
 *
 * An error of the SDK, for example of your span processor or sampler, is logged with kind `telemetry` and harms nothing else. The same
 * holds for later errors in timers and promises that the SDK began at the end of a span, at a log record or at a flush.
 *
 * A second call for the same processes, tracer and meter, for example by a library, adds nothing: the first instrumentation stays
 * active, with its options, until both are disposed of. The log warns if an option differs.
 *
 * @returns an object whose disposal ends the instrumentation: no new spans begin, and open ones end as usual
 * @throws BAD_OPTION
 * @example
 * const telemetry = openTelemetry()
 */
export function openTelemetry(options: OpenTelemetryOptions = {}): Disposable {
  checkKnown('openTelemetry', options, TELEMETRY_OPTIONS)
  const { kernel, roots = false, messages = 'child', handlers = true, lifecycle = false } = options
  const bounds = checkBuckets('openTelemetry', options.buckets ?? BOUNDS)
  const ofProvider = trace.getTracer(SCOPE, packageVersion())
  const { tracer = ofProvider } = options
  const { meter = metrics.getMeter(SCOPE, packageVersion()) } = options
  methods.wrap(tracer === false ? [ofProvider] : [ofProvider, tracer])
  const parts: Disposable[] = []
  if (tracer !== false) {
    const manner = { roots, messages, lifecycle }
    const asked = { roots: options.roots, messages: options.messages, lifecycle: options.lifecycle }
    const to = options.tracer || trace.getTracerProvider()
    const begin = (): Disposable => traced(tracer, kernel, manner)
    parts.push(tellOnce({ what: 'spans', kernel, to, asked, manner }, begin))
  }
  if (meter !== false) {
    const manner = { handlers, buckets: bounds }
    const asked = { handlers: options.handlers, buckets: options.buckets }
    const to = options.meter || metrics.getMeterProvider()
    const begin = (): Disposable => measureWith(meter, { faults, kernel, handlers, bounds })
    parts.push(tellOnce({ what: 'metrics', kernel, to, asked, manner }, begin))
  }
  return all(parts)
}

function traced(tracer: Tracer, kernel: Kernel | undefined, order: SpansOrder): Disposable {
  const { roots, messages, lifecycle } = order
  const isolated = new IsolatedSpans(tracer, faults, kernel, order)
  const tracing = new Tracing(tracer, faults, kernel, { roots, messages }, isolated)
  return all([tracing, isolated, ...(lifecycle ? [new LifecycleSpans(tracer, faults, kernel)] : [])])
}

function all(parts: readonly Disposable[]): Disposable {
  return {
    [Symbol.dispose]() {
      for (const part of parts) part[Symbol.dispose]()
    },
  }
}

/** Traces the thread or program of an isolated server. Heartwood itself calls it there; it is exported only for that. */
export const traceThere: IsolateExtensionEntry = (order, say) => {
  traceWith(openTelemetry, order as SpansOrder, say)
  // Each span is sent when it ends, so nothing is left to send.
  return () => {}
}
