import { type Alarm, type Clock, nodeTick } from '../clock.js'
import { kernelError } from '../errors/errors.js'
import { checkTime } from '../errors/time-checks.js'
import { Alarms } from './virtual-clock-alarms.js'

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
  #now: number
  #looks = 0
  readonly #epoch: number
  readonly #alarms = new Alarms()
  readonly #known = new Set<Alarm>()
  /** The last of the moves that were asked for, while one is on. */
  #moves: Promise<unknown> | undefined
  #ringing = false

  /**
   * @param epoch what `wallTime` says at the start, in milliseconds since 1970
   * @param start what `now` says at the start; with a fraction, such as 0.5, `now` has one as the machine's clock does
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
    this.#alarms.clear(alarm)
  }

  hold(): void {
    // Virtual time keeps no program alive.
  }

  /** When the next timer is due; undefined when none is set. */
  get next(): number | undefined {
    return this.#alarms.first?.due
  }

  /** Whether a timer is being told that its time has come. */
  get ringing(): boolean {
    return this.#ringing
  }

  /**
   * Moves time on by `ms`, rounded up, stopping at each timer on the way and letting all that is ready run before the
   * next. A move that is asked for while another is on begins when that is over.
   *
   * @throws BAD_TIME
   */
  async advance(ms: number): Promise<void> {
    checkTime(ms, 'advance(ms)')
    await this.#inTurn(() => this.#moveTo(this.#now + Math.ceil(ms)))
  }

  /**
   * Moves time from timer to timer until none is left; at most `limit` milliseconds, an hour by default.
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
   * Lets all that is ready run, then moves time to the next timer, if it is due by `limit`.
   *
   * @returns false when there was none, and time stands where it stood
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

  /** Lets go of an alarm that will never be set again. */
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

  async #settled(): Promise<void> {
    for (const alarm of this.#known) await alarm.settled()
  }
}

function badStart(option: string, value: unknown): Error {
  return kernelError('BAD_OPTION', { action: 'new VirtualClock', option, value, expected: 'a number' })
}
