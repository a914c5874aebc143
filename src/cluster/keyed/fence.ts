import { type Pid, self } from '../../kernel/index.js'
import { clusterError } from '../errors.js'
import type { Claim } from '../ownership/claim.js'

const claims = new WeakMap<Pid, Claim>()

export function runsUnder(pid: Pid, claim: Claim): void {
  claims.set(pid, claim)
}

/**
 * Returns the claim under which the current process runs: the claim on its key.
 *
 * @throws NOT_KEYED if no cluster supervisor runs it
 */
export function currentClaim(): Claim {
  const pid = self()
  const claim = claims.get(pid)
  if (claim === undefined) throw clusterError('NOT_KEYED', { process: pid })
  return claim
}

/**
 * Returns the fencing token of the current process, a worker of a cluster supervisor. Send it with every write.
 *
 * @throws NOT_KEYED; CLAIM_NOT_HELD if the claim is not valid at this moment
 * @example
 * ```ts
 * import { GenServer, Call } from 'heartwood'
 * import { ClusterSupervisor, fence } from 'heartwood/cluster'
 *
 * @GenServer()
 * class Checker {
 *   @Call() check() { return { verdict: 'up', fence: fence() } }
 * }
 *
 * @ClusterSupervisor({ child: Checker })
 * class Checkers {}
 * ```
 */
export function fence(): number {
  return currentClaim().fence()
}
