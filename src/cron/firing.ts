import type { Claim } from '../cluster/index.js'

/**
 * A firing of a schedule, the argument of the method or function.
 *
 * @example
 * ```ts
 * import type { Firing } from 'heartwood/cron'
 *
 * function report(firing: Firing): string {
 *   return `the report of ${firing.scheduledAt.toISOString()}, under ${firing.claim.key}`
 * }
 * console.log(report.name)
 * ```
 */
export interface Firing {
  /** The name of the schedule. */
  readonly name: string
  /** The planned time by the expression, not the time of the run. */
  readonly scheduledAt: Date
  /** Milliseconds between the planned time and the run. */
  readonly late: number
  /** The number of missed firings that this run also stands for, with `misfire: 'once'`. */
  readonly missed: number
  /** 1, or more if a node ended during an earlier attempt, with `unfinished: 'again'`. */
  readonly attempt: number
  /** This node's claim on the key of the schedule, for `fenced` and `fenceHeaders`. */
  readonly claim: Claim
  /** Fires when the time for the run is over, or another node has the key. */
  readonly signal: AbortSignal
  /**
   * Returns the token for writes; it grows with each firing.
   *
   * @throws CLAIM_NOT_HELD if this node does not own the key at this moment
   */
  fence(): number
}
