/**
 * Kills the node that has just begun a firing: `npm run cron:kills`, with `--kills N`. Three programs on one PostgreSQL of its own have one schedule of every second. No instant may be
 * run twice, and each that a killed node did not finish is told once, by one of the others.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { sleep } from 'heartwood'
import pg from 'pg'
import { OwnServer } from '../../cluster/conformance/own-server.js'

const LEASE = 1_500
const NODE = fileURLToPath(new URL('node.js', import.meta.url))
const at = process.argv.indexOf('--kills')
const kills = at < 0 ? 12 : Number(process.argv[at + 1])

interface Said {
  readonly begun?: number
  readonly node?: string
  readonly up?: string
  readonly misfire?: string
  readonly instants?: readonly string[]
}

const server = await OwnServer.postgres()
if (server === undefined) {
  console.log('cron:kills: PostgreSQL is not installed, so nothing was tried')
  process.exit(0)
}
const url = `postgres://suite@127.0.0.1:${server.port}/postgres`
const client = new pg.Client(url)
await client.connect()
await client.query('create table runs (at bigint, node text, fence bigint, done boolean default false)')

const nodes = new Map<string, ChildProcess>()
const told: string[] = []
const killed: number[] = []
let armed = false

function start(name: string): Promise<void> {
  const child = fork(NODE, [url, name, String(LEASE)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  nodes.set(name, child)
  return new Promise((resolve) => {
    child.on('message', ({ begun, node, up, misfire, instants = [] }: Said) => {
      if (up !== undefined) resolve()
      if (misfire === 'unfinished') told.push(...instants)
      if (begun === undefined || node === undefined || !armed) return
      armed = false
      killed.push(begun)
      child.kill('SIGKILL')
    })
  })
}

let problems: readonly string[] = []
try {
  await Promise.all(['a', 'b', 'c'].map(start))
  for (let round = 0; round < kills; round++) {
    armed = true
    while (armed) await sleep(20)
    // Its lease, and the next instants, at which others look.
    await sleep(LEASE + 2_500)
    for (const [name, child] of nodes)
      if (child.exitCode !== null || child.signalCode !== null) await start(name)
  }
  const { rows } = await client.query<{ at: string; runs: string; done: boolean }>(
    'select at, count(*) as runs, bool_and(done) as done from runs group by at',
  )
  const twice = rows.filter(({ runs }) => runs !== '1')
  const iso = killed.map((instant) => new Date(instant).toISOString())
  problems = [
    ...twice.map((row) => `run ${row.runs} times: ${new Date(Number(row.at)).toISOString()}`),
    ...iso
      .filter((instant) => told.filter((each) => each === instant).length !== 1)
      .map((each) => `not told once: ${each}`),
    ...told.filter((instant) => !iso.includes(instant)).map((each) => `told, and nobody was killed: ${each}`),
    ...(killed.length === kills ? [] : [`killed ${killed.length} of ${kills}`]),
  ]
  console.log(
    `cron:kills: ${kills} nodes killed as they fired; ${rows.length} firings, ${twice.length} run twice; ${told.length} told as unfinished`,
  )
} finally {
  for (const child of nodes.values()) child.kill('SIGKILL')
  await client.end()
  await server.remove()
}
for (const problem of problems) console.log(`   FAILED ${problem}`)
process.exit(problems.length === 0 ? 0 : 1)
