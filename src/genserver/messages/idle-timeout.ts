import { cancelTimer, type Pid, sendAfter } from '../../kernel/index.js'

/**
 * The message that a server gets after `time` milliseconds without another message. Each waiting period has an object of its
 * own. When another message arrives first, a new period begins, and the object of the old one is ignored.
 */
export class IdleTimeout {
  readonly #timer

  constructor(
    pid: Pid,
    readonly time: number,
  ) {
    // A timer of 0 sends at once: behind what is queued at this moment, before what comes later, as `after 0` has it.
    this.#timer = sendAfter(time, pid, this)
  }

  cancel(): void {
    cancelTimer(this.#timer)
  }
}
