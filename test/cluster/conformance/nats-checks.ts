/** What holds for NATS alone: how its buckets are set, and what becomes of what is sent while it is away. */
import assert from 'node:assert/strict'
import { type JetStreamManager, jetstreamManager, StorageType, type StreamInfo } from '@nats-io/jetstream'
import { type KV, Kvm, type KvOptions } from '@nats-io/kv'
import { connect } from '@nats-io/transport-node'
import { sleep } from 'heartwood'
import { startCluster } from '../../../src/cluster/index.js'
import { fencedGet, fencedPut, type NatsOptions, nats } from '../../../src/cluster/nats/index.js'
import { Kernel } from '../../../src/kernel/index.js'
import { codeOf } from '../cluster-world.js'
import { join, type ServerChecks, type ServerWorld, until } from './server-checks.js'

const KEY = 'the key'

interface Served {
  readonly kvm: Kvm
  readonly jsm: JetStreamManager
  infoOf(bucket: 'leases' | 'claims'): Promise<StreamInfo>
}

/** Runs with a connection of its own to the server. */
function served(
  check: (served: Served, world: ServerWorld) => Promise<void>,
): (world: ServerWorld) => Promise<void> {
  return async (world) => {
    const connection = await connect({ servers: `nats://127.0.0.1:${world.setting.server.port}` })
    try {
      const jsm = await jetstreamManager(connection)
      await check(
        {
          kvm: new Kvm(jsm.jetstream()),
          jsm,
          infoOf: (bucket) => jsm.streams.info(`KV_heartwood_${world.cluster}_${bucket}`),
        },
        world,
      )
    } finally {
      await connection.close()
    }
  }
}

/** What becomes of a node that joins. */
async function joining(
  { setting, lease, cluster }: ServerWorld,
  options: { readonly development?: boolean } & Partial<NatsOptions> = {},
): Promise<string> {
  const { development = true, ...more } = options
  const engine = nats({ servers: `nats://127.0.0.1:${setting.server.port}`, ...more })
  const kernel = new Kernel({ node: 'n', report: () => {} })
  try {
    const node = await kernel.run(() => startCluster({ engine, lease, cluster, development }))
    await node.leave()
    return 'joined'
  } catch (error) {
    return `${await codeOf(Promise.reject(error))} ${(error as Error).message}`
  }
}

/** A bucket that somebody made beforehand, otherwise than a node would. */
const madeOtherwise = (
  bucket: 'leases' | 'claims',
  options: (world: ServerWorld) => Partial<KvOptions>,
  expected: RegExp,
) =>
  served(async ({ kvm }, world) => {
    const right = { history: 1, allow_direct: false, storage: StorageType.File }
    const ttl = bucket === 'leases' ? world.lease : 0
    await kvm.create(`heartwood_${world.cluster}_${bucket}`, { ...right, ttl, ...options(world) })
    assert.match(await joining(world), expected)
  })

export const NATS_CHECKS: ServerChecks = {
  'its buckets are as they must be': served(async ({ infoOf }, world) => {
    assert.equal(await joining(world), 'joined')
    const [leases, claims] = [(await infoOf('leases')).config, (await infoOf('claims')).config]
    assert.equal(leases.max_age, world.lease * 1_000_000)
    assert.equal(claims.max_age, 0)
    for (const config of [leases, claims]) {
      assert.equal(config.max_msgs_per_subject, 1)
      assert.equal(config.allow_direct, false)
      assert.equal(config.storage, 'file')
    }
  }),

  'one copy is refused outside development, unless it is said': served(async (_, world) => {
    const inProduction = { development: false }
    assert.match(await joining(world, inProduction), /^ENGINE_UNSUITABLE .*num_replicas/)
    assert.equal(await joining(world), 'joined')
    assert.match(await joining(world, inProduction), /^ENGINE_UNSUITABLE .*num_replicas .* is 1/)
    assert.equal(await joining(world, { ...inProduction, replicas: 1 }), 'joined')
    assert.match(await joining(world, { replicas: 3 }), /^ENGINE_UNSUITABLE .*num_replicas .* is 1/)
  }),

  'leases that end at another time are refused': madeOtherwise(
    'leases',
    ({ lease }) => ({ ttl: lease + 1 }),
    /^ENGINE_UNSUITABLE .*the time of leases .* is 3001 ms/,
  ),
  'claims that end are refused': madeOtherwise(
    'claims',
    () => ({ ttl: 60_000 }),
    /^ENGINE_UNSUITABLE .*max_age/,
  ),
  'direct reads are refused': madeOtherwise(
    'claims',
    () => ({ allow_direct: true }),
    /^ENGINE_UNSUITABLE .*allow_direct/,
  ),
  'a longer history is refused': madeOtherwise(
    'claims',
    () => ({ history: 5 }),
    /^ENGINE_UNSUITABLE .*history/,
  ),
  'a bucket in memory is refused': madeOtherwise(
    'leases',
    () => ({ storage: StorageType.Memory }),
    /^ENGINE_UNSUITABLE .*storage/,
  ),

  'a server that is not there is told as that': async ({ lease, cluster }) => {
    const engine = nats({ servers: 'nats://127.0.0.1:1' })
    const started = new Kernel({ node: 'n' }).run(() => startCluster({ engine, lease, cluster }))
    assert.equal(await codeOf(started), 'ENGINE_UNREACHABLE')
  },

  'a lease that is renewed has its whole time again, and one that is not is gone after it': served(
    async ({ kvm, infoOf }, world) => {
      const { lease, cluster, setting } = world
      const node = await join(world, 'a', setting.server.port)
      await node.claim(KEY, { wait: true })
      await sleep(lease * 1.5)
      const bucket = await kvm.open(`heartwood_${cluster}_leases`)
      assert.equal((await infoOf('leases')).state.messages, 1)
      assert.ok(node.isMember)
      await node.leave()
      await sleep(lease + 1_000)
      assert.equal((await infoOf('leases')).state.messages, 0)
      for await (const key of await bucket.keys()) assert.fail(`there is ${key}`)
    },
  ),

  'nothing that was to be sent while the server was away is sent when it is back': served(
    async ({ infoOf }, world) => {
      const { lease, setting } = world
      const node = await join(world, 'a', setting.server.port)
      const before = (await infoOf('leases')).state.last_seq
      await setting.server.kill()
      await until('it pauses', () => !node.isMember, lease * 2)
      await sleep(lease)
      await setting.server.start()
      await until('it is back', () => node.isMember, lease * 4)
      // One that joins anew, after a renewal that is refused; not one for each third of a lease.
      const written = (await infoOf('leases')).state.last_seq - before
      assert.ok(written <= 2, `${written} writes`)
      await node.leave()
    },
  ),

  'one bucket of the two that is lost voids all': served(async ({ jsm }, world) => {
    const { lease, cluster, setting } = world
    const node = await join(world, 'a', setting.server.port)
    for (const bucket of ['claims', 'leases']) {
      const claim = await node.claim(KEY, { wait: true })
      await jsm.streams.delete(`KV_heartwood_${cluster}_${bucket}`)
      const was = claim.token
      await until('it is told', () => !claim.valid() || claim.token !== was, lease * 2)
      await until('it is decided', () => claim.state === 'lost' || claim.token !== was, lease * 4)
      if (claim.state !== 'lost') await claim.release()
    }
    await node.leave()
  }),

  'claims go on after a key was deleted by hand': served(async ({ kvm }, world) => {
    const { cluster, setting } = world
    const node = await join(world, 'a', setting.server.port)
    const claim = await node.claim(KEY, { wait: true })
    const bucket: KV = await kvm.open(`heartwood_${cluster}_claims`)
    const keys: string[] = []
    for await (const key of await bucket.keys()) keys.push(key)
    assert.match(keys.join(), /^\d{16}\.the=20key$/)
    await claim.release()
    await bucket.delete(keys[0] ?? '')
    const next = await node.claim(KEY)
    assert.ok(next.fence() > claim.token + 1)
    await node.leave()
  }),

  'an entry that a claim guards is not written under a smaller token': served(async ({ kvm }, world) => {
    const node = await join(world, 'a', world.setting.server.port)
    const bucket = await kvm.create(`data_${world.cluster}`)
    const claim = await node.claim(KEY, { wait: true })
    assert.equal(await fencedGet(bucket, 'total'), undefined)
    await fencedPut(bucket, 'total', claim, 1)
    const stale = { ...claim, key: claim.key, fence: () => claim.token }
    await claim.release()
    const next = await node.claim(KEY)
    await fencedPut(bucket, 'total', next, { of: 'ü' })
    assert.equal(await codeOf(fencedPut(bucket, 'total', stale, 3)), 'FENCE_STALE')
    assert.equal(await codeOf(fencedPut(bucket, 'total', claim, 3)), 'CLAIM_NOT_HELD')
    assert.deepEqual(await fencedGet(bucket, 'total'), { fence: next.token, value: { of: 'ü' } })
    await Promise.all([1, 2, 3, 4, 5].map((value) => fencedPut(bucket, 'total', next, value)))
    await node.leave()
  }),
}
