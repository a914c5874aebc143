import type { NextStep } from '../../../kernel/index.js'
import type { World } from '../nodes/world.js'
import type { Chooser } from '../search/search.js'
import type { FaultStep } from './simulated-fault.js'

/** Of faults that the schedule decides on. */
const MOST_FAULTS = 2
const NONE: readonly FaultStep[] = []

/** What may go wrong in the next step of a run, as long as its budget lasts. */
export class FaultChoices {
  constructor(
    private readonly world: World,
    private readonly chooser: Chooser,
    /** How many may strike. */
    public left: number = MOST_FAULTS,
  ) {}

  /** `faults` are for `Chooser.choose`, behind the steps; `struck` was chosen already. */
  offered(
    steps: readonly NextStep[],
    at: number,
  ): { readonly faults: readonly FaultStep[]; readonly struck?: FaultStep | undefined } {
    if (this.left <= 0) return { faults: NONE }
    const faults = this.#all(steps)
    if (faults.length === 0 || this.chooser.strike === undefined) return { faults }
    const place = this.chooser.strike(faults, at)
    return { faults: NONE, struck: place === undefined ? undefined : faults[place] }
  }

  /** What goes wrong in a step in any schedule. */
  decided(step: NextStep): FaultStep | undefined {
    for (const { installed } of this.world.kernels()) {
      const found = installed?.decided(step)
      if (found !== undefined) return found
    }
    return undefined
  }

  #all(steps: readonly NextStep[]): readonly FaultStep[] {
    const { world } = this
    if (!world.isMany)
      return [...(world.main.installed?.choices(steps) ?? NONE), ...(world.faults?.choices() ?? NONE)]
    const all = [...world.kernels()].flatMap(({ installed }) => installed?.choices(steps) ?? NONE)
    return [...all, ...(world.faults?.choices() ?? NONE)]
  }
}
