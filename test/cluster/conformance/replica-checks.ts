/** What holds when one of several servers fails that copy each bucket. */
import assert from 'node:assert/strict'
import { jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import { sleep } from 'heartwood'
import { followed } from '../cluster-world.js'
import type { Several } from './engine-servers.js'
import { join, type ServerChecks, until } from './server-checks.js'

/** Milliseconds in which the servers that are left have agreed on another leader. */
const ELECTION = 30_000

export const REPLICA_CHECKS = (servers: Several): ServerChecks => ({
  'buckets have three copies': async ({ setting, lease, cluster }) => {
    const node = await join({ setting, lease, cluster }, 'a', setting.server.port)
    const { leases, claims } = await infos(servers, cluster)
    assert.deepEqual([leases.config.num_replicas, claims.config.num_replicas], [3, 3])
    await node.leave()
  },

  'the server that leads a bucket is killed: nobody owns a key twice, and one does when another leads':
    async ({ setting, lease, cluster }) => {
      for (const bucket of ['leases', 'claims'] as const) {
        const a = await join({ setting, lease, cluster }, 'a', setting.server.port)
        const b = await join({ setting, lease, cluster }, 'b', setting.server.port)
        const key = `the key of ${bucket}`
        const claim = await a.claim(key, { wait: true })
        const waiting = followed(b.claim(key, { wait: true }))
        const leader = (await infos(servers, cluster))[bucket].cluster?.leader ?? ''
        const server = servers.servers.get(leader)
        assert.ok(server, `there is no server ${leader}`)
        await server.kill()
        try {
          const owners = (): boolean[] => [claim.valid(), waiting.claim()?.valid() === true]
          for (const end = Date.now() + lease * 3; Date.now() < end; await sleep(20))
            assert.notDeepEqual(owners(), [true, true])
          await until('somebody has it', () => owners().includes(true), ELECTION)
          assert.notDeepEqual(owners(), [true, true])
          const owner = waiting.claim()?.valid() === true ? waiting.claim() : claim
          assert.ok((owner?.fence() ?? 0) >= claim.token)
        } finally {
          await server.start()
        }
        await Promise.all([a.leave(), b.leave()])
        waiting.error()
      }
    },
})

async function infos(servers: Several, cluster: string) {
  const connection = await connect({ servers: servers.ports.map((port) => `nats://127.0.0.1:${port}`) })
  try {
    const { streams } = await jetstreamManager(connection)
    const infoOf = (bucket: string) => streams.info(`KV_heartwood_${cluster}_${bucket}`)
    return { leases: await infoOf('leases'), claims: await infoOf('claims') }
  } finally {
    await connection.close()
  }
}
