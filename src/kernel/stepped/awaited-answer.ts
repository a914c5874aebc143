import { HeartwoodError } from '../errors/errors.js'
import { CLOCK } from './next-step.js'
import type { SteppedProcess, StepsOfKernel } from './stepped-process.js'

/** What an answer needs of the kernel of whoever awaits it. */
interface AnsweringKernel extends StepsOfKernel {
  /** See `SteppedKernel.touched`. */
  touched: number
}

/** Makes a promise that lets the process that awaits it continue in a step of its own, when another process settles the original. */
export function answered<T>(
  kernel: AnsweringKernel,
  process: SteppedProcess | undefined,
  promise: Promise<T>,
  server: string | undefined,
): Promise<T> {
  if (process === undefined) return promise
  const place = kernel.placeHere()
  const goOn = (from: string, go: () => void, answer: unknown, failed: boolean): void => {
    if (process.alive) kernel.listener?.answered(from, process, answer, failed)
    const { touched } = kernel
    process.resume(from, go, place)
    // The code that awaits has not run yet.
    kernel.touched = touched
  }
  const answer = new Promise<T>((resolve, reject) => {
    promise.then(
      (value) => goOn(kernel.actingKey, () => resolve(value), value, false),
      (error: unknown) => {
        // There may be no code left that awaits it.
        if (!process.alive) answer.catch(() => {})
        const exited = HeartwoodError.is(error, 'CALL_SERVER_EXITED') && server !== undefined
        goOn(exited ? server : failing(kernel, process), () => reject(error), error, true)
      },
    )
  })
  return answer
}

/** Returns the key of the process that makes a call fail. A time-out has a channel of its own, beside the timers of other processes. */
function failing({ actingKey }: AnsweringKernel, { key }: SteppedProcess): string {
  return actingKey === CLOCK ? `${key} ${CLOCK}` : actingKey
}
