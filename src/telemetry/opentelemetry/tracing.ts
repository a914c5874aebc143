/**
 * Spans for calls and for the handlers of messages, and the context that travels with a message.
 *
 *     call   the caller's active span ← span of the call ← span of the handler        one trace, as deep as the calls
 *     cast, send   the sender's active span ⇠ link ⇠ span of the handler              a trace of its own
 *     timer, or no active span                            no span                     unless `roots` asks for them
 *
 * A handler that sends to itself, or to one that sends back, thus makes a chain of traces and never one endless one.
 */
import {
  type Context,
  context,
  type Exception,
  type Link,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api'
import { type SeenMessage, seenMessage } from '../../genserver/index.js'
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
} from '../../kernel/index.js'
import { type ErrorRecord, errorOf, reasonLine } from '../../logging/index.js'
import { Subscription } from '../subscription.js'
import { Titles } from '../title.js'

/** Traces until disposed of. */
export class Tracing implements Disposable {
  readonly #tracer: Tracer
  readonly #roots: boolean
  readonly #titles = new Titles()
  readonly #subscription: Subscription
  /** The context of a message's handler: of a call by its request, of anything else by its delivery. */
  readonly #carried = new WeakMap<object, Context>()
  /** By the event that stands for a call or a handler. */
  readonly #spans = new WeakMap<object, Span>()

  constructor(tracer: Tracer, kernel: Kernel | undefined, roots: boolean) {
    this.#tracer = tracer
    this.#roots = roots
    this.#subscription = new Subscription(kernel)
      .on<CallEvent>(KERNEL_CHANNELS.callStart, (event) => this.#callStarts(event))
      .on<CallEvent>(KERNEL_CHANNELS.callEnd, (event) => this.#ends(event, failureOf(event.error)))
      .on<DeliveryEvent>(KERNEL_CHANNELS.delivery, (event) => this.#delivered(event))
      .on<HandlerEvent>(KERNEL_CHANNELS.handlerStart, (event) => this.#handlerStarts(event))
      .on<HandlerEvent>(KERNEL_CHANNELS.handlerEnd, (event) => this.#ends(event, abnormal(event.failure)))
  }

  [Symbol.dispose](): void {
    this.#subscription[Symbol.dispose]()
  }

  #callStarts(event: CallEvent): void {
    const seen = seenMessage(event.call ?? event.request)
    if (seen.kind === 'system') return
    const parent = context.active()
    const server = event.to ?? event.server
    const attributes = attributesOf(server, { ...seen, kind: 'call' })
    const span = this.#tracer.startSpan(
      `call ${this.#nameOf(server, seen)}`,
      { kind: SpanKind.CLIENT, attributes },
      parent,
    )
    this.#spans.set(event, span)
    if (event.call !== undefined) this.#carried.set(event.call, trace.setSpan(parent, span))
  }

  #delivered({ message, delivery }: DeliveryEvent): void {
    if (message instanceof CallRequest && this.#carried.has(message)) return
    const active = context.active()
    if (active !== ROOT_CONTEXT) this.#carried.set(delivery, active)
  }

  /** Whatever was active where its process was spawned is not the context of its handlers. */
  #handlerStarts(event: HandlerEvent): void {
    const { message, delivery, run } = event
    const called = message instanceof CallRequest ? this.#carried.get(message) : undefined
    const carried = called ?? this.#carried.get(delivery) ?? ROOT_CONTEXT
    const span = this.#handlerSpan(event, carried)
    if (span !== undefined) this.#spans.set(event, span)
    const inside = span === undefined ? withoutSpan(carried) : trace.setSpan(carried, span)
    event.run = () => context.with(inside, run)
  }

  #handlerSpan({ pid, message }: HandlerEvent, carried: Context): Span | undefined {
    const sender = trace.getSpanContext(carried)
    if (sender === undefined && !this.#roots) return undefined
    const seen = seenMessage(message)
    if (seen.kind === 'system') return undefined
    const name = `handle ${this.#nameOf(pid, seen)}`
    const attributes = attributesOf(pid, seen)
    if (seen.kind === 'call') {
      return this.#tracer.startSpan(name, { kind: SpanKind.SERVER, attributes }, carried)
    }
    const links: Link[] = sender === undefined ? [] : [{ context: sender }]
    return this.#tracer.startSpan(name, { kind: SpanKind.CONSUMER, attributes, links, root: true }, carried)
  }

  #nameOf(process: Pid | string, { method }: SeenMessage): string {
    const title = this.#titles.of(process)
    return method === undefined ? title : `${title}.${method}`
  }

  #ends(event: object, failure: { readonly reason: unknown } | undefined): void {
    const span = this.#spans.get(event)
    if (span === undefined) return
    if (failure !== undefined) {
      const { reason } = failure
      const error = errorOf(reason)
      const message = error?.message ?? reasonLine(reason)
      span.recordException(error === undefined ? { name: 'exit', message } : exceptionOf(error))
      span.setStatus({ code: SpanStatusCode.ERROR, message })
    }
    span.end()
  }
}

function withoutSpan(carried: Context): Context {
  return carried === ROOT_CONTEXT ? carried : trace.deleteSpan(carried)
}

/** An error as spans have it, without the secrets in its texts. */
function exceptionOf({ type, message, code, stack }: ErrorRecord): Exception {
  return {
    name: type,
    message,
    ...(code === undefined ? undefined : { code }),
    ...(stack === undefined ? undefined : { stack }),
  }
}

function failureOf(error: unknown): { readonly reason: unknown } | undefined {
  return error === undefined ? undefined : { reason: error }
}

/** Why a handler failed; one that ends its process in good order has not. */
function abnormal(failure: { readonly reason: ExitReason } | undefined): typeof failure {
  return failure === undefined || isOrderly(failure.reason) ? undefined : failure
}

function attributesOf(process: Pid | string, { kind, method }: SeenMessage): Record<string, string> {
  const attributes = { 'heartwood.process': String(process), 'heartwood.message.kind': kind }
  return method === undefined ? attributes : { ...attributes, 'heartwood.method': method }
}
