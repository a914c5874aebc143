import type { Accesses, NextStep, SteppedKernel } from '../../kernel/index.js'
import { Races, type Step } from './races.js'
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
  #asleep = new Map<string, Accesses>()
  #begun = false
  /** The moment of the step that was made last. */
  #last: Moment | undefined = undefined

  constructor(private readonly seed: number) {}

  next(): { chooser: Chooser; seed: number } | undefined {
    if (this.#begun) {
      this.#learn()
      if (!this.#goBack()) return undefined
    }
    this.#begun = true
    this.#steps = []
    this.#asleep = new Map()
    this.#last = undefined
    return { chooser: this, seed: this.seed }
  }

  choose(steps: readonly NextStep[]): number | undefined {
    this.#noteDisabled(steps)
    const known = this.#moments[this.#steps.length]
    if (known !== undefined) return placeOf(steps, known.chosen)
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
    return placeOf(steps, chosen)
  }

  made({ accesses, causes, stepNumber }: SteppedKernel, chosen: NextStep | undefined): void {
    if (chosen === undefined) this.#noteDisabled([])
    const moment = chosen === undefined ? undefined : this.#moments[this.#steps.length]
    this.#last = moment
    this.#steps.push({ key: chosen?.key, number: stepNumber, accesses, causes })
    this.#asleep = new Map()
    if (moment === undefined) {
      this.#moments[this.#steps.length - 1] = undefined
      return
    }
    for (const known of [moment.asleep, moment.tried]) {
      for (const [key, theirs] of known) {
        if (key !== moment.chosen && !theirs.conflictsWith(accesses)) this.#asleep.set(key, theirs)
      }
    }
    moment.tried.set(moment.chosen, accesses)
  }

  /** Asks for the other order of each race of the last run. */
  #learn(): void {
    this.#noteDisabled([])
    for (const { before, initials } of new Races(this.#steps).all()) {
      const moment = this.#moments[before]
      if (moment === undefined || initials.some((key) => moment.wanted.has(key))) continue
      // None of them was possible: then the first step is what made the second possible.
      const wanted = initials.find((key) => moment.enabled.includes(key))
      if (wanted !== undefined) moment.wanted.add(wanted)
    }
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

function placeOf(steps: readonly NextStep[], key: string): number {
  return steps.findIndex((step) => step.key === key)
}
