import { fence, quietFence } from '../context/dead-process-error.js'
import { runOutside } from '../context/no-process.js'
import { HeartwoodError } from '../errors/errors.js'
import {
  leftoverReport,
  notResumedReport,
  type Report,
  type ReportedProcess,
  type ReportingKernel,
} from '../report/report.js'
import { errorText, isError } from '../show/index.js'
import { type Place, placeOf, stackHere } from '../terms/code-place.js'
import { isOrderly } from '../terms/exit-reason.js'
import { type ReportedPlace, ReportedPlaces } from './reported-places.js'

/**
 * The time for which code of a process that ended in good order may finish its work without a report, in milliseconds from its first
 * action.
 */
const RUNS_OUT = 5_000

/** The stacks that are examined in a second: one costs some microseconds, and a storm of refusals must not slow down the program. */
const LOOKS = 20

/** The actions of the left-over code of one dead process. */
interface Remains {
  /** The time of its first action. */
  readonly since: number
  /** The places where it was last seen to act, and to fail. */
  acted: ReportedPlace | undefined
  failed: ReportedPlace | undefined
}

/**
 * Reports the left-over code of dead processes, whose actions have no effect: once for each place in the code, and again with the count
 * while it goes on. Mostly its cause is a connection or a queue that several workers use: Node runs all its callbacks in the context of the
 * worker that opened it, which is dead.
 *
 * That waiting code gets the end of its process as an error is not reported.
 */
export class LeftoverCode {
  readonly #spots = new ReportedPlaces()
  readonly #remains = new WeakMap<ReportedProcess, Remains>()
  #second = 0
  #looks = 0
  #telling = false
  #over = false

  constructor(private readonly kernel: ReportingKernel & { now(): number }) {}

  /** Called when the system has ended. A program that goes on has nothing in flight, so everything is reported from now on. */
  systemEnded(): void {
    this.#over = true
  }

  /**
   * Notes an action that is refused.
   *
   * @returns the error for the code
   */
  refused(process: ReportedProcess): Error {
    if (!this.#wanted()) return fence(process.pid, process.reason)
    const now = this.kernel.now()
    const looks = this.#mayLook(now)
    this.#acted(process, looks, now)
    return looks ? fence(process.pid, process.reason) : quietFence(process)
  }

  /** Notes a message or a reply, which is dropped, since it cannot fail. */
  dropped(process: ReportedProcess): void {
    if (!this.#wanted()) return
    const now = this.kernel.now()
    this.#acted(process, this.#mayLook(now), now)
  }

  /** Notes a failure. */
  failed(process: ReportedProcess, thrown: unknown): void {
    if (isNoNews(thrown) || !this.#wanted()) return
    const now = this.kernel.now()
    if (!this.#mayLook(now)) this.#more(process, 'failed', now, thrown)
    else this.#note(process, 'failed', placeOf(stackOf(thrown)), now, thrown)
  }

  /** It tries again and again what is refused, and is resumed no more. */
  notResumed(process: ReportedProcess, refusals: number): void {
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

  #acted(process: ReportedProcess, looks: boolean, now: number): void {
    if (looks) this.#note(process, 'acted', placeOf(stackHere()), now, undefined)
    else this.#more(process, 'acted', now, undefined)
  }

  /** Counts an action whose stack is not examined, for the place where this process was seen last. */
  #more(process: ReportedProcess, what: What, now: number, thrown: unknown): void {
    const remains = this.#remainsOf(process, now)
    const spot = remains[what]
    if (spot === undefined) this.#note(process, what, undefined, now, thrown)
    else if (!this.#runsOut(process, what, remains, now)) this.#count(process, spot, what, now, thrown)
  }

  #note(process: ReportedProcess, what: What, place: Place | undefined, now: number, thrown: unknown): void {
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

  #count(process: ReportedProcess, spot: ReportedPlace, what: What, now: number, thrown: unknown): void {
    const since = spot.another(now)
    if (since !== undefined) this.#tell(leftoverReport(process, what, spot, since, thrown))
  }

  /**
   * Whether an action comes from work that was in flight when its process ended in good order. A failure of a process that ended by itself
   * is its own doing: a timer that a hook left behind, or a promise for which a script did not wait.
   */
  #runsOut({ reason }: ReportedProcess, what: What, { since }: Remains, now: number): boolean {
    if (this.#over || (what === 'failed' && reason === 'normal')) return false
    return isOrderly(reason) && now - since < RUNS_OUT
  }

  #remainsOf(process: ReportedProcess, now: number): Remains {
    const known = this.#remains.get(process)
    if (known !== undefined) return known
    const remains: Remains = { since: now, acted: undefined, failed: undefined }
    this.#remains.set(process, remains)
    return remains
  }

  /** Reports. This does not run as the dead process: a log that sends a message would be refused next. */
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

/** Whether an error is only the end of the process, which waiting code gets: by the fence, or by its signal. */
function isNoNews(thrown: unknown): boolean {
  try {
    const { name, code } = thrown as { name?: unknown; code?: unknown }
    return HeartwoodError.is(thrown, 'PROCESS_DEAD') || name === 'AbortError' || code === 'ERR_CANCELED'
  } catch {
    // The value is nothing, or cannot be examined.
    return false
  }
}

function stackOf(thrown: unknown): string {
  return isError(thrown) ? (errorText(thrown, 'stack', 8_000) ?? '') : ''
}
