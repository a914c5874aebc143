/**
 * Spans for calls and for the handlers of messages, and the context that travels with a message.
 *
 *     call         the caller's active span ← span of the call ← span of the handler
 *     cast, send   the sender's active span ← span of the handler, which also links to it
 *     timer        the active span of whoever set it ⇠ link ⇠ span of the handler, in a trace of its own
 *
 * Where no span is active, or one that the sampler has dropped, there is none of ours. A message that was sent in a handler
 * of one that was sent in a handler … has a trace of its own, too, when that goes on for long: what feeds itself would be one
 * trace that never ends.
 */
import {
  type Context,
  context,
  createContextKey,
  ROOT_CONTEXT,
  type Span,
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
import { fail, isKept } from './failed-span.js'
import { SpanKinds } from './span-kinds.js'

/** How spans are made. */
export interface TracingOptions {
  readonly roots: boolean
  readonly messages: 'child' | 'link'
}

/** So many messages may be sent in the handlers of one another in one trace. */
const LONGEST_CHAIN = 16

/** How many messages led to a context. */
const CHAIN = createContextKey('heartwood.chain')

/** Reports of the end of a process by what its code threw. */
const CRASHES: ReadonlySet<string> = new Set(['crash', 'task'])

/** Traces until disposed of. */
export class Tracing implements Disposable {
  readonly #tracer: Tracer
  readonly #options: TracingOptions
  readonly #kinds = new SpanKinds()
  readonly #subscription: Subscription
  /** The context of a message's handler: of a call by its request, of anything else by its delivery. */
  readonly #carried = new Note<Context>('carried')
  /** Of deliveries: a timer has sent them. */
  readonly #timed = new Note<true>('timed')
  /** By the event that stands for a call or a handler. */
  readonly #spans = new Note<Span>('span')
  /** The span in which a process has just crashed, which may be the one of a handler that ends with it. */
  #crashedIn: Span | undefined = undefined
  /** The span of the handler that failed last, whose crash is told next. */
  #failed: Span | undefined = undefined

  constructor(tracer: Tracer, kernel: Kernel | undefined, options: TracingOptions) {
    this.#tracer = tracer
    this.#options = options
    this.#subscription = new Subscription(kernel)
      .on<CallEvent>(KERNEL_CHANNELS.callStart, (event) => this.#callStarts(event))
      .on<CallEvent>(KERNEL_CHANNELS.callEnd, (event) => this.#callEnds(event))
      .on<DeliveryEvent>(KERNEL_CHANNELS.delivery, (event) => this.#delivered(event))
      .on<HandlerEvent>(KERNEL_CHANNELS.handlerStart, (event) => this.#handlerStarts(event))
      .on<HandlerEvent>(KERNEL_CHANNELS.handlerEnd, (event) => this.#handlerEnds(event))
      .on<ReportEvent>(REPORTS, ({ report: { kind, pid, reason } }) => {
        if (pid !== undefined && CRASHES.has(kind)) this.#crashed(pid, reason)
      })
  }

  [Symbol.dispose](): void {
    this.#subscription[Symbol.dispose]()
    for (const note of [this.#carried, this.#timed, this.#spans]) note[Symbol.dispose]()
  }

  #callStarts(event: CallEvent): void {
    const parent = context.active()
    if (!this.#isTraced(parent) && !(trace.getSpan(parent) === undefined && isOutside(event.from))) return
    const { call, request } = event
    if (call !== undefined && kindOf(call) === 'system') return
    const { name, attributes } = this.#kinds.ofCall(event.to, methodOf(request), meantBy(request))
    const span = this.#tracer.startSpan(name, { attributes }, parent)
    this.#spans.set(event, span)
    if (call !== undefined) this.#carried.set(call, trace.setSpan(parent, span))
  }

  #callEnds(event: CallEvent): void {
    const span = this.#spans.of(event)
    if (span === undefined) return
    if (event.error !== undefined) fail(span, event.error)
    span.end()
    // A call that is over waits for its time-out to be forgotten; its spans shall not.
    if (event.call !== undefined) this.#carried.set(event.call, undefined)
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
    const inside = this.#isTraced(carried) ? this.#insideHandler(event, carried) : carried
    if (inside !== ROOT_CONTEXT || context.active() !== ROOT_CONTEXT)
      event.run = () => context.with(inside, run)
  }

  /** The context of a handler, with a span for it. */
  #insideHandler(event: HandlerEvent, carried: Context): Context {
    const { pid, message, delivery } = event
    const kind = kindOf(message)
    const sender = trace.getSpanContext(carried)
    if (kind === 'system') return carried
    const { name, attributes } = this.#kinds.ofHandler(pid, kind, methodOf(message))
    if (kind === 'call' || sender === undefined) {
      const span = this.#tracer.startSpan(name, { attributes }, carried)
      return this.#opens(event, carried, span)
    }
    const chain = ((carried.getValue(CHAIN) as number | undefined) ?? 0) + 1
    const alone =
      chain > LONGEST_CHAIN || this.#timed.of(delivery) === true || this.#options.messages === 'link'
    const links = [{ context: sender }]
    const span = this.#tracer.startSpan(name, { attributes, links, root: alone }, carried)
    return this.#opens(event, carried.setValue(CHAIN, alone ? 0 : chain), span)
  }

  #opens(event: HandlerEvent, carried: Context, span: Span): Context {
    this.#spans.set(event, span)
    return trace.setSpan(carried, span)
  }

  #handlerEnds(event: HandlerEvent): void {
    const span = this.#spans.of(event)
    if (span === undefined) return
    if (span === this.#crashedIn) this.#crashedIn = undefined
    const { failure } = event
    if (failure !== undefined) {
      span.setAttribute('heartwood.exit.reason', exitKind(failure.reason))
      if (!isOrderly(failure.reason)) {
        fail(span, failure.reason)
        this.#failed = span
      }
    }
    span.end()
  }

  /** What no handler has thrown, as in a timer of it or a promise that it left: the span that it came from may be over. */
  #crashed(pid: Pid, reason: ExitReason): void {
    const active = context.active()
    const span = trace.getSpan(active)
    if (span === undefined || span === this.#failed || !this.#isTraced(active)) return
    const { name, attributes } = this.#kinds.ofCrash(pid)
    this.#crashedIn = span
    // A handler that waits ends its span in this moment, and has the failure there.
    queueMicrotask(() => {
      if (this.#crashedIn !== span) return
      this.#crashedIn = undefined
      const crash = this.#tracer.startSpan(name, { attributes }, active)
      fail(crash, reason)
      crash.end()
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
