import { type Cluster, clusterOf } from '../cluster/index.js'
import { HeartwoodError, type Kernel } from '../kernel/index.js'
import type { CronLedger } from './cron-claim.js'
import { SoloClaims } from './solo-claims.js'

const solo = new WeakMap<Kernel, SoloClaims>()

/**
 * Returns the ledger of a kernel's schedules: that of its cluster if it is a node of one, else one in memory.
 *
 * @param cluster its name; undefined for that of the first node, if there is one; false for none
 * @throws CLUSTER_ABSENT for a cluster with a name
 */
export function ledgerOf(kernel: Kernel, cluster: string | false | undefined): CronLedger {
  if (cluster === false) return ownLedger(kernel)
  try {
    return clusterLedger(clusterOf(kernel, cluster))
  } catch (error) {
    if (cluster !== undefined || !HeartwoodError.is(error, 'CLUSTER_ABSENT')) throw error
    return ownLedger(kernel)
  }
}

function ownLedger(kernel: Kernel): CronLedger {
  const known = solo.get(kernel) ?? new SoloClaims(kernel)
  solo.set(kernel, known)
  return known
}

function clusterLedger(cluster: Cluster): CronLedger {
  return {
    async take(key, noting) {
      // The node is not a member at the moment, so its claims pause. A wait here would not end when the schedule stops.
      if (!cluster.isMember) return 'taken'
      try {
        return await cluster.claimNoted(key, (before) => noting(before?.note))
      } catch (error) {
        if (HeartwoodError.is(error, 'CLAIM_TAKEN')) return 'taken'
        throw error
      }
    },
  }
}
