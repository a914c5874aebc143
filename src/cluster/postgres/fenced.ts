import { printed, read } from '../../kernel/index.js'
import { clusterError } from '../errors.js'
import { checkClaim } from '../fence/claim-check.js'
import type { Claim } from '../ownership/claim.js'

/** What a client or a pool of `pg` has. */
export interface Querying {
  query(text: string, values?: unknown[]): Promise<{ readonly rows: readonly unknown[] }>
}

/** The table that `fenced` needs, as a statement that makes it. */
export const FENCE_TABLE =
  'create table if not exists heartwood_fences (key text primary key, fence bigint not null)'

const GUARD = `insert into heartwood_fences as known (key, fence) values ($1, $2)
  on conflict (key) do update set fence = excluded.fence where known.fence <= excluded.fence returning fence`

/**
 * Guards a transaction: after it, the transaction is the only one that writes under the key until it ends, and no smaller token has a chance any more.
 * It is the first statement behind `begin`, on the client of the transaction.
 *
 * @throws FENCE_STALE if another owner has written: roll back, and stop; CLAIM_NOT_HELD, CLUSTER_OPTION_INVALID
 * @example
 * ```ts
 * import { type Claim } from 'heartwood/cluster'
 * import { fenced } from 'heartwood/cluster/postgres'
 * import type pg from 'pg'
 *
 * async function store(client: pg.ClientBase, claim: Claim): Promise<void> {
 *   await client.query('begin')
 *   await fenced(client, claim)
 *   await client.query('update totals set total = total + 1')
 *   await client.query('commit')
 * }
 * console.log(store.name)
 * ```
 */
export async function fenced(client: Querying, claim: Claim): Promise<void> {
  checkClaim('fenced', claim)
  if (typeof read(client, 'query') !== 'function') {
    const problems = `it takes the client of a transaction, which has query(), but got ${printed(client)}`
    throw clusterError('CLUSTER_OPTION_INVALID', { action: 'fenced', problems })
  }
  const fence = claim.fence()
  const { rows } = await client.query(GUARD, [claim.key, fence])
  if (rows.length > 0) return
  const known = await client.query('select fence from heartwood_fences where key = $1', [claim.key])
  const greatest = Number((known.rows[0] as { readonly fence: string } | undefined)?.fence)
  throw clusterError('FENCE_STALE', { key: claim.key, fence, greatest })
}
