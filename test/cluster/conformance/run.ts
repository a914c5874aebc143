/**
 * The conformance suite on real servers of its own: `npm run cluster:conformance`, with `--only TEXT` for some checks, `--engine postgres`, `pgbouncer` (PostgreSQL behind it,
 * in transaction mode), `nats` or `nats-r3` (three servers: only if it is asked for) for one setting. A setting whose server is not installed is skipped, which is said.
 */
import { jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import { sleep } from 'heartwood'
import pg from 'pg'
import { nats } from '../../../src/cluster/nats/index.js'
import { postgres } from '../../../src/cluster/postgres/index.js'
import { statementsOf } from '../../../src/cluster/postgres/tables.js'
import { MachineClock } from '../../../src/kernel/index.js'
import { Way } from '../../interop/way.js'
import { CHECKS } from '../checks.js'
import { inClusterWorld } from '../cluster-world.js'
import type { EngineServers } from './engine-servers.js'
import { LINKS_CHECKS } from './links-checks.js'
import { NATS_CHECKS } from './nats-checks.js'
import { OwnServer } from './own-server.js'
import { REPLICA_CHECKS } from './replica-checks.js'
import { SERVER_CHECKS, type ServerSetting } from './server-checks.js'

/** Checks that run at once: most of their time is waiting. */
const AT_ONCE = 6
const LEASE = 3_000

const argument = (name: string): string =>
  process.argv.includes(name) ? (process.argv[process.argv.indexOf(name) + 1] ?? '') : ''
const only = argument('--only')
const wanted = argument('--engine')

async function postgresSetting(): Promise<ServerSetting | undefined> {
  const server = await OwnServer.postgres()
  return server && onPostgres('postgres', server)
}

async function pgbouncerSetting(): Promise<ServerSetting | undefined> {
  const server = await OwnServer.pgbouncer()
  return server && onPostgres('pgbouncer', server)
}

function onPostgres(name: string, server: EngineServers): ServerSetting {
  const urlOf = (port: number): string => `postgres://suite@127.0.0.1:${port}/postgres`
  return {
    name,
    server,
    engine: (port) => postgres({ url: urlOf(port), poll: 200, connections: 2 }),
    async lose(cluster) {
      const client = new pg.Client(urlOf(server.port))
      await client.connect()
      const statements = statementsOf(cluster)
      await client.query(`${statements.drop} ${statements.tables(LEASE)}`)
      await client.end()
    },
  }
}

const natsUrl = (port: number): string => `nats://127.0.0.1:${port}`

async function natsSetting(): Promise<ServerSetting | undefined> {
  const server = await OwnServer.nats()
  if (server === undefined) return undefined
  return {
    name: 'nats',
    server,
    engine: (port) => nats({ servers: natsUrl(port) }),
    checks: { ...NATS_CHECKS, ...LINKS_CHECKS },
    lose: (cluster) => loseBuckets(server.port, cluster),
  }
}

async function threeNatsSetting(): Promise<ServerSetting | undefined> {
  const server = await OwnServer.threeNats()
  if (server === undefined) return undefined
  return {
    name: 'nats-r3',
    server,
    lease: 8_000,
    atOnce: 4,
    engine: () => nats({ servers: server.ports.map(natsUrl), replicas: 3 }),
    failures: REPLICA_CHECKS(server),
    lose: (cluster) => loseBuckets(server.port, cluster),
  }
}

/** They are made anew by the first node that finds out. */
async function loseBuckets(port: number, cluster: string): Promise<void> {
  const connection = await connect({ servers: natsUrl(port) })
  const { streams } = await jetstreamManager(connection)
  for (const bucket of ['leases', 'claims']) await streams.delete(`KV_heartwood_${cluster}_${bucket}`)
  await connection.close()
}

async function play(setting: ServerSetting): Promise<{ passed: number; failed: number }> {
  const { lease = LEASE, atOnce = AT_ONCE } = setting
  const begun = Date.now()
  let passed = 0
  let failed = 0
  const judge = async (title: string, check: () => Promise<void>): Promise<void> => {
    try {
      await check()
      passed++
    } catch (error) {
      failed++
      console.log(
        `   FAILED ${setting.name}: ${title}\n   ${String((error as Error)?.stack ?? error).replaceAll('\n', '\n   ')}`,
      )
    }
  }
  const common = Object.entries(CHECKS).filter(([title]) => title.includes(only))
  let number = 0
  const some = async (): Promise<void> => {
    for (let next = common.shift(); next !== undefined; next = common.shift()) {
      const [title, check] = next
      const cluster = `check_${++number}`
      await judge(title, () =>
        inClusterWorld(
          {
            engine: setting.engine(setting.server.port),
            clock: new MachineClock(),
            lease,
            cluster,
            pass: sleep,
            lose: () => setting.lose(cluster),
          },
          check,
        ),
      )
    }
  }
  await Promise.all(Array.from({ length: atOnce }, some))
  // Those that hurt the server have it for themselves.
  const hurting = { ...setting.checks, ...(setting.failures ?? SERVER_CHECKS) }
  for (const [title, check] of Object.entries(hurting).filter(([title]) => title.includes(only))) {
    const way = await Way.to('127.0.0.1', setting.server.port)
    await judge(title, () => check({ setting, way, lease, cluster: `check_${++number}` }))
    way.close()
  }
  console.log(
    `${setting.name}: ${passed} passed, ${failed} failed, ${Math.round((Date.now() - begun) / 100) / 10} s`,
  )
  return { passed, failed }
}

let passed = 0
let failed = 0
const settings = {
  postgres: postgresSetting,
  pgbouncer: pgbouncerSetting,
  nats: natsSetting,
  'nats-r3': threeNatsSetting,
}
for (const [name, make] of Object.entries(settings)) {
  // Three servers take longer than all others together: they are asked for.
  if (wanted === '' ? name === 'nats-r3' : name !== wanted) continue
  const setting = await make()
  if (setting === undefined) {
    console.log(`SKIPPED: ${name} is not installed (Debian: postgresql, pgbouncer, nats-server)`)
    continue
  }
  try {
    const result = await play(setting)
    passed += result.passed
    failed += result.failed
  } finally {
    await setting.server.remove()
  }
}
console.log(`${passed} checks passed, ${failed} failed`)
process.exit(failed === 0 ? 0 : 1)
