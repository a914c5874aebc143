import { currentKernel, self } from 'heartwood'
import { isHeld } from '../store/index.js'
import { HISTORY_WRITER } from './names.js'

/** After a write that failed the next try is made so soon, in ms, and later each time. */
const RETRY_FIRST = 100
const RETRY_MOST = 2_000
/** Another program may hold the file for so long, in ms, before it is worth a word. */
const HELD_PATIENCE = 3_000
/** A database that stays away is told again every so often, in ms. */
const TELL_EVERY = 60_000

/** Whether the database answers, as far as its writer knows, and what of it stands in the log: its end, its begin, its cost. */
export class DatabaseState {
  /** When it was first found away. */
  #since: number | undefined
  #told: number | undefined
  #failures = 0
  #reason = ''
  /** Results that were given up since it is away. */
  givenUp = 0

  get isAway(): boolean {
    return this.#told !== undefined
  }

  /** Why Pulse is not ready; undefined while all is well. */
  trouble(waiting: number): string | undefined {
    return this.isAway ? `the database is away (${this.#reason}): ${waiting} results wait for it` : undefined
  }

  /** A write failed. @returns in how many milliseconds to try again */
  failed(error: unknown, waiting: number): number {
    const now = currentKernel().now()
    this.#since ??= now
    this.#reason = error instanceof Error ? error.message : String(error)
    const isNew = this.#told === undefined && (!isHeld(error) || now - this.#since >= HELD_PATIENCE)
    if (isNew || (this.#told !== undefined && now - this.#told >= TELL_EVERY)) {
      this.#told = now
      report('warn', `${waiting} results could not be stored; trying again${this.#cost()}`, error)
    }
    this.#failures += 1
    return Math.min(RETRY_MOST, RETRY_FIRST * 2 ** (this.#failures - 1))
  }

  /** A write is through. */
  worked(): void {
    if (this.#told !== undefined) {
      const seconds = Math.round((currentKernel().now() - (this.#since ?? 0)) / 1000)
      report('info', `the database is back after ${seconds} s${this.#cost()}`)
    }
    this.#since = undefined
    this.#told = undefined
    this.#failures = 0
    this.givenUp = 0
  }

  /** What is worth a line by itself, unless it is known that the database is away. */
  say(message: string, error: unknown): void {
    if (!this.isAway) report('warn', message, error)
  }

  /** The last word: what did not get into the database before the stop. */
  lost(count: number, error: unknown): void {
    report('error', `${count + this.givenUp} results are lost`, error)
  }

  #cost(): string {
    return this.givenUp === 0 ? '' : `; ${this.givenUp} results were given up`
  }
}

function report(level: 'info' | 'warn' | 'error', message: string, error?: unknown): void {
  const more = error === undefined ? {} : { error }
  currentKernel().report({ level, kind: 'history', message, pid: self(), name: HISTORY_WRITER, ...more })
}
