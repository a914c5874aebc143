import type { Alarm } from '../clock.js'

/** An alarm, and when it is to ring. */
export interface NextAlarm {
  readonly alarm: Alarm
  readonly due: number
}

/** The alarms of a clock that stands still until it is moved. */
export class Alarms {
  readonly #set = new Map<Alarm, number>()

  set(alarm: Alarm, at: number): void {
    this.#set.set(alarm, at)
  }

  clear(alarm: Alarm): void {
    this.#set.delete(alarm)
  }

  /** The one that is due first; undefined when none is. One that is left over from a cancelled timer is not. */
  get first(): NextAlarm | undefined {
    let first: NextAlarm | undefined
    for (const [alarm, at] of this.#set) {
      const due = alarm.due === undefined ? at : alarm.due()
      if (due !== undefined && (first === undefined || due < first.due)) first = { alarm, due }
    }
    return first
  }

  /** Rings one, which is set no more. */
  ring(alarm: Alarm): void {
    this.#set.delete(alarm)
    alarm.ring()
  }
}
