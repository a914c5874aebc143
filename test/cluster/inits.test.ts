/** Workers that start side by side: an init that hangs, is slow or fails is a matter of its own key. */
import { describe, expect, it } from 'vitest'
import { clusterRef, clusterSupervisorSpec, type Keyed } from '../../src/cluster/index.js'
import { defineServer, noReply } from '../../src/genserver/index.js'
import { monitor, receive, sleep } from '../../src/kernel/index.js'
import { codeOf } from './cluster-world.js'
import { type KeyedNode, KeyedWorld, LEASE } from './keyed-world.js'

/** Never settles for keys that begin with `hang`; takes 200 ms for those that begin with `slow`. */
class Beginner {
  #count = 0
  async init({ key, state }: Keyed<number>): Promise<void> {
    this.#count = state ?? 0
    if (key.startsWith('hang')) await new Promise(() => {})
    if (key.startsWith('slow')) await sleep(200)
  }
  add(by: number): number {
    this.#count += by
    return this.#count
  }
  handOver(): number {
    return this.#count
  }
}
defineServer(Beginner, { calls: ['add'] })

const beginner = (key: string, timeout = 1_000) => clusterRef(Beginner, key, { timeout })
const names = (name: string, count: number): string[] =>
  Array.from({ length: count }, (_, at) => `${name} ${at}`)

async function add(node: KeyedNode, keys: readonly string[], by: number): Promise<unknown[]> {
  return node.run(() => Promise.all(keys.map((key) => beginner(key, 3_000).call.add(by))))
}

const texts = (node: KeyedNode): string[] => node.reports.map((report) => JSON.stringify(report))

describe('an init that never settles', () => {
  it('concerns its own key only', async () => {
    const world = new KeyedWorld()
    const a = await world.node('a')
    await a.tree(clusterSupervisorSpec(Beginner))
    expect(await codeOf(a.run(() => beginner('hang').call.add(1)))).toBe('KEY_UNREACHABLE')
    expect(await add(a, names('new', 5), 1)).toEqual([1, 1, 1, 1, 1])
  })

  it('is killed after its limit, tried again, and parked, and the log names the key', async () => {
    const world = new KeyedWorld()
    const a = await world.node('a')
    await a.tree(clusterSupervisorSpec(Beginner, { keys: ['hang'], initTimeout: 4_000, intensity: 1 }))
    await world.pass(3_900)
    expect(texts(a).join()).not.toContain('took longer')
    await world.pass(200)
    // INIT_TIMEOUT
    expect(texts(a).join()).toContain('the init of the key \\"hang\\" of Beginner took longer than 4000 ms')
    expect(texts(a).join()).not.toContain('is parked')
    await world.pass(5_000)
    expect(texts(a).join()).toContain('Beginner hang does not stay up on node a, and is parked')
    expect(a.cluster.claims).toEqual([])
  })

  it('does not hold the stop of its node', async () => {
    const world = new KeyedWorld()
    const a = await world.node('a')
    const stop = await a.tree(clusterSupervisorSpec(Beginner, { keys: names('hang', 70) }))
    await world.pass(1_000)
    const begun = world.clock.now()
    await stop()
    expect(world.clock.now() - begun).toBeLessThan(1_000)
    expect(a.cluster.claims).toEqual([])
  })

  it('at the next owner holds neither the stop of the one before, nor other keys', async () => {
    const world = new KeyedWorld()
    const a = await world.node('a')
    const stop = await a.tree(clusterSupervisorSpec(HangsAtB))
    await a.run(() => clusterRef(HangsAtB, 'hang').call.add(1))
    await a.run(() => clusterRef(HangsAtB, 'other').call.add(1))
    const b = await world.node('b', { weight: 0.0001 })
    hanging = true
    await b.tree(clusterSupervisorSpec(HangsAtB))
    const begun = world.clock.now()
    await stop()
    expect(world.clock.now() - begun).toBeLessThan(3_500)
    expect(await b.run(() => clusterRef(HangsAtB, 'other').call.add(1))).toBe(2)
  })
})

let hanging = false
class HangsAtB extends Beginner {
  override async init(keyed: Keyed<number>): Promise<void> {
    await super.init({ ...keyed, key: hanging ? keyed.key : 'none' })
  }
}
defineServer(HangsAtB, { calls: ['add'] })

describe('inits that take a while', () => {
  it('go on side by side', async () => {
    const world = new KeyedWorld()
    const a = await world.node('a')
    await a.tree(clusterSupervisorSpec(Beginner))
    const begun = world.clock.now()
    await add(a, names('slow', 40), 1)
    expect(world.clock.now() - begun).toBeLessThan(600)
  })

  it('do not delay a take-over', async () => {
    const world = new KeyedWorld()
    const keys = names('slow', 40)
    const a = await world.node('a')
    await a.tree(clusterSupervisorSpec(Beginner, { keys }))
    const b = await world.node('b')
    await b.tree(clusterSupervisorSpec(Beginner, { keys }))
    await world.pass(5_000)
    b.kill()
    await world.pass(LEASE + 1_000)
    expect(a.cluster.claims.filter((claim) => claim.valid())).toHaveLength(40)
    const begun = world.clock.now()
    await add(a, keys, 1)
    expect(world.clock.now() - begun).toBeLessThan(500)
  })
})

/** Answers nothing before it is told to. */
class Later {
  #waiting: unknown[] = []
  wait(by: number): unknown {
    began++
    this.#waiting.push(by)
    return noReply
  }
  add(by: number): number {
    return by
  }
  handOver(): number {
    return this.#waiting.length
  }
}
let began = 0
defineServer(Later, { calls: ['wait', 'add'] })

describe('a worker that has handed over', () => {
  it('ends as one that did not begin what comes to it', async () => {
    const world = new KeyedWorld()
    const a = await world.node('a')
    const b = await world.node('b')
    const stop = await a.tree(clusterSupervisorSpec(Later))
    const pid = await a.run(() => clusterRef(Later, 'key').locate())
    await b.tree(clusterSupervisorSpec(Later))
    const downs: unknown[] = []
    await a.run(() => {
      a.kernel.spawn(async () => {
        monitor(pid)
        downs.push(await receive())
      })
    })
    await stop()
    expect(downs).toMatchObject([{ reason: { shutdown: 'moved' } }])
  })

  it('fails what it had begun and not answered, and nobody repeats that', async () => {
    const world = new KeyedWorld()
    const a = await world.node('a')
    const stop = await a.tree(clusterSupervisorSpec(Later))
    began = 0
    await a.run(() => clusterRef(Later, 'key').locate())
    const waiting = a.kernel.run(() => clusterRef(Later, 'key').call.wait(1)).catch((error: Error) => error)
    await world.pass(10)
    const b = await world.node('b')
    await b.tree(clusterSupervisorSpec(Later))
    await stop()
    const error = await world.settled(waiting)
    expect(String(error)).toContain('handed over')
    expect(began).toBe(1)
  })
})
