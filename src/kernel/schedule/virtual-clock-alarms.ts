import type { Alarm } from '../clock.js'

/** An alarm and its time. */
export interface NextAlarm {
  readonly alarm: Alarm
  readonly due: number
}

/** The alarms of a virtual clock. */
export class Alarms {
  readonly #set = new Map<Alarm, number>()

  set(alarm: Alarm, at: number): void {
    this.#set.set(alarm, at)
  }

  clear(alarm: Alarm): void {
    this.#set.delete(alarm)
  }

  /** The first alarm; `undefined` if there is none. The alarm of a cancelled timer does not count. */
  get first(): NextAlarm | undefined {
    let first: NextAlarm | undefined
    for (const [alarm, at] of this.#set) {
      const due = alarm.due === undefined ? at : alarm.due()
      if (due !== undefined && (first === undefined || due < first.due)) first = { alarm, due }
    }
    return first
  }

  /** Clears an alarm and rings it. */
  ring(alarm: Alarm): void {
    this.#set.delete(alarm)
    alarm.ring()
  }
}
