/** The measuring of events: it subscribes to diagnostics channels and records values in a sink. */
import { WATCHDOG_REPORTS, type WatchdogEvent } from '../application/index.js'
import { kindOf, meantBy, methodOf, serverOf } from '../genserver/index.js'
import {
  type CallEvent,
  CallRequest,
  type DeadLetterEvent,
  type DeliveryEvent,
  type DiscardEvent,
  defaultKernel,
  type ExitEvent,
  type HandlerEvent,
  HeartwoodError,
  KERNEL_CHANNELS,
  type Kernel,
  Pid,
  Reference,
} from '../kernel/index.js'
import {
  type ChildStart,
  type RestartEvent,
  SUPERVISOR_REPORTS,
  SUPERVISOR_RESTARTS,
  SUPERVISOR_STARTS,
  type SupervisorEvent,
  seenSupervisor,
} from '../supervisor/index.js'
import { DeliveryTimes } from './delivery-times.js'
import { errorType, exitKind } from './error-type.js'
import { Note } from './event-notes.js'
import {
  BLOCKED,
  CRASHES,
  DISCARDED,
  ESCALATIONS,
  EXITS,
  type Metric,
  RECORDED,
  RECOVERIES,
  RESTARTS,
  type Sink,
  STARTS,
  UNDELIVERED,
} from './metric.js'
import { Subjects } from './process-titles.js'
import { type CallSeries, Served } from './served-methods.js'
import { Subscription } from './subscription.js'

/** The most children of one supervisor that are read when the measuring begins, or whose end is noted until their restart. */
const MOST_CHILDREN = 10_000

/** Measures from its construction until it is disposed of. */
export class Measuring implements Disposable {
  readonly subjects = new Subjects()
  readonly deliveredAt = new DeliveryTimes()
  readonly #sink: Sink
  readonly #served: Served
  readonly #begun = new Note<CallSeries>('series')
  readonly #starting = new WeakMap<object, number>()
  /** The times at which children ended that will be restarted, by supervisor and id. */
  readonly #ended = new WeakMap<Pid, Map<string, number>>()
  readonly #subscription: Subscription

  /** @param handlers whether all messages are measured, not only calls */
  constructor(sink: Sink, kernel: Kernel | undefined, handlers: boolean) {
    this.#sink = sink
    this.#served = new Served(sink, this.subjects)
    for (const metric of RECORDED)
      for (const labels of metric.known ?? []) sink.series(metric, labels).record(0)
    this.#expectRunning(kernel ?? defaultKernel())
    this.#subscription = new Subscription(kernel)
      .on<CallEvent>(KERNEL_CHANNELS.callStart, (event) => this.#callStarts(event))
      .on<CallEvent>(KERNEL_CHANNELS.callEnd, (event) => this.#callEnds(event))
      .on<ExitEvent>(KERNEL_CHANNELS.exit, (event) => this.#exits(event))
      .on<DeadLetterEvent>(KERNEL_CHANNELS.deadLetter, ({ to }) =>
        this.#count(UNDELIVERED, { destination: sortOf(to) }),
      )
      .on<DiscardEvent>(KERNEL_CHANNELS.discard, ({ pid, cause }) =>
        this.#count(DISCARDED, { server: this.subjects.of(pid).title, cause }),
      )
      .on<ChildStart>(SUPERVISOR_STARTS, (event) => this.#starts(event))
      .on<RestartEvent>(SUPERVISOR_RESTARTS, (event) => this.#restarts(event))
      .on<SupervisorEvent>(SUPERVISOR_REPORTS, (event) => this.#reports(event))
      .on<WatchdogEvent>(WATCHDOG_REPORTS, () => this.#count(BLOCKED, {}))
    if (!handlers) return
    this.#subscription
      .on<DeliveryEvent>(KERNEL_CHANNELS.delivery, ({ kernel, delivery, message }) => {
        if (!CallRequest.is(message)) this.deliveredAt.note(delivery, kernel.now())
      })
      .on<HandlerEvent>(KERNEL_CHANNELS.handlerStart, (event) => this.#handlerStarts(event))
      .on<HandlerEvent>(KERNEL_CHANNELS.handlerEnd, (event) => this.#handlerEnds(event))
  }

  [Symbol.dispose](): void {
    this.#subscription[Symbol.dispose]()
    for (const note of [this.deliveredAt, this.#begun]) note[Symbol.dispose]()
  }

  #count(metric: Metric, labels: Readonly<Record<string, string>>): void {
    this.#sink.series(metric, labels).record(1)
  }

  /** Finds the series of a call when it is sent, since the server may be gone at its end. */
  #callStarts(event: CallEvent): void {
    const { call, request, to } = event
    // Calls of the framework itself are not measured.
    if (call !== undefined && kindOf(call) === 'system') return
    const series = this.#served.call(to, methodOf(request), to === undefined ? meantBy(request) : undefined)
    this.#begun.set(event, series)
    series.active.record(1)
  }

  #callEnds(event: CallEvent): void {
    const series = this.#begun.of(event)
    if (series === undefined) return
    const { kernel, call, error, startedAt } = event
    series.active.record(-1)
    series.of(outcomeOf(error)).record((kernel.now() - startedAt) / 1_000)
    // The call may still be handled, and its wait in the mailbox must then be known.
    if (error !== undefined && call !== undefined) this.deliveredAt.note(call, startedAt)
  }

  #handlerStarts({ pid, message, delivery, startedAt }: HandlerEvent): void {
    const since = this.deliveredAt.of(message, delivery)
    if (since !== undefined && kindOf(message) !== 'system')
      this.#served.waits(pid).record((startedAt - since) / 1_000)
  }

  #handlerEnds({ kernel, pid, message, startedAt, failure, skipped }: HandlerEvent): void {
    const kind = kindOf(message)
    if (kind === 'system' || skipped) return
    const outcome = failure === undefined || exitKind(failure.reason) !== 'error' ? 'ok' : 'error'
    this.#served.handler(pid, kind, outcome).record((kernel.now() - startedAt) / 1_000)
  }

  #exits({ pid, reason, linked }: ExitEvent): void {
    const kind = exitKind(reason)
    this.#count(EXITS, { reason: kind })
    if (kind === 'error' && !isOfAnother(pid, linked))
      this.#count(CRASHES, { server: this.subjects.of(pid).title, error_type: errorType(reason) })
  }

  #starts({ kernel, supervisor, spec, outcome }: ChildStart): void {
    if (outcome === undefined) {
      this.#starting.set(spec, kernel.now())
      return
    }
    const begun = this.#starting.get(spec)
    if (begun === undefined) return
    this.#starting.delete(spec)
    const pid = outcome !== 'ignore' && 'pid' in outcome ? outcome.pid : undefined
    const child = this.subjects.child(supervisor, spec.id, pid)
    const said = outcome === 'ignore' ? 'ignore' : pid === undefined ? 'error' : 'ok'
    this.#sink.series(STARTS, { child, result: said }).record((kernel.now() - begun) / 1_000)
    this.#expect(supervisor, child)
    if (pid === undefined) this.#ended.get(supervisor)?.delete(spec.id)
  }

  /** Creates series with 0 when a child starts, so that its first restart, or the first escalation of its supervisor, is an increase. */
  #expect(supervisor: Pid, child: string): void {
    const { title } = this.subjects.of(supervisor)
    this.#sink.series(RESTARTS, { supervisor: title, child }).record(0)
    this.#sink.series(ESCALATIONS, { supervisor: title }).record(0)
  }

  /** Creates the series of children that run already when the measuring begins. */
  #expectRunning(kernel: Kernel): void {
    for (const pid of kernel.processes()) {
      const seen = seenSupervisor(pid)
      if (seen === undefined) continue
      this.#sink.series(ESCALATIONS, { supervisor: this.subjects.of(pid).title }).record(0)
      for (const child of seen.list(0, MOST_CHILDREN)) {
        const running = child.pid instanceof Pid ? child.pid : undefined
        if (running !== undefined) this.#expect(pid, this.subjects.child(pid, child.id, running))
      }
    }
  }

  #restarts({ kernel, supervisor, spec, pid }: RestartEvent): void {
    const labels = {
      supervisor: this.subjects.of(supervisor).title,
      child: this.subjects.child(supervisor, spec.id, pid),
    }
    this.#count(RESTARTS, labels)
    const ended = this.#ended.get(supervisor)
    const at = ended?.get(spec.id)
    if (at === undefined) return
    ended?.delete(spec.id)
    this.#sink.series(RECOVERIES, labels).record((kernel.now() - at) / 1_000)
  }

  #reports({ kernel, report }: SupervisorEvent): void {
    const { pid } = report
    if (report.context === 'shutdown') this.#count(ESCALATIONS, { supervisor: this.subjects.of(pid).title })
    if (report.context !== 'child_terminated' || report.restarts === undefined) return
    const ended = this.#ended.get(pid) ?? new Map<string, number>()
    this.#ended.set(pid, ended)
    // The oldest is dropped: some restarts never come, for example when the child is deleted meanwhile.
    if (ended.size >= MOST_CHILDREN) for (const [oldest] of ended) if (ended.delete(oldest)) break
    ended.set(report.offender.id, kernel.now())
  }
}

/**
 * Whether an exit belongs to a crash that is counted already. One throw is one crash, however many processes are linked. For a
 * concurrent call, the end of its server is counted.
 */
function isOfAnother(pid: Pid, linked: Pid | undefined): boolean {
  if (serverOf(pid) !== undefined) return true
  return linked !== undefined && serverOf(linked) !== pid
}

function outcomeOf(error: unknown): string {
  if (error === undefined) return 'ok'
  return HeartwoodError.is(error) ? error.code : 'error'
}

/** The kind of address that a message was sent to. */
function sortOf(to: unknown): string {
  if (to instanceof Pid) return 'process'
  return to instanceof Reference ? 'alias' : 'name'
}
