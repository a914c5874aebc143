import type { Alarm } from '../../clock.js'
import { StepClock } from './step-clock.js'

/** How the clock of one node differs from that of all. */
export interface Drift {
  /** How fast it goes: 1.01 gains a hundredth. */
  readonly rate: number
  /** Milliseconds by which its wall clock is ahead. */
  readonly ahead: number
}

/** The clock of one node of a simulation, which can run at its own rate, be set, and stand still with its program. */
export class NodeClock extends StepClock {
  readonly #base: StepClock
  readonly #rate: number
  #ahead: number
  #frozen = false
  readonly #standIns = new WeakMap<Alarm, Alarm>()
  readonly #set = new Set<Alarm>()

  constructor(base: StepClock, { rate, ahead }: Drift) {
    super()
    this.#base = base
    this.#rate = rate
    this.#ahead = ahead
  }

  override now(): number {
    return this.#base.now() * this.#rate
  }

  override wallTime(): number {
    return this.#base.wallTime() + this.#ahead
  }

  /** Somebody sets its wall clock. */
  setAhead(by: number): void {
    this.#ahead += by
  }

  /** Nothing rings: its program is stopped. */
  freeze(): void {
    this.#frozen = true
  }

  /** What is overdue rings as soon as time goes on. */
  thaw(): void {
    this.#frozen = false
  }

  /** Its program is gone. */
  end(): void {
    for (const standIn of this.#set) this.#base.clearAlarm(standIn)
    this.#set.clear()
    this.#frozen = true
  }

  override setAlarm(alarm: Alarm, at: number): void {
    const standIn = this.#standInOf(alarm)
    this.#set.add(standIn)
    this.#base.setAlarm(standIn, this.#there(at))
  }

  override clearAlarm(alarm: Alarm): void {
    const standIn = this.#standInOf(alarm)
    this.#set.delete(standIn)
    this.#base.clearAlarm(standIn)
  }

  override leave(alarm: Alarm): void {
    this.clearAlarm(alarm)
  }

  override get next(): number | undefined {
    const { next } = this.#base
    return next === undefined ? undefined : next * this.#rate
  }

  override advance(to: number): void {
    this.#base.advance(this.#there(to))
  }

  override jump(arrived: () => void): void {
    this.#base.jump(arrived)
  }

  /** In the time of all, late rather than early: an alarm that rings early is set again for the same moment. */
  #there(at: number): number {
    const there = Math.ceil(at / this.#rate)
    return there * this.#rate < at ? there + 1 : there
  }

  #standInOf(alarm: Alarm): Alarm {
    const known = this.#standIns.get(alarm)
    if (known !== undefined) return known
    const standIn: Alarm = {
      ring: () => {
        this.#set.delete(standIn)
        alarm.ring()
      },
      settled: () => alarm.settled(),
      due: () => {
        if (this.#frozen) return undefined
        const due = alarm.due?.()
        return due === undefined ? undefined : this.#there(due)
      },
    }
    this.#standIns.set(alarm, standIn)
    return standIn
  }
}
