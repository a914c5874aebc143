import { rules } from '../kernel/index.js'

/**
 * What a schedule keeps between its firings, as the note of its key: which firing was the last, and what became of it. It is written by one
 * compare-and-set with the claim.
 *
 * `'new'`: nothing has fired yet. `'claimed'`: somebody does it, or died over it. `'done'`, `'failed'`: it is over. `'passed'`: it was let pass.
 */
export interface CronRecord {
  /** The expression and its zone: after a change of them the schedule begins anew. */
  readonly schedule: string
  /** The instant, in milliseconds since 1970. */
  readonly at: number
  readonly state: 'new' | 'claimed' | 'done' | 'failed' | 'passed'
  /** The node. */
  readonly by: string
  /** When the run began, by the clock of that node; 0 where nothing is run. */
  readonly begun: number
  /** When it was over; 0 before. */
  readonly end: number
  /** How often it was begun. */
  readonly attempt: number
}

/** The version of what is written. */
const VERSION = 1
const STATES: readonly unknown[] = ['new', 'claimed', 'done', 'failed', 'passed']

export function textOfRecord(record: CronRecord): string {
  return JSON.stringify({ version: VERSION, ...record })
}

/** Undefined for what is no record: others may write there, too. */
export function recordOf(text: string | undefined): CronRecord | undefined {
  if (text === undefined) return undefined
  try {
    const value: unknown = JSON.parse(text)
    if (!rules.isRecord(value)) return undefined
    const { schedule, at, state, by, begun, end, attempt } = value
    const isOne =
      typeof schedule === 'string' &&
      typeof by === 'string' &&
      STATES.includes(state) &&
      [at, begun, end, attempt].every(Number.isFinite)
    return isOne ? ({ schedule, at, state, by, begun, end, attempt } as CronRecord) : undefined
  } catch {
    return undefined
  }
}
