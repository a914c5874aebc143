import type { NextStep } from '../../../kernel/index.js'
import type { SimulatedKernel } from '../run/simulated-kernel.js'
import type { Chooser } from '../search/search.js'
import type { FaultStep } from './simulated-fault.js'

/** Of faults that the schedule decides on. */
const MOST_FAULTS = 2
const NONE: readonly FaultStep[] = []

/** What may go wrong in the next step of a run, as long as its budget lasts. */
export class FaultChoices {
  constructor(
    private readonly kernel: SimulatedKernel,
    private readonly chooser: Chooser,
    /** How many may strike. */
    public left: number = MOST_FAULTS,
  ) {}

  /** `faults` are for `Chooser.choose`, behind the steps; `struck` was chosen already. */
  offered(
    steps: readonly NextStep[],
    at: number,
  ): { readonly faults: readonly FaultStep[]; readonly struck?: FaultStep | undefined } {
    const { installed } = this.kernel
    if (this.left <= 0 || installed === undefined) return { faults: NONE }
    const faults = installed.choices(steps)
    if (faults.length === 0 || this.chooser.strike === undefined) return { faults }
    const place = this.chooser.strike(faults, at)
    return { faults: NONE, struck: place === undefined ? undefined : faults[place] }
  }
}
