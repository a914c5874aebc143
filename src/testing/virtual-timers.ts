import type { Alarm, VirtualClock } from '../kernel/index.js'

/** A clock that stands still until it is moved: what timers on it need of it. */
export type StandingClock = Pick<VirtualClock, 'now' | 'wallTime' | 'setAlarm' | 'clearAlarm' | 'leave'>

/** A timer that is set. */
interface Due {
  readonly at: number
  readonly run: () => void
}

/** Timers on a virtual clock that belong to no process: for faults that come later, and for fake timers. */
export class VirtualTimers implements Alarm {
  readonly #clock: StandingClock
  /** By time; those of one time in the order in which they were set. */
  readonly #due: Due[] = []

  constructor(clock: StandingClock) {
    this.#clock = clock
  }

  get size(): number {
    return this.#due.length
  }

  /**
   * @param ms rounded up, as the kernel's timers do
   * @returns what takes it back
   */
  set(ms: number, run: () => void): () => void {
    const due: Due = { at: this.#clock.now() + Math.ceil(ms), run }
    let place = this.#due.length
    while (place > 0 && (this.#due[place - 1] as Due).at > due.at) place--
    this.#due.splice(place, 0, due)
    this.#arm()
    return () => {
      const at = this.#due.indexOf(due)
      if (at < 0) return
      this.#due.splice(at, 1)
      this.#arm()
    }
  }

  ring(): void {
    const first = this.#due[0]
    // One at a time: what is ready because of it runs before the next of the same moment.
    if (first !== undefined && first.at <= this.#clock.now()) {
      this.#due.shift()
      this.#arm()
      first.run()
    } else this.#arm()
  }

  settled(): Promise<void> {
    return Promise.resolve()
  }

  clear(): void {
    this.#due.length = 0
    this.#clock.leave(this)
  }

  #arm(): void {
    const first = this.#due[0]
    if (first === undefined) this.#clock.clearAlarm(this)
    else this.#clock.setAlarm(this, first.at)
  }
}
