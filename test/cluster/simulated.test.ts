/** The engine of simulations, which is `local()` behind a network of steps, keeps what each engine promises. */
import { describe, it } from 'vitest'
import { type Cluster, local, startCluster } from '../../src/cluster/index.js'
import { sleep } from '../../src/kernel/index.js'
import { type Simulation, simulate } from '../../src/testing/index.js'
import { CHECKS, type Check } from './checks.js'
import { type ClusterWorld, settled } from './cluster-world.js'
import { FaultyWay } from './faulty-engine.js'

const LEASE = 10_000

/** A check in a simulation: each request to the engine, and each answer, is a step of its own. */
async function simulated(sim: Simulation, check: Check): Promise<void> {
  const inner = local()
  const engine = sim.engine(inner)
  const { clock } = sim.kernel
  const pass = (ms: number): Promise<void> => sleep(ms)
  const ways: { cluster: Cluster; way: FaultyWay }[] = []
  const world: ClusterWorld = {
    lease: LEASE,
    engine,
    clock,
    pass,
    lose: async () => inner.lose(),
    async until(what, holds, ms) {
      const end = clock.now() + ms
      while (!holds()) {
        if (clock.now() >= end) throw new Error(`within ${ms} ms it is not so: ${what}`)
        await pass(LEASE / 100)
      }
    },
    async node(name, options = {}) {
      const way = new FaultyWay()
      const ofNode = {
        engine: way.to(engine),
        lease: LEASE,
        reconcile: LEASE * 3,
        development: true,
        ...options,
      }
      // A node that is refused is up all the same.
      const node = await sim.node(`${name}${ways.length}`, () => {})
      const started = node.run(() => startCluster({ node: name, ...ofNode }))
      const cluster = await settled(started, pass)
      ways.push({ cluster, way })
      const freeze = (): void => {
        node.pause()
        way.freeze()
      }
      const thaw = (): void => {
        way.thaw()
        node.resume()
      }
      return { cluster, way, reports: [], freeze, thaw }
    },
  }
  await check(world)
}

describe('an engine in a simulation', () => {
  for (const [at, [title, check]] of Object.entries(CHECKS).entries())
    it(title, async () => {
      await simulate({ seed: at, maxSteps: 100_000 }, (sim) => simulated(sim, check))
    })
})
