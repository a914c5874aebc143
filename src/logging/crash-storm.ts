/**
 * The limit of crash records: of each kind of crash only some are written per second, then a count of the others. A log with ten
 * thousand stacks per second tells no more, fills the disk, and takes the time that restarts need.
 */
import { type Alarm, type Clock, cut, errorText, isError, printed, type Report } from '../kernel/index.js'
import { reasonLine } from './text/failure-text.js'

/** The number of crashes of one kind that are written within a second. */
export const WHOLE_PER_SECOND = 20

/** A second, in milliseconds. */
const SECOND = 1_000
/** The number of kinds that are distinguished within a second. All further kinds count as one. */
const KINDS = 200
/** The number of characters in the key of a kind. */
const KEY = 100

/** The summary of crashes that were not written. */
export interface Summary {
  /** The kind of their records: `'crash'`, `'task'`, `'supervisor'`. */
  readonly of: string
  /** The number of crashes. */
  readonly more: number
  /** The time over which they happened, in seconds. */
  readonly seconds: number
  /** The last report of them. */
  readonly last: Report
}

interface Kind {
  written: number
  more: number
  last: Report | undefined
}

/** Decides which reports of crashes are written. */
export class CrashStorm implements Alarm {
  readonly #kinds = new Map<string, Kind>()
  /** Incidents that were only counted. All other reports of the same incident are left out too. */
  #left = new Set<unknown>()
  #leftBefore = new Set<unknown>()
  #since = Number.NEGATIVE_INFINITY
  #waits = false

  constructor(
    private readonly clock: Clock,
    private readonly tell: (summary: Summary) => void,
  ) {}

  admits(report: Report): boolean {
    const { kind, level, incident } = report
    if (!TOLD.has(kind) || incident === undefined || report.context === 'shutdown') return true
    const now = this.clock.now()
    if (now - this.#since >= SECOND) this.#begin(now)
    if (this.#left.has(incident) || this.#leftBefore.has(incident)) return false
    const counted = this.#kindOf(report)
    const isWhole = counted.written < WHOLE_PER_SECOND
    // The report of the server itself comes before the report that is counted here, that of its supervisor after it.
    if (level === 'error') {
      if (isWhole) counted.written++
      else this.#leave(counted, report)
    }
    return isWhole || (kind === 'supervisor' && level !== 'error')
  }

  /** Writes the summaries of all crashes that were left out until now. */
  flush(): void {
    for (const [key, { more, last }] of this.#kinds) {
      if (more === 0 || last === undefined) continue
      this.#kinds.set(key, { written: WHOLE_PER_SECOND, more: 0, last: undefined })
      const seconds = Math.max(1, Math.round((this.clock.now() - this.#since) / SECOND))
      this.tell({ of: last.kind, more, seconds, last })
    }
    this.#waits = false
    this.clock.clearAlarm(this)
    process.off('exit', this.#atExit)
  }

  ring(): void {
    this.#begin(this.clock.now())
  }

  settled(): Promise<void> {
    return Promise.resolve()
  }

  readonly #atExit = (): void => this.flush()

  #begin(now: number): void {
    this.flush()
    this.#kinds.clear()
    this.#leftBefore = this.#left
    this.#left = new Set()
    this.#since = now
  }

  #leave(kind: Kind, report: Report): void {
    kind.more++
    kind.last = report
    this.#left.add(report.incident)
    if (this.#waits) return
    this.#waits = true
    process.on('exit', this.#atExit)
    this.clock.setAlarm(this, this.#since + SECOND)
    // This timer must not keep a finished program alive.
    this.clock.hold(this, false)
  }

  #kindOf(report: Report): Kind {
    const key = keyOf(report)
    const known = this.#kinds.get(key) ?? (this.#kinds.size < KINDS ? undefined : this.#kinds.get(''))
    if (known !== undefined) return known
    const kind: Kind = { written: 0, more: 0, last: undefined }
    this.#kinds.set(this.#kinds.size < KINDS ? key : '', kind)
    return kind
  }
}

/** The kinds of reports that a crash causes. */
const TOLD: ReadonlySet<string> = new Set(['crash', 'task', 'server', 'supervisor'])

/** The key of a crash's kind: the label of the process and the type of the error. Messages are no part of it, since they differ each time. */
function keyOf({ kind, label, name, reason, offender }: Report): string {
  const who = kind === 'supervisor' ? (offender as { start?: unknown } | undefined)?.start : (label ?? name)
  const what = isError(reason)
    ? (errorText(reason, 'code') ?? errorText(reason, 'name') ?? 'Error')
    : typeof reason === 'string'
      ? reason
      : typeof reason
  return cut(`${kind === 'server' ? 'crash' : kind} ${printed(who)} ${what}`, KEY)
}

/** The text of a summary. */
export function summaryLine({ more, seconds, last }: Summary): string {
  const who = last.label ?? last.name ?? (last.offender as { id?: unknown } | undefined)?.id
  const of = who === undefined ? '' : ` of ${printed(who)}`
  return `and ${more.toLocaleString('en')} more of this kind in ${seconds} s${of}: ${reasonLine(last.reason)}`
}
