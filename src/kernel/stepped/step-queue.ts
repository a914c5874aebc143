import { Connection } from '../remote/connection.js'
import type { Runnable, Scheduler } from '../schedule/scheduler.js'
import { SteppedProcess } from './stepped-process.js'

/** The time since which a process is ready. */
export interface Readiness {
  /** Its position in the order of readiness. */
  readonly order: number
  /** The number of the step that made it ready. */
  readonly step: number
}

/** A scheduler that keeps ready processes until the next step is chosen. */
export class StepQueue implements Scheduler {
  /** The processes that have something to do without a message. */
  readonly ready = new Map<SteppedProcess, Readiness>()
  /** The tasks of the kernel, which examine what processes did, and run when no process has anything left to do. */
  readonly chores: Runnable[] = []
  /** The connections to other kernels with signals to send. */
  readonly outgoing: Runnable[] = []
  readonly #readiness: () => Readiness

  /** @param readiness returns the readiness of a process that becomes ready now */
  constructor(readiness: () => Readiness) {
    this.#readiness = readiness
  }

  get idle(): boolean {
    return this.ready.size === 0 && this.chores.length === 0
  }

  onIdle(): void {
    // The clock of a stepped kernel does not keep the program alive, so nothing is to be done then.
  }

  enqueue(task: Runnable): void {
    if (task instanceof SteppedProcess) this.ready.set(task, this.#readiness())
    else if (task instanceof Connection) this.outgoing.push(task)
    else this.chores.push(task)
  }
}
