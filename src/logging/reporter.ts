/** The way from the kernel's reports to the log. */
import {
  LIMITS,
  type Limits,
  oneLine,
  printed,
  type Report,
  type Reporter,
  safeText,
  snapshot,
} from '../kernel/index.js'
import { errorOf, reasonLine } from './failure-text.js'
import { levelsOf } from './levels.js'
import type { Logger } from './logger.js'

/**
 * Writes reports as structured records. OTP's logger handler for crash, supervisor and progress reports.
 *
 * | field | holds |
 * | --- | --- |
 * | `kind` | what sort of report: `'crash'`, `'server'`, `'supervisor'`, `'progress'`, `'application'` … |
 * | `pid`, `name` | the process it is about |
 * | `reason` | the exit reason on one line |
 * | `err` | the error behind it: type, message, code, stack, details, and `cause` for each error behind that |
 * | others | as reported (`state`, `lastMessage`, `ancestors`, `links`, `offender` …), capped and without secrets |
 *
 * Progress reports are written at level `debug`. It never throws, and a report that nobody wants to see costs nothing.
 *
 * @param limits how much of states and messages is shown; default depth 5, breadth 50, 2,000 characters a string
 * @example
 * const kernel = new Kernel({ report: logReporter(createLogger()) })
 */
export function logReporter(logger: Logger, limits: Partial<Limits> = {}): Reporter {
  const bounds = { ...LIMITS, ...limits }
  const levels = levelsOf(logger)
  const wants = (level: Report['level'], kind: string): boolean => logger.isLevelEnabled(levelOf(level, kind))
  const write: Reporter = (report) => {
    try {
      if (!wants(report.level, report.kind)) return
      const level = levelOf(report.level, report.kind)
      const line = (): void =>
        logger[level](recordOf(report, bounds), safeText(report.message, bounds.length))
      if (levels === undefined || levels.isPlain) return line()
      // By whom it is about, not by who happens to run.
      const { pid, name } = report
      if (levels.admits(logger.levels.values[level] ?? 0, pid, name)) levels.through(line)
    } catch (error) {
      // The log itself is broken: the last resort, so that the report is not lost without a trace.
      const lost = `${report.level}: ${safeText(report.message, bounds.length)} (not logged: ${reasonLine(error)})`
      process.stderr.write(`${oneLine(lost)}\n`)
    }
  }
  return Object.assign(write, { wants })
}

/** Each start of each child is for who looks for something; OTP's default level hides these as well. */
function levelOf(level: Report['level'], kind: string): Report['level'] {
  return kind === 'progress' && level === 'info' ? 'debug' : level
}

function recordOf(report: Report, limits: Limits): Record<string, unknown> {
  const { level: _level, message: _message, kind, pid, name, reason, ...fields } = report
  // `name` is there even when there is none, so that the name of whoever happens to be running is not taken for it.
  const record: Record<string, unknown> = {
    kind,
    pid: pid === undefined ? undefined : String(pid),
    name: name === undefined ? undefined : printed(name),
  }
  if ('reason' in report) {
    record.reason = reasonLine(reason)
    const error = errorOf(reason, limits)
    if (error !== undefined) record.err = error
  }
  for (const [field, value] of Object.entries(fields)) {
    if (value !== undefined) record[field] = snapshot(value, limits)
  }
  return record
}
