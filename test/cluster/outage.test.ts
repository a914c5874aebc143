/** An outage of the engine that all nodes see ends no worker, whoever is back first; a machine that died in it is taken over. */
import { describe, expect, it } from 'vitest'
import { insideOf } from '../../src/cluster/cluster.js'
import { clusterRef, clusterSupervisorSpec, type Keyed } from '../../src/cluster/index.js'
import { defineServer } from '../../src/genserver/index.js'
import { type KeyedNode, KeyedWorld, LEASE } from './keyed-world.js'

class Counter {
  #count = 0
  init({ state }: Keyed<number>): void {
    this.#count = state ?? 0
  }
  add(by: number): number {
    this.#count += by
    return this.#count
  }
  handOver(): number {
    return this.#count
  }
}
defineServer(Counter, { calls: ['add'] })

const KEYS = Array.from({ length: 12 }, (_, at) => `key ${at}`)
const ownedBy = (...nodes: readonly KeyedNode[]): number =>
  nodes.reduce((sum, { cluster }) => sum + cluster.claims.filter((claim) => claim.valid()).length, 0)

async function add(node: KeyedNode, by: number): Promise<number[]> {
  const counts: number[] = []
  for (const key of KEYS) counts.push(await node.run(() => clusterRef(Counter, key).call.add(by)))
  return counts
}

/** Three nodes that share the keys, all at 5. */
async function threeNodes(options: { readonly keys?: readonly string[] }) {
  const world = new KeyedWorld()
  const nodes = [await world.node('a'), await world.node('b'), await world.node('c')] as const
  for (const node of nodes) await node.tree(clusterSupervisorSpec(Counter, options))
  await world.pass(3_000)
  await add(nodes[0], 5)
  await world.pass(3_000)
  for (const node of nodes) expect(ownedBy(node)).toBeGreaterThan(0)
  return { world, nodes }
}

describe.each([{ keys: KEYS }, {}])('an outage that is longer than a lease, with %j', (options) => {
  it.each([0, 70, 400])('ends no worker of those that are back %d ms later', async (later) => {
    const { world, nodes } = await threeNodes(options)
    const [a, b, c] = nodes
    for (const { way } of nodes) way.cut()
    await world.pass(3 * LEASE)
    expect(ownedBy(...nodes)).toBe(0)
    a.way.heal()
    await world.until('the first is back', () => ownedBy(a) > 0, LEASE)
    await world.pass(later)
    b.way.heal()
    c.way.heal()
    await world.pass(2 * LEASE)
    expect(ownedBy(...nodes)).toBe(KEYS.length)
    expect(await add(b, 0)).toEqual(KEYS.map(() => 5))
  })

  it('leaves the keys of a machine that died in it to the others, within a lease and a second', async () => {
    const { world, nodes } = await threeNodes(options)
    const [a, b, c] = nodes
    for (const { way } of nodes) way.cut()
    await world.pass(LEASE)
    c.kill()
    await world.pass(2 * LEASE)
    a.way.heal()
    b.way.heal()
    await world.pass(LEASE + 1_000)
    expect(ownedBy(a, b)).toBe(KEYS.length)
  })
})

it('a node that was stopped alone comes back to others that have its keys, as ever', async () => {
  const { world, nodes } = await threeNodes({ keys: KEYS })
  const [a, b, c] = nodes
  c.freeze()
  await world.pass(2 * LEASE + 1_000)
  expect(ownedBy(a, b)).toBe(KEYS.length)
})

it('a claim that was taken again under a lease that is over, too, is not lost to the node itself', async () => {
  const world = new KeyedWorld()
  const a = await world.node('a')
  const claim = await a.run(() => a.cluster.claim('key'))
  const own: string[] = []
  for (let time = 0; time < 2; time++) {
    a.way.cut()
    await world.pass(2 * LEASE)
    // The write under the new lease is made, and neither its answer nor what is read back comes.
    a.way.loseAnswer('writeClaim')
    a.way.loseAnswer('claim')
    a.way.heal()
    await world.until('it has joined', () => a.cluster.isMember, 2 * LEASE)
    own.push(String(insideOf(a.cluster).leaseNow()))
    await a.run(() => insideOf(a.cluster).records())
    expect(claim.state).not.toBe('lost')
  }
  await world.pass(LEASE)
  expect([claim.state, new Set(own).size]).toEqual(['held', 2])
})
