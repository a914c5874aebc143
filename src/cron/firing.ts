import type { Claim } from '../cluster/index.js'

/**
 * One firing of a schedule, as the method that handles it gets it.
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
  /** Of the schedule. */
  readonly name: string
  /** When it was to be: the instant of the expression, not the moment at which it runs. */
  readonly scheduledAt: Date
  /** Milliseconds between that and the run. */
  readonly late: number
  /** How many missed instants this run stands for beside its own, with `misfire: 'once'`. */
  readonly missed: number
  /** 1; more where a node died over it, with `unfinished: 'again'`. */
  readonly attempt: number
  /** The key of the schedule, as this node owns it: for `fenced`, `fenceHeaders`. */
  readonly claim: Claim
  /** Fires when the time for the run is over, or another node has the key. */
  readonly signal: AbortSignal
  /**
   * The token to write under: greater with each firing.
   *
   * @throws CLAIM_NOT_HELD if this node does not own the key at this moment
   */
  fence(): number
}
