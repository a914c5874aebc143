import type { Clock } from '../clock.js'
import { currentProcess, type ProcessInContext } from '../context/current-process.js'
import { inherits, isError, oneLine, printed, safeText, stackLines } from '../show/index.js'
import { type Links, linksOf } from '../signals/link-table.js'
import type { Ancestry } from '../terms/ancestry.js'
import { type Place, placeOf, stackHere } from '../terms/code-place.js'
import { Exit, type ExitReason, formatReason, isOrderly } from '../terms/exit-reason.js'
import type { Pid } from '../terms/pid.js'
import type { Incidents } from './incidents.js'

/** A report of an event for the log, as structured data. The text is made when it is written. */
export interface Report {
  readonly level: 'error' | 'warn' | 'info' | 'debug'
  /** `'crash'`, `'server'`, `'supervisor'`, `'progress'` … */
  readonly kind: string
  readonly message: string
  readonly pid?: Pid | undefined
  readonly name?: string | undefined
  readonly [field: string]: unknown
}

/** A function that gets the reports. */
export interface Reporter {
  (report: Report): void
  /** Whether the reporter uses reports of that kind and level; others are not even made. Without this method it gets all. */
  wants?(level: Report['level'], kind: string): boolean
}

/** The most characters of a message on stderr. */
const LONGEST_MESSAGE = 4_000

/** Makes a reporter that writes warnings and errors to stderr, with the stack of each reason once: for programs that set up no logging. */
export function stderrReporter(clock: Clock): Reporter {
  // One error is reported by its server, its process and its supervisor.
  const told = new WeakSet<Error>()
  const wants = (level: Report['level']): boolean => level === 'error' || level === 'warn'
  const write = (report: Report): void => {
    if (!wants(report.level)) return
    const who = report.pid === undefined ? '' : ` ${report.name ?? ''}${report.pid}`
    const reason = report.reason
    const isNew = isError(reason) && !told.has(reason)
    if (isNew) told.add(reason)
    const stack = isNew
      ? stackLines(reason)
          .map((line) => `\n${line}`)
          .join('')
      : ''
    const time = new Date(clock.wallTime()).toISOString()
    process.stderr.write(
      `${time} [${report.level}]${oneLine(who)} ${oneLine(safeText(report.message, LONGEST_MESSAGE))}${stack}\n`,
    )
  }
  return Object.assign(write, { wants })
}

/** Whether a reporter uses reports of that sort. */
export function isWanted(reporter: Reporter, level: Report['level'], kind: string): boolean {
  try {
    return reporter.wants === undefined || reporter.wants(level, kind)
  } catch {
    // A log that fails is reported where it gets the report.
    return true
  }
}

/** Passes a report to the log. If the log fails, that is written to stderr. */
export function handOver(report: Report, reporter: Reporter, clock: Clock): void {
  try {
    reporter(report)
  } catch (error) {
    const toStderr = stderrReporter(clock)
    toStderr(report)
    toStderr({ level: 'error', kind: 'log', message: 'the reporter failed on this', reason: error })
  }
}

/** What reports need of a kernel. */
export interface ReportingKernel {
  readonly incidents: Incidents
  hears(level: Report['level'], kind: string): boolean
  report(report: Report): void
}

/** A process that is reported. */
export interface ReportedProcess {
  readonly pid: Pid
  readonly name: string | undefined
  readonly label: unknown
  readonly via: unknown
  readonly alive: boolean
  readonly isScript: boolean
  readonly reason: ExitReason
  readonly parent: Pid | undefined
  readonly ancestry: Ancestry | undefined
  readonly trapping: boolean
  readonly mailbox: { readonly length: number }
  links: Links
  linkedAt: number
  readonly kernel: ReportingKernel
}

/** Makes the report of a process that ended by an error of its own code: OTP's crash report. */
export function crashReport(process: ReportedProcess, reason: ExitReason): Report {
  return {
    level: 'error',
    kind: 'crash',
    message: `process ${printed(process.label ?? process.name ?? process.pid)} crashed: ${formatReason(reason)}`,
    pid: process.pid,
    name: process.name,
    label: process.label,
    ...(process.via === undefined ? undefined : { via: printed(process.via) }),
    reason,
    incident: process.kernel.incidents.of(process.pid, reason),
    ...process.kernel.incidents.saidOf(process.pid),
    parent: process.parent,
    ancestors: ancestorsOf(process.ancestry),
    queueLength: process.mailbox.length,
    links: linksOf<ReportedProcess>(process).map((other) => other.pid),
    trapping: process.trapping,
  }
}

/** Reports the end of a process by an error of its code, if that is a crash. */
export function reportCrash(process: ReportedProcess, thrown: unknown, reason: ExitReason): void {
  // A script that calls `exit(reason)` ends on purpose. For OTP's behaviours any end that is not orderly is a crash.
  const crash = inherits(thrown, Exit.prototype) ? !process.isScript && !isOrderly(reason) : true
  if (crash && process.kernel.hears('error', 'crash')) process.kernel.report(crashReport(process, reason))
}

/**
 * Makes the report of an action of left-over code, with what became of it.
 *
 * @param since the number of such actions since the last report
 */
export function leftoverReport(
  process: ReportedProcess,
  what: 'acted' | 'failed',
  { place, count }: { readonly place: Place | undefined; readonly count: number },
  since: number,
  thrown: unknown,
): Report {
  const { pid, name, label, reason } = process
  const where = place === undefined ? '' : ` at ${place.at}`
  const did =
    what === 'failed'
      ? `failed${where}: ${formatReason(thrown)}`
      : `acts${where}${place?.called === undefined ? '' : ` (${place.called})`}, without effect`
  const often = count === since ? '' : `; ${since} more times, ${count} in all`
  return {
    level: 'warn',
    kind: 'stray',
    message: `left-over code of the dead process ${deadName(process)} ${did}${often}. ${ADVICE}`,
    pid,
    name,
    label,
    reason: what === 'failed' ? thrown : reason,
    place: place?.at,
    count,
  }
}

/** Code of a dead process that was refused so often that it is resumed no more. */
export function notResumedReport(process: ReportedProcess, refusals: number): Report {
  const { pid, name, label, reason } = process
  return {
    level: 'warn',
    kind: 'stray',
    message: `left-over code of the dead process ${deadName(process)} was refused ${refusals} times and tried again: it is not resumed any more. Leave such a loop on PROCESS_DEAD, or when processSignal().aborted is true`,
    pid,
    name,
    label,
    reason,
    count: refusals,
  }
}

const ADVICE =
  'If it serves several workers, as a pool, a client or a queue does, wrap that in shared(thing), or hand it ownCallback(fn)'

/**
 * Returns a text for the log that says which process calls `process.exit` now, and where.
 *
 * @returns undefined if the code belongs to no process of `kernel`
 */
export function exitCall(kernel: ReportingKernel, code: number): string | undefined {
  const process = currentProcess<ReportedProcess & ProcessInContext>()
  if (process?.kernel !== kernel) return undefined
  const { pid, name, label, alive } = process
  const place = placeOf(stackHere(exitCall))
  const who = alive
    ? `process ${printed(label ?? name ?? 'without a name')} ${pid}`
    : `left-over code of the dead process ${deadName(process)}`
  return `${who} called process.exit(${code})${place === undefined ? '' : ` at ${place.at}`}`
}

function deadName({ pid, name, label, reason }: ReportedProcess): string {
  const who = label ?? name
  return `${who === undefined ? '' : `${printed(who)} `}${pid} (${formatReason(reason)})`
}

/**
 * Makes the report of a thing that a dead process opened and did not own, and that is still open.
 *
 * @param since the number of such things since the last report
 */
export function leftOpenReport(
  process: ReportedProcess,
  what: { readonly name: string; readonly isTimer: boolean; readonly isBrief: boolean },
  { place, count }: { readonly place: Place | undefined; readonly count: number },
  since: number,
): Report {
  const { pid, name, label, reason } = process
  const where = place === undefined ? '' : ` at ${place.at}`
  const dead = deadName(process)
  const did = what.isBrief
    ? `left-over code of the dead process ${dead} goes on by ${what.name}${where}`
    : `the dead process ${dead} left ${what.name} open, from${where === '' ? ' a place unknown' : where.slice(3)}`
  const often = count === 1 ? '' : `; ${since === count ? '' : `${since} more, `}${count} in all`
  return {
    level: 'warn',
    kind: 'resource',
    message: `${did}${often}. ${what.isTimer ? OWN_TIMER : OWN}`,
    pid,
    name,
    label,
    reason,
    place: place?.at,
    count,
  }
}

const OWN =
  'Hand it to own(x), which closes it with its process; what several workers use is opened inside shared(thing)'
const OWN_TIMER =
  'Take timers from heartwood/timers, which end with their process; those of what several workers use are set inside shared(thing)'

/**
 * Makes the report of handlers that wait for each other, where no call has a time-out.
 *
 * @param cycle the circle as text
 * @param waited the milliseconds for which it was observed
 */
export function circleReport({ pid, name, label }: ReportedProcess, cycle: string, waited: number): Report {
  return {
    level: 'warn',
    kind: 'circle',
    message: `calls without a time-out have waited for each other for ${waited} ms, as far as can be seen (${cycle}). ${UNTIMED_ADVICE}`,
    pid,
    name,
    label,
    cycle,
    waited,
  }
}

const UNTIMED_ADVICE =
  'No time-out will end that: give calls that go round a time, or let one of them cast, reply later, or make its call in a process of its own'

/** Makes the report of an `exited` hook that threw. */
export function hookReport(process: ReportedProcess, thrown: unknown): Report {
  return {
    level: 'error',
    kind: 'hook',
    message: `the exited hook of process ${process.pid} failed: ${formatReason(thrown)}`,
    pid: process.pid,
    reason: thrown,
  }
}

/** Makes the report of a resource of a dying process that could not be closed, or not in time. */
export function unclosedReport(process: ReportedProcess, what: string, error: unknown): Report {
  return {
    level: 'error',
    kind: 'resource',
    message: `a resource of process ${process.pid} did not close: ${what}: ${formatReason(error)}`,
    pid: process.pid,
    reason: error,
  }
}

export function ancestorsOf(ancestry: Ancestry | undefined): (Pid | string)[] {
  const all: (Pid | string)[] = []
  for (let at = ancestry; at !== undefined; at = at.further) all.push(at.nearest)
  return all
}
