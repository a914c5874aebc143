import type { Alarm, Clock } from './clock.js'
import { kernelError } from './errors.js'

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
  /** The last of the moves that were asked for, while one is on. */
  #moves: Promise<unknown> | undefined
  #ringing = false

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

  /** When the next timer is due; undefined when none is set. It may turn out to be a little later. */
  get next(): number | undefined {
    return this.#first()?.[1]
  }

  /** Whether a timer is being told that its time has come. */
  get ringing(): boolean {
    return this.#ringing
  }

  /**
   * Moves time on by `ms`, stopping at each timer on the way and letting all that is ready run before the next. A move
   * that is asked for while another is on begins when that is over.
   *
   * @throws BAD_TIME
   */
  async advance(ms: number): Promise<void> {
    checkTime('advance(ms)', ms)
    await this.#inTurn(() => this.#moveTo(this.#now + ms))
  }

  /**
   * Moves time from timer to timer until none is left; at most `limit` milliseconds, an hour by default.
   *
   * @throws BAD_TIME
   */
  async runUntilIdle(limit = 3_600_000): Promise<void> {
    if (limit !== Number.POSITIVE_INFINITY) checkTime('runUntilIdle(limit)', limit)
    await this.#inTurn(async () => {
      const end = this.#now + limit
      await this.#settled()
      for (let next = this.next; next !== undefined && next <= end; next = this.next) {
        await this.#moveTo(Math.max(this.#now, next))
      }
    })
  }

  /**
   * Lets all that is ready run, then moves time to the next timer, if it is due by `limit`.
   *
   * @returns false when there was none, and time stands where it stood
   */
  jump(limit: number = Number.POSITIVE_INFINITY): Promise<boolean> {
    return this.#inTurn(async () => {
      await this.#settled()
      const { next } = this
      if (next === undefined || next > limit) return false
      await this.#moveTo(Math.max(this.#now, next))
      return true
    })
  }

  /** Lets go of an alarm that will never be set again. */
  leave(alarm: Alarm): void {
    this.#alarms.delete(alarm)
    this.#known.delete(alarm)
  }

  async #moveTo(end: number): Promise<void> {
    await this.#settled()
    for (let next = this.#first(); next !== undefined && next[1] <= end; next = this.#first()) {
      const [alarm, at] = next
      this.#now = Math.max(this.#now, at)
      this.#alarms.delete(alarm)
      this.#ringing = true
      try {
        alarm.ring()
      } finally {
        this.#ringing = false
      }
      await this.#settled()
    }
    this.#now = end
  }

  /** Two moves at a time would each take the other's steps for its own. */
  async #inTurn<T>(move: () => Promise<T>): Promise<T> {
    while (this.#moves !== undefined) await this.#moves
    const moving = move()
    this.#moves = moving.then(
      () => (this.#moves = undefined),
      () => (this.#moves = undefined),
    )
    return moving
  }

  #first(): [Alarm, number] | undefined {
    let first: [Alarm, number] | undefined
    for (const entry of this.#alarms) if (first === undefined || entry[1] < first[1]) first = entry
    return first
  }

  async #settled(): Promise<void> {
    for (const alarm of this.#known) await alarm.settled()
  }
}

function checkTime(action: string, value: unknown): void {
  if (!Number.isSafeInteger(value) || (value as number) < 0) throw kernelError('BAD_TIME', { action, value })
}
