import type { NextStep } from '../../../kernel/index.js'
import { FaultMoments } from './fault-moments.js'
import type { Chooser, FaultyStep, Search } from './search.js'
import { Chance } from './seeded-chance.js'

/** Any possible step is as likely as the others. */
export class RandomChooser implements Chooser {
  readonly #chance: Chance
  readonly #moments: FaultMoments

  constructor(seed: number) {
    this.#chance = new Chance(`schedule ${seed}`)
    this.#moments = new FaultMoments(seed)
  }

  strike(faults: readonly FaultyStep[]): number | undefined {
    return this.#moments.strike(faults)
  }

  choose(steps: readonly NextStep[]): number {
    return this.#chance.below(steps.length)
  }

  interrupt(steps: readonly NextStep[]): number | undefined {
    const choice = this.#chance.below(steps.length + 1)
    return choice === steps.length ? undefined : choice
  }
}

/** Runs of random walks; the seeds follow each other, so that each run is one of `simulate({ seed })`. */
export class RandomSearch implements Search {
  #seed: number

  constructor(seed: number) {
    this.#seed = seed
  }

  next(): { chooser: Chooser; seed: number } {
    const seed = this.#seed++
    return { chooser: new RandomChooser(seed), seed }
  }
}
