/** Telemetry for OpenTelemetry, whose API is an optional peer: whoever imports this has it installed. */
import { type Meter, metrics, type Tracer, trace } from '@opentelemetry/api'
import type { OutpostEntry } from '../../isolation/index.js'
import { checkKnown, type Kernel, namesOf, packageVersion } from '../../kernel/index.js'
import { checkBuckets } from '../buckets.js'
import { BOUNDS } from '../metric.js'
import { tellOnce } from './in-force.js'
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

/** What goes to OpenTelemetry, and by which of its parts. */
export interface OpenTelemetryOptions {
  /** Whose processes are told of. Default those of every kernel of the program; gauges are then read of the default one. */
  readonly kernel?: Kernel | undefined
  /** Makes the spans; false for none. Default the global provider's tracer `heartwood`, with the version of Heartwood. */
  readonly tracer?: Tracer | false | undefined
  /** Makes the instruments; false for none. Default the global provider's meter `heartwood`, with the version of Heartwood. */
  readonly meter?: Meter | false | undefined
  /** As `handlers` of `startMetrics`. Default true. */
  readonly handlers?: boolean | undefined
  /** The bounds that histograms advise, in seconds, rising; a view of the SDK goes before. Default from 100 µs to 30 s. */
  readonly buckets?: readonly number[] | undefined
  /** Whether calls and messages that come from outside any span begin a trace, those of timers too. Default false. */
  readonly roots?: boolean | undefined
  /**
   * How the handler of a cast, or of what was sent, belongs to the span of its sender. `'child'`, the default: it is in the same
   * trace, and is kept or dropped with it. `'link'`: it has a trace of its own, about which the sampler decides anew. It links to
   * the sender in either case.
   */
  readonly messages?: 'child' | 'link' | undefined
  /**
   * Whether there are spans for the life of processes, too: `boot` with the start of each application, child and phase in it, `start` of
   * a child that is started later, and `terminate` with what is done in it. Default false.
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
 * Tells OpenTelemetry what processes do, from now on: a span for each call and for the handler of each message that
 * was sent inside one, with the context carried over call, cast and send; and the metrics that `startMetrics` has.
 * Set the program's providers and its context manager up before.
 *
 * Elixir's counterpart is `opentelemetry_telemetry`, with `opentelemetry_process_propagator`.
 *
 * What an SDK throws, as a span processor or a sampler of yours, is in the log with kind `telemetry`, and harms nothing else; nor
 * does what it fails at later, in timers and promises that it began at the end of a span, of Heartwood's or of a handler's own, at a log
 * record, or at a flush.
 *
 * Called again for the same processes, tracer and meter, as by a library and by the program around it, it adds nothing: what is in
 * force stays, with the options it began with, until each of them is disposed of. The log warns where an option is another.
 *
 * @returns what ends it: no span begins any more, and those that are open end as they would have
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

/** What Heartwood runs in the thread or program of an isolated server while somebody traces at home. It is exported for that alone. */
export const traceThere: OutpostEntry = (order, say) => {
  traceWith(openTelemetry, order as SpansOrder, say)
  // Each span is told of as it ends.
  return () => {}
}
