/**
 * Spans for the life of processes: boot, the start of each child, the end of each server.
 *
 * | span | below | what is below it |
 * | --- | --- | --- |
 * | `boot` | nothing | the starts of its applications, their supervisors, children and phases |
 * | `start CHILD`, once booted | what is active: the handler of the supervisor that restarts it, or was asked to start it | |
 * | `terminate CLASS` | what is active, else nothing | what the callback does; of a supervisor the ends of its children |
 */
import { type Context, context, type Span, SpanStatusCode, type Tracer, trace } from '@opentelemetry/api'
import { BOOTS, type BootEvent, type BootStep } from '../../application/index.js'
import { KERNEL_CHANNELS, type Kernel, type TerminateEvent } from '../../kernel/index.js'
import { type ChildStart, SUPERVISOR_STARTS } from '../../supervisor/index.js'
import { exitKind } from '../error-type.js'
import { Note } from '../event-notes.js'
import { Subscription } from '../subscription.js'
import { fail, isKept } from './failed-span.js'
import { SpanKinds } from './span-kinds.js'

/** Makes them until disposed of. */
export class LifecycleSpans implements Disposable {
  readonly #kinds = new SpanKinds()
  readonly #subscription: Subscription
  readonly #ends = new Note<Span>('end')
  /** By the spec of the child that starts. */
  readonly #starts = new WeakMap<object, Span>()

  constructor(
    private readonly tracer: Tracer,
    kernel: Kernel | undefined,
  ) {
    this.#subscription = new Subscription(kernel)
      .on<BootEvent>(BOOTS, (event) => this.#booted(event))
      .on<ChildStart>(SUPERVISOR_STARTS, (event) => this.#starting(event))
      .on<TerminateEvent>(KERNEL_CHANNELS.terminateStart, (event) => this.#terminates(event))
      .on<TerminateEvent>(KERNEL_CHANNELS.terminateEnd, (event) => this.#terminated(event))
  }

  [Symbol.dispose](): void {
    this.#subscription[Symbol.dispose]()
    this.#ends[Symbol.dispose]()
  }

  /** The times of a boot are known when it is over. */
  #booted({ tree, begun }: BootEvent): void {
    const open: { step: BootStep; parent: Context }[] = [{ step: tree, parent: context.active() }]
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const { step, parent } = next
      const { name, kind, start, ms, failure } = step
      const startTime = begun + start
      const attributes = kind === 'boot' ? {} : { [kind === 'application' ? APPLICATION : CHILD]: name }
      const title = kind === 'boot' ? 'boot' : `start ${name}`
      const span = this.tracer.startSpan(title, { attributes, startTime, root: kind === 'boot' }, parent)
      if (failure !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: failure })
      span.end(startTime + (ms ?? tree.ms ?? 0))
      const below = trace.setSpan(parent, span)
      for (const part of [...step.steps].reverse()) open.push({ step: part, parent: below })
    }
  }

  #starting({ spec, supervisor, outcome }: ChildStart): void {
    if (outcome === undefined) {
      const parent = context.active()
      const above = trace.getSpan(parent)
      // A boot has spans of its own.
      if (above === undefined || !isKept(above)) return
      const attributes = { [CHILD]: spec.id, 'heartwood.process': String(supervisor) }
      this.#starts.set(spec, this.tracer.startSpan(`start ${spec.id}`, { attributes }, parent))
      return
    }
    const span = this.#starts.get(spec)
    if (span === undefined) return
    this.#starts.delete(spec)
    if (outcome !== 'ignore' && 'failed' in outcome) fail(span, outcome.failed)
    span.setAttribute(
      'heartwood.start.result',
      outcome === 'ignore' ? 'ignore' : 'pid' in outcome ? 'ok' : 'error',
    )
    span.end()
  }

  #terminates(event: TerminateEvent): void {
    const parent = context.active()
    const above = trace.getSpan(parent)
    if (above !== undefined && !isKept(above)) return
    const { run, pid } = event
    const { name, attributes } = this.#kinds.ofTerminate(pid)
    const span = this.tracer.startSpan(name, { attributes }, parent)
    span.setAttribute('heartwood.exit.reason', exitKind(event.reason))
    this.#ends.set(event, span)
    event.run = () => context.with(trace.setSpan(parent, span), run)
  }

  #terminated(event: TerminateEvent): void {
    const span = this.#ends.of(event)
    if (span === undefined) return
    if (event.failure !== undefined) fail(span, event.failure.reason)
    span.end()
  }
}

const APPLICATION = 'heartwood.application'
const CHILD = 'heartwood.child'
