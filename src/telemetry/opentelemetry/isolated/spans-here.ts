/** The spans of isolated servers, made in this program from the data that their threads and programs send. */
import {
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  type SpanOptions,
  type Tracer,
  trace,
} from '@opentelemetry/api'
import { ISOLATES, type IsolateEvent, type IsolateExtension, isolatesOf } from '../../../isolation/index.js'
import { defaultKernel, type ExitReason, type Kernel } from '../../../kernel/index.js'
import { Subscription } from '../../subscription.js'
import { fail } from '../failed-span.js'
import type { SdkFaults } from '../sdk-faults.js'
import { type SpanAddress, type SpanNames, spanAt } from './carried-context.js'
import type { RelayedLink, SpanBegun, SpanEnded, SpanNews } from './relayed-tracer.js'
import type { SpansOrder } from './spans-there.js'

/** The entry of the package that has `traceThere`. */
const MODULE = 'heartwood/telemetry/opentelemetry'

/** The most spans that are remembered. A later child of a forgotten span has no parent. */
const MOST_KNOWN = 10_000

/** Traces isolated servers, those that run already, too, until it is disposed of. */
export class IsolatedSpans implements Disposable, SpanNames {
  /** The spans made here, by their id in the other thread or program. */
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
    const observed = kernel ?? defaultKernel()
    for (const { extensions } of isolatesOf(observed))
      if (extensions.departed) extensions.post(new SpansOfOne(this, observed, order))
  }

  [Symbol.dispose](): void {
    this.#subscription[Symbol.dispose]()
  }

  /** The context of a span in this program. A span of this program is returned as it is. */
  here(span: SpanAddress): SpanContext {
    return this.#known.get(span.spanId) ?? spanAt(span)
  }

  /** Begins a span. @returns `undefined` if the SDK fails */
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

/** The spans of one thread or program. */
class SpansOfOne implements IsolateExtension {
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

  /** Called at the end of the thread or program: ends all open spans. */
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
