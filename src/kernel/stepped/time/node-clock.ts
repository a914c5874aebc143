import type { Alarm } from '../../clock.js'
import { StepClock } from './step-clock.js'

/** The difference of the clock of one node from the clock of the simulation. */
export interface Drift {
  /** Its speed: 1.01 gains one per cent. */
  readonly rate: number
  /** Milliseconds by which its wall clock is ahead. */
  readonly ahead: number
}

/** The clock of one node of a simulation. It can run at its own rate, be set, and stop with its program. */
export class NodeClock extends StepClock {
  readonly #base: StepClock
  readonly #rate: number
  readonly #origin: number
  #ahead: number
  #frozen = false
  readonly #standIns = new WeakMap<Alarm, Alarm>()
  readonly #set = new Set<Alarm>()

  constructor(base: StepClock, { rate, ahead }: Drift) {
    super()
    this.#base = base
    this.#rate = rate
    this.#ahead = ahead
    this.#origin = this.wallTime() - this.now()
  }

  override get origin(): number {
    return this.#origin
  }

  override now(): number {
    return this.#base.now() * this.#rate
  }

  override wallTime(): number {
    return this.#base.wallTime() + this.#ahead
  }

  /** Sets its wall clock. */
  setAhead(by: number): void {
    this.#ahead += by
  }

  /** Stops it with its program: no alarm rings. */
  freeze(): void {
    this.#frozen = true
  }

  /** Continues it: overdue alarms ring as soon as time goes on. */
  thaw(): void {
    this.#frozen = false
  }

  /** Ends it with its program. */
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

  /**
   * Converts a time into the time of the simulation, late rather than early: an alarm that rings early is set again for the same moment.
   */
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
