import { isElsewhere, type Kernel, Pid, printed, type Report } from '../../kernel/index.js'
import { type ChildReport, isProgressReport, isSupervisorReport } from '../../supervisor/index.js'
import { processItem } from '../process-item.js'
import { type Actor, TraceEvent, type TraceKind } from './event.js'

/** The label of processes that act for the test. */
export const TEST: unique symbol = Symbol('test')

/** Events that are kept by default: enough for what led to a failure. */
const LIMIT = 10_000

/** How a process ended. */
export interface Death {
  readonly reason: unknown
  readonly at: number
}

/** Records the events of a kernel: the last events, and for every process its parent and its end. */
export class Recorder {
  readonly #kernel: Kernel
  readonly #limit: number
  #events: TraceEvent[] = []
  #seq = 0
  readonly #titles = new WeakMap<Pid, string>()
  readonly #parents = new WeakMap<Pid, Pid | undefined>()
  readonly #deaths = new WeakMap<Pid, Death>()

  /** @param limit how many events are kept; the oldest go first */
  constructor(kernel: Kernel, limit: number = LIMIT) {
    this.#kernel = kernel
    this.#limit = limit
  }

  /** The recorded events, oldest first. */
  get events(): readonly TraceEvent[] {
    return this.#events.slice(-this.#limit)
  }

  /** The number of all events so far. */
  get count(): number {
    return this.#seq
  }

  add(kind: TraceKind, from: Actor, to: Pid | undefined, what?: unknown): void {
    this.#events.push(new TraceEvent(++this.#seq, this.#kernel.now(), kind, from, to, what))
    // Seldom and many at once, so that each event costs the same.
    if (this.#events.length >= 2 * this.#limit) this.#events = this.#events.slice(-this.#limit)
  }

  /** Adds a remark to the trace. */
  note(text: string, pid?: Pid): void {
    this.add('note', undefined, pid, text)
  }

  spawned(pid: Pid, parent: Pid | undefined): void {
    this.#parents.set(pid, parent)
    this.add('spawn', parent, pid)
  }

  exited(pid: Pid, reason: unknown): void {
    this.#titles.set(pid, titleOf(pid))
    this.#deaths.set(pid, { reason, at: this.#kernel.now() })
    this.add('exit', undefined, pid, reason)
  }

  /** What goes on in a thread or program of its own is not seen: of those there a supervisor tells. */
  reported(report: Report): void {
    if (isProgressReport(report)) {
      const { pid } = report.started
      if (pid instanceof Pid && isElsewhere(pid)) this.spawned(pid, report.pid)
    } else if (isEndOfChild(report)) {
      const { pid } = report.offender
      if (pid instanceof Pid && pid.node !== this.#kernel.node && !this.#deaths.has(pid))
        this.exited(pid, report.reason)
    }
  }

  /** Who started a process, dead or alive; undefined where that was code outside any process. */
  parentOf(pid: Pid): Pid | undefined {
    return this.#parents.get(pid)
  }

  /** How a process ended; undefined while it lives. */
  deathOf(pid: Pid): Death | undefined {
    return this.#deaths.get(pid)
  }

  /** Whether `pid` is `top` or was started below it. */
  isBelow(pid: Pid, top: Pid): boolean {
    for (let at: Pid | undefined = pid; at !== undefined; at = this.parentOf(at)) if (at === top) return true
    return false
  }

  /** The name of a process, dead or alive: its registered name, else its label and pid. */
  nameOf = (pid: Pid): string => this.#titles.get(pid) ?? titleOf(pid)

  clear(): void {
    this.#events = []
  }
}

function isEndOfChild(report: Report): report is ChildReport {
  return (
    isSupervisorReport(report) &&
    (report.context === 'child_terminated' || report.context === 'shutdown_error')
  )
}

function titleOf(pid: Pid): string {
  const name = processItem(pid, 'registeredName')
  if (name !== undefined) return name
  const label = processItem(pid, 'label')
  if (label === 'main' || label === TEST) return 'test'
  const shown = label instanceof Pid || label === undefined ? '' : `${printed(label)} `
  return `${shown}${pid}`
}
