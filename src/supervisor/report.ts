/** What the log hears of a supervisor: OTP's supervisor and progress reports, as structure. */
import { currentKernel, type ExitReason, formatReason, type Pid, printed } from '../kernel/index.js'
import type { ChildState } from './child.js'
import type { CheckedSpec } from './spec.js'

/** A supervisor as reports show it. */
export interface Reporting {
  readonly pid: Pid
  readonly name: string | undefined
  /** What to call it where it has no name: as a child, its id. */
  readonly label: unknown
}

/** What a supervisor is called: by its name, else by its label, else by its pid. */
export function titleOf({ pid, name, label }: Reporting): string | Pid {
  if (name !== undefined || label === undefined) return name ?? pid
  return printed(label)
}

/** What a supervisor report is about (OTP's `errorContext`). */
export type ReportContext = 'child_terminated' | 'start_error' | 'shutdown_error' | 'shutdown'

const WHAT: Record<ReportContext, string> = {
  child_terminated: 'terminated',
  start_error: 'did not start',
  shutdown_error: 'did not stop in good order',
  shutdown: 'is given up, and the supervisor with it',
}

/** The child a report is about, with what OTP tells of it. */
function offender(spec: CheckedSpec, pid: ChildState): Record<string, unknown> {
  const { id, restart, shutdown, type, significant, start, args } = spec
  return { pid, id, restart, shutdown, type, significant, start: start.name, args }
}

/** Reports what went wrong with a child; `pid` is its last one. */
export function reportChild(
  supervisor: Reporting,
  context: ReportContext,
  reason: ExitReason,
  spec: CheckedSpec,
  pid: ChildState,
): void {
  const { pid: own, name } = supervisor
  const title = titleOf(supervisor)
  currentKernel().report({
    level: 'error',
    kind: 'supervisor',
    message: `supervisor ${title}: child "${spec.id}" ${WHAT[context]}: ${formatReason(reason)}`,
    pid: own,
    name,
    supervisor: title,
    context,
    reason,
    offender: offender(spec, pid),
  })
}

/** Reports a child that is up. What somebody asked for over the API, they know: that is for debugging only. */
export function reportProgress(
  supervisor: Reporting,
  level: 'info' | 'debug',
  spec: CheckedSpec,
  pid: Pid,
): void {
  const { pid: own, name } = supervisor
  const title = titleOf(supervisor)
  currentKernel().report({
    level,
    kind: 'progress',
    message: `supervisor ${title} started child "${spec.id}" as ${pid}`,
    pid: own,
    name,
    supervisor: title,
    started: offender(spec, pid),
  })
}

/** Reports a message that no supervisor has a use for. */
export function reportUnexpected(supervisor: Reporting, message: unknown): void {
  const { pid: own, name } = supervisor
  const title = titleOf(supervisor)
  currentKernel().report({
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
  currentKernel().report({
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
