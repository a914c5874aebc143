/** Spans of isolated servers: made here, of what is told there. */
import {
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  type SpanOptions,
  type Tracer,
  trace,
} from '@opentelemetry/api'
import { ISOLATES, type IsolateEvent, type Outpost } from '../../../isolation/index.js'
import type { ExitReason, Kernel } from '../../../kernel/index.js'
import { Subscription } from '../../subscription.js'
import { fail } from '../failed-span.js'
import type { SdkFaults } from '../sdk-faults.js'
import { type SpanAddress, type SpanNames, spanAt } from './carried-context.js'
import type { RelayedLink, SpanBegun, SpanEnded, SpanNews } from './relayed-tracer.js'
import type { SpansOrder } from './spans-there.js'

/** The entry of the package whose `traceThere` runs there. */
const MODULE = 'heartwood/telemetry/opentelemetry'

/** Spans of there whose names here are remembered: what comes later that is below an older one is below nothing. */
const MOST_KNOWN = 10_000

/** Has what is started isolated from now on traced there, too, until disposed of. */
export class IsolatedSpans implements Disposable, SpanNames {
  /** By what a span is called there. */
  readonly #known = new Map<string, SpanContext>()
  readonly #subscription: Subscription

  constructor(
    private readonly tracer: Tracer,
    private readonly faults: SdkFaults,
    kernel: Kernel | undefined,
    order: SpansOrder,
  ) {
    this.#subscription = new Subscription(kernel).on<IsolateEvent>(ISOLATES, (event) => {
      event.post(new SpansOfOne(this, event.kernel, order))
    })
  }

  [Symbol.dispose](): void {
    this.#subscription[Symbol.dispose]()
  }

  /** What a span is called here. One of here is itself. */
  here(span: SpanAddress): SpanContext {
    return this.#known.get(span.spanId) ?? spanAt(span)
  }

  /** @returns undefined where the SDK fails: then there is no span */
  begin(
    kernel: Kernel,
    { begun, scope, name, kind, at, attributes, links, parent }: SpanBegun,
  ): Span | undefined {
    const tracer = scope === undefined ? this.tracer : trace.getTracer(scope.name, scope.version)
    const above = parent === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, this.here(parent))
    const options: SpanOptions = {
      attributes,
      startTime: at,
      links: links.map((link) => this.link(link)),
      ...(kind !== undefined && { kind }),
    }
    const span = this.caught(kernel, `start the span ${name}`, () => tracer.startSpan(name, options, above))
    if (span === undefined) return undefined
    if (this.#known.size >= MOST_KNOWN)
      for (const [oldest] of this.#known) if (this.#known.delete(oldest)) break
    this.#known.set(begun, span.spanContext())
    return span
  }

  link({ to, attributes }: RelayedLink): {
    context: SpanContext
    attributes?: NonNullable<typeof attributes>
  } {
    return { context: this.here(to), ...(attributes !== undefined && { attributes }) }
  }

  caught<T>(kernel: Kernel, what: string, act: () => T): T | undefined {
    return this.faults.caught(kernel, what, act)
  }

  caughtApart<T>(kernel: Kernel, what: string, act: () => T): T | undefined {
    return this.faults.caughtApart(kernel, what, act)
  }
}

/** Those of one thread or program. */
class SpansOfOne implements Outpost {
  readonly module = MODULE
  readonly entry = 'traceThere'
  readonly #open = new Map<string, Span>()

  constructor(
    private readonly spans: IsolatedSpans,
    private readonly kernel: Kernel,
    readonly luggage: SpansOrder,
  ) {}

  heard(news: unknown): void {
    const said = news as SpanNews
    if ('ended' in said) this.#ended(said)
    else {
      const span = this.spans.begin(this.kernel, said)
      if (span !== undefined) this.#open.set(said.begun, span)
    }
  }

  /** What has not ended by then ends with it. */
  left(reason: ExitReason): void {
    for (const span of this.#open.values()) {
      this.spans.caught(this.kernel, 'mark a span', () => fail(span, reason))
      this.spans.caughtApart(this.kernel, 'end a span', () => span.end())
    }
    this.#open.clear()
  }

  #ended({ ended, at, name, attributes, links, events, status }: SpanEnded): void {
    const span = this.#open.get(ended)
    if (span === undefined) return
    this.#open.delete(ended)
    this.spans.caught(this.kernel, 'mark a span', () => {
      if (name !== undefined) span.updateName(name)
      span.setAttributes(attributes)
      for (const event of events) span.addEvent(event.name, event.attributes, event.at)
      for (const link of links) span.addLink(this.spans.link(link))
      if (status !== undefined) span.setStatus(status)
    })
    this.spans.caughtApart(this.kernel, 'end a span', () => span.end(at))
  }
}
