import { Titles } from './process-titles.js'

/** The number of process ids that each kernel has for itself. */
const IDS = 1_000_000

/** What the kernels of one simulation share: one sequence of steps, and unique processes in all of them. */
export class SharedSteps {
  /** The number of the current step, from 1; 0 before the first. */
  step = 0
  /** The counter of everything that is sent or made ready, in all kernels. */
  order = 0
  /** The keys of processes, dead or alive, by their ids. */
  readonly keys = new Map<number, string>()
  readonly titles = new Titles()
  #kernels = 0
  #faults = 0

  /** Returns the number for the next installed fault. */
  nextFault(): number {
    this.#faults++
    return this.#faults
  }

  /** Returns the number after which the ids of the next kernel begin. */
  nextIds(): number {
    return this.#kernels++ * IDS
  }
}
