import type { Clock } from './clock.js'
import type { Pid } from './pid.js'

/** Something that happened and that a person or a log should know of, as structure; text is made at the edge. */
export interface Report {
  readonly level: 'error' | 'warn' | 'info' | 'debug'
  /** `'crash'`, `'server'`, `'supervisor'`, `'progress'` … */
  readonly kind: string
  readonly message: string
  readonly pid?: Pid | undefined
  readonly name?: string | undefined
  readonly [field: string]: unknown
}

/** Where reports go. */
export type Reporter = (report: Report) => void

/** Warnings and errors to stderr, with the reason's stack: for programs that set up no logging. */
export function stderrReporter(clock: Clock): Reporter {
  return (report) => {
    if (report.level === 'info' || report.level === 'debug') return
    const who = report.pid === undefined ? '' : ` ${report.name ?? ''}${report.pid}`
    const reason = report.reason
    const detail = reason instanceof Error ? `\n${reason.stack}` : ''
    const time = new Date(clock.wallTime()).toISOString()
    process.stderr.write(`${time} [${report.level}]${who} ${report.message}${detail}\n`)
  }
}
