/**
 * Three nodes as programs, and what befalls them: `npm run cluster:chaos -- --rounds N --seed S`, with `--engine nats`. Each round kills or stops a node, ends it in good order,
 * cuts its way to the engine or to the other nodes, or starts the engine again, under load; then all is well for a while, and each key must have one owner. It counts what must be 0.
 * `--beside COMMIT`: each start of a node takes this build or the one of that commit, by chance, so that both run side by side and hand keys to each other.
 */
import { sleep } from 'heartwood'
import { Way } from '../../interop/way.js'
import { freePort, OwnServer } from '../conformance/own-server.js'
import { type Late, Lateness, summed } from './lateness.js'
import { OlderBuild } from './older-build.js'
import { Oracle } from './oracle.js'
import { OwnNode, PROGRAM } from './own-node.js'

const argument = (name: string, otherwise: string): string =>
  process.argv.includes(name) ? (process.argv[process.argv.indexOf(name) + 1] ?? otherwise) : otherwise
const rounds = Number(argument('--rounds', '50'))
const seed = Number(argument('--seed', '1'))
const engine = argument('--engine', 'postgres') as 'postgres' | 'nats'
/** One kind of round alone. */
const only = argument('--only', '')
/** A commit whose build runs beside this one. */
const beside = argument('--beside', '')
const verbose = process.argv.includes('--verbose')

const LEASE = 2_000
const KEYS = Array.from({ length: 12 }, (_, at) => `key ${at}`)
/** Milliseconds after which a key must have an owner, when all nodes but the one that was hurt are well. */
const TAKE_OVER = LEASE + 1_000
/** Milliseconds that a stop may take. */
const STOP = 10_000

/** Numbers from 0 to 1, the same for the same seed. */
function seeded(from: number): () => number {
  let state = from >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
const random = seeded(seed)
const any = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T

const server = engine === 'nats' ? await OwnServer.nats() : await OwnServer.postgres()
if (server === undefined) {
  console.log(`SKIPPED: ${engine} is not installed (Debian: postgresql, nats-server)`)
  process.exit(0)
}
const older = beside === '' ? undefined : await OlderBuild.of(beside)
/** Starts of nodes, of this build and of the older one. */
const starts = { now: 0, older: 0 }
function program(): string {
  const isOlder = older !== undefined && random() < 0.5
  starts[isOlder ? 'older' : 'now']++
  return isOlder ? older.program : PROGRAM
}
const oracle = new Oracle()
const isLoaded = true
const names = ['n1', 'n2', 'n3']
const ports = Object.fromEntries(
  await Promise.all(names.map(async (name) => [name, await freePort()] as const)),
)
const doors = Object.fromEntries(
  await Promise.all(
    names.map(async (name) => [name, await Way.to('127.0.0.1', ports[name] as number)] as const),
  ),
)
const begun = Date.now()
const log = (text: string): void => {
  if (verbose) console.log(`    ${String(Date.now() - begun).padStart(7)} ${text}`)
}
const nodes = await Promise.all(
  names.map(async (node) => {
    const way = await Way.to('127.0.0.1', server.port)
    const door = doors[node] as Way
    const orders = { node, engine, lease: LEASE, keys: KEYS, listens: ports[node] as number, door: door.port }
    return new OwnNode(orders, way, door, oracle, () => isLoaded, log, program)
  }),
)

/** Of each key, how many of the nodes own it; undefined where one of them does not answer. */
async function owners(among: readonly OwnNode[]): Promise<Map<string, number> | undefined> {
  const answers = await Promise.all(among.map((node) => node.owned(1_000)))
  const counts = new Map(KEYS.map((key) => [key, 0]))
  for (const keys of answers) {
    if (keys === undefined) return undefined
    for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  return counts
}

/** Milliseconds until each key has an owner among these nodes. */
async function untilOwned(among: readonly OwnNode[], most: number): Promise<number> {
  const begun = Date.now()
  for (;;) {
    const counts = await owners(among)
    if (counts !== undefined && [...counts.values()].every((count) => count === 1)) return Date.now() - begun
    if (Date.now() - begun > most) return Number.POSITIVE_INFINITY
    await sleep(50)
  }
}

/** How late the timers of this program and of some nodes were since this was asked last. */
const lateness = new Lateness()
function lateSince(among: readonly OwnNode[]): Record<string, Late> {
  const ofNodes = among.map((node) => [node.name, summed(node.lateness())] as const)
  return Object.fromEntries([['here', lateness.taken()] as const, ...ofNodes])
}

function lateText(late: Record<string, Late>): string {
  const timers = Object.entries(late).map(([name, { worst, all }]) => `${name} ${worst} ms (${all} in all)`)
  return `timers were late at worst: ${timers.join(', ')}`
}

interface TakeOver {
  readonly ms: number
  readonly round: number
  readonly kind: string
  readonly late: Record<string, Late>
}

const problems: string[] = []
const takeOvers: TakeOver[] = []
const stops: number[] = []

/** Until the others have the keys of one that is hurt; one that had none is no take-over. */
async function takenOver(victim: OwnNode, kind: string, signal: NodeJS.Signals): Promise<void> {
  const rest = nodes.filter((node) => node !== victim)
  const hadKeys = (await victim.owned(1_000))?.length !== 0
  victim.signal(signal)
  lateSince(rest)
  const ms = await untilOwned(rest, TAKE_OVER * 4)
  const takeOver = { ms, round: played, kind, late: lateSince(rest) }
  if (hadKeys) takeOvers.push(takeOver)
  log(`taken over${hadKeys ? '' : ' (it had no keys)'}: ${JSON.stringify(takeOver)}`)
}

const KINDS = {
  async kill(victim: OwnNode) {
    await takenOver(victim, 'kill', 'SIGKILL')
    await victim.ended()
    await victim.start()
  },
  async stop(victim: OwnNode) {
    await takenOver(victim, 'stop', 'SIGSTOP')
    await sleep(random() * LEASE)
    victim.signal('SIGCONT')
  },
  async end(victim: OwnNode) {
    // What the round before has hurt is well by now.
    await sleep(1_000)
    oracle.plan(true)
    const begun = Date.now()
    victim.signal('SIGTERM')
    await victim.ended()
    stops.push(Date.now() - begun)
    await sleep(200)
    await victim.start()
  },
  async cut(victim: OwnNode) {
    victim.way.swallow()
    await sleep(LEASE * (0.3 + random() * 1.5))
    victim.way.heal()
    victim.way.cut()
  },
  /** The nodes reach the engine, and not each other: none of them, or none that came to the victim. */
  async part(victim: OwnNode) {
    const parted = random() < 0.5 ? nodes : [victim]
    for (const { door } of parted) door.swallow()
    await sleep(LEASE * (0.3 + random() * 2.5))
    for (const { door } of parted) {
      door.heal()
      door.cut()
    }
  },
  async restart() {
    await server?.kill()
    await sleep(random() * LEASE)
    await server?.start()
  },
} satisfies Record<string, (victim: OwnNode) => Promise<void>>

const told: Record<string, number> = {}
let played = 0
try {
  await Promise.all(nodes.map((node) => node.start()))
  // A store gives out its first claims after a lease.
  if ((await untilOwned(nodes, LEASE * 10)) === Number.POSITIVE_INFINITY) throw new Error('it does not begin')
  for (let round = 1; round <= rounds; round++) {
    const kinds = Object.keys(KINDS).filter((each) => each.includes(only)) as (keyof typeof KINDS)[]
    const kind = any(kinds)
    const victim = any(nodes)
    told[kind] = (told[kind] ?? 0) + 1
    log(`round ${round}: ${kind} ${victim.name}`)
    await sleep(random() * 300)
    oracle.plan(false)
    played = round
    await KINDS[kind](victim)
    lateSince(nodes)
    const quiet = await untilOwned(nodes, LEASE * 8)
    if (quiet === Number.POSITIVE_INFINITY) {
      const late = lateText(lateSince(nodes))
      const counts = JSON.stringify([...((await owners(nodes)) ?? [])])
      problems.push(`round ${round}, ${kind} ${victim.name}: ${counts}; ${late}`)
    }
    if (round % 10 === 0)
      console.log(`round ${round}: ${oracle.answered} answered, ${oracle.lost} lost, ${oracle.stale} stale`)
  }
} finally {
  for (const node of nodes) {
    node.signal('SIGCONT')
    node.signal('SIGKILL')
  }
  await Promise.all(nodes.map((node) => node.ended()))
  for (const { way, door } of nodes) {
    way.close()
    door.close()
  }
  await server.remove()
  await older?.remove()
}
const failures = new Map<string, number>()
for (const node of nodes)
  for (const [code, count] of node.failures) failures.set(code, (failures.get(code) ?? 0) + count)
const sorted = (list: readonly number[]): string => {
  const all = [...list].sort((a, b) => a - b)
  const at = (part: number): number =>
    Math.round(all[Math.min(all.length - 1, Math.floor(part * all.length))] ?? 0)
  return all.length === 0 ? 'none' : `p50 ${at(0.5)} ms, greatest ${at(1)} ms, of ${all.length}`
}
console.log(`engine ${engine}, seed ${seed}, ${rounds} rounds: ${JSON.stringify(told)}`)
if (older !== undefined) console.log(`starts: ${starts.now} of this build, ${starts.older} of ${beside}`)
console.log(
  `writes: ${oracle.accepted} accepted, ${oracle.refused} refused as stale, ${oracle.stale} accepted of a stale owner`,
)
console.log(
  `calls: ${oracle.answered} answered, ${oracle.lost} of these lost; failed: ${JSON.stringify([...failures])}`,
)
oracle.plan(false)
console.log(`workers began anew ${oracle.anew} times, ${oracle.anewAtMove} of them at a planned move`)
if (oracle.anewAfterLapse > 0)
  console.log(
    `${oracle.anewAfterLapse} more beside a planned move, after the machine had stopped their node for longer than its lease`,
  )
console.log(`take-over, lease ${LEASE} ms: ${sorted(takeOvers.map(({ ms }) => ms))}; stops: ${sorted(stops)}`)
for (const problem of problems) console.log(`NOT ONE OWNER: ${problem}`)
// The figure stays what it is; beside it stands how long the machine had no time for the programs that measured and took over.
for (const { ms, round, kind, late } of takeOvers.filter(({ ms }) => ms > TAKE_OVER)) {
  console.log(`LATE: round ${round}, ${kind}: ${ms} ms, of ${TAKE_OVER}; ${lateText(late)}`)
}
const slow = stops.filter((ms) => ms > STOP).length
if (slow > 0) console.log(`SLOW: ${slow} stops of more than ${STOP} ms`)
process.exit(oracle.stale + oracle.lost + problems.length === 0 ? 0 : 1)
