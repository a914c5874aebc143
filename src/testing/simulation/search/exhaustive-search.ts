import type { NextStep } from '../../../kernel/index.js'
import { Patience } from './patience.js'
import type { Chooser, Search } from './search.js'

/** Every schedule, depth first, without leaving any out: what the reduced search is compared with. */
export class ExhaustiveSearch implements Search, Chooser {
  /** The choices of the last run that had an alternative. */
  #path: { choice: number; count: number }[] = []
  /** How many could have come before the code of the last step went on, if it does; with the places of these choices. */
  #between: { at: number; count: number }[] = []
  #at = 0
  #begun = false
  #patience = new Patience()
  unfair = false

  constructor(private readonly seed: number) {}

  next(): { chooser: Chooser; seed: number } | undefined {
    if (this.#begun && !this.#advance()) return undefined
    this.#begun = true
    this.#at = 0
    this.#between = []
    this.#patience = new Patience()
    return { chooser: this, seed: this.seed }
  }

  choose(steps: readonly NextStep[]): number {
    this.#between = []
    const [overdue] = this.#patience.overdue(steps)
    const chosen = overdue === undefined ? this.#choose(steps) : steps.indexOf(overdue)
    if (overdue !== undefined && steps.length > 1) this.unfair = true
    this.#patience.served((steps[chosen] as NextStep).key)
    return chosen
  }

  interrupt(steps: readonly NextStep[]): number | undefined {
    const at = this.#at++
    // That it is a choice is known when the code goes on.
    if (at === this.#path.length) this.#path.push({ choice: 0, count: 1 })
    const { choice } = this.#path[at] as { choice: number }
    if (choice === 0) {
      this.#between.push({ at, count: steps.length })
      return undefined
    }
    this.#between = []
    this.#patience.served((steps[choice - 1] as NextStep).key)
    return choice - 1
  }

  wentOn(): void {
    for (const { at, count } of this.#between) this.#path[at] = { choice: 0, count: count + 1 }
    this.#between = []
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
