import { type Alarm, MachineClock } from '../clock.js'
import { type Abortable, stopWaiting, waitForAbort } from '../context/abort-signal-wait.js'

/** How long something may take, in the machine's time. */
export interface TimeLimit {
  /** Milliseconds. */
  readonly time: number
  /** What is thrown when they are over. */
  readonly late: () => Error
  /** What gives it up before, with its reason. */
  readonly signal?: AbortSignal | undefined
}

/**
 * What `work` gives, unless it takes longer than it may. For what is awaited outside of any process: until then the program
 * goes on, also when nothing else is left to do in it. It would end as if all were well, and nobody would be told.
 */
export function within<T>(work: PromiseLike<T>, { time, late, signal }: TimeLimit): Promise<T> {
  return new Promise((resolve, reject) => {
    const clock = new MachineClock()
    const end = clock.now() + time
    const alarm: Alarm & Abortable = {
      settled: () => Promise.resolve(),
      ring() {
        // A clock cannot wait for weeks.
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
