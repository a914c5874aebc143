import type { NextStep } from '../../../kernel/index.js'
import { Patience } from './patience.js'
import type { Chooser, Search } from './search.js'

/** Every schedule, depth first, without leaving any out: what the reduced search is compared with. */
export class ExhaustiveSearch implements Search, Chooser {
  /** The choices of the last run that had an alternative. */
  #path: { choice: number; count: number }[] = []
  #at = 0
  #begun = false
  #patience = new Patience()
  unfair = false

  constructor(private readonly seed: number) {}

  next(): { chooser: Chooser; seed: number } | undefined {
    if (this.#begun && !this.#advance()) return undefined
    this.#begun = true
    this.#at = 0
    this.#patience = new Patience()
    return { chooser: this, seed: this.seed }
  }

  choose(steps: readonly NextStep[]): number {
    const [overdue] = this.#patience.overdue(steps)
    const chosen = overdue === undefined ? this.#choose(steps) : steps.indexOf(overdue)
    if (overdue !== undefined && steps.length > 1) this.unfair = true
    this.#patience.served((steps[chosen] as NextStep).key)
    return chosen
  }

  #choose(steps: readonly NextStep[]): number {
    if (steps.length === 1) return 0
    if (this.#at === this.#path.length) this.#path.push({ choice: 0, count: steps.length })
    const { choice } = this.#path[this.#at] as { choice: number }
    this.#at++
    return choice
  }

  #advance(): boolean {
    for (let last = this.#path.at(-1); last !== undefined; last = this.#path.at(-1)) {
      last.choice++
      if (last.choice < last.count) return true
      this.#path.pop()
    }
    return false
  }
}
