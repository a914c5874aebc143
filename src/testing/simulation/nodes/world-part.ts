import type { SharedSteps, StepClock } from '../../../kernel/index.js'
import type { SimulationTrace } from '../run/simulation-trace.js'
import type { Chance } from '../search/seeded-chance.js'
import type { SimulatedKernel } from './simulated-kernel.js'
import type { WorldStep } from './world-step.js'

/** Part of a world that has steps of its own. */
export interface WorldPart {
  steps(): readonly WorldStep[]
}

/** The world as each part of it knows it: one row of steps, one time, one chance. */
export interface SurroundingWorld {
  readonly clock: StepClock
  readonly shared: SharedSteps
  /** The kernel of the program itself. */
  readonly main: SimulatedKernel
  readonly chance: Chance
  readonly trace: SimulationTrace | undefined
  nextOrder(): number
  /** A moment in which something becomes possible: time passes to it when nobody has anything else to do. */
  wakeAt(at: number, then?: () => void): void
  after(ms: number, then: () => void): void
  note(text: string): void
}
