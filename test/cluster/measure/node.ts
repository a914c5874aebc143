/** A node of the cluster that is measured, in a program of its own. Its parent says what it claims, and is told how far it is. */
import { startCluster } from '../../../src/cluster/index.js'
import { nats } from '../../../src/cluster/nats/index.js'
import { postgres } from '../../../src/cluster/postgres/index.js'

/** What a node is told. */
export type Order =
  | { readonly claim: readonly string[]; readonly wait: boolean }
  | { readonly look: true }
  | { readonly leave: true }

/** What it tells: how many claims it holds. */
export interface Told {
  readonly held: number
}

const [name = '', engineName = '', url = '', lease = ''] = process.argv.slice(2)
const engine = engineName === 'nats' ? nats({ servers: url }) : postgres({ url, connections: 4 })
const cluster = await startCluster({ node: name, engine, lease: Number(lease), development: true })
const tell = (told: Told): void => void process.send?.(told)
const held = (): number => cluster.claims.filter((claim) => claim.valid()).length

process.on('message', (order: Order) => {
  void obey(order)
})
// The first claim waits until the store is old enough.
await cluster.claim(`first of ${name}`, { wait: true })
tell({ held: 0 })

async function obey(order: Order): Promise<void> {
  if ('claim' in order) await Promise.all(order.claim.map((key) => cluster.claim(key, { wait: order.wait })))
  if ('leave' in order) await cluster.leave()
  tell({ held: held() })
  if ('leave' in order) process.exit(0)
}
