import type { Claim } from '../cluster/index.js'

/** The key of a schedule, as this node owns it while it is at a firing. */
export interface CronClaim extends Claim {
  /** Written when it is released. */
  note: string | undefined
}

/** What is to be written, from what is; undefined to leave it. */
export type Noting = (before: string | undefined) => string | undefined

/** What keeps the records of schedules, and gives the key of one to one node at a time. */
export interface CronLedger {
  /**
   * The key and its record are taken by one write; `'taken'` where another has it, or it cannot be had at the moment.
   *
   * @throws what the engine throws
   */
  take(key: string, noting: Noting): Promise<CronClaim | 'taken' | undefined>
}
