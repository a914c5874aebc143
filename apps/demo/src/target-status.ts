import type { Standing, TargetState } from './verdict.js'

/** Where a target stands. */
export interface TargetStatus {
  readonly state: TargetState
  /** The time of the check that found it so first. */
  readonly since: number
  readonly reason?: string
  /** Whether it changes all the time. */
  readonly flapping: boolean
  /** When its TLS certificate ends, in epoch milliseconds. */
  readonly certificate?: number
}

export function toStatus(
  {
    state,
    since,
    reason,
    flapping,
  }: Pick<Standing, 'state' | 'since' | 'flapping'> & { readonly reason?: string | undefined },
  certificate?: number,
): TargetStatus {
  return {
    state,
    since,
    flapping,
    ...(reason !== undefined && { reason }),
    ...(certificate !== undefined && { certificate }),
  }
}
