/** A few nodes that run the keys of a cluster supervisor, and what must hold whatever befalls them. */
import { defineServer, own, sleep, spawn, startSupervisor } from 'heartwood'
import type { Cluster, Keyed } from 'heartwood/cluster'
import type {
  EngineOptions,
  NodeOptions,
  Program,
  SimulatedEngine,
  SimulatedNode,
  Simulation,
} from 'heartwood/testing'
import type { Layer } from './layer.js'
import { OutsideStore } from './outside-store.js'

export const LEASE = 1_000

export interface Scene {
  readonly nodes?: readonly string[]
  readonly keys?: readonly string[]
  /** Of single nodes. */
  readonly options?: Readonly<Record<string, NodeOptions>>
  readonly engine?: EngineOptions
  /** Milliseconds that a request may take. */
  readonly timeout?: number
  /** Whether nodes send messages to the workers. Default true. */
  readonly clients?: boolean
  /** Milliseconds that the init of a worker takes. */
  readonly init?: number
  /** Milliseconds between two looks at all claims. */
  readonly reconcile?: number
  /** Milliseconds in which things go wrong. */
  readonly storm?: number
  readonly disasters: (sim: Simulation, engine: SimulatedEngine, nodes: readonly string[]) => void
}

/** The workers that are there, by key: the nodes. */
class Workers {
  readonly #nodes = new Map<string, string[]>()

  at(key: string): readonly string[] {
    return this.#nodes.get(key) ?? []
  }

  begins(key: string, node: string): Disposable {
    const nodes = this.#nodes.get(key) ?? []
    this.#nodes.set(key, nodes)
    nodes.push(node)
    return { [Symbol.dispose]: () => void nodes.splice(nodes.indexOf(node), 1) }
  }
}

export function clusterScene(layer: Layer, scene: Scene): Program {
  const { clusterOf, clusterRef, clusterSpec, clusterSupervisorSpec, currentClaim, fence, local } = layer
  const { nodes: names = ['a', 'b'], keys = ['x', 'y'], init = 0, reconcile = 2_000, storm = 4_000 } = scene
  const { clients = true, timeout } = scene
  let store = new OutsideStore()
  let workers = new Workers()
  let orders = 0

  class Counter {
    #key = ''
    async init({ key }: Keyed): Promise<void> {
      this.#key = key
      own(workers.begins(key, currentClaim().node))
      if (init > 0) await sleep(init)
    }
    async add(id: number): Promise<void> {
      store.order(id)
      store.write(this.#key, fence(), currentClaim().node)
      await sleep(20)
    }
  }
  defineServer(Counter, { calls: ['add'] })

  const clusterAt = ({ kernel }: SimulatedNode): Cluster | undefined => {
    try {
      return kernel && clusterOf(kernel)
    } catch {
      // It is not up yet.
      return undefined
    }
  }
  const ownersOf = (nodes: readonly SimulatedNode[], key: string): string[] =>
    nodes.flatMap((node) => {
      const claims = clusterAt(node)?.claims ?? []
      return claims.some((claim) => claim.key === `Counter/${key}` && claim.valid()) ? [node.name] : []
    })

  return async (sim) => {
    store = new OutsideStore()
    workers = new Workers()
    orders = 0
    const engine = sim.engine(local(), scene.engine)
    const nodes: SimulatedNode[] = []
    const tree = async (): Promise<void> => {
      const cluster = clusterSpec({ engine, lease: LEASE, development: true, reconcile, timeout })
      const supervisor = clusterSupervisorSpec(Counter, { keys, reconcile })
      await startSupervisor({ strategy: 'rest_for_one', children: [cluster, supervisor] }, { link: false })
    }
    for (const name of names) nodes.push(await sim.node(name, tree, scene.options?.[name]))
    sim.always(() => {
      for (const key of keys) {
        const owners = ownersOf(nodes, key)
        if (owners.length > 1) throw new Error(`${key} has the owners ${owners.join(' and ')}`)
      }
      const [problem] = store.problems
      if (problem !== undefined) throw new Error(problem)
    })
    for (const node of clients ? nodes : []) {
      const client = async (): Promise<void> => {
        for (;;) {
          await sleep(250)
          const id = ++orders
          await node.run(() => clusterRef(Counter, sim.pick(keys)).call.add(id)).catch(() => {})
        }
      }
      spawn(client, { label: `client of ${node.name}` })
    }
    scene.disasters(sim, engine, names)
    await sleep(storm)
    sim.disasters.clear()
    await sleep(3_000)
    // A worker of a node that crashed is gone with it.
    const isUp = (name: string): boolean => sim.nodeOf(name)?.kernel !== undefined
    await sim
      .eventually(() => keys.every((key) => ownersOf(nodes, key).length === 1), 8_000)
      .catch((error: unknown) => {
        throw new Error('a key has no owner', { cause: error })
      })
    const isOne = (key: string): boolean => new Set(workers.at(key).filter(isUp)).size === 1
    await sim
      .eventually(() => keys.every(isOne), 8_000)
      .catch((error: unknown) => {
        throw new Error('a key has workers on two nodes, or none', { cause: error })
      })
  }
}
