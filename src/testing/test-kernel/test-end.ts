/** Handles failures that come from the end of a test or from its left-over code: they are no process's fault. */
import { HeartwoodError, isError, placeOf, read, stackHere } from '../../kernel/index.js'
import { testingError } from '../errors.js'

/** The depth to which causes are examined. */
const DEEPEST = 8

/**
 * Whether a failure comes from the end of a test.
 *
 * @param ending whether a test is ending right now, and takes its processes from code that waits for them
 */
export function comesOfTheEnd(reason: unknown, ending: boolean): boolean {
  let at = reason
  for (let depth = 0; depth < DEEPEST && isError(at); depth++) {
    if (HeartwoodError.is(at, 'TEST_OVER')) return true
    if (ending && (HeartwoodError.is(at) || read(at, 'name') === 'AbortError')) return true
    at = read(at, 'cause')
  }
  return false
}

/** The left-over code of a test: its actions are refused, and reported once for each place. */
export class LeftOver {
  readonly #told = new Set<string>()

  /** @param test what the test is called */
  constructor(private readonly test: string) {}

  /** Makes the error for its action. */
  refused(action = 'acts'): HeartwoodError {
    const place = placeOf(stackHere())
    this.tell(`${place?.called ?? action} at ${place?.at ?? 'an unknown place'}`)
    return testingError('TEST_OVER', { test: this.test })
  }

  /** @param what it does, and where */
  tell(what: string): void {
    if (this.#told.has(what)) return
    this.#told.add(what)
    const message = `${this.test} is over, but code of it goes on: ${what}. It is without effect; await in the test whatever it starts.`
    process.emitWarning(message, { type: 'HeartwoodWarning', code: 'TEST_OVER' })
  }
}
