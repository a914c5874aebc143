import type { Accesses, Arrival, NextStep, SteppedKernel } from '../../../kernel/index.js'
import { Patience } from './patience.js'
import { type ArrivalAt, type Race, Races, type Step } from './races.js'
import type { Chooser, Search } from './search.js'

/** What is known of a moment in which there was a choice; the moments of a run form a stack. */
interface Moment {
  readonly enabled: readonly string[]
  /** What was tried elsewhere and would lead from here to nothing new, with what it touches. */
  readonly asleep: ReadonlyMap<string, Accesses>
  /** What must be tried. */
  readonly wanted: Set<string>
  /** What was tried, with what it touched. */
  readonly tried: Map<string, Accesses>
  chosen: string
}

/**
 * Every schedule that could lead to another outcome, one of each kind: two schedules are of one kind when they differ only
 * in the order of steps that touch nothing in common.
 *
 * Source-set dynamic partial-order reduction with sleep sets (Abdulla, Aronis, Jonsson, Sagonas, 2014). After each run it
 * looks for races, steps in conflict that nothing else keeps in their order, and goes back to before the first of them
 * to have the second come first.
 */
export class ReducedSearch implements Search, Chooser {
  readonly toTheEnd = true
  /** By step; undefined for a step of the kernel, which comes when there is no other. */
  readonly #moments: (Moment | undefined)[] = []
  #steps: Step[] = []
  #arrivals: ArrivalAt[] = []
  #receptive: ReadonlySet<string> = new Set()
  #pending: readonly Arrival[] = []
  readonly ordered = new Set<string>()
  /** How much of the order of lists was seen before this run. */
  #known = 0
  #asleep = new Map<string, Accesses>()
  #begun = false
  #patience = new Patience()
  unfair = false
  /** The moment of the step that was made last. */
  #last: Moment | undefined = undefined

  constructor(private readonly seed: number) {}

  next(): { chooser: Chooser; seed: number } | undefined {
    // What commuted so far does not: all of it must be looked at anew.
    if (this.ordered.size > this.#known) this.#moments.length = 0
    else if (this.#begun) {
      this.#learn()
      if (!this.#goBack()) return undefined
    }
    this.#known = this.ordered.size
    this.#begun = true
    this.#steps = []
    this.#arrivals = []
    this.#receptive = new Set()
    this.#pending = []
    this.#asleep = new Map()
    this.#last = undefined
    this.#patience = new Patience()
    return { chooser: this, seed: this.seed }
  }

  choose(steps: readonly NextStep[]): number | undefined {
    this.#noteDisabled(steps)
    const overdue = this.#patience.overdue(steps)
    if (overdue.length > 0 && steps.length > 1) this.unfair = true
    const chosen = this.#choose(overdue.length > 0 ? overdue.slice(0, 1) : steps)
    if (chosen === undefined) return undefined
    this.#patience.served(chosen)
    return placeOf(steps, chosen)
  }

  #choose(steps: readonly NextStep[]): string | undefined {
    const known = this.#moments[this.#steps.length]
    if (known !== undefined) return known.chosen
    const enabled = steps.map(({ key }) => key)
    const chosen = enabled.find((key) => !this.#asleep.has(key))
    if (chosen === undefined) return undefined
    this.#moments[this.#steps.length] = {
      enabled,
      asleep: this.#asleep,
      wanted: new Set([chosen]),
      tried: new Map(),
      chosen,
    }
    return chosen
  }

  made(kernel: SteppedKernel, chosen: NextStep | undefined): void {
    const { causes, stepNumber } = kernel
    if (chosen === undefined) this.#noteDisabled([])
    const moment = chosen === undefined ? undefined : this.#moments[this.#steps.length]
    this.#last = moment
    const at = this.#steps.length
    const accesses = moment === undefined ? kernel.accesses : withThoseItWakes(kernel.accesses, moment)
    for (const arrival of kernel.arrivals) this.#arrivals.push({ ...arrival, at })
    this.#steps.push({ key: chosen?.key, number: stepNumber, accesses, causes, receptive: this.#receptive })
    const { pending, receptive } = kernel.onTheWay()
    this.#receptive = receptive
    this.#pending = pending
    this.#asleep = new Map()
    if (moment === undefined) {
      this.#moments[this.#steps.length - 1] = undefined
      return
    }
    for (const known of [moment.asleep, moment.tried]) {
      for (const [key, theirs] of known) {
        if (key !== moment.chosen && !theirs.conflictsWith(kernel.accesses)) this.#asleep.set(key, theirs)
      }
    }
    moment.tried.set(moment.chosen, accesses)
    // What can go wrong in a step makes no race: it is to be tried in its place.
    const base = baseOf(moment.chosen)
    for (const key of moment.enabled) if (baseOf(key) === base) moment.wanted.add(key)
  }

  /** Asks for the other order of each race of the last run. */
  #learn(): void {
    this.#noteDisabled([])
    const races = new Races(this.#steps)
    for (const race of races.all()) this.#want(race)
    const at = this.#steps.length
    for (const arrival of [...this.#arrivals, ...this.#pending.map((each) => ({ ...each, at }))]) {
      const race = races.raceOf(arrival)
      if (race !== undefined) this.#want(race)
    }
  }

  #want({ before, initials }: Race): void {
    const moment = this.#moments[before]
    if (moment === undefined || initials.some((key) => moment.wanted.has(key))) return
    const wanted = initials.find((key) => moment.enabled.includes(key))
    if (wanted !== undefined) moment.wanted.add(wanted)
  }

  /**
   * What was possible before the last step and is not after it, as a message to a process that died, makes no race that
   * could be seen: it is to be tried in place of that step.
   */
  #noteDisabled(next: readonly NextStep[]): void {
    const last = this.#last
    if (last === undefined) return
    this.#last = undefined
    for (const key of last.enabled) if (!next.some((step) => step.key === key)) last.wanted.add(key)
  }

  /** To the latest moment that still wants something. False when there is none. */
  #goBack(): boolean {
    // A run that was left had a moment less than it has steps.
    this.#moments.length = this.#steps.length
    for (; this.#moments.length > 0; this.#moments.pop()) {
      const moment = this.#moments.at(-1)
      if (moment === undefined) continue
      const next = [...moment.wanted].find((key) => !moment.tried.has(key) && !moment.asleep.has(key))
      if (next === undefined) continue
      moment.chosen = next
      return true
    }
    return false
  }
}

/**
 * A step that changes what a sleeping one will do, or keeps it from doing anything, hides what that would have touched: all
 * who are in conflict with the one are in conflict with the other.
 */
function withThoseItWakes(accesses: Accesses, { asleep, tried, chosen }: Moment): Accesses {
  const woken = [...asleep, ...tried].filter(
    ([key, theirs]) => key !== chosen && theirs.conflictsWith(accesses),
  )
  return woken.length === 0 ? accesses : accesses.and(woken.map(([, theirs]) => theirs))
}

/** The key of a step in which nothing goes wrong. */
function baseOf(key: string): string {
  const end = key.indexOf('!')
  return end < 0 ? key : key.slice(0, end)
}

function placeOf(steps: readonly NextStep[], key: string): number {
  return steps.findIndex((step) => step.key === key)
}
