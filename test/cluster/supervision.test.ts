import { describe, expect, it } from 'vitest'
import {
  ClusterSupervisor,
  clusterRef,
  clusterSpec,
  clusterSupervisorSpec,
  currentClaim,
  fence,
  type Keyed,
  local,
  Singleton,
} from '../../src/cluster/index.js'
import { defineServer, ref, start, stop } from '../../src/genserver/index.js'
import { HeartwoodError, Kernel, type Pid, sleep, VirtualClock } from '../../src/kernel/index.js'
import { type Child, startSupervisor } from '../../src/supervisor/index.js'
import { settled } from './cluster-world.js'
import { type KeyedNode, KeyedWorld, LEASE } from './keyed-world.js'

/** What a store outside would have: of each key the greatest token, and writes that were refused. */
class Store {
  readonly writes: { readonly key: string; readonly node: string; readonly token: number }[] = []
  readonly #greatest = new Map<string, number>()

  write(key: string, token: number, node: string): void {
    expect(token).toBeGreaterThanOrEqual(this.#greatest.get(key) ?? 0)
    this.#greatest.set(key, token)
    this.writes.push({ key, node, token })
  }
}

let store = new Store()

class Counter {
  #key = ''
  #count = 0
  init({ key, state }: Keyed<number>): void {
    this.#key = key
    this.#count = state ?? 0
  }
  add(by: number): number {
    this.#count += by
    store.write(this.#key, fence(), currentClaim().node)
    return this.#count
  }
  where(): { key: string; node: string; fence: number } {
    return { key: this.#key, node: currentClaim().node, fence: fence() }
  }
  note(by: number): void {
    this.#count += by
  }
  crash(): void {
    throw new Error('it crashes')
  }
  handOver(): number {
    return this.#count
  }
}
defineServer(Counter, { calls: ['add', 'where', 'crash'], casts: ['note'] })

/** Takes a while to hand over. */
class Slow {
  #count = 0
  init({ state }: Keyed<number>): void {
    this.#count = state ?? 0
  }
  note(by: number): void {
    this.#count += by
  }
  count(): number {
    return this.#count
  }
  where(): string {
    return currentClaim().node
  }
  async handOver(): Promise<number> {
    await sleep(300)
    return this.#count + 10
  }
}
defineServer(Slow, { calls: ['count', 'where'], casts: ['note'] })

/** Takes its time to start, and to hand over. */
class Late {
  async init(): Promise<void> {
    await sleep(400)
  }
  where(): string {
    return currentClaim().node
  }
  async handOver(): Promise<number> {
    await sleep(2_000)
    return 1
  }
}
defineServer(Late, { calls: ['where'] })

const KEYS = Array.from({ length: 12 }, (_, at) => `key ${at}`)

type Three = readonly [KeyedNode, KeyedNode, KeyedNode]

async function three(...children: readonly Child[]): Promise<{
  world: KeyedWorld
  nodes: Three
  stops: readonly (() => Promise<void>)[]
}> {
  store = new Store()
  const world = new KeyedWorld()
  const nodes: Three = [await world.node('a'), await world.node('b'), await world.node('c')]
  const stops: (() => Promise<void>)[] = []
  for (const node of nodes) stops.push(await node.tree(...children))
  // They hear of each other, and keys are where they belong.
  await world.pass(500)
  return { world, nodes, stops }
}

/** Two nodes, of which the first begins to give keys to the second. */
async function movingTo(
  name: string,
  child: Child,
): Promise<{ world: KeyedWorld; c: KeyedNode; d: KeyedNode }> {
  const world = new KeyedWorld()
  const c = await world.node('c')
  await c.tree(child)
  await world.pass(3_000)
  const d = await world.node(name)
  await d.tree(child)
  await world.pass(300)
  return { world, c, d }
}

const counter = (key: string) => clusterRef(Counter, key)
const where = (node: KeyedNode, key: string) => node.run(() => counter(key).call.where())
const add = (node: KeyedNode, key: string, by: number) => node.run(() => counter(key).call.add(by))

/** A key that is run by the last of the three. */
async function keyOfC([a]: Three): Promise<string> {
  for (const key of KEYS) if ((await where(a, key)).node === 'c') return key
  throw new Error('c has no key')
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  return HeartwoodError.is(error) ? error.code : String(error)
}

describe('a key of a cluster supervisor', () => {
  it('is started by the first message, and is the same worker for all nodes', async () => {
    const { nodes } = await three(clusterSupervisorSpec(Counter))
    const owners = new Set<string>()
    for (const key of KEYS) {
      for (const node of nodes) await add(node, key, 1)
      expect(await add(nodes[1], key, 0)).toBe(3)
      owners.add((await where(nodes[0], key)).node)
    }
    expect(owners).toEqual(new Set(['a', 'b', 'c']))
  })

  it('runs without a message where it is listed, and another is none', async () => {
    const { nodes } = await three(clusterSupervisorSpec(Counter, { keys: () => KEYS }))
    const claims = nodes.flatMap(({ cluster }) => cluster.claims.map(({ key }) => key))
    expect(claims.sort()).toEqual(KEYS.map((key) => `Counter/${key}`).sort())
    expect(await codeOf(add(nodes[0], 'another', 1))).toBe('KEY_UNKNOWN')
  })

  it('casts that find no worker are told in the log, and not one by one', async () => {
    const { nodes, world } = await three(clusterSupervisorSpec(Counter, { keys: KEYS }))
    await nodes[0].run(async () => {
      for (let at = 0; at < 50; at++) counter(`another ${at}`).cast.note(1)
    })
    await world.pass(100)
    const told = nodes[0].reports.filter(({ message }) => message.startsWith('the cast of note to Counter '))
    expect(told).toHaveLength(1)
    expect(told[0]?.message).toContain('is lost: ')
  })

  it('goes to nodes with the labels it wants, by their weight', async () => {
    store = new Store()
    const world = new KeyedWorld()
    const a = await world.node('a', { labels: { zone: 'eu' }, weight: 3 })
    const b = await world.node('b', { labels: { zone: 'eu' } })
    const c = await world.node('c')
    const many = Array.from({ length: 100 }, (_, at) => `${at}`)
    for (const node of [a, b, c])
      await node.tree(clusterSupervisorSpec(Counter, { keys: many, where: { zone: 'eu' } }))
    await world.pass(500)
    expect(c.cluster.claims).toEqual([])
    expect(a.cluster.claims.length + b.cluster.claims.length).toBe(100)
    expect(a.cluster.claims.length / b.cluster.claims.length).toBeGreaterThan(2)
    // From a node that runs none of them, too.
    expect(await add(c, '7', 1)).toBe(1)
  })

  it('moves when its node dies, within the lease and a second, under a greater token', async () => {
    const { world, nodes } = await three(clusterSupervisorSpec(Counter))
    const key = await keyOfC(nodes)
    const before = await where(nodes[0], key)
    nodes[2].kill()
    await world.pass(LEASE + 1_000)
    // Nobody has sent it a message since: whoever runs it took it from the dead node.
    const owner = nodes
      .slice(0, 2)
      .filter(({ cluster }) => cluster.claims.some((claim) => claim.key.endsWith(key)))
    expect(owner.length).toBe(1)
    const after = await where(nodes[0], key)
    expect(after.node).toBe(owner[0]?.name)
    expect(after.fence).toBeGreaterThan(before.fence)
  })

  it('is served by nobody who was stopped for longer than the lease, and did not notice', async () => {
    const { world, nodes } = await three(clusterSupervisorSpec(Counter, { keys: KEYS }))
    const [a, , c] = nodes
    const key = await keyOfC(nodes)
    await add(a, key, 1)
    // What is sent while it is stopped arrives when it goes on.
    const late = c.kernel.run(() => counter(key).call.add(100))
    const pid = await a.run(() => counter(key).locate())
    c.freeze()
    a.kernel.send(pid, 'hello')
    await world.pass(LEASE + 1_000)
    expect((await where(a, key)).node).not.toBe('c')
    await add(a, key, 1)
    c.thaw()
    await world.settled(late.catch(() => {}))
    await world.pass(1_000)
    // The store has checked each write: none is under a token that is smaller than one before.
    const ofC = store.writes.filter((write) => write.key === key && write.node === 'c')
    expect(new Set(ofC.map(({ token }) => token)).size).toBeLessThanOrEqual(2)
    const owners = nodes.filter(({ cluster }) => cluster.claims.some((claim) => claim.key.endsWith(key)))
    expect(owners.length).toBe(1)
  })

  it('pauses while the engine is out of reach, and goes on with its state', async () => {
    const { world, nodes } = await three(clusterSupervisorSpec(Counter, { keys: KEYS }))
    const [a] = nodes
    for (const key of KEYS) await add(a, key, 5)
    for (const { way } of nodes) way.cut()
    await world.pass(LEASE * 3)
    const waiting = a.kernel.run(() => clusterRef(Counter, 'key 1', { timeout: 20_000 }).call.add(1))
    await world.pass(LEASE)
    for (const { way } of nodes) way.heal()
    expect(await world.settled(waiting)).toBe(6)
    for (const key of KEYS) expect(await add(a, key, 0)).toBe(key === 'key 1' ? 6 : 5)
  })

  it('that does not stay up is parked where it was, and tried elsewhere', async () => {
    class Picky {
      init(): void {
        if (currentClaim().node !== 'a') throw new Error('it runs on a alone')
      }
      where(): string {
        return currentClaim().node
      }
    }
    defineServer(Picky, { calls: ['where'] })
    const { world, nodes } = await three(clusterSupervisorSpec(Picky, { backoff: { initial: 10, max: 20 } }))
    for (const key of KEYS)
      expect(await nodes[1].run(() => clusterRef(Picky, key, { timeout: 10_000 }).call.where())).toBe('a')
    const told = nodes.flatMap(({ reports }) => reports.map(({ message }) => String(message)))
    expect(told.some((text) => text.includes('does not stay up on node b, and is parked'))).toBe(true)
    // It stays there, and is not given to where it was parked.
    await world.pass(5_000)
    expect(nodes[0].cluster.claims.length).toBe(KEYS.length)
  })

  it('is started again when its worker crashes, on the same node under the same token', async () => {
    const { nodes } = await three(clusterSupervisorSpec(Counter))
    const before = await where(nodes[0], 'x')
    expect(await codeOf(nodes[0].run(() => counter('x').call.crash()))).toBe('CALL_SERVER_EXITED')
    expect(await where(nodes[1], 'x')).toEqual(before)
  })

  it('leaves no listener behind at each start', async () => {
    const warnings: Error[] = []
    const warned = (warning: Error): void => void warnings.push(warning)
    process.on('warning', warned)
    const { nodes } = await three(clusterSupervisorSpec(Counter, { intensity: 20, backoff: { initial: 1 } }))
    for (let times = 0; times < 12; times++)
      expect(await codeOf(nodes[0].run(() => counter('x').call.crash()))).toBe('CALL_SERVER_EXITED')
    await where(nodes[0], 'x')
    process.off('warning', warned)
    expect(warnings).toEqual([])
  })

  it('is stopped from any node, and started by the next message', async () => {
    const { nodes } = await three(clusterSupervisorSpec(Counter))
    const key = await keyOfC(nodes)
    await add(nodes[0], key, 4)
    await nodes[1].run(() => counter(key).stop())
    expect(nodes[2].cluster.claims.some((claim) => claim.key.endsWith(key))).toBe(false)
    expect(await add(nodes[0], key, 1)).toBe(1)
  })

  it('goes back, with its state, to a node that comes back', async () => {
    const { world, nodes, stops } = await three(clusterSupervisorSpec(Counter))
    const key = await keyOfC(nodes)
    await add(nodes[0], key, 4)
    await stops[2]?.()
    expect((await where(nodes[0], key)).node).not.toBe('c')
    await nodes[2].tree(clusterSupervisorSpec(Counter))
    await world.pass(1_000)
    expect((await where(nodes[0], key)).node).toBe('c')
    expect(await add(nodes[0], key, 0)).toBe(4)
  })
})

describe('a node that stops', () => {
  it('gives its keys away with their state: no call is lost, and none is handled twice', async () => {
    const { world, nodes, stops } = await three(clusterSupervisorSpec(Counter, { keys: KEYS }))
    const [a, b, c] = nodes
    const done = new Map<string, number>()
    let isOver = false
    const load = async (): Promise<void> => {
      while (!isOver) {
        for (const key of KEYS) {
          await counter(key).call.add(1)
          done.set(key, (done.get(key) ?? 0) + 1)
          await sleep(1)
        }
      }
    }
    const loads = [a.kernel.run(load), b.kernel.run(load)]
    await world.pass(100)
    await stops[2]?.()
    await world.pass(300)
    isOver = true
    await world.settled(Promise.all(loads))
    expect(c.cluster.claims).toEqual([])
    for (const key of KEYS) expect(await add(b, key, 0)).toBe(done.get(key))
  })

  it('leaves nothing that its program would wait for', async () => {
    const { world, nodes, stops } = await three(clusterSupervisorSpec(Counter, { keys: KEYS }))
    for (const stopNode of stops) await stopNode()
    for (const node of nodes) await node.run(() => node.cluster.leave())
    const next = world.clock.next
    expect(next === undefined ? 'nothing' : next - world.clock.now()).toBe('nothing')
  })

  it('sends on what was cast to a worker while its key moved', async () => {
    const { world, nodes, stops } = await three(clusterSupervisorSpec(Slow))
    let key = ''
    for (const each of KEYS)
      if ((await nodes[0].run(() => clusterRef(Slow, each).call.where())) === 'c') key = each
    const pid = await nodes[0].run(() => clusterRef(Slow, key).locate())
    const stopping = stops[2]?.()
    // It is handing over, which takes it a while.
    await world.pass(100)
    nodes[0].kernel.run(() => {
      const { cast } = ref(Slow, pid)
      for (let times = 0; times < 3; times++) cast.note(1)
    })
    await stopping
    expect(await nodes[0].run(() => clusterRef(Slow, key).call.where())).not.toBe('c')
    expect(await nodes[0].run(() => clusterRef(Slow, key).call.count())).toBe(13)
  })

  it('leaves one owner when the next one dies on the way, which starts anew', async () => {
    for (const operation of ['writeClaim', 'claim'] as const) {
      const { world, nodes, stops } = await three(clusterSupervisorSpec(Counter))
      const key = await keyOfC(nodes)
      await add(nodes[0], key, 4)
      nodes[2].way.loseAnswer(operation)
      const stopping = stops[2]?.()
      nodes[1].kill()
      await stopping
      await world.pass(LEASE + 1_500)
      const { node } = await where(nodes[0], key)
      expect(node).toBe('a')
      expect(nodes[0].cluster.claims.filter((claim) => claim.key.endsWith(key)).length).toBe(1)
    }
  })

  it('waits a while for others that join anew, and gives them its keys with their state', async () => {
    const world = new KeyedWorld()
    const [a, c] = [await world.node('a'), await world.node('c')]
    await a.tree(clusterSupervisorSpec(Counter, { keys: KEYS }))
    const stopC = await c.tree(clusterSupervisorSpec(Counter, { keys: KEYS }))
    await world.pass(500)
    a.way.cut()
    await world.pass(LEASE + 1_000)
    for (const key of KEYS) await add(c, key, 5)
    const stopping = stopC()
    await world.pass(500)
    a.way.heal()
    await stopping
    for (const key of KEYS) expect(await add(a, key, 0)).toBe(5)
  })

  it('does not keep a key that it lost while it gave it away', async () => {
    const { world, c, d } = await movingTo('d', clusterSupervisorSpec(Late, { keys: KEYS }))
    // What c hands over comes when another has the key.
    c.way.cut()
    await world.pass(LEASE + 500)
    c.way.heal()
    await world.pass(5_000)
    d.kill()
    await world.pass(LEASE + 1_500)
    for (const key of KEYS) expect(await c.run(() => clusterRef(Late, key).call.where())).toBe('c')
    expect(c.cluster.claims.map(({ key }) => key).sort()).toEqual(KEYS.map((key) => `Late/${key}`).sort())
  })

  it('has a key back within the lease and a second from a node that was stopped as it took it', async () => {
    const { world, c, d } = await movingTo('d', clusterSupervisorSpec(Late, { keys: KEYS }))
    await world.until('d has been given a key', () => d.cluster.claims.length > 0)
    d.freeze()
    await world.pass(LEASE + 1_000)
    const running = c.cluster.claims.filter((claim) => claim.valid())
    expect(running.length).toBe(KEYS.length)
    for (const key of KEYS)
      expect(await c.run(() => clusterRef(Late, key, { timeout: 500 }).call.where())).toBe('c')
  })

  it('does not give away what is too large, and says so', async () => {
    const { nodes, stops } = await three(clusterSupervisorSpec(Counter, { maxState: 1 }))
    const key = await keyOfC(nodes)
    await add(nodes[0], key, 4)
    await stops[2]?.()
    expect(await add(nodes[0], key, 1)).toBe(1)
    const told = nodes[2].reports.map(({ message }) => String(message))
    // HAND_OVER_TOO_LARGE
    expect(told.some((text) => text.includes('at most 1 are allowed'))).toBe(true)
  })
})

describe('a node of another version', () => {
  it('of before there were cluster supervisors is given no key, and keeps what it claims', async () => {
    const { world, nodes } = await three(clusterSupervisorSpec(Counter, { keys: KEYS }))
    const opening = { cluster: 'main', lease: LEASE, timeout: 100, development: true, random: () => 0.5 }
    const old = await world.engine.open({ ...opening, clock: world.clock, onProblem: () => {} })
    const card = { node: 'old', version: 1, host: 'here', pid: 1 }
    await old.createLease('old.1', card)
    await old.writeClaim({ key: 'its own', expected: 0, lease: 'old.1', node: 'old', note: undefined })
    await world.pass(500)
    expect(await codeOf(nodes[0].run(() => nodes[0].cluster.claim('its own')))).toBe('CLAIM_TAKEN')
    for (const key of KEYS) expect((await where(nodes[0], key)).node).not.toBe('old')
  })

  it('that asks in later words is told which are understood', async () => {
    const { nodes } = await three(clusterSupervisorSpec(Counter))
    const name = 'cluster main: Counter of a'
    const ask = (question: unknown) => nodes[0].run(() => nodes[0].kernel.request(name, question))
    expect(await ask({ v: 2, op: 'locate', key: 'x', new: 1 })).toMatchObject({ no: 'version' })
    expect(await ask({ v: 1, op: 'locate', key: 'x', new: 1 })).toHaveProperty(['v'], 1)
    for (const wrong of [
      null,
      7,
      {},
      { v: 1 },
      { v: 1, op: 'x', key: 'x' },
      { v: 1, op: 'offer', key: 'x', state: 'x' },
    ])
      expect(await ask(wrong)).toMatchObject({ no: 'failed' })
  })
})

describe('what is there but once', () => {
  it('has one worker in the cluster, which moves', async () => {
    expect(() => Singleton({ intensty: 1 } as never)).toThrow(
      expect.objectContaining({ code: 'CLUSTER_OPTION_INVALID' }),
    )
    @Singleton()
    class Leader {
      where(): string {
        return currentClaim().node
      }
    }
    defineServer(Leader, { calls: ['where'] })
    const { world, nodes } = await three(Leader)
    const ask = (node: KeyedNode) => node.run(() => clusterRef(Leader).call.where())
    const leader = await ask(nodes[0])
    expect([await ask(nodes[1]), await ask(nodes[2])]).toEqual([leader, leader])
    nodes.find(({ name }) => name === leader)?.kill()
    const rest = nodes.filter(({ name }) => name !== leader)
    await world.pass(LEASE + 1_000)
    expect(await ask(rest[0] as KeyedNode)).not.toBe(leader)
  })
})

describe('a tree', () => {
  it('has the node of a cluster and what it supervises as children, and stops them in order', async () => {
    @ClusterSupervisor({ child: () => Counter, keys: ['x'] })
    class Counters {}
    store = new Store()
    const clock = new VirtualClock()
    const kernel = new Kernel({ clock, node: 'one', report: () => {} })
    const pass = (ms: number): Promise<void> => clock.advance(ms)
    const tree = kernel.run(() =>
      startSupervisor({ children: [clusterSpec({ engine: local() }), Counters] }, { link: false }),
    )
    await settled(tree, pass)
    expect(
      await settled(
        kernel.run(() => counter('x').call.add(2)),
        pass,
      ),
    ).toBe(2)
    await settled(
      kernel.run(async () => stop((await tree) as Pid, 'shutdown')),
      pass,
    )
    expect(await codeOf(kernel.run(() => counter('x').call.add(2)))).toBe('CLUSTER_ABSENT')
  })

  it('refuses what is no option, no child, and a supervisor without a node', async () => {
    const invalid = 'CLUSTER_OPTION_INVALID'
    const refused = (act: () => unknown) => codeOf(Promise.resolve().then(act))
    expect(await refused(() => clusterSupervisorSpec(Counter, { keys: 'x' as never }))).toBe(invalid)
    expect(await refused(() => clusterSupervisorSpec(Counter, { backoff: { initial: -1 } }))).toBe(invalid)
    expect(await refused(() => clusterSupervisorSpec(class {}))).toBe(invalid)
    expect(await refused(() => clusterSupervisorSpec({ init: () => ({ state: 1 }) }))).toBe(invalid)
    const kernel = new Kernel({ clock: new VirtualClock(), report: () => {} })
    const alone = kernel.run(() =>
      startSupervisor({ children: [clusterSupervisorSpec(Counter)] }, { link: false }),
    )
    expect(await refused(() => alone)).toBe('START_FAILED')
    expect(await refused(() => kernel.run(() => counter('x').locate()))).toBe('CLUSTER_ABSENT')
    const apart = await kernel.run(async () =>
      (await start(Outside)).call.token().catch((error: unknown) => error),
    )
    expect(String(apart)).toContain('NOT_KEYED')
  })

  it('whose nodes do not reach each other says so', async () => {
    store = new Store()
    const clock = new VirtualClock()
    const pass = (ms: number): Promise<void> => clock.advance(ms)
    const engine = local()
    const kernels = ['a', 'b'].map((node) => new Kernel({ clock, node, report: () => {} }))
    for (const kernel of kernels) {
      const children = [clusterSpec({ engine, lease: LEASE }), clusterSupervisorSpec(Counter)]
      await settled(
        kernel.run(() => startSupervisor({ children }, { link: false })),
        pass,
      )
    }
    await pass(500)
    const codes = new Set<string>()
    for (const key of KEYS) {
      const call = kernels[0]?.run(() =>
        clusterRef(Counter, key, { timeout: 200 }).call.add(1),
      ) as Promise<unknown>
      const error: unknown = await settled(
        call.catch((reason: unknown) => reason),
        pass,
      )
      // NODES_APART is the problem that it names.
      if (HeartwoodError.is(error))
        codes.add(`${error.code} ${error.message.includes('Give the nodes a carrier')}`)
    }
    expect([...codes]).toEqual(['KEY_UNREACHABLE true'])
  })
})

class Outside {
  token(): number {
    try {
      return fence()
    } catch (error) {
      throw new Error(HeartwoodError.is(error) ? error.code : String(error))
    }
  }
}
defineServer(Outside, { calls: ['token'] })
