/**
 * Three Pulses as programs, on real servers, with real kills: `npm run pulse:cluster`, with `--engine nats` or `postgres` for one of them, `--rounds N`, `--seed S`.
 * What is not installed is skipped, which is said.
 */
import { sleep } from 'heartwood'
import pg from 'pg'
import { OwnServer } from '../../../../test/cluster/conformance/own-server.js'
import { INSTANCES, INTERVAL, LEASE, type Name, TARGETS, World } from './world.js'

const argument = (name: string, fallback: string): string =>
  process.argv.includes(name) ? (process.argv[process.argv.indexOf(name) + 1] ?? fallback) : fallback
const wanted = argument('--engine', '')
const rounds = Number(argument('--rounds', '5'))
const seed = Number(argument('--seed', '1'))

/** A busy machine is not the programs' fault: until the next check is seen, beyond the lease and the second that a take-over may take. */
const SLACK = 4_000
const KINDS = ['kill', 'stop', 'end', 'restart', 'alert and kill'] as const

/** That an instance was stopped, in epoch milliseconds. */
interface Stopped {
  readonly name: Name
  readonly from: number
  readonly until: number
}

async function play(engine: string, url: string, database: OwnServer, server: OwnServer): Promise<void> {
  const databaseUrl = `postgres://suite@127.0.0.1:${database.port}/postgres`
  const client = new pg.Client(databaseUrl)
  await client.connect()
  await client.query(
    'DROP TABLE IF EXISTS check_results, check_periods, pulse_journal, pulse_fences, pulse_schema',
  )
  await client.end()
  const world = new World({ DATABASE_URL: databaseUrl, PULSE_CLUSTER: url })
  const stopped: Stopped[] = []
  const takeOvers: number[] = []
  let random = seed
  const choose = <Item>(items: readonly Item[]): Item => {
    random = (random * 48_271) % 2_147_483_647
    return items[random % items.length] as Item
  }
  try {
    await world.open()
    await Promise.all(INSTANCES.map((name) => world.start(name)))
    await quiet(world)
    for (let round = 0; round < rounds; round++) {
      const kind = KINDS[round % KINDS.length] ?? 'kill'
      const target = choose(TARGETS)
      // Whoever has targets: after a restart of the engine an instance may have none for a while.
      const name = world.checkers(target, Date.now() - 3 * INTERVAL)[0] ?? choose(INSTANCES)
      console.log(`   ${engine}, round ${round + 1}: ${kind} ${kind === 'restart' ? engine : name}`)
      await befall(world, kind, name, server, stopped, takeOvers)
      await quiet(world)
    }
    const again = checkTold(world, Math.floor(rounds / KINDS.length))
    const rows = await resultsOf(databaseUrl)
    const stale = staleOf(rows, stopped)
    if (stale.length > 0) throw new Error(`results of a stale owner: ${JSON.stringify(stale)}`)
    const ends: number[] = []
    for (const name of world.running) ends.push(await end(world, name))
    console.log(
      `   ${engine}: ${rows.length} results stored, none twice and none of a stale owner; ${world.alerts.length} alerts, each told once but ${again} that came again with its id after a kill as it was delivered; ` +
        `checked again after a kill or a stop within ${Math.max(0, ...takeOvers)} ms at most (${takeOvers.length}); stops within ${Math.max(...ends)} ms`,
    )
  } catch (error) {
    for (const [name, { output }] of world.programs) console.log(`── ${name}\n${output.slice(-2_000)}`)
    throw error
  } finally {
    await world.close()
  }
}

async function befall(
  world: World,
  kind: (typeof KINDS)[number],
  name: Name,
  server: OwnServer,
  stopped: Stopped[],
  takeOvers: number[],
): Promise<void> {
  if (kind === 'restart') {
    await server.kill()
    await sleep(1.5 * LEASE)
    await server.start()
    return
  }
  const since = Date.now()
  if (kind === 'end') await end(world, name)
  else if (kind === 'stop') {
    world.program(name).kill('SIGSTOP')
    takeOvers.push(await takenOver(world, name, since))
    await sleep(LEASE)
    stopped.push({ name, from: since, until: Date.now() })
    world.program(name).kill('SIGCONT')
    return
  } else {
    const own = TARGETS.find((target) => world.checkers(target, since - 3 * INTERVAL).includes(name))
    if (kind === 'alert and kill') {
      world.ill = own
      await world.until(
        'its alert is told',
        () => world.alerts.some(({ kind, target }) => kind === 'down' && target === own),
        SLACK,
      )
    }
    world.program(name).kill('SIGKILL')
    await world.program(name).exited
    world.programs.delete(name)
    takeOvers.push(await takenOver(world, name, since))
    if (kind === 'alert and kill') {
      world.ill = undefined
      await world.until(
        'its end is told',
        () => world.alerts.some(({ kind, target }) => kind === 'up' && target === own),
        2 * SLACK,
      )
    }
  }
  await world.start(name)
}

/** Until others check what it has checked. */
function takenOver(world: World, gone: Name, since: number): Promise<number> {
  const isChecked = (target: string): boolean =>
    world.checkers(target, since + 2 * INTERVAL).some((name) => name !== gone)
  return world.until(
    `the targets of ${gone} are checked by others`,
    () => TARGETS.every(isChecked),
    LEASE + 1_000 + SLACK,
  )
}

async function end(world: World, name: Name): Promise<number> {
  const begun = Date.now()
  world.program(name).kill('SIGTERM')
  const exit = await world.program(name).exited
  if (exit.code !== 0) throw new Error(`${name} ended with ${JSON.stringify(exit)}`)
  world.programs.delete(name)
  return Date.now() - begun
}

/** All is well: each target is checked, by one instance. */
async function quiet(world: World): Promise<void> {
  let since = Date.now()
  await world.until(
    'each target is checked by one instance',
    async () => {
      since = Date.now()
      await sleep(4 * INTERVAL)
      return TARGETS.every((target) => world.checkers(target, since + INTERVAL).length === 1)
    },
    4 * LEASE + 4 * SLACK,
  )
}

/**
 * Of each target, trouble and its end in turn. No alert twice, but for one with the same id whose instance was killed before it could note the delivery: that the receiver
 * has taken it, nobody else knows.
 */
function checkTold({ alerts }: World, kills: number): number {
  const told = [...new Map(alerts.map((alert) => [alert.id, alert])).values()]
  const again = alerts.length - told.length
  if (again > kills) throw new Error(`alerts came twice: ${JSON.stringify(alerts)}`)
  for (const target of TARGETS) {
    const kinds = told.filter((alert) => alert.target === target).map(({ kind }) => kind)
    if (kinds.some((kind, n) => kind !== (n % 2 === 0 ? 'down' : 'up')))
      throw new Error(`the alerts of ${target} are not in turn: ${kinds}`)
  }
  return again
}

interface Row {
  readonly target: string
  readonly at: number
  readonly by: Name
}

/** In the order in which they came to the store. */
async function resultsOf(url: string): Promise<readonly Row[]> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    const { rows } = await client.query(
      'SELECT target, at::float8 AS at, status FROM check_results WHERE status IS NOT NULL ORDER BY id',
    )
    return rows.map(({ target, at, status }) => ({ target, at, by: INSTANCES[status % 100] as Name }))
  } finally {
    await client.end()
  }
}

/** What an instance had found before it was stopped, and came to the store behind something that its successor has found. */
function staleOf(rows: readonly Row[], stopped: readonly Stopped[]): readonly Row[] {
  return stopped.flatMap(({ name, from, until }) =>
    TARGETS.flatMap((target) => {
      const found = rows.filter((row) => row.target === target)
      const successor = found.findIndex(({ by, at }) => by !== name && at >= from)
      return successor < 0 ? [] : found.slice(successor).filter(({ by, at }) => by === name && at < until)
    }),
  )
}

const database = await OwnServer.postgres()
if (database === undefined) console.log('── skipped: PostgreSQL is not installed')
else {
  const nats = wanted === 'postgres' ? undefined : await OwnServer.nats()
  try {
    if (wanted !== 'nats') {
      await play('postgres', `postgres://suite@127.0.0.1:${database.port}/postgres`, database, database)
    }
    if (nats !== undefined) await play('nats', `nats://127.0.0.1:${nats.port}`, database, nats)
    else if (wanted !== 'postgres') console.log('── nats skipped: nats-server is not installed')
  } finally {
    await nats?.remove()
    await database.remove()
  }
}
