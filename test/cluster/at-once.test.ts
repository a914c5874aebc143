import { describe, expect, it } from 'vitest'
import { ConcurrencyLimit } from '../../src/cluster/engine/concurrency-limit.js'
import { clusterSupervisorSpec, type Engine, type EngineStore, local } from '../../src/cluster/index.js'
import { Grouped } from '../../src/cluster/postgres/grouped.js'
import { defineServer } from '../../src/genserver/index.js'
import { type Clock, Deadline, VirtualClock } from '../../src/kernel/index.js'
import { inClusterWorld, settled } from './cluster-world.js'
import { KeyedWorld } from './keyed-world.js'

/** An engine that reads one claim after the other, each in one millisecond. */
function slow(clock: Clock): Engine {
  const engine = local()
  let last = Promise.resolve()
  const taking = (): Promise<void> => {
    last = last.then(() => new Promise((resolve) => new Deadline(clock, 1, resolve)))
    return last
  }
  return {
    name: 'slow',
    async open(opening) {
      const store = await engine.open(opening)
      return new Proxy<EngineStore>(store, {
        get: (target, name: keyof EngineStore) =>
          name === 'claim'
            ? (key: string) => taking().then(() => target.claim(key))
            : target[name]?.bind(target),
      })
    },
  }
}

describe('many keys that are claimed at once', () => {
  it('wait for their turn, which is no time-out', async () => {
    const clock = new VirtualClock()
    const pass = (ms: number): Promise<void> => clock.advance(ms)
    const setting = { engine: slow(clock), clock, lease: 1_200, pass, lose: async () => {} }
    await inClusterWorld(setting, async ({ node }) => {
      const { cluster } = await node('a', { timeout: 500 })
      const keys = Array.from({ length: 700 }, (_, at) => `key ${at}`)
      const claims = await settled(Promise.all(keys.map((key) => cluster.claim(key))), pass)
      expect(claims.every((claim) => claim.valid())).toBe(true)
    })
  })
})

describe('the keys of a list', () => {
  class Idle {}
  defineServer(Idle, {})
  const keys = Array.from({ length: 100 }, (_, at) => `key ${at}`)

  it('are claimed by what was read of all of them: one request for each', async () => {
    const world = new KeyedWorld()
    const a = await world.node('a')
    await a.tree(clusterSupervisorSpec(Idle, { keys }))
    await world.until('all are claimed', () => a.cluster.claims.length === keys.length)
    expect(a.way.counts.get('writeClaim')).toBe(keys.length)
    expect(a.way.counts.get('claim') ?? 0).toBe(0)
  })

  it('are read by whoever looks first: what supervises them, or what keeps the claims', async () => {
    const world = new KeyedWorld()
    const a = await world.node('a', { reconcile: 3_000 })
    await a.tree(clusterSupervisorSpec(Idle, { keys, reconcile: 2_000 }))
    await world.pass(3_000)
    const before = a.way.counts.get('claims') ?? 0
    await world.pass(60_000)
    expect((a.way.counts.get('claims') ?? 0) - before).toBeLessThanOrEqual(31)
  })
})

describe('lanes', () => {
  it('let so many go at once, the others in their order, and go on after one that failed', async () => {
    const lanes = new ConcurrencyLimit(2)
    const begun: number[] = []
    const ends: (() => void)[] = []
    const works = [1, 2, 3, 4].map((number) =>
      lanes
        .run(() => {
          begun.push(number)
          return new Promise<void>((resolve, reject) => ends.push(number === 1 ? reject : resolve))
        })
        .catch(() => 'failed'),
    )
    expect(begun).toEqual([1, 2])
    ends[0]?.()
    expect(await works[0]).toBe('failed')
    await Promise.resolve()
    expect(begun).toEqual([1, 2, 3])
    ends[1]?.()
    await works[1]
    await Promise.resolve()
    expect(begun).toEqual([1, 2, 3, 4])
  })
})

describe('what is asked for in one moment', () => {
  /** Statements that end when they are told to. */
  function statements() {
    const sent: { readonly all: readonly string[]; end(error?: Error): void }[] = []
    const grouped = new Grouped<string, string>(
      (key) => key,
      (all) =>
        new Promise((resolve, reject) =>
          sent.push({
            all,
            end: (error) =>
              error === undefined
                ? resolve(new Map(all.flatMap((key) => (key === 'none' ? [] : [[key, `${key}!`]]))))
                : reject(error),
          }),
        ),
      'nothing',
    )
    return { sent, grouped }
  }
  const turns = async (): Promise<void> => {
    for (let times = 0; times < 5; times++) await Promise.resolve()
  }

  it('goes in one statement, and what nothing is said about is none', async () => {
    const { sent, grouped } = statements()
    const answers = Promise.all(['a', 'none', 'b'].map((key) => grouped.ask(key)))
    await turns()
    expect(sent.map(({ all }) => all)).toEqual([['a', 'none', 'b']])
    sent[0]?.end()
    expect(await answers).toEqual(['a!', 'nothing', 'b!'])
  })

  it('waits while two statements are on their way, and goes with the next', async () => {
    const { sent, grouped } = statements()
    const all = []
    for (const key of ['a', 'b', 'c', 'd']) {
      all.push(grouped.ask(key))
      await turns()
    }
    expect(sent.map(({ all }) => all)).toEqual([['a'], ['b']])
    sent[0]?.end()
    await turns()
    expect(sent.map(({ all }) => all)).toEqual([['a'], ['b'], ['c', 'd']])
    for (const { end } of sent) end()
    expect(await Promise.all(all)).toEqual(['a!', 'b!', 'c!', 'd!'])
  })

  it('has a key but once: the second goes later', async () => {
    const { sent, grouped } = statements()
    const answers = Promise.all(['a', 'b', 'a'].map((key) => grouped.ask(key)))
    await turns()
    expect(sent.map(({ all }) => all)).toEqual([['a', 'b'], ['a']])
    for (const { end } of sent) end()
    expect(await answers).toEqual(['a!', 'b!', 'a!'])
  })

  it('fails together, and leaves the next alone', async () => {
    const { sent, grouped } = statements()
    const answers = Promise.allSettled(['a', 'b', 'a'].map((key) => grouped.ask(key)))
    await turns()
    sent[0]?.end(new Error('gone'))
    sent[1]?.end()
    expect((await answers).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled'])
  })
})
