import type { Alarm, Clock } from '../../src/kernel/index.js'

/** The clock of one node, which can be stopped as SIGSTOP stops a program: time goes by, and nothing is rung. */
export class NodeClock implements Clock {
  readonly #base: Clock
  readonly #alarms = new WeakMap<Alarm, Alarm>()
  #late: Set<Alarm> | undefined

  constructor(base: Clock) {
    this.#base = base
  }

  freeze(): void {
    this.#late ??= new Set()
  }

  thaw(): void {
    const late = this.#late ?? []
    this.#late = undefined
    for (const alarm of late) alarm.ring()
  }

  join(alarm: Alarm): void {
    this.#base.join?.(this.#standIn(alarm))
  }

  leave(alarm: Alarm): void {
    this.#late?.delete(alarm)
    this.#base.leave?.(this.#standIn(alarm))
  }

  now(): number {
    return this.#base.now()
  }

  wallTime(): number {
    return this.#base.wallTime()
  }

  sliceTime(): number {
    return this.#base.sliceTime?.() ?? this.#base.now()
  }

  setAlarm(alarm: Alarm, at: number): void {
    this.#base.setAlarm(this.#standIn(alarm), at)
  }

  clearAlarm(alarm: Alarm): void {
    this.#late?.delete(alarm)
    this.#base.clearAlarm(this.#standIn(alarm))
  }

  hold(alarm: Alarm, held: boolean): void {
    this.#base.hold(this.#standIn(alarm), held)
  }

  #standIn(alarm: Alarm): Alarm {
    const known = this.#alarms.get(alarm)
    if (known !== undefined) return known
    const made: Alarm = {
      ring: () => {
        if (this.#late === undefined) alarm.ring()
        else this.#late.add(alarm)
      },
      settled: () => alarm.settled(),
      due: () => alarm.due?.(),
    }
    this.#alarms.set(alarm, made)
    return made
  }
}
