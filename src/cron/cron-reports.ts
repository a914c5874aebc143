import { type Kernel, printed, type Report } from '../kernel/index.js'
import type { CronTimes } from './cron-times.js'
import type { FiringPlan, Misfire } from './firing-plan.js'
import { zoneChanges } from './zone-changes.js'

/** Milliseconds by which a clock may be adjusted without a word. */
const ADJUSTED = 2_000
/** Milliseconds by which the clocks of nodes may differ without a word. */
const SKEW = 120_000
/** Instants that one message lists. */
const LISTED = 5

const WHY: Readonly<Record<Misfire['reason'], string>> = {
  missed: 'were not fired in time',
  overlap: 'came while the run before was not over',
  unfinished: 'was begun, and nobody said that it is done: its node may have died over it',
}

/** What a schedule tells in the log, under the kind `'cron'`. */
export class CronReports {
  readonly #kernel: Kernel
  readonly #name: string
  /** Wall time minus monotonic time: it changes when the clock is set. */
  #offset: number
  #isAhead = false
  #trouble: string | undefined

  constructor(kernel: Kernel, name: string) {
    this.#kernel = kernel
    this.#name = name
    this.#offset = this.#offsetNow()
  }

  misfire({ reason, instants, isAll, then, by }: Misfire): void {
    const list = instants.slice(-LISTED).map(iso)
    const more = isAll ? instants.length - list.length : `at least ${instants.length - list.length}`
    const listed = more === 0 ? list.join(', ') : `${list.join(', ')} and ${more} before`
    const node = by === undefined ? '' : ` (node ${by})`
    const message = `misfire of ${this.#name}: ${listed} ${WHY[reason]}${node}; ${OUTCOME[then]}`
    this.#tell('warn', message, { misfire: reason, instants: instants.map(iso), then })
  }

  /** An hour that is left out, or comes twice, between two firings. */
  zoneChanges(times: CronTimes, { since, record }: FiringPlan): void {
    for (const { at, kind, instants, repeated } of zoneChanges(times, since, record.at)) {
      const what =
        kind === 'gap'
          ? `the clocks of ${times.zone} leave out an hour, into which ${instants} of its instants fall`
          : repeated === 0
            ? `the clocks of ${times.zone} repeat an hour: ${instants} of its instants, which came the first time, do not come again`
            : `the clocks of ${times.zone} repeat an hour: ${repeated} of its instants come twice`
      this.#tell('info', `${this.#name}: at ${iso(at)} ${what}`, { zoneChange: kind, instants, repeated })
    }
  }

  failed(at: number, reason: unknown): void {
    this.#tell('error', `the run of ${this.#name} for ${iso(at)} failed: ${printed(reason)}`, { reason })
  }

  unrecorded(at: number, reason: unknown): void {
    const message = `the run of ${this.#name} for ${iso(at)} is over, but that could not be written: ${printed(reason)}`
    this.#tell('warn', message, { reason })
  }

  /** Looks whether the clock was set, or the machine slept. */
  clock(): void {
    const offset = this.#offsetNow()
    const by = offset - this.#offset
    this.#offset = offset
    if (Math.abs(by) < ADJUSTED) return
    const seconds = Math.round(Math.abs(by) / 1000)
    const message =
      by < 0
        ? `the clock was set back by ${seconds} s: what ${this.#name} has fired does not fire again`
        : `the clock jumped ahead by ${seconds} s: what ${this.#name} should have fired in between is a misfire`
    this.#tell('warn', message, { clock: by })
  }

  /** @param by milliseconds by which what was fired last is ahead of the clock */
  ahead(by: number): void {
    const isAhead = by > SKEW
    if (isAhead && !this.#isAhead) {
      const minutes = Math.round(by / 60_000)
      const message = `${this.#name} has fired for a time that is ${minutes} minutes ahead of this clock: it does not fire before. A clock was wrong; set this one right, or give the schedule another name`
      this.#tell('warn', message, { ahead: by })
    }
    this.#isAhead = isAhead
  }

  trouble(error: unknown): void {
    const text = printed(error)
    if (this.#trouble === text) return
    this.#trouble = text
    this.#tell('warn', `${this.#name} cannot fire here: ${text}`, { reason: error })
  }

  well(): void {
    if (this.#trouble === undefined) return
    this.#trouble = undefined
    this.#tell('info', `${this.#name} fires again`)
  }

  #offsetNow(): number {
    const { clock } = this.#kernel
    return clock.wallTime() - clock.now()
  }

  #tell(level: Report['level'], message: string, fields: Readonly<Record<string, unknown>> = {}): void {
    this.#kernel.report({ level, kind: 'cron', message, name: this.#name, ...fields })
  }
}

const OUTCOME: Readonly<Record<Misfire['then'], string>> = {
  skipped: 'skipped',
  'one run': 'one run stands for all',
  run: 'run now',
}

const iso = (at: number): string => new Date(at).toISOString()
