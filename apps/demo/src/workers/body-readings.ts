import { HeartwoodError, ref } from 'heartwood'
import type { JudgeJson } from '../checks/json-body.js'
import { BodyReader, READING_LIMIT } from './body-reader.js'

/** Milliseconds that a body waits for a reader that is started again. */
const RESTART = 5_000

/**
 * The bodies that the body reader has to judge, one at a time: so the one that it was ended over is known, and no other target is blamed
 * for it.
 */
export class BodyReadings {
  #last: Promise<unknown> = Promise.resolve()

  readonly judge: JudgeJson = (content, wanted, signal) => {
    const judged = this.#last.then(async () => {
      signal.throwIfAborted()
      try {
        // Not given up with the check: until the reader is through, or ended, the next body must wait.
        const reader = ref(BodyReader).with({ timeout: Number.POSITIVE_INFINITY, waitForRestart: RESTART })
        return await reader.call.judge(content, wanted)
      } catch (error) {
        if (isBlocked(error)) return `body takes longer than ${READING_LIMIT} ms to be judged`
        throw error
      }
    })
    this.#last = judged.catch(() => {})
    return untilAborted(judged, signal)
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
