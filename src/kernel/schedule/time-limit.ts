import { type Alarm, MachineClock } from '../clock.js'
import { type Abortable, stopWaiting, waitForAbort } from '../context/abort-signal-wait.js'

/** A limit of time, by the clock of the machine. */
export interface TimeLimit {
  /** Milliseconds. */
  readonly time: number
  /** Makes the error that is thrown after that time. */
  readonly late: () => Error
  /** A signal that ends the wait earlier, with its reason. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Waits for `work`, up to a limit of time. It is for waits outside any process. The timer keeps the program alive: without it, a program
 * with nothing else to do would end silently, as if all were well.
 */
export function within<T>(work: PromiseLike<T>, { time, late, signal }: TimeLimit): Promise<T> {
  return new Promise((resolve, reject) => {
    const clock = new MachineClock()
    const end = clock.now() + time
    const alarm: Alarm & Abortable = {
      settled: () => Promise.resolve(),
      ring() {
        // The clock may ring earlier, since it cannot wait for weeks.
        if (clock.now() < end) return clock.setAlarm(alarm, end)
        over()
        reject(late())
      },
      aborted(reason) {
        over()
        reject(reason)
      },
    }
    const over = (): void => {
      clock.clearAlarm(alarm)
      if (signal !== undefined) stopWaiting(signal, alarm)
    }
    clock.setAlarm(alarm, end)
    if (signal !== undefined) waitForAbort(signal, alarm)
    work.then(
      (value) => {
        over()
        resolve(value)
      },
      (error: unknown) => {
        over()
        reject(error)
      },
    )
  })
}
