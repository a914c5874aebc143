/**
 * Spans for the life of processes: boot, the start of each child, the end of each server.
 *
 * | span | below | what is below it |
 * | --- | --- | --- |
 * | `boot` | nothing | the starts of its applications, their supervisors, children and phases |
 * | `start CHILD`, after the boot | the active span: that of the supervisor's handler that starts or restarts it | |
 * | `terminate CLASS` | the active span, if any | the work of the callback; for a supervisor the ends of its children |
 */
import { type Context, context, type Span, SpanStatusCode, type Tracer, trace } from '@opentelemetry/api'
import { BOOTS, type BootEvent, type BootStep } from '../../application/index.js'
import { KERNEL_CHANNELS, type Kernel, type TerminateEvent } from '../../kernel/index.js'
import { type ChildStart, SUPERVISOR_STARTS } from '../../supervisor/index.js'
import { exitKind } from '../error-type.js'
import { Note } from '../event-notes.js'
import { Subscription } from '../subscription.js'
import { fail, isKept } from './failed-span.js'
import { OpenSpans } from './open-spans.js'
import type { SdkFaults } from './sdk-faults.js'
import { SpanKinds } from './span-kinds.js'

/** The spans of starts, by spec. They are in a `WeakMap`, since a note on a spec would be copied with it. */
class SpecSpans implements Disposable {
  readonly #spans = new WeakMap<object, Span>()

  of(spec: object): Span | undefined {
    return this.#spans.get(spec)
  }
  set(spec: object, span: Span | undefined): void {
    if (span === undefined) this.#spans.delete(spec)
    else this.#spans.set(spec, span)
  }
  [Symbol.dispose](): void {}
}

/** Makes these spans until it is disposed of. Spans that are open then end as usual. */
export class LifecycleSpans implements Disposable {
  readonly #kinds = new SpanKinds()
  readonly #begins: Subscription
  readonly #terminations: OpenSpans
  /** The open spans of starts, by the spec of the child. */
  readonly #starts: OpenSpans

  constructor(
    private readonly tracer: Tracer,
    private readonly faults: SdkFaults,
    kernel: Kernel | undefined,
  ) {
    this.#begins = new Subscription(kernel)
      .on<BootEvent>(BOOTS, (event) => this.#booted(event))
      .on<TerminateEvent>(KERNEL_CHANNELS.terminateStart, (event) => this.#terminates(event))
    const terminated = new Subscription(kernel).on<TerminateEvent>(KERNEL_CHANNELS.terminateEnd, (event) =>
      this.#terminated(event),
    )
    const started = new Subscription(kernel).on<ChildStart>(SUPERVISOR_STARTS, (event) =>
      this.#starting(event),
    )
    const open = (notes: SpecSpans | Note<Span>, ends: Subscription): OpenSpans =>
      new OpenSpans(tracer, faults, notes, () => ends[Symbol.dispose]())
    this.#terminations = open(new Note<Span>('end'), terminated)
    this.#starts = open(new SpecSpans(), started)
  }

  [Symbol.dispose](): void {
    for (const part of [this.#begins, this.#terminations, this.#starts]) part[Symbol.dispose]()
  }

  /** Makes the spans of a boot at its end, when all times are known. */
  #booted({ kernel, tree, begun }: BootEvent): void {
    this.faults.caughtApart(kernel, 'make the spans of the boot', () => this.#boot(tree, begun))
  }

  #boot(tree: BootStep, begun: number): void {
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

  #starting(event: ChildStart): void {
    const { kernel, spec, supervisor, outcome } = event
    if (outcome === undefined) {
      const parent = context.active()
      const above = trace.getSpan(parent)
      // The starts of a boot get their spans in `#boot`.
      if (above === undefined || !isKept(above)) return
      const attributes = { [CHILD]: spec.id, 'heartwood.process': String(supervisor) }
      this.#starts.begin(kernel, spec, `start ${spec.id}`, { attributes }, parent)
      return
    }
    this.#starts.end(kernel, spec, (span) => {
      if (outcome !== 'ignore' && 'failed' in outcome) fail(span, outcome.failed)
      const result = outcome === 'ignore' ? 'ignore' : 'pid' in outcome ? 'ok' : 'error'
      span.setAttribute('heartwood.start.result', result)
    })
  }

  #terminates(event: TerminateEvent): void {
    const parent = context.active()
    const above = trace.getSpan(parent)
    if (above !== undefined && !isKept(above)) return
    const { kernel, run, pid } = event
    const kind = this.#kinds.ofTerminate(pid)
    const attributes = { ...kind.attributes, 'heartwood.exit.reason': exitKind(event.reason) }
    const span = this.#terminations.begin(kernel, event, kind.name, { attributes }, parent)
    if (span !== undefined) event.run = () => context.with(trace.setSpan(parent, span), run)
  }

  #terminated(event: TerminateEvent): void {
    const { kernel, failure } = event
    this.#terminations.end(
      kernel,
      event,
      failure === undefined ? undefined : (span) => fail(span, failure.reason),
    )
  }
}

const APPLICATION = 'heartwood.application'
const CHILD = 'heartwood.child'
