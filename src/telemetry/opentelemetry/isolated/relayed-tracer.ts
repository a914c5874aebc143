/**
 * The tracer of a thread or program without an SDK. It sends the data of its spans to the program that started the server, which makes the
 * real spans. The ids here are temporary: they only connect spans with their children, and exported spans have other ids.
 */
import { randomBytes } from 'node:crypto'
import {
  type Attributes,
  type AttributeValue,
  type Context,
  context,
  type Exception,
  isSpanContextValid,
  type Link,
  type Span,
  type SpanContext,
  type SpanOptions,
  type SpanStatus,
  type TimeInput,
  TraceFlags,
  type Tracer,
  type TracerProvider,
  trace,
} from '@opentelemetry/api'
import { addressOf, type SpanAddress } from './carried-context.js'

/** The data of a link. */
export interface RelayedLink {
  readonly to: SpanAddress
  readonly attributes: Attributes | undefined
}

/** The data of an event of a span. */
export interface RelayedEvent {
  readonly name: string
  readonly attributes: Attributes | undefined
  readonly at: number
}

/** The message that a span has begun. */
export interface SpanBegun {
  readonly begun: string
  /** The tracer of the span; `undefined` for that of Heartwood. */
  readonly scope: { readonly name: string; readonly version: string | undefined } | undefined
  readonly name: string
  readonly kind: number | undefined
  /** Milliseconds since 1970, with fractions. */
  readonly at: number
  readonly attributes: Attributes
  readonly links: readonly RelayedLink[]
  readonly parent: SpanAddress | undefined
}

export interface SpanEnded {
  readonly ended: string
  readonly at: number
  /** The new name, if it was changed. */
  readonly name: string | undefined
  /** The attributes that were set after the beginning. */
  readonly attributes: Attributes
  readonly links: readonly RelayedLink[]
  readonly events: readonly RelayedEvent[]
  readonly status: SpanStatus | undefined
}

export type SpanNews = SpanBegun | SpanEnded

/** The connection to the other program: it sends messages, and gives the time in milliseconds since 1970. */
export interface Relay {
  say(news: SpanNews): void
  now(): number
}

/** The most events of a span that are sent, since a long span may have any number. */
const MOST_EVENTS = 128

export class RelayedTracers implements TracerProvider {
  constructor(private readonly relay: Relay) {}

  getTracer(name: string, version?: string): Tracer {
    return new RelayedTracer(this.relay, { name, version })
  }
}

export class RelayedTracer implements Tracer {
  constructor(
    private readonly relay: Relay,
    private readonly scope?: SpanBegun['scope'],
  ) {}

  startSpan(name: string, options: SpanOptions = {}, within: Context = context.active()): Span {
    const parent = options.root === true ? undefined : trace.getSpanContext(within)
    const isBelow = parent !== undefined && isSpanContextValid(parent)
    const spanId = randomBytes(8).toString('hex')
    const traceId = isBelow ? parent.traceId : randomBytes(16).toString('hex')
    // A span with a parent is kept or dropped with it. For a span that begins a trace, the sampler of the other program decides.
    if (isBelow && (parent.traceFlags & TraceFlags.SAMPLED) === 0)
      return trace.wrapSpanContext({ traceId, spanId, traceFlags: TraceFlags.NONE })
    const span = new RelayedSpan({ traceId, spanId, traceFlags: TraceFlags.SAMPLED }, this.relay)
    const { kind, attributes = {}, links = [], startTime } = options
    this.relay.say({
      begun: spanId,
      scope: this.scope,
      name,
      kind,
      at: timeOf(startTime, this.relay),
      attributes,
      links: links.map(dataOf),
      parent: isBelow ? addressOf(parent) : undefined,
    })
    return span
  }

  startActiveSpan<F extends (span: Span) => unknown>(name: string, ...rest: unknown[]): ReturnType<F> {
    const fn = rest.pop() as F
    const [options, within = context.active()] = rest as [SpanOptions?, Context?]
    const span = this.startSpan(name, options, within)
    return context.with(trace.setSpan(within, span), () => fn(span)) as ReturnType<F>
  }
}

class RelayedSpan implements Span {
  #name: string | undefined
  #attributes: Attributes = {}
  #links: RelayedLink[] = []
  #events: RelayedEvent[] = []
  #status: SpanStatus | undefined
  #isOver = false

  constructor(
    private readonly address: SpanContext,
    private readonly relay: Relay,
  ) {}

  spanContext(): SpanContext {
    return this.address
  }

  setAttribute(key: string, value: AttributeValue): this {
    this.#attributes[key] = value
    return this
  }

  setAttributes(attributes: Attributes): this {
    Object.assign(this.#attributes, attributes)
    return this
  }

  addEvent(name: string, attributesOrTime?: Attributes | TimeInput, time?: TimeInput): this {
    if (this.#events.length >= MOST_EVENTS) return this
    const isTime = typeof attributesOrTime === 'number' || attributesOrTime instanceof Date
    const isPair = Array.isArray(attributesOrTime)
    const at = timeOf(isTime || isPair ? (attributesOrTime as TimeInput) : time, this.relay)
    const attributes = isTime || isPair ? undefined : (attributesOrTime as Attributes | undefined)
    this.#events.push({ name, attributes, at })
    return this
  }

  addLink(link: Link): this {
    this.#links.push(dataOf(link))
    return this
  }

  addLinks(links: Link[]): this {
    for (const link of links) this.addLink(link)
    return this
  }

  setStatus(status: SpanStatus): this {
    this.#status = status
    return this
  }

  updateName(name: string): this {
    this.#name = name
    return this
  }

  /** Adds an event for an exception, by the conventions of OpenTelemetry. */
  recordException(exception: Exception, time?: TimeInput): void {
    const { name, message, stack, code } =
      typeof exception === 'string'
        ? { name: undefined, message: exception, stack: undefined, code: undefined }
        : exception
    const attributes: Attributes = {}
    const type = code === undefined ? name : String(code)
    if (type !== undefined) attributes['exception.type'] = type
    if (message !== undefined) attributes['exception.message'] = message
    if (stack !== undefined) attributes['exception.stacktrace'] = stack
    this.addEvent('exception', attributes, time)
  }

  isRecording(): boolean {
    return !this.#isOver
  }

  end(time?: TimeInput): void {
    if (this.#isOver) return
    this.#isOver = true
    this.relay.say({
      ended: this.address.spanId,
      at: timeOf(time, this.relay),
      name: this.#name,
      attributes: this.#attributes,
      links: this.#links,
      events: this.#events,
      status: this.#status,
    })
  }
}

function dataOf({ context: to, attributes }: Link): RelayedLink {
  return { to: addressOf(to), attributes }
}

/** A time in milliseconds, from seconds and nanoseconds, milliseconds, or a date. */
function timeOf(time: TimeInput | undefined, { now }: Relay): number {
  if (time === undefined) return now()
  if (Array.isArray(time)) return time[0] * 1e3 + time[1] / 1e6
  return Number(time)
}
