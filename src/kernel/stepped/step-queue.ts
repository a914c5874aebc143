import { Connection } from '../remote/connection.js'
import type { Runnable, Scheduler } from '../schedule/scheduler.js'
import { SteppedProcess } from './stepped-process.js'

/** Since when a process is ready. */
export interface Readiness {
  /** Its place in the order of readiness. */
  readonly order: number
  /** The step that made it ready. */
  readonly step: number
}

/** Holds what is ready until somebody says what is to run. */
export class StepQueue implements Scheduler {
  /** The processes that have something to do without a message. */
  readonly ready = new Map<SteppedProcess, Readiness>()
  /** The kernel's own tasks, which look at what processes did and run when none has anything left to do. */
  readonly chores: Runnable[] = []
  /** The ways to other kernels that something is to go. */
  readonly outgoing: Runnable[] = []
  readonly #readiness: () => Readiness

  /** @param readiness that of a process which is made ready now */
  constructor(readiness: () => Readiness) {
    this.#readiness = readiness
  }

  get idle(): boolean {
    return this.ready.size === 0 && this.chores.length === 0
  }

  onIdle(): void {
    // The clock of a stepped kernel keeps no program alive, so that nothing is to be done then.
  }

  enqueue(task: Runnable): void {
    if (task instanceof SteppedProcess) this.ready.set(task, this.#readiness())
    else if (task instanceof Connection) this.outgoing.push(task)
    else this.chores.push(task)
  }
}
