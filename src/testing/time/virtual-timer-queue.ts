import type { Alarm, VirtualClock } from '../../kernel/index.js'

/** A clock that stands still until it is moved: what timers on it need of it. */
export interface StandingClock
  extends Pick<VirtualClock, 'now' | 'wallTime' | 'setAlarm' | 'clearAlarm' | 'leave'> {
  /** What `wallTime` said when `now` was 0; default their difference. */
  readonly origin?: number
}

/** Timers that are moved with virtual time. */
export interface TimerQueue {
  /**
   * @param ms rounded up, as the kernel's timers do
   * @returns what takes it back
   */
  set(ms: number, run: () => void): () => void
  clear(): void
}

/** What is to run at one moment, in the order in which it was set. */
type Moment = Set<{ readonly run: () => void }>

/** Timers on a virtual clock that belong to no process: for faults that come later, and for fake timers. */
export class VirtualTimers implements Alarm, TimerQueue {
  readonly #clock: StandingClock
  /** Every moment for which something is set, the soonest first. */
  readonly #times: number[] = []
  readonly #moments = new Map<number, Moment>()

  constructor(clock: StandingClock) {
    this.#clock = clock
  }

  set(ms: number, run: () => void): () => void {
    const at = this.#clock.now() + Math.ceil(ms)
    const due = { run }
    this.#momentOf(at).add(due)
    this.#arm()
    return () => {
      const moment = this.#moments.get(at)
      if (moment?.delete(due) !== true || moment.size > 0) return
      this.#drop(at)
      this.#arm()
    }
  }

  ring(): void {
    const [at] = this.#times
    if (at === undefined || at > this.#clock.now()) {
      this.#arm()
      return
    }
    // One at a time: what is ready because of it runs before the next of the same moment.
    const moment = this.#moments.get(at) as Moment
    const [first] = moment
    if (first !== undefined) moment.delete(first)
    if (moment.size === 0) this.#drop(at)
    this.#arm()
    first?.run()
  }

  settled(): Promise<void> {
    return Promise.resolve()
  }

  clear(): void {
    this.#times.length = 0
    this.#moments.clear()
    this.#clock.leave(this)
  }

  #momentOf(at: number): Moment {
    let moment = this.#moments.get(at)
    if (moment === undefined) {
      moment = new Set()
      this.#moments.set(at, moment)
      this.#times.splice(this.#placeOf(at), 0, at)
    }
    return moment
  }

  #drop(at: number): void {
    this.#moments.delete(at)
    this.#times.splice(this.#placeOf(at), 1)
  }

  /** Where it is among the moments, or would be. */
  #placeOf(at: number): number {
    let low = 0
    let high = this.#times.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#times[middle] as number) < at) low = middle + 1
      else high = middle
    }
    return low
  }

  #arm(): void {
    const [first] = this.#times
    if (first === undefined) this.#clock.clearAlarm(this)
    else this.#clock.setAlarm(this, first)
  }
}
