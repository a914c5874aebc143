/**
 * A storm of crashes is written in part: of each kind so many a second, and then how many more there were. A log that holds
 * ten thousand stacks a second tells no more, fills its disk, and takes the time that restarts need.
 */
import { type Alarm, type Clock, cut, errorText, isError, printed, type Report } from '../kernel/index.js'
import { reasonLine } from './text/failure-text.js'

/** Crashes of a kind that are written whole within a second. */
export const WHOLE_PER_SECOND = 20

/** Milliseconds. */
const SECOND = 1_000
/** Kinds that are told apart within a second; the others are one. */
const KINDS = 200
/** Characters of what a kind is known by. */
const KEY = 100

/** What is said of crashes that were not written. */
export interface Summary {
  /** What each of them would have been: `'crash'`, `'task'`, `'supervisor'`. */
  readonly of: string
  /** How many. */
  readonly more: number
  /** Over how many seconds. */
  readonly seconds: number
  /** What the last one said. */
  readonly last: Report
}

interface Kind {
  written: number
  more: number
  last: Report | undefined
}

/** Which reports of crashes are written. */
export class CrashStorm implements Alarm {
  readonly #kinds = new Map<string, Kind>()
  /** Incidents that were counted and not written: what else is told of them is not written either. */
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
    // What a server says of itself comes before the report that counts, and what its supervisor says after it.
    if (level === 'error') {
      if (isWhole) counted.written++
      else this.#leave(counted, report)
    }
    return isWhole || (kind === 'supervisor' && level !== 'error')
  }

  /** Tells of all that was not written up to now. */
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
    // A program that is through does not wait for it.
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

/** Kinds of reports that come with each crash. */
const TOLD: ReadonlySet<string> = new Set(['crash', 'task', 'server', 'supervisor'])

/** Crashes are of one kind where the same sort of process ends by the same sort of error; texts differ each time. */
function keyOf({ kind, label, name, reason, offender }: Report): string {
  const who = kind === 'supervisor' ? (offender as { start?: unknown } | undefined)?.start : (label ?? name)
  const what = isError(reason)
    ? (errorText(reason, 'code') ?? errorText(reason, 'name') ?? 'Error')
    : typeof reason === 'string'
      ? reason
      : typeof reason
  return cut(`${kind === 'server' ? 'crash' : kind} ${printed(who)} ${what}`, KEY)
}

/** The line for it. */
export function summaryLine({ more, seconds, last }: Summary): string {
  const who = last.label ?? last.name ?? (last.offender as { id?: unknown } | undefined)?.id
  const of = who === undefined ? '' : ` of ${printed(who)}`
  return `and ${more.toLocaleString('en')} more of this kind in ${seconds} s${of}: ${reasonLine(last.reason)}`
}
