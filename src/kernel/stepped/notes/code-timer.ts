import type { Expirable } from '../../schedule/timer-wheel.js'
import type { SteppedProcess } from '../stepped-process.js'

/** A timer that runs code of a process, or of none: the counterpart of Node's timers, in a simulation that controls them. */
export class CodeTimer implements Expirable {
  constructor(
    readonly process: SteppedProcess | undefined,
    private readonly run: () => void,
  ) {}

  expired(): void {
    this.run()
  }
}
