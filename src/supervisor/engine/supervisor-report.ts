/**
 * What the log hears of a supervisor: OTP's supervisor and progress reports, as structure. Whoever subscribes to their
 * diagnostics channels hears the same; while nobody does, that costs a look at a flag.
 */
import {
  currentKernel,
  type ExitReason,
  formatReason,
  guardedChannel,
  type Kernel,
  type Pid,
  printed,
  type Report,
} from '../../kernel/index.js'
import type { CheckedSpec, ChildState } from '../child-spec.js'
import type { Wait } from '../restart-backoff.js'

/** The name of the channel on which every supervisor report is published: what goes wrong, and what waits. */
export const SUPERVISOR_REPORTS = 'heartwood.supervisor.report'
/** The name of the channel on which every child that is up is published. */
export const SUPERVISOR_PROGRESS = 'heartwood.supervisor.progress'
/** The name of the channel on which every child that is up again is published. */
export const SUPERVISOR_RESTARTS = 'heartwood.supervisor.restart'

const reports = guardedChannel(SUPERVISOR_REPORTS)
const progress = guardedChannel(SUPERVISOR_PROGRESS)
const restarts = guardedChannel(SUPERVISOR_RESTARTS)

/** The child that a report is about, with what OTP tells of it (`offender`, `started`). */
export interface ReportedChild {
  readonly pid: ChildState
  readonly id: CheckedSpec['id']
  readonly restart: CheckedSpec['restart']
  readonly shutdown: CheckedSpec['shutdown']
  readonly type: CheckedSpec['type']
  readonly significant: boolean
  /** The name of its start function. */
  readonly start: string
  readonly args: unknown
}

interface ReportOfSupervisor extends Report {
  readonly kind: 'supervisor'
  readonly pid: Pid
  /** What the supervisor is called. */
  readonly supervisor: string | Pid
}

/** A child ended, did not start, did not stop in good order, or is given up with its supervisor. */
export interface ChildReport extends ReportOfSupervisor {
  readonly context: ReportContext
  readonly reason: ExitReason
  readonly offender: ReportedChild
  /** Where the child is restarted: how many restarts count at the moment, of how many in which time. */
  readonly restarts?: { readonly recent: number; readonly intensity: number; readonly period: number }
}

/** A child waits before it is restarted. */
export interface BackoffReport extends ReportOfSupervisor {
  readonly context: 'backoff'
  readonly delay: number
  readonly retryAt: number
  readonly offender: ReportedChild
}

/** The supervisor received what it has no use for. */
export interface UnexpectedMessageReport extends ReportOfSupervisor {
  readonly context: 'unexpected_message'
  readonly received: unknown
}

/** Its `onStop` threw. */
export interface HookReport extends ReportOfSupervisor {
  readonly context: 'hook_error'
  readonly reason: unknown
}

/** A child is up. */
export interface ProgressReport extends Report {
  readonly kind: 'progress'
  readonly pid: Pid
  readonly supervisor: string | Pid
  readonly started: ReportedChild
}

/** What a supervisor reports, told apart by `context`. */
export type SupervisorReport = ChildReport | BackoffReport | UnexpectedMessageReport | HookReport

/** Whether a report is one of a supervisor about a child, or about itself. */
export function isSupervisorReport(report: Report): report is SupervisorReport {
  return report?.kind === 'supervisor' && report.context !== undefined
}

/** Whether a report is that of a child that is up. */
export function isProgressReport(report: Report): report is ProgressReport {
  return report?.kind === 'progress' && report.started !== undefined
}

/** What is published on the channel of reports. */
export interface SupervisorEvent {
  readonly kernel: Kernel
  readonly report: SupervisorReport
}

/** What is published on the channel of progress. */
export interface ProgressEvent {
  readonly kernel: Kernel
  readonly report: ProgressReport
}

/** What is published of a child that is up again. */
export interface RestartEvent {
  readonly kernel: Kernel
  readonly supervisor: Pid
  /** What the supervisor is called: by its name, else by its id as a child, else by its pid. */
  readonly title: string | Pid
  readonly spec: CheckedSpec
  /** The new incarnation. */
  readonly pid: Pid
  /** How often the child was started again so far. */
  readonly restarts: number
}

/** Publishes that a child is up, unless it is for the first time. */
export function publishRestart(supervisor: Reporting, spec: CheckedSpec, pid: Pid, count: number): void {
  if (count === 0 || !restarts.hasSubscribers) return
  const title = titleOf(supervisor)
  const event = { kernel: currentKernel(), supervisor: supervisor.pid, title, spec, pid, restarts: count }
  restarts.publish(event satisfies RestartEvent)
}

/** A supervisor as reports show it. */
export interface Reporting {
  readonly kernel: Kernel
  readonly pid: Pid
  readonly name: string | undefined
  /** What to call it where it has no name: as a child, its id. */
  readonly label: unknown
  /** The restarts that count against its intensity at the moment. */
  readonly recentRestarts: number
  readonly seen: { readonly intensity: number; readonly period: number }
}

/** What a supervisor is called: by its name, else by its label, else by its pid. */
export function titleOf({ pid, name, label }: Reporting): string | Pid {
  if (name !== undefined || label === undefined) return name ?? pid
  return printed(label)
}

/** Whether anybody has a use for a report of a supervisor: those of each restart are not made for nobody. */
function isHeard({ kernel }: Reporting, level: Report['level'], kind: string, to = reports): boolean {
  return to.hasSubscribers || kernel.hears(level, kind)
}

function tell({ kernel }: Reporting, report: SupervisorReport): void {
  kernel.report(report)
  if (reports.hasSubscribers) reports.publish({ kernel, report } satisfies SupervisorEvent)
}

/** What a supervisor report is about (OTP's `errorContext`). */
export type ReportContext = 'child_terminated' | 'start_error' | 'shutdown_error' | 'shutdown'

const WHAT: Record<ReportContext, string> = {
  child_terminated: 'terminated',
  start_error: 'did not start',
  shutdown_error: 'did not stop in good order',
  shutdown: 'is given up, and the supervisor with it',
}

function offender(spec: CheckedSpec, pid: ChildState): ReportedChild {
  const { id, restart, shutdown, type, significant, start, args } = spec
  return { pid, id, restart, shutdown, type, significant, start: start.name, args }
}

/** Reports the end of a child, and what its supervisor does about it. */
export function reportEnd(
  supervisor: Reporting,
  reason: ExitReason,
  spec: CheckedSpec,
  pid: Pid,
  isRestarted: boolean,
): void {
  const { recentRestarts: recent, seen } = supervisor
  const { intensity, period } = seen
  const more = isRestarted ? { restarts: { recent, intensity, period } } : {}
  reportChild(supervisor, 'child_terminated', reason, spec, pid, more)
}

/** Reports what went wrong with a child; `pid` is its last one. */
export function reportChild(
  supervisor: Reporting,
  context: ReportContext,
  reason: ExitReason,
  spec: CheckedSpec,
  pid: ChildState,
  more: Pick<ChildReport, 'restarts'> = {},
): void {
  const { kernel, pid: own, name } = supervisor
  const { incidents } = kernel
  const told = incidents.find(pid, reason)
  // Told by whoever crashed: this is about what its supervisor does. That it gives up is news.
  const level = told === undefined || context === 'shutdown' ? 'error' : 'info'
  if (context === 'shutdown' && told !== undefined) incidents.join(told, own)
  if (!isHeard(supervisor, level, 'supervisor')) return
  const incident = told ?? incidents.of(typeof pid === 'string' ? undefined : pid, reason)
  if (context === 'shutdown') incidents.join(incident, own)
  const title = titleOf(supervisor)
  tell(supervisor, {
    level,
    kind: 'supervisor',
    message: `supervisor ${title}: child "${spec.id}" ${WHAT[context]}: ${formatReason(reason)}`,
    pid: own,
    name,
    supervisor: title,
    context,
    reason,
    incident,
    offender: offender(spec, pid),
    ...more,
  })
}

/** Reports a child that is up. What somebody asked for over the API, they know: that is for debugging only. */
export function reportProgress(
  supervisor: Reporting,
  level: 'info' | 'debug',
  spec: CheckedSpec,
  pid: Pid,
): void {
  if (!isHeard(supervisor, level, 'progress', progress)) return
  const { kernel, pid: own, name } = supervisor
  const title = titleOf(supervisor)
  const report: ProgressReport = {
    level,
    kind: 'progress',
    message: `supervisor ${title} started child "${spec.id}" as ${pid}`,
    pid: own,
    name,
    supervisor: title,
    started: offender(spec, pid),
  }
  kernel.report(report)
  if (progress.hasSubscribers) progress.publish({ kernel, report } satisfies ProgressEvent)
}

/** Reports that a child waits before it is restarted. */
export function reportWait(supervisor: Reporting, spec: CheckedSpec, { delay, retryAt }: Wait): void {
  const { pid: own, name } = supervisor
  const title = titleOf(supervisor)
  tell(supervisor, {
    level: 'info',
    kind: 'supervisor',
    message: `supervisor ${title}: child "${spec.id}" is restarted in ${delay} ms`,
    pid: own,
    name,
    supervisor: title,
    context: 'backoff',
    delay,
    retryAt,
    offender: offender(spec, 'restarting'),
  })
}

/** Reports a message that no supervisor has a use for. */
export function reportUnexpected(supervisor: Reporting, message: unknown): void {
  const { pid: own, name } = supervisor
  const title = titleOf(supervisor)
  tell(supervisor, {
    level: 'error',
    kind: 'supervisor',
    message: `supervisor ${title} received an unexpected message: ${formatReason(message)}`,
    pid: own,
    name,
    supervisor: title,
    context: 'unexpected_message',
    received: message,
  })
}

/** Reports an `onStop` hook that threw where a more important failure is already on its way. */
export function reportHook(supervisor: Reporting, thrown: unknown): void {
  const { pid: own, name } = supervisor
  const title = titleOf(supervisor)
  tell(supervisor, {
    level: 'error',
    kind: 'supervisor',
    message: `supervisor ${title}: onStop failed: ${formatReason(thrown)}`,
    pid: own,
    name,
    supervisor: title,
    context: 'hook_error',
    reason: thrown,
  })
}
