import { currentProcess } from '../context/current-process.js'
import { runOutside } from '../context/no-process.js'
import type { Kernel } from '../kernel.js'
import type { Process } from '../process/process.js'
import { leftOpenReport } from '../report/report.js'
import { type Expirable, Timer } from '../schedule/timer-wheel.js'
import { isCalledByNode, placeOf, stackHere } from '../terms/code-place.js'
import { Opened, Openings, type Sort } from './opened-things.js'
import { type ReportedPlace, ReportedPlaces } from './reported-places.js'

/** How long after a death what closes by itself has time to, in milliseconds. */
const GRACE = 1_500

/** How long one is looked at again that is still being opened, in milliseconds: connecting takes its time. */
const OPENING = 60_000

/** How long left-over code may start timers, in milliseconds from the first: what was in flight runs out. */
const RUNS_OUT = 5_000

/** Stacks that are looked at: so many at once, as at the start of a program, and then so many in a second. */
const LOOKS = 200
const LOOKS_A_SECOND = 20

/** What a dead process left open, until it is looked at. */
interface Estate {
  readonly process: Process
  readonly opened: readonly Opened[]
  /** When to look. */
  readonly due: number
  /** When not to look any more. */
  readonly until: number
}

/** What is told of one place. */
interface News {
  readonly process: Process
  readonly opened: Opened
  readonly name: string
  count: number
}

/**
 * Notes that the current process has opened something, if there is one, and failures of its kernel are contained.
 *
 * @param above the function that user's code, a package or Node called to open it
 */
export function noteOpened<T extends object>(
  thing: T,
  sort: Sort<T>,
  above: (...args: never[]) => unknown,
): void {
  const process = currentProcess()
  if (process?.kernel.contained === true) process.kernel.leftOpen.opened(process, thing, sort as Sort, above)
}

/**
 * What processes open and do not own stays open when they die, and is told then: once for each place where something was
 * opened, and again with its count while more comes.
 *
 * A false alarm is worse than a miss. So what closes by itself soon after is no news, nor what belongs to a pool of
 * connections that nobody can own, nor what a script leaves that ran to its end: it was there to open it.
 */
export class LeftOpen implements Expirable {
  /** Whether it is told at once; else when something of it fires, which is when it does harm. */
  atOnce = true
  readonly #timer = new Timer(this)
  readonly #spots = new ReportedPlaces()
  readonly #late = new WeakMap<Process, number>()
  #estates: Estate[] = []
  #looks = LOOKS
  #looked = 0

  constructor(private readonly kernel: Kernel) {}

  opened(process: Process, thing: object, sort: Sort, above: (...args: never[]) => unknown): void {
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

  /** A process is dead, and what it owned is closed. */
  outlived(process: Process, openings: Openings): void {
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

  /** What left-over code does anew: for brief timers only when it has gone on for a while. */
  #isNews(process: Process, sort: Sort): boolean {
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

  #keep(process: Process, opened: readonly Opened[], until = this.kernel.now() + OPENING): void {
    this.#estates.push({ process, opened, due: this.kernel.now() + GRACE, until })
    this.#arm()
  }

  /** The program need not go on for it. */
  #arm(): void {
    const [first] = this.#estates
    if (first === undefined || this.#timer.place >= 0) return
    this.kernel.timers.unheld++
    this.kernel.timers.set(this.#timer, Math.max(1, Math.ceil(first.due - this.kernel.now())))
  }

  #gather(news: Map<ReportedPlace, News>, process: Process, opened: Opened, thing: object): void {
    const spot = this.#spotOf(opened)
    const known = news.get(spot)
    if (known !== undefined) known.count++
    else news.set(spot, { process, opened, name: opened.sort.name(thing), count: 1 })
  }

  #await(process: Process, opened: Opened, thing: object): void {
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

  /** Not as the dead process: a log that sends a message would be left-over code. */
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
