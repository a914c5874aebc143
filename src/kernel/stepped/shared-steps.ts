import { Titles } from './process-titles.js'

/** Ids of processes that a kernel has for itself. */
const IDS = 1_000_000

/** What the kernels of one simulation have in common: one row of steps, and processes that are told apart in all of them. */
export class SharedSteps {
  /** Which step is being made, from 1; 0 before the first. */
  step = 0
  /** Of what is sent and made ready, in all kernels. */
  order = 0
  /** By the ids of processes, dead or alive. */
  readonly keys = new Map<number, string>()
  readonly titles = new Titles()
  #kernels = 0
  #faults = 0

  /** The number of the next thing that may go wrong. */
  nextFault(): number {
    this.#faults++
    return this.#faults
  }

  /** What the ids of the next kernel begin behind. */
  nextIds(): number {
    return this.#kernels++ * IDS
  }
}
