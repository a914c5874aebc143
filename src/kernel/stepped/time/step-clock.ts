import type { Alarm, Clock } from '../../clock.js'
import { Alarms } from '../../schedule/virtual-clock-alarms.js'

/** A clock that stands still until all possible steps were made; then it jumps to the next alarm. */
export class StepClock implements Clock {
  #now = 0
  readonly #epoch: number
  readonly #alarms = new Alarms()

  /** @param epoch what `wallTime` says at the start, in milliseconds since 1970 */
  constructor(epoch: number = Date.UTC(2026, 0, 1)) {
    this.#epoch = epoch
  }

  now(): number {
    return this.#now
  }

  wallTime(): number {
    return this.#epoch + this.#now
  }

  /** What the steps cost on the machine that makes them says nothing of the program, and differs from run to run. */
  processorTime(): number {
    return 0
  }

  /** What `wallTime` said when `now` was 0, or would have: nobody sets it. */
  get origin(): number {
    return this.#epoch
  }

  setAlarm(alarm: Alarm, at: number): void {
    this.#alarms.set(alarm, at)
  }

  clearAlarm(alarm: Alarm): void {
    this.#alarms.clear(alarm)
  }

  leave(alarm: Alarm): void {
    this.#alarms.clear(alarm)
  }

  hold(): void {
    // Only the code that moves this clock waits for it.
  }

  /** The time of the next timer, in the time of `now`; `undefined` if none is set. */
  get next(): number | undefined {
    return this.#alarms.first?.due
  }

  /** Moves to a time without ringing: alarms may be late. */
  advance(to: number): void {
    this.#now = Math.max(this.#now, to)
  }

  /** Moves to the next timer and rings its alarm and any other with that time. `arrived` is called before. */
  jump(arrived: () => void): void {
    const { next } = this
    if (next === undefined) return
    this.#now = Math.max(this.#now, next)
    arrived()
    this.ringDue()
  }

  /** Rings the due alarms. */
  ringDue(): void {
    for (let first = this.#alarms.first; first !== undefined; first = this.#alarms.first) {
      if (first.due > this.#now) return
      this.#alarms.ring(first.alarm)
    }
  }
}
