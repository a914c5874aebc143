import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Claim, local, startCluster } from '../../src/cluster/index.js'
import { type Bucket, fencedGet, fencedPut, nats } from '../../src/cluster/nats/index.js'
import { escaped, unescaped } from '../../src/cluster/nats/keys.js'
import { ClaimKeys, leaseOf, microsecondsOf, VOID } from '../../src/cluster/nats/records.js'
import { codeOf } from './cluster-world.js'

const CREATED = '2026-03-01T10:00:00.123456789Z'

/** An entry of a bucket as `@nats-io/kv` has it. */
const entry = (text: string, revision = 7, operation: 'PUT' | 'DEL' | 'PURGE' = 'PUT') => ({
  bucket: 'b',
  key: 'k',
  rawKey: 'k',
  value: new TextEncoder().encode(text),
  created: new Date(1_000),
  revision,
  operation,
  length: text.length,
  json: <T>() => JSON.parse(text) as T,
  string: () => text,
})

describe('a key of a bucket', () => {
  it('is any text, and can be read by people', () => {
    expect(escaped('checker of https://é.com/?q=*')).toBe('checker=20of=20https=3A//=C3=A9=2Ecom/=3Fq=3D=2A')
  })

  it('is of what buckets take, and comes back as it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (text) => {
        expect(escaped(text)).toMatch(/^[-/=\w]+$/)
        expect(unescaped(escaped(text))).toBe(text)
      }),
    )
  })
})

describe('tokens', () => {
  it('begin at the moment at which the bucket was made, in microseconds', () => {
    expect(microsecondsOf(CREATED)).toBe(Date.UTC(2026, 2, 1, 10) * 1_000 + 123_456)
    expect(microsecondsOf('2026-03-01T10:00:00Z')).toBe(Date.UTC(2026, 2, 1, 10) * 1_000)
    expect(microsecondsOf('2026-03-01T10:00:00.5Z')).toBe(Date.UTC(2026, 2, 1, 10) * 1_000 + 500_000)
  })

  it('of an earlier bucket name no revision of this one', () => {
    const keys = new ClaimKeys(CREATED)
    expect(keys.revisionOf(keys.tokenOf(12))).toBe(12)
    expect(keys.revisionOf(0)).toBe(0)
    const earlier = new ClaimKeys('2026-03-01T09:59:59Z')
    expect(keys.revisionOf(earlier.tokenOf(12))).toBeUndefined()
  })

  it('and keys of an earlier bucket are none of this one', () => {
    const keys = new ClaimKeys(CREATED)
    expect(keys.claimedBy(keys.keyOf('a.b c'))).toBe('a.b c')
    expect(keys.claimedBy(new ClaimKeys('2026-03-01T09:59:59Z').keyOf('a'))).toBeUndefined()
    expect(keys.claimedBy(`${keys.base}.a.b`)).toBeUndefined()
    expect(keys.claimedBy('a')).toBeUndefined()
  })
})

describe('a claim of a bucket', () => {
  const keys = new ClaimKeys(CREATED)
  it('is what was written', () => {
    const write = { key: 'k', expected: 0, lease: 'a.1', node: 'a', note: 'n' }
    const token = keys.tokenOf(7)
    expect(keys.recordOf('k', entry(keys.textOf(write)))).toEqual({
      key: 'k',
      lease: 'a.1',
      node: 'a',
      note: 'n',
      token,
    })
  })

  it('that was deleted by hand is released', () => {
    expect(keys.recordOf('k', entry('', 7, 'DEL'))).toMatchObject({
      lease: undefined,
      token: keys.tokenOf(7),
    })
  })

  it.each([
    'junk',
    '[]',
    '{}',
    '{"node":1}',
    '{"node":"a","lease":1}',
    'null',
  ])('is nothing else: %s is not taken for a free key', (text) => {
    expect(() => keys.recordOf('k', entry(text))).toThrow(/in the bucket b under "k" is no /)
  })
})

describe('a lease of a bucket', () => {
  const card = JSON.stringify({ node: 'a', version: 1, host: 'h', pid: 1 })
  it('ends when its time since the last renewal is over, by the clock of the server', () => {
    expect(leaseOf('a.1', entry(card), 10_000, 4_000)).toMatchObject({ revision: 7, remaining: 7_000 })
    expect(leaseOf('a.1', entry(card), 10_000, 40_000)).toMatchObject({ remaining: 0 })
    expect(leaseOf('a.1', entry(card), 10_000, 0)).toMatchObject({ remaining: 10_000 })
  })

  it('is none where it is void, over or deleted', () => {
    expect(leaseOf('a.1', entry(VOID), 10_000, 0)).toBeUndefined()
    expect(leaseOf('a.1', null, 10_000, 0)).toBeUndefined()
    expect(leaseOf('a.1', entry('', 7, 'PURGE'), 10_000, 0)).toBeUndefined()
  })
})

describe('fencedPut', () => {
  /** A bucket in memory. */
  function bucketOf() {
    const entries = new Map<string, { revision: number; operation: string; string(): string }>()
    let last = 0
    const put = (key: string, value: string): number => {
      entries.set(key, { revision: ++last, operation: 'PUT', string: () => value })
      return last
    }
    const bucket: Bucket = {
      get: async (key) => entries.get(key) ?? null,
      async put(key, value, { previousSeq } = {}) {
        // A real bucket answers with a conflict, which the suite on a server tries.
        expect(previousSeq).toBe(entries.get(key)?.revision ?? 0)
        return put(key, value)
      },
    }
    return { bucket, put }
  }

  const claimWith = (fence: number): Claim => ({ key: 'k', fence: () => fence }) as Claim

  it('writes the token with the value, and refuses one that is smaller than what is there', async () => {
    const { bucket } = bucketOf()
    expect(await fencedGet(bucket, 'total')).toBeUndefined()
    await fencedPut(bucket, 'total', claimWith(2), { sum: 1 })
    await fencedPut(bucket, 'total', claimWith(2), { sum: 2 })
    expect(await fencedGet(bucket, 'total')).toEqual({ fence: 2, value: { sum: 2 } })
    expect(await codeOf(fencedPut(bucket, 'total', claimWith(1), { sum: 3 }))).toBe('FENCE_STALE')
    expect(await fencedGet(bucket, 'total')).toEqual({ fence: 2, value: { sum: 2 } })
  })

  it('is for entries that it wrote, and for what is JSON', async () => {
    const { bucket, put } = bucketOf()
    put('other', 'text')
    expect(await codeOf(fencedPut(bucket, 'other', claimWith(1), 1))).toBe('CLUSTER_OPTION_INVALID')
    expect(await codeOf(fencedGet(bucket, 'other'))).toBe('CLUSTER_OPTION_INVALID')
    expect(await codeOf(fencedPut(bucket, 'total', claimWith(1), undefined))).toBe('CLUSTER_OPTION_INVALID')
    expect(await codeOf(fencedPut(bucket, 'total', claimWith(1), 1n))).toBe('CLUSTER_OPTION_INVALID')
  })

  it('needs a claim that is held', async () => {
    const cluster = await startCluster({ engine: local() })
    const claim = await cluster.claim('k')
    await cluster.leave()
    expect(await codeOf(fencedPut(bucketOf().bucket, 'total', claim, 1))).toBe('CLAIM_NOT_HELD')
  })
})

describe('nats()', () => {
  it.each([
    [{ servers: [] }, /servers/],
    [{ servers: ['nats://a', 1] }, /servers/],
    [{ servers: 'nats://a', replicas: 2 }, /replicas must be 1, 3 or 5, but is 2/],
    [{ servers: 'nats://a', connection: 'secret' }, /connection/],
    [{}, /servers/],
  ])('refuses %j', (options, message) => {
    expect(() => nats(options as never)).toThrow(message)
  })

  it('shows no secret of its connection', () => {
    expect(() => nats({ servers: 'nats://a', connection: 'hunter2' } as never)).toThrow(/^(?!.*hunter2)/)
  })
})
