import { currentProcess, type ProcessInContext } from '../context/current-process.js'
import { runOutside } from '../context/no-process.js'
import { leftOpenReport, type ReportedProcess, type ReportingKernel } from '../report/report.js'
import { type Expirable, Timer, type TimerWheel } from '../schedule/timer-wheel.js'
import { isCalledByNode, placeOf, stackHere } from '../terms/code-place.js'
import { Opened, Openings, type Sort } from './opened-things.js'
import { type ReportedPlace, ReportedPlaces } from './reported-places.js'

/** The time after a death in which things may close by themselves, in milliseconds. */
const GRACE = 1_500

/** The time for which a thing that is still being opened is examined again, in milliseconds: connecting takes its time. */
const OPENING = 60_000

/** The time for which left-over code may start timers without a report, in milliseconds from its first: what was in flight runs out. */
const RUNS_OUT = 5_000

/** The stacks that may be examined: so many at once, as at the start of a program, and then so many in a second. */
const LOOKS = 200
const LOOKS_A_SECOND = 20

/** A process that opens things. */
interface OpeningProcess extends ReportedProcess {
  opened: Openings | undefined
}

/** A current process of a kernel that reports what its processes left open. */
interface ContainedProcess extends OpeningProcess, Omit<ProcessInContext, keyof ReportedProcess> {
  readonly kernel: ReportingKernel &
    ProcessInContext['kernel'] & { readonly contained: boolean; readonly leftOpen: LeftOpen }
}

/** The things that a dead process left open, until they are examined. */
interface Estate {
  readonly process: OpeningProcess
  readonly opened: readonly Opened[]
  /** The time of the examination. */
  readonly due: number
  /** The time after which they are not examined any more. */
  readonly until: number
}

/** The report of one place. */
interface News {
  readonly process: OpeningProcess
  readonly opened: Opened
  readonly name: string
  count: number
}

/**
 * Notes that the current process has opened something, if there is a current process and failures of its kernel are contained.
 *
 * @param above the function that user code, a package or Node called to open it
 */
export function noteOpened<T extends object>(
  thing: T,
  sort: Sort<T>,
  above: (...args: never[]) => unknown,
): void {
  const process = currentProcess<ContainedProcess>()
  if (process?.kernel.contained === true) process.kernel.leftOpen.opened(process, thing, sort as Sort, above)
}

/**
 * Reports things that processes opened, did not own, and left open when they died: once for each place in the code, and again with the
 * count while there are more.
 *
 * A false alarm is worse than a miss. So things that soon close by themselves are not reported, nor those of a pool of connections, which
 * nobody can own, nor those of a script that ran to its end: it was there to open them.
 */
export class LeftOpen implements Expirable {
  /** Whether it is reported at once. Otherwise it is reported when an event of it fires, which is when it does harm. */
  atOnce = true
  readonly #timer = new Timer(this)
  readonly #spots = new ReportedPlaces()
  readonly #late = new WeakMap<OpeningProcess, number>()
  #estates: Estate[] = []
  #looks = LOOKS
  #looked = 0

  constructor(private readonly kernel: ReportingKernel & { readonly timers: TimerWheel; now(): number }) {}

  opened(process: OpeningProcess, thing: object, sort: Sort, above: (...args: never[]) => unknown): void {
    if (process.alive ? sort.isBrief === true : !this.#isNews(process, sort)) return
    if (!this.kernel.hears('warn', 'resource')) return
    const stack = this.#mayLook() ? stackHere(above) : ''
    if (sort.by !== undefined && isCalledByNode(stack)) return
    const place = placeOf(stack)
    if (sort.by === 'user' && place?.direct !== true) return
    sort.begin?.(thing)
    const opened = new Opened(thing, sort, place)
    if (sort.isBrief === true) this.#tell([{ process, opened, name: sort.name(thing), count: 1 }])
    else if (process.alive) {
      process.opened ??= new Openings()
      process.opened.add(opened)
    } else this.#keep(process, [opened])
  }

  /** Called when a process is dead and its resources are closed. */
  outlived(process: OpeningProcess, openings: Openings): void {
    if (process.isScript && process.reason === 'normal') return
    const { open } = openings
    if (open.length > 0) this.#keep(process, open)
  }

  expired(): void {
    this.kernel.timers.unheld--
    const now = this.kernel.now()
    const due = this.#estates.filter((each) => each.due <= now)
    this.#estates = this.#estates.filter((each) => each.due > now)
    const news = new Map<ReportedPlace, News>()
    const seen = new Set<object>()
    for (const estate of due) {
      const undecided: Opened[] = []
      for (const opened of estate.opened) {
        const { thing } = opened
        if (thing === undefined || seen.has(thing)) continue
        seen.add(thing)
        if (opened.sort.state(thing, opened.place) === 'opening') undecided.push(opened)
        else if (this.atOnce) this.#gather(news, estate.process, opened, thing)
        else this.#await(estate.process, opened, thing)
      }
      if (undecided.length > 0 && now < estate.until) this.#keep(estate.process, undecided, estate.until)
    }
    this.#tell(news.values())
    this.#arm()
  }

  /** Whether a new thing of left-over code is to be reported. Brief timers are, if the code has gone on with them for a while. */
  #isNews(process: OpeningProcess, sort: Sort): boolean {
    if (sort.isBrief !== true) return true
    const now = this.kernel.now()
    const since = this.#late.get(process)
    if (since === undefined) this.#late.set(process, now)
    return since !== undefined && now - since >= RUNS_OUT
  }

  #mayLook(): boolean {
    const now = this.kernel.now()
    const earned = ((now - this.#looked) / 1_000) * LOOKS_A_SECOND
    this.#looks = Math.min(LOOKS, this.#looks + Math.max(0, earned))
    this.#looked = now
    if (this.#looks < 1) return false
    this.#looks--
    return true
  }

  #keep(process: OpeningProcess, opened: readonly Opened[], until = this.kernel.now() + OPENING): void {
    this.#estates.push({ process, opened, due: this.kernel.now() + GRACE, until })
    this.#arm()
  }

  /** Sets the timer for the next examination. It does not keep the program running. */
  #arm(): void {
    const [first] = this.#estates
    if (first === undefined || this.#timer.place >= 0) return
    this.kernel.timers.unheld++
    this.kernel.timers.set(this.#timer, Math.max(1, Math.ceil(first.due - this.kernel.now())))
  }

  #gather(news: Map<ReportedPlace, News>, process: OpeningProcess, opened: Opened, thing: object): void {
    const spot = this.#spotOf(opened)
    const known = news.get(spot)
    if (known !== undefined) known.count++
    else news.set(spot, { process, opened, name: opened.sort.name(thing), count: 1 })
  }

  #await(process: OpeningProcess, opened: Opened, thing: object): void {
    let told = false
    opened.sort.listen(thing, () => {
      if (told || opened.thing === undefined) return told
      told = true
      this.#tell([{ process, opened, name: opened.sort.name(thing), count: 1 }])
      return true
    })
  }

  #spotOf({ sort, place }: Opened): ReportedPlace {
    return this.#spots.at(sort.kind, place)
  }

  /** Reports. This does not run as the dead process: a log that sends a message would be left-over code. */
  #tell(news: Iterable<News>): void {
    const now = this.kernel.now()
    for (const { process, opened, name, count } of news) {
      const spot = this.#spotOf(opened)
      const since = spot.another(now, count)
      if (since === undefined) continue
      const { isTimer = false, isBrief = false } = opened.sort
      const report = leftOpenReport(process, { name, isTimer, isBrief }, spot, since)
      runOutside(() => this.kernel.report(report))
    }
  }
}
