/**
 * Detects whether the other side still exists: each side sends something at least every quarter of the tick time, and is given up when
 * nothing came for the whole of it.
 */
import type { Alarm, Clock } from '../../kernel/index.js'

export interface Ticking {
  /** Called when there is nothing else to send. */
  tick(): void
  /** Called when nothing came for the tick time. */
  silent(): void
}

export class Ticks implements Alarm {
  readonly #clock: Clock
  readonly #quarter: number
  readonly #ticking: Ticking
  #due: number | undefined
  /** Whether nothing is read now, so that silence means nothing. */
  deaf = false
  #said = false
  #heard = false
  #silentQuarters = 0

  constructor(clock: Clock, tickTime: number, ticking: Ticking) {
    this.#clock = clock
    this.#quarter = tickTime / 4
    this.#ticking = ticking
    clock.join?.(this)
    this.#set(clock.now() + this.#quarter)
  }

  said(): void {
    this.#said = true
  }

  heard(): void {
    this.#heard = true
  }

  stop(): void {
    this.#due = undefined
    this.#clock.clearAlarm(this)
  }

  ring(): void {
    if (this.#due === undefined) return
    const now = this.#clock.now()
    if (now < this.#due) {
      this.#clock.setAlarm(this, this.#due)
      return
    }
    // If this program itself stood still, data that came meanwhile was not read yet.
    const isLate = now - this.#due >= this.#quarter
    if (this.#heard || this.deaf) this.#silentQuarters = 0
    else if (!isLate) this.#silentQuarters++
    this.#heard = false
    if (this.#silentQuarters >= 4) {
      this.stop()
      this.#ticking.silent()
      return
    }
    if (!this.#said) this.#ticking.tick()
    this.#said = false
    this.#set(isLate ? now + this.#quarter : this.#due + this.#quarter)
  }

  settled(): Promise<void> {
    return Promise.resolve()
  }

  due(): number | undefined {
    return this.#due
  }

  #set(at: number): void {
    this.#due = at
    this.#clock.setAlarm(this, at)
    // The timer does not keep the program running; the connection may.
    this.#clock.hold(this, false)
  }
}
