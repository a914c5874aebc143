import {
  application,
  boot,
  type ClusterConfig,
  type ConfigOptions,
  createLogger,
  defineConfig,
  defineServer,
  Kernel,
  monitorNodes,
  nodes,
  type RunningSystem,
  receive,
  ref,
  startLink,
  supervisorSpec,
} from 'heartwood'
import {
  clusterOf,
  clusterRef,
  clusterSupervisorSpec,
  currentClaim,
  type EngineStore,
  type Keyed,
  type LocalEngine,
  local,
  type Opening,
} from 'heartwood/cluster'
import { type MemberCarrierOptions, memberCarrier } from 'heartwood/erlang'
import { TestKernel, VirtualClock } from 'heartwood/testing'
import { describe, expect, it } from 'vitest'
import { codeOf, settled } from './cluster-world.js'

const LEASE = 1_000
const KEYS = ['one', 'two', 'three', 'four', 'five', 'six']

class Counter {
  #count = 0
  init({ state }: Keyed<number>): void {
    this.#count = state ?? 0
  }
  add(): [node: string, count: number] {
    this.#count++
    return [currentClaim().node, this.#count]
  }
  handOver(): number {
    return this.#count
  }
}
defineServer(Counter, { calls: ['add'] })

class Greeter {
  greet(): string {
    return 'hello'
  }
}
defineServer(Greeter, { name: 'greeter', calls: ['greet'] })

/** The configuration of each replica: the same for all. */
const config = (engine: LocalEngine, cluster: Partial<ClusterConfig> = {}): ConfigOptions =>
  defineConfig({
    contain: false,
    blockingLimit: Number.POSITIVE_INFINITY,
    cluster: { engine, lease: LEASE, ...cluster },
    applications: [application({ name: 'shop', root: clusterSupervisorSpec(Counter, { keys: KEYS }) })],
  })

/** Of replicas that have no keys to give away when they stop. */
const keyless = (engine: LocalEngine, cluster: Partial<ClusterConfig> = {}): ConfigOptions => {
  const root = supervisorSpec('greeting', { children: [{ id: 'greeter', start: () => startLink(Greeter) }] })
  return { ...config(engine, cluster), applications: [application({ name: 'shop', root })] }
}

const quiet = { logger: createLogger({ level: 'silent' }), keepAlive: false, exitOnEnd: false }

describe('the cluster of a configuration', () => {
  it('joins three replicas of one program: the keys are spread, reached from anywhere, and moved when one stops', async () => {
    const clock = new VirtualClock()
    const engine = local()
    const pass = (ms: number): Promise<void> => clock.advance(ms)
    const systems: RunningSystem[] = []
    for (const node of ['a', 'b', 'c']) {
      const kernel = new Kernel({ node, clock, random: () => 0.5, report: () => {} })
      systems.push(await settled(boot(config(engine), { ...quiet, kernel }), pass))
    }
    const [a, , c] = systems as [RunningSystem, RunningSystem, RunningSystem]
    await pass(LEASE)
    const added = (from: RunningSystem, key: string) =>
      settled(
        from.kernel.run(() => clusterRef(Counter, key).call.add()),
        pass,
      )
    const nodes = new Set<string>()
    for (const key of KEYS) {
      const [node] = await added(a, key)
      nodes.add(node)
      expect(await added(c, key)).toEqual([node, 2])
    }
    expect(nodes.size).toBe(3)
    await settled(c.stop(), pass)
    for (const key of KEYS) {
      const [node, count] = await added(a, key)
      expect([node !== 'c', count]).toEqual([true, 3])
    }
    for (const system of systems) await settled(system.stop(), pass)
  })

  it('makes up the name of the node, which nobody else has', async () => {
    const engine = local()
    const systems: RunningSystem[] = []
    for (let i = 0; i < 2; i++) systems.push(await boot(keyless(engine, { name: 'shop' }), quiet))
    const names = systems.map(({ kernel }) => kernel.node)
    for (const name of names) expect(name).toMatch(/^shop-[0-9a-f]{8}@127\.0\.0\.1$/)
    expect(new Set(names).size).toBe(2)
    for (const { kernel } of systems) {
      const member = await kernel.run(() => clusterOf(kernel, 'shop').node)
      expect(member).toBe(kernel.node)
    }
    for (const system of systems) await system.stop()
  })

  it('joins before the applications, and leaves when they have stopped', async () => {
    const kernel = new TestKernel()
    const system = await boot(config(local()), { ...quiet, kernel })
    expect(system.applications.map(({ name }) => name)).toEqual(['cluster', 'shop'])
    const cluster = clusterOf(kernel)
    await system.stop()
    expect(cluster.isMember).toBe(false)
  })

  it('is told what is wrong with it before anything starts', async () => {
    const wrong = (cluster: object) =>
      codeOf(boot(config(local(), cluster), { ...quiet, kernel: new TestKernel() }))
    expect(await wrong({ engine: undefined })).toBe('CONFIG_INVALID')
    expect(await wrong({ lease: 1 })).toBe('CONFIG_INVALID')
    expect(await wrong({ reachedAt: { host: 'shop-1.example' } })).toBe('CONFIG_INVALID')
    expect(await wrong({ nmae: 'shop' })).toBe('CONFIG_UNKNOWN_KEY')
    expect(await wrong({ name: 'my shop' })).toBe('CLUSTER_OPTION_INVALID')
    expect(await wrong({ messages: 'direct', address: { host: '10.0.0.5' } })).toBe('NODE_OPTION_INVALID')
  })

  it('that cannot be joined starts nothing', async () => {
    const engine = { name: 'none', open: () => Promise.reject(new Error('there is no server')) }
    const started = boot(config(engine as never), { ...quiet, kernel: new TestKernel() })
    await expect(started).rejects.toMatchObject({ code: 'BOOT_FAILED' })
    await expect(started).rejects.toThrow(/cluster.*there is no server/s)
  })
})

describe('programs of one cluster', () => {
  it('are joined by connections between them, without a cookie, a port or a name that anybody gives', async () => {
    const engine = local()
    const systems: RunningSystem[] = []
    for (let i = 0; i < 2; i++)
      systems.push(await boot(keyless(engine, { messages: 'direct', lease: 2_000 }), quiet))
    const [a, b] = systems as [RunningSystem, RunningSystem]
    await a.kernel.run(async () => {
      monitorNodes()
      while (!nodes().includes(b.kernel.node)) await receive()
      expect(await ref(Greeter, { node: b.kernel.node }).call.greet()).toBe('hello')
    })
    for (const system of systems) await system.stop()
  })
})

describe('a program that is reached elsewhere than where it listens', () => {
  it('says so to the others', async () => {
    const engine = local()
    const stores: EngineStore[] = []
    const seen = {
      name: engine.name,
      open: async (opening: Opening) => {
        const store = await engine.open(opening)
        stores.push(store)
        return store
      },
    }
    const reachedAt = { host: 'shop-1.example', port: 7_000 }
    const system = await boot(keyless(seen as LocalEngine, { messages: 'direct', reachedAt }), quiet)
    const [lease] = (await stores[0]?.leases()) ?? []
    expect(lease?.card.reach).toMatchObject(reachedAt)
    await system.stop()
  })
})

describe('what joins members', () => {
  const members = { secret: 'the secret of this node', resolve: async () => undefined }

  it('is for members alone', async () => {
    const kernel = new Kernel({ node: 'a@127.0.0.1' })
    expect(await codeOf(memberCarrier().start(kernel, { development: true }))).toBe('NODE_OPTION_INVALID')
  })

  it('says where it is reached, which may be elsewhere than where it listens', async () => {
    const start = (options: MemberCarrierOptions) =>
      memberCarrier(options).start(new Kernel({ node: 'a@127.0.0.1' }), { development: true, members })
    const open = await start({})
    expect(open.address).toEqual({ host: '127.0.0.1', port: expect.any(Number) })
    const mapped = await start({ reachedAt: { host: 'a.example', port: 7000 } })
    expect(mapped.address).toEqual({ host: 'a.example', port: 7000 })
    open.close()
    mapped.close()
  })
})
