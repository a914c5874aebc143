/** Keys that move while other things applyFault their nodes: what was handed over is not lost, and nobody waits for the next regular look. */
import { describe, expect, it } from 'vitest'
import {
  clusterRef,
  clusterSupervisorSpec,
  currentClaim,
  fence,
  type Keyed,
} from '../../src/cluster/index.js'
import { defineServer } from '../../src/genserver/index.js'
import { sleep } from '../../src/kernel/index.js'
import { type KeyedNode, KeyedWorld, LEASE } from './keyed-world.js'

/** Keeps a count, and takes a while to begin with it and to hand it over. */
class Slow {
  #count = 0
  async init({ state }: Keyed<number>): Promise<void> {
    this.#count = state ?? 0
    await sleep(50)
    // As whoever writes in its init.
    fence()
  }
  add(by: number): number {
    this.#count += by
    return this.#count
  }
  where(): string {
    return currentClaim().node
  }
  async handOver(): Promise<number> {
    await sleep(100)
    return this.#count
  }
}
defineServer(Slow, { calls: ['add', 'where'] })

const KEYS = Array.from({ length: 12 }, (_, at) => `key ${at}`)
const spec = () => clusterSupervisorSpec(Slow, { keys: KEYS })
const slow = (key: string) => clusterRef(Slow, key)

async function add(node: KeyedNode, by: number): Promise<number[]> {
  const counts: number[] = []
  for (const key of KEYS) counts.push(await node.run(() => slow(key).call.add(by)))
  return counts
}

const all = (count: number): number[] => KEYS.map(() => count)
const ownedBy = (...nodes: readonly KeyedNode[]): number =>
  nodes.reduce((sum, { cluster }) => sum + cluster.claims.filter((claim) => claim.valid()).length, 0)

/** Some nodes, each with all keys at 5. */
async function nodesOf(...names: readonly string[]) {
  const world = new KeyedWorld()
  const nodes: KeyedNode[] = []
  const stops: (() => Promise<void>)[] = []
  for (const name of names) {
    const node = await world.node(name)
    nodes.push(node)
    stops.push(await node.tree(spec()))
  }
  await world.until('all have an owner', () => ownedBy(...nodes) === KEYS.length)
  await world.pass(3_000)
  expect(await add(nodes[0] as KeyedNode, 5)).toEqual(all(5))
  return { world, nodes, stops }
}

/** Milliseconds after which a node is stopped that has just begun: from before anything moves to when all has. */
const MOMENTS = [0, 200, 300, 350, 400]

describe('a node that stops', () => {
  it.each(MOMENTS)('hands on what it is being given: %d ms after it began', async (ms) => {
    const { world, nodes } = await nodesOf('a', 'b')
    const d = await world.node('d')
    const stopD = await d.tree(spec())
    await world.pass(ms)
    await stopD()
    await world.pass(1_000)
    expect(d.cluster.claims).toEqual([])
    expect(await add(nodes[0] as KeyedNode, 0)).toEqual(all(5))
  })

  it.each(MOMENTS)('hands on what was written over to it, and nobody could say so yet: %d ms', async (ms) => {
    const { world, nodes } = await nodesOf('a', 'b')
    const d = await world.node('d')
    for (const { way } of nodes) for (const _ of KEYS) way.loseAnswer('writeClaim')
    const stopD = await d.tree(spec())
    await world.pass(ms)
    await stopD()
    await world.pass(1_000)
    expect(await add(nodes[0] as KeyedNode, 0)).toEqual(all(5))
  })

  it.each(MOMENTS)('waits for what it is giving away: %d ms after that began', async (ms) => {
    const { world, nodes, stops } = await nodesOf('a', 'b')
    const d = await world.node('d')
    await d.tree(spec())
    await world.pass(ms)
    await stops[0]?.()
    await world.pass(1_000)
    expect(nodes[0]?.cluster.claims).toEqual([])
    expect(await add(d, 0)).toEqual(all(5))
  })

  it('gives its keys to one that is back at its claims while it stops', async () => {
    const { world, nodes, stops } = await nodesOf('a', 'c')
    const [a, c] = nodes as [KeyedNode, KeyedNode]
    const ofC = c.cluster.claims.map(({ key }) => key.slice('Slow/'.length))
    a.way.cut()
    // It is a member still, and takes nothing.
    await world.until('its claims pause', () => ownedBy(a) === 0)
    const stopping = stops[1]?.()
    await world.pass(20)
    a.way.heal()
    await stopping
    await world.pass(500)
    expect(ownedBy(a)).toBe(KEYS.length)
    const counts = await add(a, 0)
    expect(KEYS.filter((key, at) => ofC.includes(key) && counts[at] !== 5)).toEqual([])
  })

  it('keeps what its workers have while its own claims pause for a moment', async () => {
    const { world, nodes, stops } = await nodesOf('a', 'c')
    const [a, c] = nodes as [KeyedNode, KeyedNode]
    c.way.cut()
    await world.until('its claims pause', () => ownedBy(c) === 0)
    c.way.heal()
    await stops[1]?.()
    await world.pass(500)
    expect(await add(a, 0)).toEqual(all(5))
  })

  it('alone ends at once', async () => {
    const { world, stops } = await nodesOf('a')
    const begun = world.clock.now()
    await stops[0]?.()
    expect(world.clock.now() - begun).toBeLessThan(1_000)
  })
})

describe('a key that moves to a node that joins', () => {
  it('stays with its state where its claim pauses at that moment', async () => {
    const { world, nodes } = await nodesOf('a', 'b')
    for (const node of nodes) node.freeze()
    await world.pass(LEASE / 2)
    const d = await world.node('d')
    await d.tree(spec())
    await world.until('their claims pause', () => ownedBy(...nodes) === 0)
    // They see d before they know that they hold their claims again.
    for (const { way } of nodes) way.loseAnswer('renewLease')
    for (const node of nodes) node.thaw()
    await world.pass(5_000)
    expect(ownedBy(...nodes, d)).toBe(KEYS.length)
    expect(await add(d, 0)).toEqual(all(5))
  })

  it('is begun there with its state, although its claim pauses while it begins', async () => {
    const { world } = await nodesOf('a', 'b')
    const d = await world.node('d')
    await d.tree(spec())
    await world.until('d begins', () => d.cluster.claims.length > 0)
    d.freeze()
    await world.until('its claims pause', () => ownedBy(d) === 0)
    d.way.loseAnswer('renewLease')
    d.thaw()
    await world.pass(5_000)
    expect(await add(d, 0)).toEqual(all(5))
  })
})

describe('keys of a node that died', () => {
  it.each([
    'claims',
    'claim',
    'voidLease',
    'writeClaim',
    'leases',
  ] as const)('are taken over within the lease and a second, although an answer to %s is lost', async (request) => {
    const { world, nodes } = await nodesOf('a', 'b', 'c')
    const [a, b, c] = nodes as [KeyedNode, KeyedNode, KeyedNode]
    c.kill()
    await world.pass(LEASE * 0.9)
    for (const { way } of [a, b]) way.loseAnswer(request)
    await world.pass(LEASE * 0.1 + 1_000)
    expect(ownedBy(a, b)).toBe(KEYS.length)
  })

  it('are taken over as soon as its lease is over: that is looked at then, and not at the next regular look', async () => {
    const { world, nodes } = await nodesOf('a', 'b')
    const [a, b] = nodes as [KeyedNode, KeyedNode]
    b.kill()
    const died = world.clock.now()
    await world.until('a has all', () => ownedBy(a) === KEYS.length, LEASE + 1_000)
    expect(world.clock.now() - died).toBeLessThanOrEqual(LEASE + 50)
  })
})
