import { cancelTimer, type Pid, sendAfter } from '../../kernel/index.js'

/**
 * Arrives when a server has been idle for `time` milliseconds. One object per waiting period: one that is no longer the
 * server's current period was overtaken by a message, and means nothing.
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
