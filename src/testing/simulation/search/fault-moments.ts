import type { FaultyStep } from './search.js'
import { Chance } from './seeded-chance.js'

/** One fault in so many steps, on the average: a run may be short or long, and which it is nobody knows. */
const RATES = [2, 8, 32, 128, 512]

/** When a random search has something go wrong. */
export class FaultMoments {
  readonly #chance: Chance
  readonly #rate: number

  constructor(seed: number) {
    this.#chance = new Chance(`faults ${seed}`)
    this.#rate = RATES[this.#chance.below(RATES.length)] as number
  }

  /** A place in `faults`: each fault is as likely as the others, in however many steps it could strike. */
  strike(faults: readonly FaultyStep[]): number | undefined {
    if (this.#chance.below(this.#rate) > 0) return undefined
    const numbers = [...new Set(faults.map(({ fault }) => fault.number))]
    const number = numbers[this.#chance.below(numbers.length)]
    const places = faults.flatMap(({ fault }, at) => (fault.number === number ? [at] : []))
    return places[this.#chance.below(places.length)]
  }
}
