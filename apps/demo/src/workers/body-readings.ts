import { currentKernel, HeartwoodError, ref } from 'heartwood'
import type { JudgeJson } from '../checks/json-body.js'
import type { JsonWanted } from '../target.js'
import { BodyReader, READING_LIMIT } from './body-reader.js'

const TOO_LONG = `body takes longer than ${READING_LIMIT} ms to be judged`

/** Milliseconds that a body waits for a reader that is started again. */
const RESTART = 5_000

/** A target whose body the reader was ended over is judged again after so many milliseconds, and twice as late each time. */
const PAUSE_FIRST = 10_000
const PAUSE_MOST = 600_000

/** How often in a row the reader was ended over the bodies of a target, and until when they are not judged. */
interface Pause {
  readonly times: number
  readonly until: number
}

/**
 * The bodies that the body reader has to judge, one at a time: so the one that it was ended over is known, and no other target is blamed
 * for it; nor has any other to wait for it again and again.
 */
export class BodyReadings {
  #last: Promise<unknown> = Promise.resolve()

  /** By what is wanted of a target, which is its own. */
  readonly #pauses = new WeakMap<JsonWanted, Pause>()

  readonly judge: JudgeJson = (content, wanted, signal) => {
    const { until = 0 } = this.#pauses.get(wanted) ?? {}
    if (currentKernel().now() < until) return TOO_LONG
    const judged = this.#last.then(async () => {
      signal.throwIfAborted()
      try {
        // Not given up with the check: until the reader is through, or ended, the next body must wait.
        const reader = ref(BodyReader).with({ timeout: Number.POSITIVE_INFINITY, waitForRestart: RESTART })
        const wrong = await reader.call.judge(content, wanted)
        this.#pauses.delete(wanted)
        return wrong
      } catch (error) {
        if (!isBlocked(error)) throw error
        this.#pause(wanted)
        return TOO_LONG
      }
    })
    this.#last = judged.catch(() => {})
    return untilAborted(judged, signal)
  }

  #pause(wanted: JsonWanted): void {
    const { times = 0 } = this.#pauses.get(wanted) ?? {}
    const pause = Math.min(PAUSE_MOST, PAUSE_FIRST * 2 ** times)
    this.#pauses.set(wanted, { times: times + 1, until: currentKernel().now() + pause })
  }
}

function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason)
    signal.addEventListener('abort', abort, { once: true })
    const over = (): void => signal.removeEventListener('abort', abort)
    promise.then(resolve, reject).finally(over)
  })
}

function isBlocked(error: unknown): boolean {
  if (!HeartwoodError.is(error, 'CALL_SERVER_EXITED')) return false
  const { reason } = error.details
  return typeof reason === 'object' && reason !== null && 'blocked' in reason
}
