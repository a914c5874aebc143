import { rules } from '../../kernel/index.js'
import { clusterError } from '../errors.js'
import type { Claim } from '../ownership/claim.js'
import { checkClaim } from './claim-check.js'

/** The key that a request is made under. */
const KEY = 'heartwood-key'
/** Its token. */
const FENCE = 'heartwood-fence'

/**
 * Returns the headers by which the receiving service can refuse an earlier owner.
 *
 * @throws CLAIM_NOT_HELD, CLUSTER_OPTION_INVALID
 * @example
 * ```ts
 * import { fenceHeaders, local, startCluster } from 'heartwood/cluster'
 *
 * const cluster = await startCluster({ engine: local() })
 * const claim = await cluster.claim('door')
 * console.log(fenceHeaders(claim)['heartwood-key'])
 * await cluster.leave()
 * ```
 */
export function fenceHeaders(claim: Claim): Readonly<Record<string, string>> {
  checkClaim('fenceHeaders', claim)
  return { [KEY]: encodeURIComponent(claim.key), [FENCE]: String(claim.fence()) }
}

/**
 * Refuses writes of earlier owners, in a service that is written to: it keeps the greatest token that it has seen of each key. It keeps them in memory, so use it only in services
 * that run once and whose data do not outlive them. With a database, store the token there, with the data.
 *
 * @example
 * ```ts
 * import { FenceGate, fenceHeaders, local, startCluster } from 'heartwood/cluster'
 *
 * const cluster = await startCluster({ engine: local() })
 * const gate = new FenceGate()
 * gate.admit(fenceHeaders(await cluster.claim('door')))
 * await cluster.leave()
 * ```
 */
export class FenceGate {
  readonly #greatest = new Map<string, number>()

  /**
   * @param headers with names in small letters, as Node has them
   * @throws FENCE_STALE if another owner has written since, FENCE_MISSING without the headers
   */
  admit(headers: Readonly<Record<string, string | readonly string[] | undefined>>): void {
    if (!rules.isRecord(headers)) throw clusterError('FENCE_MISSING', { header: KEY, value: headers })
    const key = headers[KEY]
    const fence = headers[FENCE]
    if (typeof key !== 'string') throw clusterError('FENCE_MISSING', { header: KEY, value: key })
    const token = typeof fence === 'string' && /^\d{1,16}$/.test(fence) ? Number(fence) : Number.NaN
    if (!Number.isSafeInteger(token)) throw clusterError('FENCE_MISSING', { header: FENCE, value: fence })
    const greatest = this.#greatest.get(key) ?? 0
    if (token < greatest) throw clusterError('FENCE_STALE', { key, fence: token, greatest })
    this.#greatest.set(key, token)
  }
}
