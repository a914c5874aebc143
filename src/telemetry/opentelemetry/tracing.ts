/**
 * The spans of calls and of the handlers of messages, and the context that goes along with a message.
 *
 *     call         the caller's active span ← span of the call ← span of the handler
 *     cast, send   the sender's active span ← span of the handler, which also links to it
 *     timer        the active span where it was set ⇠ link ⇠ span of the handler, in a trace of its own
 *
 * If no span is active, or one that the sampler dropped, no span is made. After a long chain of messages, each sent in the handler of the
 * one before, a new trace begins: a process that sends messages to itself would otherwise be one endless trace. For a new trace the
 * sampler decides again, also if it dropped the sender: otherwise such a process would never be traced again.
 */
import {
  type Context,
  context,
  isSpanContextValid,
  ROOT_CONTEXT,
  type Span,
  type SpanOptions,
  type Tracer,
  trace,
} from '@opentelemetry/api'
import { kindOf, meantBy, methodOf } from '../../genserver/index.js'
import {
  type CallEvent,
  CallRequest,
  type DeliveryEvent,
  type ExitReason,
  type HandlerEvent,
  isOrderly,
  KERNEL_CHANNELS,
  type Kernel,
  type Pid,
  processSummary,
  REPORTS,
  type ReportEvent,
} from '../../kernel/index.js'
import { exitKind } from '../error-type.js'
import { Note } from '../event-notes.js'
import { Subscription } from '../subscription.js'
import { ChainedContext } from './chained-context.js'
import { fail, isKept } from './failed-span.js'
import { carryContexts, type SpanNames } from './isolated/carried-context.js'
import { OpenSpans } from './open-spans.js'
import type { SdkFaults } from './sdk-faults.js'
import { SpanKinds } from './span-kinds.js'

/** The options of tracing. */
export interface TracingOptions {
  readonly roots: boolean
  readonly messages: 'child' | 'link'
}

/** The longest chain of messages in one trace, each sent in the handler of the one before. */
const LONGEST_CHAIN = 16

const EMPTY: SpanOptions = {}

/** The kinds of reports about a process whose code threw. */
const CRASHES: ReadonlySet<string> = new Set(['crash', 'task'])

/** Traces until it is disposed of. Spans that are open then end as usual. */
export class Tracing implements Disposable {
  readonly #tracer: Tracer
  readonly #faults: SdkFaults
  readonly #options: TracingOptions
  readonly #kinds = new SpanKinds()
  readonly #begins: Subscription
  /** The context for the handler of a message: noted on the request of a call, and on the delivery of any other message. */
  readonly #carried = new Note<Context>('carried')
  /** Noted on the deliveries of timers. */
  readonly #timed = new Note<true>('timed')
  /** The open spans, by the event of the call or handler. */
  readonly #spans: OpenSpans
  /** The spans of handlers that failed, with the process that ended by it. */
  readonly #failed = new WeakMap<Span, Pid>()

  readonly #crossing: Disposable

  /** @param names maps the spans of isolated servers to those in this program */
  constructor(
    tracer: Tracer,
    faults: SdkFaults,
    kernel: Kernel | undefined,
    options: TracingOptions,
    names?: SpanNames,
  ) {
    this.#tracer = tracer
    this.#faults = faults
    this.#options = options
    this.#crossing = carryContexts(kernel, this.#carried, names)
    this.#begins = new Subscription(kernel)
      .on<DeliveryEvent>(KERNEL_CHANNELS.delivery, (event) => this.#delivered(event))
      .on<HandlerEvent>(KERNEL_CHANNELS.handlerStart, (event) => this.#handlerStarts(event))
      .on<ReportEvent>(REPORTS, (event) => {
        const { kind, pid, reason } = event.report
        if (pid !== undefined && CRASHES.has(kind)) this.#crashed(event.kernel, pid, reason)
      })
    // The end of a call is published only while its start has subscribers, so both are in one subscription.
    const ends = new Subscription(kernel)
      .on<CallEvent>(KERNEL_CHANNELS.callStart, (event) => this.#callStarts(event))
      .on<CallEvent>(KERNEL_CHANNELS.callEnd, (event) => this.#callEnds(event))
      .on<HandlerEvent>(KERNEL_CHANNELS.handlerEnd, (event) => this.#handlerEnds(event))
    this.#spans = new OpenSpans(tracer, faults, new Note<Span>('span'), () => ends[Symbol.dispose]())
  }

  [Symbol.dispose](): void {
    this.#begins[Symbol.dispose]()
    this.#crossing[Symbol.dispose]()
    for (const note of [this.#carried, this.#timed]) note[Symbol.dispose]()
    this.#spans[Symbol.dispose]()
  }

  #callStarts(event: CallEvent): void {
    if (this.#spans.isClosing) return
    const parent = context.active()
    if (!this.#isTraced(parent) && !(trace.getSpan(parent) === undefined && isOutside(event.from))) return
    const { call, request } = event
    if (call !== undefined && kindOf(call) === 'system') return
    const { name, attributes } = this.#kinds.ofCall(event.to, methodOf(request), meantBy(request))
    const span = this.#spans.begin(event.kernel, event, name, { attributes }, parent)
    if (call !== undefined && span !== undefined) this.#carried.set(call, trace.setSpan(parent, span))
  }

  #callEnds(event: CallEvent): void {
    if (!this.#spans.has(event)) return
    const { kernel, call, error } = event
    this.#spans.end(kernel, event, error === undefined ? undefined : (span) => fail(span, error))
    // An answered call stays in memory until its time-out; its context must not. A call that was given up may still be handled.
    if (call !== undefined && error === undefined) this.#carried.set(call, undefined)
  }

  #delivered({ message, delivery, timer }: DeliveryEvent): void {
    // A call has its context already.
    if (CallRequest.is(message) && this.#carried.of(message) !== undefined) return
    const active = context.active()
    if (active === ROOT_CONTEXT) return
    this.#carried.set(delivery, active)
    if (timer) this.#timed.set(delivery, true)
  }

  /** Runs a handler in the context of its message, and never in the context in which its process was spawned. */
  #handlerStarts(event: HandlerEvent): void {
    const { message, delivery, run } = event
    const called = CallRequest.is(message) ? this.#carried.of(message) : undefined
    const carried = called ?? this.#carried.of(delivery) ?? ROOT_CONTEXT
    const inside = this.#insideHandler(event, carried)
    if (inside !== ROOT_CONTEXT || context.active() !== ROOT_CONTEXT)
      event.run = () => context.with(inside, run)
  }

  /** The context for a handler, with a new span if there is one. */
  #insideHandler(event: HandlerEvent, carried: Context): Context {
    const { message, delivery } = event
    const sender = trace.getSpan(carried)
    const isTraced = sender === undefined ? this.#options.roots : isKept(sender)
    // The handler of a call is dropped together with the caller's span.
    if (!isTraced && (sender === undefined || CallRequest.is(message))) return carried
    const kind = kindOf(message)
    if (kind === 'system') return carried
    if (kind === 'call' || sender === undefined) return this.#withSpan(event, kind, carried, EMPTY)
    const origin = sender.spanContext()
    // Without an SDK, or when tracing is suppressed, no span that begins here would be kept.
    if (!isTraced && !isSpanContextValid(origin)) return carried
    const chain = ChainedContext.chainOf(carried) + 1
    const isAlone =
      chain > LONGEST_CHAIN || this.#timed.of(delivery) === true || this.#options.messages === 'link'
    const counted = new ChainedContext(carried, isAlone ? 0 : chain)
    if (!isTraced && !isAlone) return counted
    return this.#withSpan(event, kind, counted, { links: [{ context: origin }], root: isAlone })
  }

  #withSpan(
    event: HandlerEvent,
    kind: ReturnType<typeof kindOf>,
    parent: Context,
    options: SpanOptions,
  ): Context {
    const { kernel, pid, message } = event
    const { name, attributes } = this.#kinds.ofHandler(pid, kind, methodOf(message))
    const span = this.#spans.begin(kernel, event, name, { attributes, ...options }, parent)
    return span === undefined ? parent : trace.setSpan(parent, span)
  }

  #handlerEnds(event: HandlerEvent): void {
    if (!this.#spans.has(event)) return
    const { kernel, failure, pid, skipped } = event
    const mark = (span: Span): void => {
      if (skipped) span.setAttribute('heartwood.handler.skipped', true)
      if (failure === undefined) return
      const isFailed = !isOrderly(failure.reason)
      if (isFailed) this.#failed.set(span, pid)
      span.setAttribute('heartwood.exit.reason', exitKind(failure.reason))
      if (isFailed) fail(span, failure.reason)
    }
    this.#spans.end(kernel, event, failure === undefined && !skipped ? undefined : mark)
  }

  /** Makes a span for a crash outside any handler, such as in a timer or an unawaited promise: the span that it belongs to may have ended. */
  #crashed(kernel: Kernel, pid: Pid, reason: ExitReason): void {
    const active = context.active()
    const span = trace.getSpan(active)
    if (span === undefined || !this.#isTraced(active)) return
    const isOfHandler = (): boolean => this.#failed.get(span) === pid
    if (isOfHandler()) return
    const { name, attributes } = this.#kinds.ofCrash(pid)
    // A handler that waits ends its own span at this moment and has the failure there, so this waits for a microtask.
    queueMicrotask(() => {
      if (isOfHandler()) return
      this.#faults.caughtApart(kernel, `make the span ${name}`, () => {
        const crash = this.#tracer.startSpan(name, { attributes }, active)
        fail(crash, reason)
        crash.end()
      })
    })
  }

  /** Whether a span may begin below a context. A request that the sampler dropped is dropped as a whole. */
  #isTraced(parent: Context): boolean {
    const span = trace.getSpan(parent)
    if (span === undefined) return this.#options.roots
    return isKept(span)
  }
}

/** Whether the caller is code outside the tree, whose call begins a request. */
function isOutside(caller: Pid | undefined): boolean {
  if (caller === undefined) return true
  const sight = processSummary(caller)
  return sight?.script === true && sight.parent === undefined
}
