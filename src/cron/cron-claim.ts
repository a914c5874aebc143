import type { Claim } from '../cluster/index.js'

/** The claim of this node on the key of a schedule, while it handles a firing. */
export interface CronClaim extends Claim {
  /** The record that is written when the claim is released. */
  note: string | undefined
}

/** Makes the new record from the present one; `undefined` leaves it unchanged. */
export type Noting = (before: string | undefined) => string | undefined

/** Keeps the records of schedules, and gives the key of a schedule to one node at a time. */
export interface CronLedger {
  /**
   * Takes the key and writes its record, in one write. The result is `'taken'` if another node has the key, or if it cannot be had at the
   * moment.
   *
   * @throws what the engine throws
   */
  take(key: string, noting: Noting): Promise<CronClaim | 'taken' | undefined>
}
