import { describe, expect, it } from 'vitest'
import { type Cluster, FenceGate, fenceHeaders, local, startCluster } from '../../src/cluster/index.js'
import { fenced, postgres } from '../../src/cluster/postgres/index.js'
import { inWorld } from '../kernel/world.js'
import { codeOf } from './cluster-world.js'
import { FaultyWay } from './faulty-engine.js'

/** Runs with a node of a cluster of its own. */
const inCluster = (body: (cluster: Cluster) => unknown) =>
  inWorld(async () => {
    const cluster = await startCluster({ engine: local(), node: 'a' })
    try {
      await body(cluster)
    } finally {
      await cluster.leave()
    }
  })

describe('startCluster', () => {
  it.each([
    ['nothing', undefined, 'must be an object of options'],
    ['no engine', {}, 'engine must be an engine, such as local()'],
    ['a misspelt option', { engine: local(), leese: 1 }, 'did you mean "lease"?'],
    ['a lease that is too short', { engine: local(), lease: 10 }, 'lease must be milliseconds from 500'],
    ['a name with spaces', { engine: local(), cluster: 'a b' }, 'cluster must be letters, digits and _'],
    [
      'a request longer than the lease',
      { engine: local(), lease: 1_000, timeout: 900 },
      'at most half of the lease',
    ],
  ])('refuses %s', async (_, options, text) => {
    const error = await startCluster(options as never).catch((error: unknown) => error)
    expect(error).toMatchObject({ code: 'CLUSTER_OPTION_INVALID', message: expect.stringContaining(text) })
  })

  it(
    'says that an engine is out of reach',
    inWorld(async ({ clock }) => {
      const engine = postgres({ url: 'postgres://nobody@127.0.0.1:1/none' })
      const starting = codeOf(startCluster({ engine }))
      await clock.advance(20_000)
      expect(await starting).toBe('ENGINE_UNREACHABLE')
    }),
  )
})

describe('a node', () => {
  it(
    'takes part until it leaves',
    inWorld(async () => {
      const cluster = await startCluster({ engine: local() })
      expect(cluster.isMember).toBe(true)
      await Promise.all([cluster.leave(), cluster.leave()])
      expect(cluster.isMember).toBe(false)
      expect(await codeOf(cluster.claim('a'))).toBe('CLUSTER_LEFT')
      expect(await codeOf(cluster.members())).toBe('CLUSTER_LEFT')
    }),
  )

  it(
    'has the lease that all have',
    inWorld(async () => {
      const engine = local()
      const cluster = await startCluster({ engine, lease: 1_000 })
      expect(await codeOf(startCluster({ engine, lease: 2_000 }))).toBe('ENGINE_UNSUITABLE')
      await cluster.leave()
    }),
  )

  it(
    'waits for no engine for ever',
    inWorld(async ({ clock }) => {
      const way = new FaultyWay()
      way.silence()
      const starting = codeOf(startCluster({ engine: way.to(local()) }))
      await clock.advance(20_000)
      expect(await starting).toBe('ENGINE_TIMEOUT')
    }),
  )

  it(
    'tries its first join for the time of a lease',
    inWorld(async ({ clock }) => {
      const way = new FaultyWay()
      way.silence()
      const starting = startCluster({ engine: way.to(local()) })
      await clock.advance(6_000)
      way.heal()
      await clock.advance(4_000)
      const cluster = await starting
      expect(cluster.isMember).toBe(true)
      await cluster.leave()
    }),
  )

  it(
    'loses its claims with the store',
    inWorld(async ({ clock }) => {
      const engine = local()
      const cluster = await startCluster({ engine })
      const claim = await cluster.claim('a')
      engine.lose()
      await clock.advance(20_000)
      expect(await codeOf(claim.held())).toBe('CLAIM_LOST')
      await cluster.leave()
    }),
  )
})

describe('postgres()', () => {
  it('refuses what it does not know, and does not show its URL', () => {
    expect(() => postgres({ url: 7 as never, polls: 1 } as never)).toThrow(
      /url must be the URL of a PostgreSQL server.*polls/,
    )
    expect(() => postgres({ url: 'postgres://a:secret@b/c', poll: 'x' as never })).not.toThrow(/secret/)
  })
})

describe('a claim', () => {
  it(
    'needs a key',
    inCluster(async (cluster) => {
      for (const key of ['', 'x'.repeat(201), 7 as never])
        expect(await codeOf(cluster.claim(key))).toBe('CLUSTER_OPTION_INVALID')
      expect(await codeOf(cluster.claim('a', { waits: true } as never))).toBe('CLUSTER_OPTION_INVALID')
    }),
  )

  it(
    'is released once',
    inCluster(async (cluster) => {
      const claim = await cluster.claim('a')
      await Promise.all([claim.release(), claim.release()])
      expect(claim.state).toBe('released')
      expect(await codeOf(claim.held())).toBe('CLAIM_NOT_HELD')
      expect(claim.signal.aborted).toBe(false)
    }),
  )

  it(
    'belongs to one part of a node: another one waits for it',
    inCluster(async (cluster) => {
      const claim = await cluster.claim('a')
      expect(await codeOf(cluster.claim('a'))).toBe('CLAIM_TAKEN')
      const next = cluster.claim('a', { wait: true })
      await claim.release()
      expect((await next).fence()).toBeGreaterThan(claim.token)
    }),
  )
})

describe('a broadcast', () => {
  it(
    'is JSON of a bounded size',
    inCluster(async (cluster) => {
      for (const value of ['x'.repeat(70_000), undefined, 1n])
        expect(await codeOf(cluster.broadcast('news', value))).toBe('CLUSTER_OPTION_INVALID')
    }),
  )

  it(
    'reaches the others where one listener fails',
    inCluster(async (cluster) => {
      const heard: unknown[] = []
      cluster.listen('news', () => {
        throw new Error('no')
      })
      cluster.listen('news', (value) => heard.push(value))
      await cluster.broadcast('news', 1)
      expect(heard).toEqual([1])
    }),
  )
})

describe('a guarded write', () => {
  it(
    'needs both headers, as they were sent',
    inCluster(async (cluster) => {
      const headers = fenceHeaders(await cluster.claim('ü/1'))
      const gate = new FenceGate()
      gate.admit(headers)
      const code = { code: 'FENCE_MISSING' }
      expect(() => gate.admit({})).toThrow(expect.objectContaining(code))
      for (const fence of [undefined, '', '-1', '1e9', '9'.repeat(17)])
        expect(() => gate.admit({ ...headers, 'heartwood-fence': fence })).toThrow(
          expect.objectContaining(code),
        )
    }),
  )

  it(
    'by SQL is refused if a greater token has written',
    inCluster(async (cluster) => {
      const asked: unknown[] = []
      const client = (rows: readonly unknown[]) => ({
        query: async (text: string, values?: unknown[]) => {
          asked.push(values)
          return { rows: text.startsWith('insert') ? rows : [{ fence: '99' }] }
        },
      })
      const claim = await cluster.claim('a')
      await fenced(client([{}]), claim)
      expect(asked).toEqual([['a', claim.token]])
      const error = await fenced(client([]), claim).catch((error: unknown) => error)
      expect(error).toMatchObject({ code: 'FENCE_STALE', details: { greatest: 99 } })
      await claim.release()
      expect(await codeOf(fenced(client([{}]), claim))).toBe('CLAIM_NOT_HELD')
    }),
  )
})
