import { currentKernel, HeartwoodError, partition, ref } from 'heartwood'
import type { JudgeJson } from '../checks/json-body.js'
import type { JsonWanted } from '../target.js'
import { BodyReader, READERS, READING_LIMIT } from './body-reader.js'
import { BODIES } from './names.js'

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

/** Readers that judge one body each at a time; a body gets the first that is free. */
class Readers {
  readonly #waiting: ((reader: number) => void)[] = []

  constructor(private readonly free: number[]) {}

  async use<T>(judge: (reader: number) => Promise<T>): Promise<T> {
    const reader = this.free.shift() ?? (await new Promise<number>((resolve) => this.#waiting.push(resolve)))
    try {
      return await judge(reader)
    } finally {
      const next = this.#waiting.shift()
      if (next === undefined) this.free.push(reader)
      else next(reader)
    }
  }
}

/**
 * The bodies that the readers have to judge, each reader one at a time: so the one that a reader was ended over is known, and no other
 * target is blamed for it. A body of a target that a reader was ended over goes to the last reader, until one of it has been
 * judged: such targets have each other to wait for, and nobody else waits for them again.
 */
export class BodyReadings {
  readonly #open = new Readers(Array.from({ length: READERS - 1 }, (_, reader) => reader))
  readonly #suspects = new Readers([READERS - 1])

  /** By what is wanted of a target, which is its own. */
  readonly #pauses = new WeakMap<JsonWanted, Pause>()

  readonly judge: JudgeJson = (content, wanted, signal) => {
    const pause = this.#pauses.get(wanted)
    if (pause !== undefined && currentKernel().now() < pause.until) return TOO_LONG
    const readers = pause === undefined ? this.#open : this.#suspects
    const judged = readers.use(async (at) => {
      signal.throwIfAborted()
      try {
        // Not given up with the check: until the reader is through, or ended, the next body must wait.
        const reader = ref(BodyReader, partition(BODIES, at))
        const asked = reader.with({ timeout: Number.POSITIVE_INFINITY, waitForRestart: RESTART })
        const wrong = await asked.call.judge(content, wanted)
        this.#pauses.delete(wanted)
        return wrong
      } catch (error) {
        if (!isBlocked(error)) throw error
        this.#pause(wanted)
        return TOO_LONG
      }
    })
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
