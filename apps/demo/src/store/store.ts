import type { CheckResult } from '../checks/check.js'
import type { Note } from '../journal.js'

/**
 * Where the history of all checks is kept. A store is opened by `migrate` and used by one process at a time.
 */
export interface Store {
  /** Opens the database, and brings its tables up to date. Rejects, and may be tried again, when that is not possible. */
  migrate(): Promise<void>
  /**
   * Resolves when every result of the batch is on disk: what was acknowledged survives the loss of the process. A result
   * that is there already is left as it is: whether a batch arrived cannot be known when its answer did not.
   */
  append(results: readonly CheckResult[]): Promise<void>
  /** The last `limit` results of a target, oldest first. */
  recent(target: string, limit: number): Promise<CheckResult[]>
  /**
   * Deletes results that began before `time`, no more than {@link PRUNE_LIMIT} at once, so that it never takes long.
   * Resolves with how many: with that limit there may be more.
   *
   * @param time epoch milliseconds
   */
  prune(time: number): Promise<number>
  /** Keeps a copy of what the journal has noted, unless a later one is there. */
  remember(notes: readonly Note[]): Promise<void>
  /** All that was remembered. */
  recall(): Promise<readonly Note[]>
  /** Closes the database; a store that was never opened, or is closed already, is left as it is. */
  close(): Promise<void>
}

/** The most that one `prune` deletes. */
export const PRUNE_LIMIT = 1000

/** How long a note of what is no more is kept, in ms, for whoever has an older journal. */
export const FORGET_AFTER = 7 * 86_400_000

/** A row of either database: the numbers and nulls in which SQL speaks of a result. */
export interface ResultRow {
  readonly target: string
  readonly at: number
  readonly up: number
  readonly latency: number
  readonly status: number | null
  readonly reason: string | null
}

export function toResult(row: ResultRow): CheckResult {
  return {
    target: row.target,
    at: row.at,
    up: row.up === 1,
    latency: row.latency,
    ...(row.status !== null && { status: row.status }),
    ...(row.reason !== null && { reason: row.reason }),
  }
}
