import { fence, quietFence } from '../context/dead-process-error.js'
import { runOutside } from '../context/no-process.js'
import { HeartwoodError } from '../errors/errors.js'
import type { Kernel } from '../kernel.js'
import type { Process } from '../process/process.js'
import { leftoverReport, notResumedReport, type Report } from '../report/report.js'
import { errorText, isError } from '../show/index.js'
import { type Place, placeOf, stackHere } from '../terms/code-place.js'
import { isOrderly } from '../terms/exit-reason.js'
import { type ReportedPlace, ReportedPlaces } from './reported-places.js'

/** How long code of a process that ended in good order may go on with what it was at, in milliseconds, from its first act. */
const RUNS_OUT = 5_000

/** Stacks that are looked at in a second: one costs some microseconds, and a storm of refusals shall not cost the program. */
const LOOKS = 20

/** What the left-over code of one dead process has done. */
interface Remains {
  /** When it did something first. */
  readonly since: number
  /** Where it was last seen to act, and to fail. */
  acted: ReportedPlace | undefined
  failed: ReportedPlace | undefined
}

/**
 * What the left-over code of dead processes does is without effect, and is told: once for each place, and again with its
 * count while it goes on. Mostly it is a connection or a queue that several workers use, which Node takes for the doing of the one
 * that opened it: all their callbacks run as a dead process.
 *
 * That code which was waiting meets the end of its process is no news.
 */
export class LeftoverCode {
  readonly #spots = new ReportedPlaces()
  readonly #remains = new WeakMap<Process, Remains>()
  #second = 0
  #looks = 0
  #telling = false
  #over = false

  constructor(private readonly kernel: Kernel) {}

  /** The system has ended, and a program that goes on has nothing in flight: all that happens from now on is told. */
  systemEnded(): void {
    this.#over = true
  }

  /** It wants to act. @returns the error that its act meets */
  refused(process: Process): Error {
    if (!this.#wanted()) return fence(process.pid, process.reason)
    const now = this.kernel.now()
    const looks = this.#mayLook(now)
    this.#acted(process, looks, now)
    return looks ? fence(process.pid, process.reason) : quietFence(process)
  }

  /** It acts by what never fails, a message or a reply: that is dropped. */
  dropped(process: Process): void {
    if (!this.#wanted()) return
    const now = this.kernel.now()
    this.#acted(process, this.#mayLook(now), now)
  }

  /** It failed. */
  failed(process: Process, thrown: unknown): void {
    if (isNoNews(thrown) || !this.#wanted()) return
    const now = this.kernel.now()
    if (!this.#mayLook(now)) this.#more(process, 'failed', now, thrown)
    else this.#note(process, 'failed', placeOf(stackOf(thrown)), now, thrown)
  }

  /** It tries again and again what is refused, and is resumed no more. */
  notResumed(process: Process, refusals: number): void {
    if (this.#wanted()) this.#tell(notResumedReport(process, refusals))
  }

  #wanted(): boolean {
    return !this.#telling && this.kernel.hears('warn', 'stray')
  }

  #mayLook(now: number): boolean {
    if (now - this.#second >= 1_000 || now < this.#second) {
      this.#second = now
      this.#looks = 0
    }
    return this.#looks++ < LOOKS
  }

  #acted(process: Process, looks: boolean, now: number): void {
    if (looks) this.#note(process, 'acted', placeOf(stackHere()), now, undefined)
    else this.#more(process, 'acted', now, undefined)
  }

  /** One more of a storm: it counts for where this process was seen last. */
  #more(process: Process, what: What, now: number, thrown: unknown): void {
    const remains = this.#remainsOf(process, now)
    const spot = remains[what]
    if (spot === undefined) this.#note(process, what, undefined, now, thrown)
    else if (!this.#runsOut(process, what, remains, now)) this.#count(process, spot, what, now, thrown)
  }

  #note(process: Process, what: What, place: Place | undefined, now: number, thrown: unknown): void {
    const remains = this.#remainsOf(process, now)
    if (this.#runsOut(process, what, remains, now)) {
      if (what === 'failed')
        this.#tell(leftoverReport(process, what, { place, count: 1 }, 1, thrown), 'debug')
      return
    }
    const spot = this.#spots.at(what, place)
    remains[what] = spot
    this.#count(process, spot, what, now, thrown)
  }

  #count(process: Process, spot: ReportedPlace, what: What, now: number, thrown: unknown): void {
    const since = spot.another(now)
    if (since !== undefined) this.#tell(leftoverReport(process, what, spot, since, thrown))
  }

  /**
   * A process that ended in good order may have had something in flight. What one that nobody ended fails with is its own
   * doing: a timer that a hook left behind, a promise that a script did not wait for.
   */
  #runsOut({ reason }: Process, what: What, { since }: Remains, now: number): boolean {
    if (this.#over || (what === 'failed' && reason === 'normal')) return false
    return isOrderly(reason) && now - since < RUNS_OUT
  }

  #remainsOf(process: Process, now: number): Remains {
    const known = this.#remains.get(process)
    if (known !== undefined) return known
    const remains: Remains = { since: now, acted: undefined, failed: undefined }
    this.#remains.set(process, remains)
    return remains
  }

  /** Not as the dead process: a log that sends a message would be the next that is refused. */
  #tell(report: Report, level = report.level): void {
    this.#telling = true
    try {
      runOutside(() => this.kernel.report({ ...report, level }))
    } finally {
      this.#telling = false
    }
  }
}

type What = 'acted' | 'failed'

/** Code that was waiting met the end of its process, as it should: by the fence, or by its signal. */
function isNoNews(thrown: unknown): boolean {
  try {
    const { name, code } = thrown as { name?: unknown; code?: unknown }
    return HeartwoodError.is(thrown, 'PROCESS_DEAD') || name === 'AbortError' || code === 'ERR_CANCELED'
  } catch {
    // Nothing, or what cannot be looked at.
    return false
  }
}

function stackOf(thrown: unknown): string {
  return isError(thrown) ? (errorText(thrown, 'stack', 8_000) ?? '') : ''
}
