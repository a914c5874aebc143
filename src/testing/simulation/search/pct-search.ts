import type { NextStep } from '../../../kernel/index.js'
import { FaultMoments } from './fault-moments.js'
import { Patience } from './patience.js'
import type { Chooser, FaultyStep, Search } from './search.js'
import { Chance } from './seeded-chance.js'

/**
 * Probabilistic concurrency testing (Burckhardt and others, 2010): each channel has a random priority, the highest one
 * runs, and at `depth - 1` random moments the one that would run falls to the end. A bug that needs `depth` steps in a
 * certain order is found in a run with a chance of at least 1 / (n · k^(depth - 1)), for n channels and k choices.
 *
 * Whoever had to wait very long is the next to be the highest: see `patience.ts`.
 */
class PctChooser implements Chooser {
  readonly #chance: Chance
  readonly #moments: FaultMoments
  readonly #priorities = new Map<string, number>()
  readonly #changes: ReadonlySet<number>
  choices = 0
  #lowest = 0
  #topmost = 1
  /** The priority of the step that was made last. */
  #running = 0
  readonly #patience = new Patience()
  /** Those that the highest place was given for their long wait. */
  readonly #raised = new Set<string>()

  constructor(seed: number, depth: number, length: number) {
    this.#chance = new Chance(`pct ${seed}`)
    this.#moments = new FaultMoments(seed)
    const changes = new Set<number>()
    for (let change = 1; change < depth; change++) changes.add(1 + this.#chance.below(Math.max(1, length)))
    this.#changes = changes
  }

  strike(faults: readonly FaultyStep[]): number | undefined {
    return this.#moments.strike(faults)
  }

  choose(steps: readonly NextStep[]): number {
    this.#rank(steps)
    const chosen = steps.length === 1 ? 0 : this.#choice(steps)
    return this.#serve(steps, chosen)
  }

  interrupt(steps: readonly NextStep[]): number | undefined {
    this.#rank(steps)
    this.choices++
    if (this.#changes.has(this.choices)) {
      this.#lowest--
      this.#running = this.#lowest
    }
    const best = this.#highest(steps)
    return this.#priorityOf(steps[best] as NextStep) > this.#running ? this.#serve(steps, best) : undefined
  }

  #rank(steps: readonly NextStep[]): void {
    for (const { key } of steps)
      if (!this.#priorities.has(key)) this.#priorities.set(key, this.#chance.next())
  }

  #serve(steps: readonly NextStep[], chosen: number): number {
    const step = steps[chosen] as NextStep
    this.#running = this.#priorityOf(step)
    this.#patience.served(step.key)
    this.#raised.delete(step.key)
    return chosen
  }

  #priorityOf({ key }: NextStep): number {
    return this.#priorities.get(key) ?? 0
  }

  #choice(steps: readonly NextStep[]): number {
    this.choices++
    for (const { key } of this.#patience.overdue(steps)) this.#heed(key)
    let best = this.#highest(steps)
    if (this.#changes.has(this.choices)) {
      this.#lowest--
      this.#priorities.set((steps[best] as NextStep).key, this.#lowest)
      best = this.#highest(steps)
    }
    return best
  }

  #heed(key: string): void {
    if (this.#raised.has(key)) return
    this.#raised.add(key)
    this.#topmost++
    this.#priorities.set(key, this.#topmost)
  }

  #highest(steps: readonly NextStep[]): number {
    const priority = (at: number): number => this.#priorityOf(steps[at] as NextStep)
    let best = 0
    for (let at = 1; at < steps.length; at++) if (priority(at) > priority(best)) best = at
    return best
  }
}

export class PctSearch implements Search {
  #seed: number
  #chooser: PctChooser | undefined
  #length = 1

  constructor(
    seed: number,
    private readonly depth: number,
  ) {
    this.#seed = seed
  }

  next(): { chooser: Chooser; seed: number } {
    // How long a run is, only runs can tell.
    this.#length = Math.max(this.#length, this.#chooser?.choices ?? 0)
    const seed = this.#seed++
    this.#chooser = new PctChooser(seed, this.depth, this.#length)
    return { chooser: this.#chooser, seed }
  }
}
