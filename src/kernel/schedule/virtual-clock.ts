import { type Alarm, type Clock, nodeTick } from '../clock.js'
import { kernelError } from '../errors/errors.js'
import { checkTime } from '../errors/time-checks.js'
import { Alarms } from './virtual-clock-alarms.js'

/** The number of readings that count as a millisecond. A slice of 2 ms then has about as many short turns as with a real clock. */
const LOOKS_PER_MS = 20

/**
 * A virtual clock: it stands still until it is moved. For tests.
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
  #now: number
  #looks = 0
  readonly #epoch: number
  readonly #alarms = new Alarms()
  readonly #known = new Set<Alarm>()
  /** The last requested move, while one is in progress. */
  #moves: Promise<unknown> | undefined
  #ringing = false

  /**
   * @param epoch the initial `wallTime`, in milliseconds since 1970
   * @param start the initial `now`; with a fraction, such as 0.5, `now` always has one, like the clock of the machine
   * @throws BAD_OPTION
   */
  constructor(epoch: number = Date.UTC(2026, 0, 1), start = 0) {
    if (!Number.isFinite(epoch)) throw badStart('epoch', epoch)
    if (!Number.isFinite(start)) throw badStart('start', start)
    this.#epoch = epoch - start
    this.#now = start
  }

  now(): number {
    return this.#now
  }

  wallTime(): number {
    return Math.floor(this.#epoch + this.#now)
  }

  /** A time that counts readings, so that a slice has the same number of turns on every machine. */
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
    this.#alarms.clear(alarm)
  }

  hold(): void {
    // Virtual time keeps no program alive.
  }

  /** The time of the next timer; `undefined` if none is set. */
  get next(): number | undefined {
    return this.#alarms.first?.due
  }

  /** Whether an alarm is ringing. */
  get ringing(): boolean {
    return this.#ringing
  }

  /**
   * Moves the time forward by `ms`, rounded up. It stops at each timer on the way and lets all ready tasks run before the
   * next one. A move during another move begins when that has ended.
   *
   * @throws BAD_TIME
   */
  async advance(ms: number): Promise<void> {
    checkTime(ms, 'advance(ms)')
    await this.#inTurn(() => this.#moveTo(this.#now + Math.ceil(ms)))
  }

  /**
   * Moves the time from timer to timer until none is left; at most by `limit` milliseconds, by default an hour.
   *
   * @throws BAD_TIME
   */
  async runUntilIdle(limit = 3_600_000): Promise<void> {
    if (limit !== Number.POSITIVE_INFINITY) checkTime(limit, 'runUntilIdle(limit)')
    await this.#inTurn(async () => {
      const end = this.#now + limit
      await this.#settled()
      for (let next = this.next; next !== undefined && next <= end; next = this.next) {
        await this.#moveTo(Math.max(this.#now, next))
      }
    })
  }

  /**
   * Lets all ready tasks run, then moves the time to the next timer, if its time is at most `limit`.
   *
   * @returns false if there was none; the time is then unchanged
   * @throws BAD_TIME
   */
  jump(limit: number = Number.POSITIVE_INFINITY): Promise<boolean> {
    return this.#inTurn(async () => {
      if (limit !== Number.POSITIVE_INFINITY) checkTime(limit, 'jump(limit)')
      await this.#settled()
      const { next } = this
      if (next === undefined || next > limit) return false
      await this.#moveTo(Math.max(this.#now, next))
      return true
    })
  }

  /** Removes an alarm that will never be set again. */
  leave(alarm: Alarm): void {
    this.#alarms.clear(alarm)
    this.#known.delete(alarm)
  }

  async #moveTo(end: number): Promise<void> {
    await this.#settled()
    for (let next = this.#alarms.first; next !== undefined && next.due <= end; next = this.#alarms.first) {
      const { alarm, due } = next
      this.#now = Math.max(this.#now, due)
      await this.#ring(alarm)
      await this.#settled()
    }
    this.#now = end
  }

  #ring(alarm: Alarm): Promise<void> {
    return new Promise((resolve, reject) => {
      nodeTick(() => {
        this.#ringing = true
        try {
          this.#alarms.ring(alarm)
          resolve()
        } catch (error) {
          reject(error)
        } finally {
          this.#ringing = false
        }
      })
    })
  }

  /** Runs moves one after the other: two at the same time would disturb each other. */
  async #inTurn<T>(move: () => Promise<T>): Promise<T> {
    while (this.#moves !== undefined) await this.#moves
    const moving = move()
    this.#moves = moving.then(
      () => (this.#moves = undefined),
      () => (this.#moves = undefined),
    )
    return moving
  }

  async #settled(): Promise<void> {
    for (const alarm of this.#known) await alarm.settled()
  }
}

function badStart(option: string, value: unknown): Error {
  return kernelError('BAD_OPTION', { action: 'new VirtualClock', option, value, expected: 'a number' })
}
