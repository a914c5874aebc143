/** A cluster of three nodes with all that can applyFault it, and what must hold all the same. */
import { defineServer, type Pid, sleep, spawn, startSupervisor, stop } from 'heartwood'
import {
  type Cluster,
  clusterOf,
  clusterRef,
  clusterSpec,
  clusterSupervisorSpec,
  currentClaim,
  fence,
  type Keyed,
  local,
} from 'heartwood/cluster'
import type { Program, SimulatedNode, Simulation } from 'heartwood/testing'

export const LEASE = 1_000
export const KEYS = ['x', 'y', 'z', 'u', 'v', 'w', 'q', 'r']
const NODES = ['a', 'b', 'c']

/** What a store outside has: it refuses a token that is smaller than the greatest that it has seen. */
class FencedStore {
  readonly #greatest = new Map<string, { readonly token: number; readonly node: string }>()
  readonly problems: string[] = []
  /** Of each key, under which token its worker began last. */
  readonly #begun = new Map<string, number>()
  /** Whether all that befalls the nodes is planned, so that no worker begins at nothing but the first of its key. */
  keepsState = false

  begin(key: string, token: number, state: number | undefined, node: string): void {
    const before = this.#begun.get(key)
    this.#begun.set(key, token)
    if (this.keepsState && state === undefined && before !== undefined && before !== token)
      this.problems.push(`${key} began anew on node ${node}, under ${token} after ${before}`)
  }

  write(key: string, token: number, node: string): boolean {
    const before = this.#greatest.get(key)
    if (before !== undefined && token < before.token) return false
    if (before !== undefined && token === before.token && node !== before.node)
      this.problems.push(`${key}: nodes ${before.node} and ${node} have the token ${token}`)
    this.#greatest.set(key, { token, node })
    return true
  }
}

let store = new FencedStore()

class Counter {
  #key = ''
  #count = 0
  init({ key, state }: Keyed<number>): void {
    this.#key = key
    this.#count = state ?? 0
    store.begin(key, fence(), state, currentClaim().node)
  }
  add(by: number): number {
    this.#count += by
    store.write(this.#key, fence(), currentClaim().node)
    return this.#count
  }
  where(): string {
    return currentClaim().node
  }
  handOver(): number {
    return this.#count
  }
}
defineServer(Counter, { calls: ['add', 'where'] })

/** The node of the cluster that runs there; undefined while there is none. */
function clusterAt({ kernel }: SimulatedNode): Cluster | undefined {
  if (kernel === undefined) return undefined
  try {
    return clusterOf(kernel)
  } catch {
    return undefined
  }
}

/** The keys, as the claims of the program name them. */
const CLAIMED = new Map(KEYS.map((key) => [`Counter/${key}`, key]))

/** Of each key, the nodes that may act for it at this moment. */
function ownersOf(nodes: readonly SimulatedNode[]): ReadonlyMap<string, readonly string[]> {
  const owners = new Map<string, string[]>()
  for (const node of nodes) {
    // What a stopped program would find is what its clock says when it goes on.
    for (const claim of clusterAt(node)?.claims ?? []) {
      const key = CLAIMED.get(claim.key)
      if (key === undefined || !claim.valid()) continue
      const of = owners.get(key)
      if (of === undefined) owners.set(key, [node.name])
      else of.push(node.name)
    }
  }
  return owners
}

/** How much is to go wrong, and for how long a run lasts. */
export interface Weather {
  /** Milliseconds of virtual time in which things go wrong. */
  readonly storm: number
  readonly disasters?: (sim: Simulation, engine: ReturnType<Simulation['engine']>) => void
}

export const allDisasters: NonNullable<Weather['disasters']> = (sim, engine) => {
  const { disasters } = sim
  for (const name of NODES) {
    disasters.crashNode(name, { times: 2 })
    disasters.pauseNode(name, { times: 2 })
    disasters.cutEngine(engine, name)
    disasters.staleReads(engine, name)
    const others = NODES.filter((other) => other !== name)
    disasters.partition([name], others)
    disasters.partition([name], others, { oneWay: true })
    disasters.setClock(name, 60_000)
  }
  disasters.cutConnection('a', 'b', { times: 2 })
  disasters.stopEngine(engine)
  disasters.unknownOutcome(engine, { times: 6 })
}

/** Three nodes that run the keys, with what must hold at any moment. */
async function threeNodes(sim: Simulation) {
  store = new FencedStore()
  const engine = sim.engine(local())
  const nodes: SimulatedNode[] = []
  const trees = new Map<string, Pid>()
  const tree = async ({ node }: { readonly node: string }): Promise<void> => {
    const pid = await startSupervisor(
      {
        strategy: 'rest_for_one',
        children: [
          clusterSpec({ engine, lease: LEASE, development: true, reconcile: 3_000 }),
          clusterSupervisorSpec(Counter, { keys: KEYS, reconcile: 3_000 }),
        ],
      },
      { link: false },
    )
    trees.set(node, pid)
  }
  for (const name of NODES) nodes.push(await sim.node(name, tree))
  /** As SIGTERM does. */
  const end = async (node: SimulatedNode): Promise<void> => {
    await node.run(() => stop(trees.get(node.name) as Pid, 'shutdown'))
    node.crash()
  }
  sim.always(() => {
    for (const [key, owners] of ownersOf(nodes))
      if (owners.length > 1) throw new Error(`${key} has the owners ${owners.join(' and ')}`)
    const [problem] = store.problems
    if (problem !== undefined) throw new Error(problem)
  })
  for (const node of nodes) {
    spawn(
      async () => {
        for (;;) {
          await sleep(700)
          const key = KEYS[Math.floor(sim.random() * KEYS.length)] as string
          await node.run(() => clusterRef(Counter, key).call.add(1)).catch(() => {})
        }
      },
      { label: `client of ${node.name}` },
    )
  }
  const orphans = (): string[] => {
    const owners = ownersOf(nodes)
    return KEYS.filter((key) => owners.get(key)?.length !== 1)
  }
  /** Waits until each key has an owner, and names those that have none. */
  const allOwned = async (within: number): Promise<void> => {
    await sim
      .eventually(() => orphans().length === 0, within)
      .catch((error: unknown) => {
        throw new Error(`without an owner after ${within} ms: ${orphans().join()}`, { cause: error })
      })
  }
  return { engine, nodes, allOwned, end }
}

/** Three nodes run some keys; whatever befalls them, a key has one owner at most, and one when all is well. */
export function clusterProgram({ storm, disasters = allDisasters }: Weather): Program {
  return async (sim) => {
    const { engine, nodes, allOwned } = await threeNodes(sim)
    disasters(sim, engine)
    await sleep(storm)
    sim.disasters.clear()
    // Everything that is wrong is well again within 5 s, and a node comes up within some more.
    await sleep(8_000)
    await allOwned(LEASE * 10)
    const owners = ownersOf(nodes)
    return KEYS.map((key) => owners.get(key)?.join()).join(' ')
  }
}

/** Nodes are killed and come back, one after the other: the others have their keys within the lease and two seconds. */
export function killedNodes(rounds: number, within: number): Program {
  return async (sim) => {
    const { nodes, allOwned } = await threeNodes(sim)
    await allOwned(5_000)
    for (let round = 0; round < rounds; round++) {
      const node = nodes[Math.floor(sim.random() * nodes.length)] as SimulatedNode
      node.crash()
      await allOwned(within)
      await node.restart()
      await sleep(Math.floor(sim.random() * 2_000))
    }
  }
}

/** Keys move to a node that came back, while another one is stopped for longer than the lease: then all have their keys again. */
export function stoppedMoves(rounds: number, within: number): Program {
  return async (sim) => {
    const { nodes, allOwned } = await threeNodes(sim)
    const any = (list: readonly SimulatedNode[]): SimulatedNode =>
      list[Math.floor(sim.random() * list.length)] as SimulatedNode
    await allOwned(5_000)
    for (let round = 0; round < rounds; round++) {
      const node = any(nodes)
      node.crash()
      await allOwned(within)
      await node.restart()
      await sleep(Math.floor(sim.random() * 400))
      const stopped = any(nodes)
      stopped.pause()
      await sleep(LEASE * (1 + sim.random()))
      stopped.resume()
      await sleep(LEASE * 2)
    }
    await allOwned(within)
  }
}

/** Nodes are ended in good order and started again, one after the other, also while keys move: no worker begins without what the one before it had. */
export function endedNodes(rounds: number): Program {
  return async (sim) => {
    const { nodes, allOwned, end } = await threeNodes(sim)
    await allOwned(5_000)
    // A worker whose start a stop comes before has nothing yet that could be lost: from now on each has answered a call.
    const [first] = nodes as [SimulatedNode]
    await Promise.all(KEYS.map((key) => first.run(() => clusterRef(Counter, key).call.add(1))))
    store.keepsState = true
    for (let round = 0; round < rounds; round++) {
      const node = nodes[Math.floor(sim.random() * nodes.length)] as SimulatedNode
      await end(node)
      await sleep(Math.floor(sim.random() * 400))
      await node.restart()
      await sleep(Math.floor(sim.random() * 1_000))
    }
    await allOwned(LEASE * 2)
  }
}
