/** The reporter: it writes the reports of a kernel to the log. */
import {
  type Clock,
  checkKnown,
  DOCUMENTATION,
  LIMITS,
  type Limits,
  oneLine,
  printed,
  type Report,
  type Reporter,
  SystemClock,
  safeText,
  snapshot,
} from '../kernel/index.js'
import { CrashStorm, type Summary, summaryLine } from './crash-storm.js'
import { type LogLevel, levelsOf } from './levels.js'
import type { Logger } from './logger.js'
import { errorOf, reasonLine } from './text/failure-text.js'

/**
 * Makes a reporter that writes reports as structured records. OTP's logger handler for crash, supervisor and progress reports.
 *
 * | field | holds |
 * | --- | --- |
 * | `kind` | the kind of report: `'crash'`, `'server'`, `'supervisor'`, `'progress'`, `'application'` … |
 * | `pid`, `name` | the process that the report is about |
 * | `reason` | the exit reason on one line |
 * | `err` | the error in the reason: type, message, code, docs, stack, details, and its chain of `cause` |
 * | `docs` | for warnings and errors: the page of the documentation about this kind of record |
 * | `incident` | the same value in all reports of one crash |
 * | others | as reported (`state`, `lastMessage`, `ancestors`, `links`, `offender` …), capped and without secrets |
 *
 * All fields and kinds are documented on the page about log records. Progress reports are written at level `debug`. Of each kind of
 * crash 20 per second are written, then the number of the others. The reporter never throws, and a report below the level costs
 * nothing.
 *
 * @param limits how much of states and messages is shown; default depth 5, breadth 50, 2,000 characters per string
 * @param clock the clock that measures a second; default that of the machine
 * @example
 * const kernel = new Kernel({ report: logReporter(createLogger()) })
 */
export function logReporter(
  logger: Logger,
  limits: Partial<Limits> = {},
  clock: Clock = new SystemClock(),
): LogReporter {
  checkKnown('logReporter', limits, Object.keys(LIMITS))
  const bounds = { ...LIMITS, ...limits }
  const levels = levelsOf(logger)
  const wants = (level: Report['level'], kind: string): boolean => logger.isLevelEnabled(levelOf(level, kind))
  const shown = new Shown(bounds)
  const through = (line: () => void): void => (levels === undefined ? line() : levels.through(line))
  const storm = new CrashStorm(clock, (summary) =>
    through(() => logger.error(recordOfStorm(summary, bounds), summaryLine(summary))),
  )
  const write: Reporter = (report) => {
    try {
      if (!wants(report.level, report.kind)) return
      const level = levelOf(report.level, report.kind)
      // The level is that of the process in the report, not of the current process.
      const { pid, name } = report
      const isPlain = levels === undefined || levels.isPlain
      if (!isPlain && !levels.admits(logger.levels.values[level] ?? 0, pid, name)) return
      if (!storm.admits(report)) return
      const line = (): void => logger[level](recordOf(report, shown), safeText(report.message, bounds.length))
      if (isPlain) line()
      else levels.through(line)
    } catch (error) {
      // The log itself failed. Standard error is the last resort, so that the report is not lost.
      const lost = `${report.level}: ${safeText(report.message, bounds.length)} (not logged: ${reasonLine(error)})`
      process.stderr.write(`${oneLine(lost)}\n`)
    }
  }
  return Object.assign(write, { wants, flush: () => storm.flush() })
}

/**
 * Writes a line that a process in another thread or program has logged, if the level of that process allows it. It never throws.
 *
 * @param fields the fields of the line, with the `pid` and `name` of the process
 */
export function logLine(
  logger: Logger,
  level: Exclude<LogLevel, 'silent'>,
  fields: Readonly<Record<string, unknown>>,
  message: string | undefined,
): void {
  const levels = levelsOf(logger)
  const line = (): void => logger[level](fields, message)
  try {
    if (levels === undefined || levels.isPlain) line()
    else if (levels.admits(logger.levels.values[level] ?? 0, undefined, nameIn(fields))) levels.through(line)
  } catch (error) {
    process.stderr.write(
      `${oneLine(`${level}: ${safeText(message ?? '', LIMITS.length)} (not logged: ${reasonLine(error)})`)}\n`,
    )
  }
}

function nameIn({ name }: Readonly<Record<string, unknown>>): string | undefined {
  return typeof name === 'string' ? name : undefined
}

/** The level of a record. Progress reports are `debug`, since OTP's default level hides them too. */
function levelOf(level: Report['level'], kind: string): Report['level'] {
  return kind === 'progress' && level === 'info' ? 'debug' : level
}

/** A reporter that writes to the log. */
export interface LogReporter extends Reporter {
  /** Writes the pending summaries of crashes now, not at the end of the second. */
  flush(): void
}

/** The snapshots of values in reports. The reports of one crash share values such as the state, which are copied once. */
class Shown {
  #incident: unknown
  #fields = new Map<string, readonly [value: unknown, shown: unknown]>()

  constructor(readonly limits: Limits) {}

  of(incident: unknown, field: string, value: unknown): unknown {
    if (incident === undefined || incident !== this.#incident) {
      this.#incident = incident
      this.#fields = new Map()
    }
    const known = this.#fields.get(field)
    if (known !== undefined && known[0] === value) return known[1]
    const made = snapshot(value, this.limits)
    if (incident !== undefined) this.#fields.set(field, [value, made])
    return made
  }
}

function recordOfStorm({ of, more, seconds, last }: Summary, limits: Limits): Record<string, unknown> {
  const { label, name, reason } = last
  return {
    kind: 'storm',
    docs: pageOfKind('storm'),
    of,
    more,
    seconds,
    // The summary is about many processes, and the current one must not appear in it.
    pid: undefined,
    name: undefined,
    ...(label === undefined && name === undefined ? undefined : { label: printed(label ?? name) }),
    reason: reasonLine(reason),
    ...errType(reason, limits),
  }
}

function errType(reason: unknown, limits: Limits): object {
  const error = errorOf(reason, limits)
  if (error === undefined) return {}
  const { type, message, code } = error
  return { err: { type, message, ...(code === undefined ? undefined : { code }) } }
}

/** The levels of records with a link to the documentation. */
const NEEDS_HELP: ReadonlySet<string> = new Set(['warn', 'error', 'fatal'])

function pageOfKind(kind: string): string {
  return `${DOCUMENTATION}/log-records.md#${kind}`
}

function recordOf(report: Report, all: Shown): Record<string, unknown> {
  const { level, message: _message, kind, pid, name, reason, ...fields } = report
  // `name` is always set, also to `undefined`: else the mixin would add the name of the current process.
  const record: Record<string, unknown> = {
    kind,
    pid: pid === undefined ? undefined : String(pid),
    name: name === undefined ? undefined : printed(name),
  }
  if ('reason' in report) {
    record.reason = reasonLine(reason)
    const error = errorOf(reason, all.limits)
    if (error !== undefined) record.err = error
  }
  for (const [field, value] of Object.entries(fields)) {
    if (value !== undefined) record[field] = all.of(report.incident, field, value)
  }
  if (NEEDS_HELP.has(level)) record.docs = pageOfKind(kind)
  return record
}
