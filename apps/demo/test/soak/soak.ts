// biome-ignore-all lint/style/noRestrictedGlobals: it runs beside Pulse, in the time of the machine
/**
 * Pulse as it is operated on bad days: 5,000 targets of which some fail and come back, a database that stands still twice, and
 * five times a kill -9. Nothing that was announced as stored may be missing at the end. Every change that the stored checks have
 * found is told once, in its order; an alert comes a second time, with the same id, only where its delivery was under way at a kill.
 *
 *     npm run soak:pulse -- --minutes 10 --targets 5000 [--postgres]
 */
import { fork } from 'node:child_process'
import { once, setMaxListeners } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { setTimeout as wait } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import Database from 'libsql'
import type { CheckResult } from '../../src/checks/check.js'
import { EventReader } from '../event-reader.js'
import { findPostgres, startPostgres } from '../postgres-cluster.js'
import { Program } from '../program.js'
import { Receiver } from './receiver.js'
import type { Turn } from './services.js'

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    targets: { type: 'string', default: '5000' },
    postgres: { type: 'boolean', default: false },
  },
})
const count = Number(values.targets)
const duration = Number(values.minutes) * 60_000
/** Milliseconds between two checks of a target. */
const INTERVAL = 10_000
/** Every so manieth target fails now and then, and stays as it is for so long: too seldom to count as flapping. */
const EVERY = 50
const STEADY = [45_000, 70_000] as const
/** At the end nothing changes for so long, so that all of it can be told. */
const SETTLING = 30_000
/** So long the database stands still. Twice; the second time Pulse is killed in the midst of it. */
const FROZEN = 15_000
const KILLS = 5

const now = (): number => performance.now()
const folder = mkdtempSync(join(tmpdir(), 'pulse-soak-'))
const data = join(folder, 'data')
const services = fork(new URL('./services.js', import.meta.url))
const [port] = (await once(services, 'message')) as [number]
const receiver = new Receiver(now)
const cluster = values.postgres ? await startPostgres(findPostgres() ?? '') : undefined
const targets = Array.from({ length: count }, (_, n) => ({
  name: `t${n}`,
  url: `http://127.0.0.1:${port}/${n}`,
  interval: INTERVAL,
}))
const list = join(folder, 'targets.json')
writeFileSync(list, JSON.stringify(targets))
const environment = {
  NODE_ENV: 'production',
  PULSE_DATA: data,
  PULSE_TARGETS: list,
  PULSE_ALERT_WEBHOOKS: await receiver.listen(),
  ...(cluster !== undefined && { DATABASE_URL: cluster.url }),
}

/** What was said to be stored, and what was checked. */
const stored = new Set<string>()
const checked = new Set<string>()
const keyOf = ({ target, at }: CheckResult): string => `${target} ${at}`
const kills: number[] = []
const starts: number[] = []
let failedStarts = 0

/** Starts Pulse, again and again as a service manager does, and listens to what it tells. */
async function launch(): Promise<{ program: Program; heard: Promise<void> }> {
  for (;;) {
    const began = now()
    const program = new Program(environment)
    try {
      const stream = await EventReader.open(`${await program.ready()}api/events`)
      starts.push(Math.round(now() - began))
      return { program, heard: hear(stream) }
    } catch {
      failedStarts++
      await program.end()
      await wait(1_000)
    }
  }
}

async function hear(stream: EventReader): Promise<void> {
  try {
    for (;;) {
      const { event, data: told } = await stream.next()
      if (event === 'result') checked.add(keyOf(told as CheckResult))
      else if (event === 'stored') for (const result of told as CheckResult[]) stored.add(keyOf(result))
    }
  } catch {
    // Pulse has ended, which is what the soak does to it.
  }
}

/** What each target that fails now and then was made to do. */
const turned = new Map<string, string[]>()
const turning = new AbortController()
setMaxListeners(0, turning.signal)
async function turn(n: number): Promise<void> {
  const kinds: string[] = []
  turned.set(`t${n}`, kinds)
  const steady = (): Promise<void> =>
    wait(STEADY[0] + Math.random() * (STEADY[1] - STEADY[0]), undefined, { signal: turning.signal })
  for (let isUp = false; ; isUp = !isUp) {
    await wait(kinds.length === 0 ? Math.random() * 20_000 : 0, undefined, { signal: turning.signal })
    services.send({ path: `/${n}`, isUp } satisfies Turn)
    kinds.push(isUp ? 'up' : 'down')
    await steady()
  }
}

async function freeze(): Promise<void> {
  if (cluster !== undefined) {
    cluster.freeze()
    await wait(FROZEN)
    cluster.thaw()
    return
  }
  const other = new Database(join(data, 'pulse.sqlite'), { timeout: 10_000 })
  other.exec('BEGIN IMMEDIATE')
  await wait(FROZEN)
  other.exec('ROLLBACK')
  other.close()
}

let running = await launch()
const began = now()
// All have been seen to be up before the first fails.
await wait(INTERVAL + 2_000)
const turns = Array.from({ length: Math.ceil(count / EVERY) }, (_, n) => turn(n * EVERY).catch(() => {}))

async function kill(): Promise<void> {
  running.program.kill('SIGKILL')
  kills.push(now())
  await running.program.exited
  await running.heard
  running = await launch()
}
/** The first freeze after a sixth of the time, the second after two thirds, a kill in each of five parts. */
const freezes = (async () => {
  await wait(duration / 6)
  await freeze()
  await wait(Math.max(0, (duration * 2) / 3 - (now() - began)))
  await freeze()
})()
for (let n = 0; n < KILLS; n++) {
  // The fourth comes in the midst of the second freeze.
  const part =
    n === 3 ? (duration * 2) / 3 + FROZEN / 2 : (duration * (n + 0.6 + Math.random() * 0.3)) / KILLS
  await wait(Math.max(0, part - (now() - began)))
  await kill()
}
await freezes
await wait(Math.max(0, duration - SETTLING - (now() - began)))
turning.abort()
await Promise.all(turns)
// The last change has to be found, too.
await wait(SETTLING)
const stopping = now()
running.program.kill('SIGTERM')
const ending = await running.program.exited
await running.heard
const stopped = Math.round(now() - stopping)

interface Row {
  readonly target: string
  readonly at: number | string
  readonly up: number | boolean
}

/** What is in the database, in the order of the checks. */
async function rows(): Promise<readonly Row[]> {
  const all = 'SELECT target, at, up FROM check_results ORDER BY at'
  if (cluster !== undefined) return (await cluster.query(all)).rows as Row[]
  const database = new Database(join(data, 'pulse.sqlite'))
  const found = database.prepare(all).all() as Row[]
  database.close()
  return found
}

/** The changes that the checks of each target have found. All begin as up, which nobody is told. */
function changesIn(checks: readonly Row[]): Map<string, string[]> {
  const changes = new Map<string, string[]>()
  for (const { target, up } of checks) {
    const kinds = changes.get(target) ?? []
    const kind = up ? 'up' : 'down'
    if ((kinds.at(-1) ?? 'up') !== kind) kinds.push(kind)
    changes.set(target, kinds)
  }
  return changes
}

const checks = await rows()
const kept = new Set(checks.map(({ target, at }) => `${target} ${Number(at)}`))
const lost = [...stored].filter((key) => !kept.has(key))
const found = changesIn(checks)
const told = receiver.told()
const untold = [...found].filter(([name, kinds]) => kinds.join() !== (told.get(name) ?? []).join())
const strangers = [...told].filter(([name]) => name !== '' && !turned.has(name))
const { inFlight, gaps, wrong } = receiver.repeated(kills)
const about = told.get('') ?? []
console.log(
  JSON.stringify(
    {
      store: values.postgres ? 'PostgreSQL' : 'SQLite',
      targets: count,
      minutes: Number(values.minutes),
      kills: kills.length,
      'starts took (ms)': starts,
      'starts that failed, while the database stood still': failedStarts,
      'results told': checked.size,
      'announced as stored': stored.size,
      'stored at the end': kept.size,
      'announced and missing': lost.length,
      'told and not stored, for the kills': [...checked].filter((key) => !kept.has(key)).length,
      'changes made': [...turned.values()].flat().length,
      alerts: new Set(receiver.deliveries.map(({ alert }) => alert.id)).size,
      deliveries: receiver.deliveries.length,
      'a second time, under way at a kill': inFlight,
      'answered so long before the kill (ms)': gaps,
      'killed at (ms)': kills.map(Math.round),
      'a second time, wrongly': wrong,
      'changes found': [...found.values()].flat().length,
      'told otherwise than was found': untold.length,
      'such as': untold.slice(0, 5).map(([name, kinds]) => `${name}: ${kinds} and told ${told.get(name)}`),
      'told of targets that were well': strangers.map(([name, kinds]) => `${name}: ${kinds}`),
      'told of Pulse itself': about,
      'stop took (ms)': stopped,
      ending,
    },
    null,
    2,
  ),
)
services.kill()
receiver.close()
cluster?.stop()
rmSync(folder, { recursive: true })
const isWell =
  lost.length + wrong.length + untold.length + strangers.length === 0 && ending.code === 0 && stored.size > 0
process.exit(isWell ? 0 : 1)
