/**
 * The reports of supervisors: OTP's supervisor and progress reports, as objects. They go to the log and to diagnostics channels.
 * A channel without subscribers costs one test of a flag.
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
  read,
} from '../../kernel/index.js'
import type { CheckedSpec, ChildState } from '../child-spec.js'
import type { Wait } from '../restart-backoff.js'

/** The name of the channel of supervisor reports: failures of children, and waits before restarts. */
export const SUPERVISOR_REPORTS = 'heartwood.supervisor.report'
/** The name of the channel of progress reports: each child that has started. */
export const SUPERVISOR_PROGRESS = 'heartwood.supervisor.progress'
/** The name of the channel of restarts: each child that has started again. */
export const SUPERVISOR_RESTARTS = 'heartwood.supervisor.restart'

const reports = guardedChannel(SUPERVISOR_REPORTS)
const progress = guardedChannel(SUPERVISOR_PROGRESS)
const restarts = guardedChannel(SUPERVISOR_RESTARTS)

/** The child in a report, with the fields that OTP's reports have (`offender`, `started`). */
export interface ReportedChild {
  readonly pid: ChildState
  readonly id: CheckedSpec['id']
  readonly restart: CheckedSpec['restart']
  readonly shutdown: CheckedSpec['shutdown']
  readonly type: CheckedSpec['type']
  readonly significant: boolean
  /** The name of the start function. */
  readonly start: string
  readonly args: unknown
}

interface ReportOfSupervisor extends Report {
  readonly kind: 'supervisor'
  readonly pid: Pid
  /** The name of the supervisor; without one, its label or pid. */
  readonly supervisor: string | Pid
}

/** The report of a child that ended, failed to start, failed to stop as its spec says, or is given up with its supervisor. */
export interface ChildReport extends ReportOfSupervisor {
  readonly context: ReportContext
  readonly reason: ExitReason
  readonly offender: ReportedChild
  /** If the child is restarted: the number of restarts that count now, and the limits. */
  readonly restarts?: { readonly recent: number; readonly intensity: number; readonly period: number }
}

/** The report of a child that waits before its restart. */
export interface BackoffReport extends ReportOfSupervisor {
  readonly context: 'backoff'
  readonly delay: number
  readonly retryAt: number
  readonly offender: ReportedChild
}

/** The report of a message that supervisors do not know. */
export interface UnexpectedMessageReport extends ReportOfSupervisor {
  readonly context: 'unexpected_message'
  readonly received: unknown
}

/** The report of an error in `onStop`. */
export interface HookReport extends ReportOfSupervisor {
  readonly context: 'hook_error'
  readonly reason: unknown
}

/** The report of a child that has started. */
export interface ProgressReport extends Report {
  readonly kind: 'progress'
  readonly pid: Pid
  readonly supervisor: string | Pid
  readonly started: ReportedChild
}

/** A report of a supervisor; its `context` tells the kind. */
export type SupervisorReport = ChildReport | BackoffReport | UnexpectedMessageReport | HookReport

/** Whether a report is one of a supervisor, other than progress. */
export function isSupervisorReport(report: Report): report is SupervisorReport {
  return read(report, 'kind') === 'supervisor' && read(report, 'context') !== undefined
}

/** Whether a report is the progress report of a child that has started. */
export function isProgressReport(report: Report): report is ProgressReport {
  return read(report, 'kind') === 'progress' && read(report, 'started') !== undefined
}

/** The event on the channel of supervisor reports. */
export interface SupervisorEvent {
  readonly kernel: Kernel
  readonly report: SupervisorReport
}

/** The event on the channel of progress reports. */
export interface ProgressEvent {
  readonly kernel: Kernel
  readonly report: ProgressReport
}

/** The event on the channel of restarts. */
export interface RestartEvent {
  readonly kernel: Kernel
  readonly supervisor: Pid
  /** The name of the supervisor; without one, its id as a child; without that, its pid. */
  readonly title: string | Pid
  readonly spec: CheckedSpec
  /** The process of the new incarnation. */
  readonly pid: Pid
  /** How often the child was restarted so far. */
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

/** The kind of a report about a child (OTP's `errorContext`). */
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

/** Reports the end of a child, with the count of restarts if it is restarted. */
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

/** Reports a failure of a child; `pid` is its last pid. */
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
  // The crash itself was reported by the process that crashed, so this report is only `info`. That a supervisor gives up is not.
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

/** Reports that a child has started. A start by request has the level `debug`, since the caller knows of it. */
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

/** Reports that a child waits before its restart. */
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

/** Reports a message that supervisors do not know. */
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

/** Reports an error in `onStop` when the supervisor already ends with another, more important reason. */
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
