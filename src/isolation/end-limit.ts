import { type Expirable, type Kernel, Timer } from '../kernel/index.js'

/** The milliseconds in which an ending thread or program must be gone. */
export const GONE_WITHIN = 5_000

/** The time that an isolated server has for its end. */
export class EndLimit {
  readonly #timer: Timer

  constructor(
    private readonly kernel: Kernel,
    owner: Expirable,
  ) {
    this.#timer = new Timer(owner)
  }

  /** Starts the time. A timer that is set already would be in the wheel twice. */
  begin(): void {
    this.kernel.timers.cancel(this.#timer)
    this.kernel.timers.set(this.#timer, GONE_WITHIN)
  }

  over(): void {
    this.kernel.timers.cancel(this.#timer)
  }
}
