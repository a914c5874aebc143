import type { NextStep, SteppedKernel } from '../../../kernel/index.js'

/** A step of what is between the nodes: signals arrive, a connection breaks, an engine answers. */
export class WorldStep implements NextStep {
  constructor(
    readonly key: string,
    readonly from: string,
    /** The kernel in which something happens. */
    readonly kernel: SteppedKernel,
    /** Its place among all that was ever sent or made ready. */
    readonly order: number,
    /** In words. */
    readonly what: string,
    readonly go: () => void,
  ) {}
}
