import type { Scheduler, Task } from '../scheduler.js'
import { SteppedProcess } from './stepped-process.js'

/** Holds what is ready until somebody says what is to run. */
export class StepQueue implements Scheduler {
  /** The processes that have something to do without a message, and their places in the order of readiness. */
  readonly ready = new Map<SteppedProcess, number>()
  /** The kernel's own tasks, which look at what processes did and run when none has anything left to do. */
  readonly chores: Task[] = []
  readonly #nextOrder: () => number

  constructor(nextOrder: () => number) {
    this.#nextOrder = nextOrder
  }

  get idle(): boolean {
    return this.ready.size === 0 && this.chores.length === 0
  }

  onIdle(): void {
    // The clock of a stepped kernel keeps no program alive, so that nothing is to be done then.
  }

  enqueue(task: Task): void {
    if (task instanceof SteppedProcess) this.ready.set(task, this.#nextOrder())
    else this.chores.push(task)
  }
}
