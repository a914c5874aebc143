/** How much may be spent on something that is useful and dear, so that a storm of it stays cheap. */
import type { Clock } from '../clock.js'

/** A bucket that fills with time. What cost more than was in it is owed, and nothing is had until that is paid. */
export class Allowance {
  #left: number
  #since: number

  /** @param aSecond what is added each second, and the most that is kept */
  constructor(
    private readonly clock: Clock,
    private readonly aSecond: number,
  ) {
    this.#left = aSecond
    this.#since = clock.now()
  }

  /** Whether there is something left; takes one of it. */
  take(): boolean {
    const now = this.clock.now()
    // A test may set back the machine's clock.
    const passed = Math.max(0, now - this.#since)
    this.#left = Math.min(this.aSecond, this.#left + (passed / 1_000) * this.aSecond)
    this.#since = now
    if (this.#left < 1) return false
    this.#left--
    return true
  }

  /** Takes so much more, whether it is there or not. */
  owe(amount: number): void {
    this.#left -= amount
  }
}
