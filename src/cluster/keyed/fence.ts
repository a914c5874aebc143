import { type Pid, self } from '../../kernel/index.js'
import { clusterError } from '../errors.js'
import type { Claim } from '../ownership/claim.js'

const claims = new WeakMap<Pid, Claim>()

export function runsUnder(pid: Pid, claim: Claim): void {
  claims.set(pid, claim)
}

/**
 * The claim under which the current process runs: that of its key.
 *
 * @throws NOT_KEYED where it is run by no cluster supervisor
 */
export function currentClaim(): Claim {
  const pid = self()
  const claim = claims.get(pid)
  if (claim === undefined) throw clusterError('NOT_KEYED', { process: pid })
  return claim
}

/**
 * The fencing token of the current process, which a cluster supervisor runs: to be sent along with whatever it writes.
 *
 * @throws NOT_KEYED; CLAIM_NOT_HELD when it may not act at this moment
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
