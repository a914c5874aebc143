/**
 * Measures a cluster of three programs on a server of its own: `npm run cluster:measure`, with `--engine nats` or `postgres`, `--keys 10000`, `--steady 30`
 * (seconds). It says how many keys are claimed in a second, what the nodes write when all is quiet, and how long the keys of a node that is killed take to be held
 * again.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import { sleep } from 'heartwood'
import pg from 'pg'
import { OwnServer } from '../conformance/own-server.js'
import type { Order, Told } from './node.js'

const NODES = 3
const LEASE = 10_000

const argument = (name: string, otherwise: string): string =>
  process.argv.includes(name) ? (process.argv[process.argv.indexOf(name) + 1] ?? otherwise) : otherwise
const keys = Number(argument('--keys', '10000'))
const steady = Number(argument('--steady', '30'))
const wanted = argument('--engine', '')

interface Measured {
  readonly name: string
  readonly server: OwnServer
  readonly url: string
  /** What was written so far: leases, claims. */
  writes(): Promise<readonly [number, number]>
}

async function natsServer(): Promise<Measured | undefined> {
  const server = await OwnServer.nats()
  if (server === undefined) return undefined
  const url = `nats://127.0.0.1:${server.port}`
  return {
    name: 'nats',
    server,
    url,
    async writes() {
      const connection = await connect({ servers: url })
      const { streams } = await jetstreamManager(connection)
      const last = async (bucket: string) =>
        (await streams.info(`KV_heartwood_main_${bucket}`)).state.last_seq
      const counts = [await last('leases'), await last('claims')] as const
      await connection.close()
      return counts
    },
  }
}

async function postgresServer(): Promise<Measured | undefined> {
  const server = await OwnServer.postgres()
  if (server === undefined) return undefined
  const url = `postgres://suite@127.0.0.1:${server.port}/postgres`
  return {
    name: 'postgres',
    server,
    url,
    async writes() {
      const client = new pg.Client(url)
      await client.connect()
      // Each renewal counts its lease up, and each write of a claim takes a number of the sequence.
      const { rows } = await client.query(
        'select (select sum(revision) from heartwood_main_leases) as leases, (select last_value from heartwood_main_tokens) as claims',
      )
      await client.end()
      return [Number(rows[0]?.leases), Number(rows[0]?.claims)]
    },
  }
}

async function told(node: ChildProcess): Promise<Told> {
  const [message] = await once(node, 'message')
  return message as Told
}

async function ask(node: ChildProcess, order: Order): Promise<Told> {
  node.send(order)
  return told(node)
}

async function measure({ name, server, url, writes }: Measured): Promise<void> {
  const program = fileURLToPath(new URL('node.js', import.meta.url))
  const nodes = Array.from({ length: NODES }, (_, at) => fork(program, [`n${at}`, name, url, String(LEASE)]))
  try {
    await Promise.all(nodes.map(told))
    const shares = nodes.map((_, at) =>
      Array.from({ length: keys }, (_, key) => `key ${key}`).filter((_, key) => key % NODES === at),
    )
    const begun = Date.now()
    const results = await Promise.all(
      nodes.map((node, at) => ask(node, { claim: shares[at] ?? [], wait: false })),
    )
    const took = Date.now() - begun
    const held = results.reduce((sum, result) => sum + result.held, 0) - NODES
    console.log(`${name}: ${held} keys in ${took} ms, ${Math.round(held / (took / 1_000))} claims/s`)

    const before = await writes()
    const quiet = Date.now()
    await sleep(steady * 1_000)
    const after = await writes()
    const seconds = (Date.now() - quiet) / 1_000
    const perNode = (at: 0 | 1): string => ((after[at] - before[at]) / seconds / NODES).toFixed(2)
    console.log(
      `${name}: ${seconds.toFixed(0)} s of quiet: ${perNode(0)} writes of leases and ${perNode(1)} of claims per node and second`,
    )
    const looks = await Promise.all(nodes.map((node) => ask(node, { look: true })))
    console.log(`${name}: held after it: ${looks.reduce((sum, look) => sum + look.held, 0) - NODES}`)

    const [dead, ...others] = nodes
    const orphans = shares[0] ?? []
    const halves = others.map((_, at) => orphans.filter((_, key) => key % others.length === at))
    const taking = others.map((node, at) => ask(node, { claim: halves[at] ?? [], wait: true }))
    await sleep(1_000)
    const killed = Date.now()
    dead?.kill('SIGKILL')
    await Promise.all(taking)
    console.log(
      `${name}: ${orphans.length} keys of a killed node held again ${Date.now() - killed} ms after the kill, with leases of ${LEASE} ms`,
    )
    await Promise.all(others.map((node) => ask(node, { leave: true })))
  } finally {
    for (const node of nodes) node.kill('SIGKILL')
    await server.remove()
  }
}

for (const [name, make] of Object.entries({ postgres: postgresServer, nats: natsServer })) {
  if (!name.includes(wanted)) continue
  const server = await make()
  if (server === undefined) console.log(`SKIPPED: ${name} is not installed (Debian: postgresql, nats-server)`)
  else await measure(server)
}
process.exit(0)
