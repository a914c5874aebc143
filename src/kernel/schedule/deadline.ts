import type { Alarm, Clock } from '../clock.js'

/** Calls a function once after a time, by the clock that it is given. */
export class Deadline implements Alarm {
  readonly #clock: Clock
  #at: number | undefined
  readonly #run: () => void

  constructor(clock: Clock, ms: number, run: () => void) {
    this.#clock = clock
    this.#run = run
    this.#at = clock.now() + ms
    clock.join?.(this)
    clock.setAlarm(this, this.#at)
    clock.hold(this, true)
  }

  /** Lets the program end before the deadline. */
  release(): void {
    this.#clock.hold(this, false)
  }

  stop(): void {
    this.#at = undefined
    this.#clock.clearAlarm(this)
    this.#clock.leave?.(this)
  }

  ring(): void {
    if (this.#at === undefined) return
    if (this.#clock.now() < this.#at) {
      this.#clock.setAlarm(this, this.#at)
      return
    }
    this.#at = undefined
    this.#clock.leave?.(this)
    this.#run()
  }

  settled(): Promise<void> {
    return Promise.resolve()
  }

  due(): number | undefined {
    return this.#at
  }
}
