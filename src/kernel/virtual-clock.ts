import type { Alarm, Clock } from './clock.js'

/** A slice of 2 ms then is about as many turns as it is on a real clock when turns are short. */
const LOOKS_PER_MS = 20

/**
 * A clock that stands still until it is told to move: the time of tests.
 *
 * @example
 * ```ts
 * const clock = new VirtualClock()
 * const kernel = new Kernel({ clock })
 * const slept = kernel.run(() => sleep(60_000))
 * await clock.advance(60_000)
 * await slept
 * ```
 */
export class VirtualClock implements Clock {
  #now = 0
  #looks = 0
  readonly #epoch: number
  readonly #alarms = new Map<Alarm, number>()
  readonly #known = new Set<Alarm>()

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

  /** A slice is so many looks at the time, on any machine. */
  sliceTime(): number {
    this.#looks++
    return this.#looks / LOOKS_PER_MS
  }

  join(alarm: Alarm): void {
    this.#known.add(alarm)
  }

  setAlarm(alarm: Alarm, at: number): void {
    this.#alarms.set(alarm, at)
  }

  clearAlarm(alarm: Alarm): void {
    this.#alarms.delete(alarm)
  }

  hold(): void {
    // Virtual time keeps no program alive.
  }

  /**
   * Moves time on by `ms`, stopping at each timer on the way and letting all that is ready run before the next.
   */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms
    await this.#settled()
    for (let next = this.#next(); next !== undefined && next[1] <= end; next = this.#next()) {
      const [alarm, at] = next
      this.#now = Math.max(this.#now, at)
      this.#alarms.delete(alarm)
      alarm.ring()
      await this.#settled()
    }
    this.#now = end
  }

  /** Moves time from timer to timer until none is left; at most `limit` milliseconds, an hour by default. */
  async runUntilIdle(limit = 3_600_000): Promise<void> {
    const end = this.#now + limit
    await this.#settled()
    for (let next = this.#next(); next !== undefined && next[1] <= end; next = this.#next()) {
      await this.advance(Math.max(0, next[1] - this.#now))
    }
  }

  #next(): [Alarm, number] | undefined {
    let first: [Alarm, number] | undefined
    for (const entry of this.#alarms) if (first === undefined || entry[1] < first[1]) first = entry
    return first
  }

  async #settled(): Promise<void> {
    for (const alarm of this.#known) await alarm.settled()
  }
}
