import { printed, rules } from '../../kernel/index.js'
import { clusterError } from '../errors.js'

/** @throws CLUSTER_OPTION_INVALID for what is no claim */
export function checkClaim(action: string, claim: unknown): void {
  if (rules.isRecord(claim) && typeof claim.fence === 'function' && typeof claim.key === 'string') return
  const problems = `it takes a claim, as cluster.claim() gives it, but got ${printed(claim)}`
  throw clusterError('CLUSTER_OPTION_INVALID', { action, problems })
}
