/**
 * Spans for calls and for the handlers of messages, and the context that travels with a message.
 *
 *     call         the caller's active span ← span of the call ← span of the handler
 *     cast, send   the sender's active span ← span of the handler, which also links to it
 *     timer        the active span of whoever set it ⇠ link ⇠ span of the handler, in a trace of its own
 *
 * Where no span is active, or one that the sampler has dropped, there is none of ours. A message that was sent in a handler
 * of one that was sent in a handler … has a trace of its own, too, when that goes on for long: what feeds itself would be one
 * trace that never ends. What has a trace of its own is not below what was dropped: the sampler decides about it, else what it
 * has dropped once would be dark for ever.
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
  glance,
  type HandlerEvent,
  isOrderly,
  KERNEL_CHANNELS,
  type Kernel,
  type Pid,
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

/** How spans are made. */
export interface TracingOptions {
  readonly roots: boolean
  readonly messages: 'child' | 'link'
}

/** So many messages may be sent in the handlers of one another in one trace. */
const LONGEST_CHAIN = 16

const EMPTY: SpanOptions = {}

/** Reports of the end of a process by what its code threw. */
const CRASHES: ReadonlySet<string> = new Set(['crash', 'task'])

/** Traces until disposed of; what has begun by then ends as it would have. */
export class Tracing implements Disposable {
  readonly #tracer: Tracer
  readonly #faults: SdkFaults
  readonly #options: TracingOptions
  readonly #kinds = new SpanKinds()
  readonly #begins: Subscription
  /** The context of a message's handler: of a call by its request, of anything else by its delivery. */
  readonly #carried = new Note<Context>('carried')
  /** Of deliveries: a timer has sent them. */
  readonly #timed = new Note<true>('timed')
  /** By the event that stands for a call or a handler. */
  readonly #spans: OpenSpans
  /** The spans of handlers that failed, with the process that ended so. */
  readonly #failed = new WeakMap<Span, Pid>()

  readonly #crossing: Disposable

  /** @param names what spans of isolated servers are called here */
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
    // The end of a call is told while somebody hears the start.
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
    // An answered call waits for its time-out to be forgotten; its spans shall not. One that was given up may still be handled.
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

  /** Whatever was active where its process was spawned is not the context of its handlers. */
  #handlerStarts(event: HandlerEvent): void {
    const { message, delivery, run } = event
    const called = CallRequest.is(message) ? this.#carried.of(message) : undefined
    const carried = called ?? this.#carried.of(delivery) ?? ROOT_CONTEXT
    const inside = this.#insideHandler(event, carried)
    if (inside !== ROOT_CONTEXT || context.active() !== ROOT_CONTEXT)
      event.run = () => context.with(inside, run)
  }

  /** The context of a handler, with a span for it if it has one. */
  #insideHandler(event: HandlerEvent, carried: Context): Context {
    const { message, delivery } = event
    const sender = trace.getSpan(carried)
    const isTraced = sender === undefined ? this.#options.roots : isKept(sender)
    // A call is dropped with its caller.
    if (!isTraced && (sender === undefined || CallRequest.is(message))) return carried
    const kind = kindOf(message)
    if (kind === 'system') return carried
    if (kind === 'call' || sender === undefined) return this.#withSpan(event, kind, carried, EMPTY)
    const origin = sender.spanContext()
    // As where there is no SDK, or tracing is suppressed: nothing that begins here would be kept.
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

  /** What no handler has thrown, as in a timer of it or a promise that it left: the span that it came from may be over. */
  #crashed(kernel: Kernel, pid: Pid, reason: ExitReason): void {
    const active = context.active()
    const span = trace.getSpan(active)
    if (span === undefined || !this.#isTraced(active)) return
    const isOfHandler = (): boolean => this.#failed.get(span) === pid
    if (isOfHandler()) return
    const { name, attributes } = this.#kinds.ofCrash(pid)
    // A handler that waits ends its span in this moment, and has the failure there.
    queueMicrotask(() => {
      if (isOfHandler()) return
      this.#faults.caughtApart(kernel, `make the span ${name}`, () => {
        const crash = this.#tracer.startSpan(name, { attributes }, active)
        fail(crash, reason)
        crash.end()
      })
    })
  }

  /** Whether there is to be a span below that context. A request that the sampler has dropped is dropped as a whole. */
  #isTraced(parent: Context): boolean {
    const span = trace.getSpan(parent)
    if (span === undefined) return this.#options.roots
    return isKept(span)
  }
}

/** Whether that is code from outside the tree, which comes in with a request of its own. */
function isOutside(caller: Pid | undefined): boolean {
  if (caller === undefined) return true
  const sight = glance(caller)
  return sight?.script === true && sight.parent === undefined
}
