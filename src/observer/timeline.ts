/**
 * What went wrong and came back, in the order it happened: made of the reports that everybody gets, while an observer
 * is there, and capped, so that a storm of crashes costs little and keeps little.
 *
 * One crash is told of several times: by the server, by the kernel, by the supervisor. Here it is one event. What became of it
 * has its incident, too: who died of it, and what was started again.
 */
import {
  errorText,
  HeartwoodError,
  isError,
  type Kernel,
  Pid,
  pageOfCode,
  type Report,
  snapshot,
} from '../kernel/index.js'
import { reasonLine } from '../logging/index.js'
import {
  type ChildReport,
  isProgressReport,
  isSupervisorReport,
  type ProgressReport,
  seenSupervisor,
} from '../supervisor/index.js'
import { lineOf } from './snapshot/one-line-value.js'

/**
 * `'exit'`: a child ended that was not to, without a crash of its own, as when it is killed. `'refused'`: an order that was
 * not followed.
 */
export type TimelineKind = 'crash' | 'exit' | 'restart' | 'report' | 'refused'

/** Something that happened. */
export interface TimelineEvent {
  readonly seq: number
  readonly at: number
  readonly kind: TimelineKind
  readonly level: Report['level']
  message: string
  readonly pid?: string | undefined
  readonly name?: string | undefined
  supervisor?: string | undefined
  child?: string | undefined
  readonly reason?: string | undefined
  /** Of the error that the reason is, as far as it has one. */
  readonly code?: string | undefined
  /** Where the documentation explains that code; of Heartwood's own errors. */
  readonly docs?: string | undefined
  /** What it has in common with the crash that it came of. */
  incident?: string | undefined
  /** The fields of the reports, capped and without secrets. */
  readonly report: Record<string, unknown>
}

/** Events that are kept of each kind: reports of a busy program and what strangers try push no crash out. */
const KEPT: Readonly<Record<TimelineKind, number>> = {
  crash: 1_000,
  exit: 250,
  restart: 500,
  report: 500,
  refused: 50,
}
/** What is started again so soon after a child of the same supervisor ended was started for that, in milliseconds. */
const IN_COMPANY = 10_000
/** Of so many in a second the fields are kept; of more, only what happened. */
const FULL_PER_SECOND = 50
/** Characters of reports that one answer has. A list of large ones would block the event loop while it is made a text. */
const MOST = 1_000_000
/** In place of a report for which there is no room. */
const LEFT_OUT = Object.freeze({ note: 'left out, since the answer is large: ask for this event alone' })
/** Crashes that a later report of the same death is added to. */
const RECENT = 100

const LIMITS = { depth: 4, breadth: 20, length: 1_000, size: 150, privates: 5 }

/** The fields of `Report` that an event has as its own. */
const OWN = new Set(['level', 'kind', 'message', 'pid', 'name', 'supervisor', 'incident'])

export class Timeline {
  readonly #events: Readonly<Record<TimelineKind, TimelineEvent[]>> = {
    crash: [],
    exit: [],
    restart: [],
    report: [],
    refused: [],
  }
  readonly #crashes = new Map<Pid, TimelineEvent>()
  /** By supervisor: whose end it met last, and of which incident. */
  readonly #ends = new Map<Pid, { readonly incident: string; readonly children: Set<unknown>; at: number }>()
  #last = 0
  #second = 0
  #inSecond = 0

  constructor(
    private readonly kernel: Kernel,
    /** Told of each event, and again when there is more to say of it. */
    private readonly told: (event: TimelineEvent) => void,
  ) {}

  /** The newest first. The oldest have no reports if all would be too large. @param before only those before this number */
  list(limit: number, before = Number.POSITIVE_INFINITY): readonly TimelineEvent[] {
    let left = MOST
    return Object.values(this.#events)
      .flatMap((events) => events.filter(({ seq }) => seq < before).slice(-limit))
      .sort((a, b) => b.seq - a.seq)
      .slice(0, limit)
      .map((event) => {
        if (left <= 0) return { ...event, report: LEFT_OUT }
        left -= JSON.stringify(event.report).length
        return event
      })
  }

  note(report: Report): void {
    const { kind, level } = report
    if (isProgressReport(report)) this.#started(report)
    else if (kind === 'crash' || (kind === 'server' && report.incident !== undefined)) this.#crashed(report)
    else if (isSupervisorReport(report) && report.context === 'child_terminated') this.#ended(report)
    else if (kind === 'observer' && level === 'warn' && 'action' in report)
      this.#add('refused', report, undefined)
    else if (kind !== 'trace' && level !== 'debug') this.#add('report', report, report.pid)
  }

  #crashed(report: Report): void {
    const { pid } = report
    const known = pid === undefined ? undefined : this.#crashes.get(pid)
    if (known !== undefined) {
      this.#more(known, report)
      return
    }
    const event = this.#add('crash', report, pid)
    if (pid === undefined) return
    this.#crashes.set(pid, event)
    const [oldest] = this.#crashes.keys()
    if (this.#crashes.size > RECENT && oldest !== undefined) this.#crashes.delete(oldest)
  }

  /** A supervisor tells of a child's end: the end of the story of a crash, or of one that was killed. */
  #ended(report: ChildReport): void {
    const { id, ...offender } = report.offender
    const pid = offender.pid instanceof Pid ? offender.pid : undefined
    const known = pid === undefined ? undefined : this.#crashes.get(pid)
    const event = known ?? this.#add('exit', report, pid)
    event.supervisor = lineOf(report.supervisor)
    event.child = lineOf(id)
    if (known !== undefined) this.#more(known, report)
    this.#remember(report.pid, id, event.incident)
  }

  #remember(supervisor: Pid | undefined, child: unknown, incident: string | undefined): void {
    if (supervisor === undefined || incident === undefined) return
    const last = this.#ends.get(supervisor)
    const children = last?.incident === incident ? last.children : new Set()
    children.add(child)
    this.#ends.delete(supervisor)
    this.#ends.set(supervisor, { incident, children, at: this.kernel.now() })
    const [oldest] = this.#ends.keys()
    if (this.#ends.size > RECENT && oldest !== undefined) this.#ends.delete(oldest)
  }

  /** Why a child was started again: itself had ended, or one beside it, which may take the others along. */
  #causeOf(supervisor: Pid | undefined, child: unknown): string | undefined {
    const last = supervisor === undefined ? undefined : this.#ends.get(supervisor)
    if (last === undefined) return undefined
    return last.children.delete(child) || this.kernel.now() - last.at < IN_COMPANY ? last.incident : undefined
  }

  /** A child is up: worth telling where it is not for the first time. */
  #started(report: ProgressReport): void {
    const { pid, id } = report.started
    const child = pid instanceof Pid ? seenSupervisor(report.pid)?.find(pid) : undefined
    if (!(pid instanceof Pid) || child === undefined || child.restarts === 0) return
    const event = this.#add('restart', report, pid)
    event.supervisor = lineOf(report.supervisor)
    event.child = lineOf(id)
    event.message = `${lineOf(id)} is up again as ${String(pid)}, restart ${child.restarts}`
    event.incident = this.#causeOf(report.pid, id)
  }

  #add(kind: TimelineEvent['kind'], report: Report, pid: Pid | undefined): TimelineEvent {
    const event: TimelineEvent = {
      seq: ++this.#last,
      at: this.kernel.clock.wallTime(),
      kind,
      level: kind === 'crash' ? 'error' : report.level,
      message: lineOf(report.message, 500),
      ...(pid === undefined ? undefined : { pid: String(pid) }),
      ...(report.pid === pid && report.name !== undefined ? { name: lineOf(report.name) } : undefined),
      ...('reason' in report
        ? { reason: reasonLine(report.reason), ...explainedBy(report.reason) }
        : undefined),
      ...('incident' in report ? { incident: String(report.incident) } : undefined),
      report: this.#fields(report),
    }
    const events = this.#events[kind]
    events.push(event)
    if (events.length > KEPT[kind]) events.splice(0, Math.ceil(KEPT[kind] / 10))
    // Told when whoever adds it is through.
    queueMicrotask(() => this.told(event))
    return event
  }

  #more(event: TimelineEvent, report: Report): void {
    for (const [field, value] of Object.entries(this.#fields(report))) event.report[field] ??= value
    queueMicrotask(() => this.told(event))
  }

  #fields(report: Report): Record<string, unknown> {
    const second = Math.floor(this.kernel.now() / 1_000)
    if (second !== this.#second) {
      this.#second = second
      this.#inSecond = 0
    }
    if (++this.#inSecond > FULL_PER_SECOND) return {}
    const fields: Record<string, unknown> = {}
    for (const [field, value] of Object.entries(report)) {
      if (!OWN.has(field) && value !== undefined) fields[field] = shown(field, value)
    }
    return fields
  }
}

function explainedBy(reason: unknown): Pick<TimelineEvent, 'code' | 'docs'> {
  const code = isError(reason) ? errorText(reason, 'code', 100) : undefined
  if (code === undefined) return {}
  return HeartwoodError.is(reason) ? { code, docs: pageOfCode(code) } : { code }
}

function shown(field: string, value: unknown): unknown {
  if (field !== 'reason') return snapshot(value, LIMITS)
  return isError(value) ? (errorText(value, 'stack', 4_000) ?? reasonLine(value)) : reasonLine(value)
}
