import type { NextStep } from '../../../kernel/index.js'

/** So many choices a possible step may be passed over: more than bugs need, far below `maxSteps`. */
export const PATIENCE = 100

/**
 * Who waits for their turn, and since when: no schedule is fair that passes a possible step over for ever. A process that
 * asks again and again whether another has done its part would keep that other from it, and a program that is right be
 * accused of having no end.
 */
export class Patience {
  /** The choice from which on a step was possible. */
  readonly #since = new Map<string, number>()
  #choices = 0

  /** The steps that were passed over too often; asked once a choice. */
  overdue(steps: readonly NextStep[]): NextStep[] {
    this.#choices++
    const keys = new Set(steps.map(({ key }) => key))
    for (const key of this.#since.keys()) if (!keys.has(key)) this.#since.delete(key)
    for (const key of keys) if (!this.#since.has(key)) this.#since.set(key, this.#choices)
    return steps.filter(({ key }) => this.#choices - (this.#since.get(key) ?? 0) >= PATIENCE)
  }

  /** That step is made. */
  served(key: string): void {
    this.#since.delete(key)
  }
}
