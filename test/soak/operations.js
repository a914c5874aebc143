// biome-ignore-all lint/style/noRestrictedGlobals: it runs beside the system, in the time of the machine
/**
 * A service as it is operated: its settings are written anew every 200 ms, a worker crashes every 50 ms, and it is probed over
 * HTTP every 100 ms. Fails when memory grows, when a change is missed, or when a probe is not answered as it should be.
 *
 *     npm run soak:operations -- --minutes 10
 *
 * It is run with `--expose-gc`.
 */
import { once } from 'node:events'
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { json } from 'node:stream/consumers'
import { setInterval as every } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import {
  application,
  boot,
  Cast,
  ConfigChange,
  decorate,
  defineSettings,
  drain,
  GenServer,
  Health,
  health,
  inject,
  own,
  ref,
  Supervisor,
} from '../../dist/index.js'

/** How often, in milliseconds. */
const [WRITES, CRASHES, PROBES] = [200, 50, 100]
/** Within how many milliseconds a change must have reached every worker that runs. */
const SOON = 5_000
/** Bytes that the heap may grow by after the first tenth, however long it takes. */
const SLACK = 3_000_000

const { values: options } = parseArgs({ options: { minutes: { type: 'string', default: '10' } } })
const duration = Number(options.minutes) * 60_000

const folder = mkdtempSync(join(tmpdir(), 'operations-'))
const file = join(folder, 'settings.json')
let written = 0
/** As editors do it: a new file in place of the old one. */
function write() {
  writeFileSync(`${file}.new`, JSON.stringify({ level: ++written }))
  renameSync(`${file}.new`, file)
}
write()
const settings = defineSettings({ schema: z.object({ level: z.number() }), values: file })

/** What went wrong, and how often each happened. */
const failures = new Map()
const fail = (what) => failures.set(what, (failures.get(what) ?? 0) + 1)
const tally = { writes: 0, heard: 0, crashes: 0, starts: 0, probes: 0 }
/** The newest level that each worker knows. */
const known = new Map()

/** @param name of a worker that knows the level, and crashes when it is told to */
function worker(name) {
  class Worker {
    constructor(level) {
      tally.starts++
      this.knows(level)
      own(setInterval(() => this.name, 60_000))
    }
    knows(level) {
      if (level < (known.get(name) ?? 0)) fail(`${name}: from level ${known.get(name)} back to ${level}`)
      known.set(name, level)
    }
    changed(level) {
      tally.heard++
      this.knows(level)
    }
    crash() {
      throw new Error('as planned')
    }
    healthy() {
      return true
    }
  }
  decorate(inject(settings.token('level')), Worker, 0)
  decorate(ConfigChange(settings.token('level')), Worker, 'changed')
  decorate(Cast(), Worker, 'crash')
  decorate(Health(), Worker, 'healthy')
  decorate(GenServer({ name }), Worker)
  return Worker
}

let port = 0
class Web {
  async init() {
    const server = own(http.createServer())
    drain(server)
    server.on('request', async (_request, response) => {
      const { live, ready } = await health()
      response.writeHead(live.ok && ready.ok ? 200 : 503).end(JSON.stringify({ live, ready }))
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    port = server.address().port
  }
}
decorate(GenServer(), Web)

const stable = worker('stable')
const victims = ['first', 'second', 'third', 'fourth', 'fifth'].map((name) => worker(name))
class Root {}
decorate(Supervisor({ intensity: 1e9, children: [Web, stable, ...victims] }), Root)

const system = await boot({
  applications: [application({ name: 'service', root: Root })],
  settings,
  watch: true,
  log: {
    level: 'warn',
    destination: {
      write(line) {
        const { kind, msg, err } = JSON.parse(line)
        if (err?.message !== 'as planned' && !String(msg).includes('as planned')) fail(`log: ${kind}: ${msg}`)
      },
    },
  },
  // A busy machine is no news here.
  blockingLimit: Number.POSITIVE_INFINITY,
})

const over = new AbortController()
const agent = new http.Agent({ keepAlive: true, maxSockets: 4 })

async function each(milliseconds, act) {
  try {
    for await (const _ of every(milliseconds, undefined, { signal: over.signal })) act()
  } catch (error) {
    if (error.name !== 'AbortError') throw error
  }
}

function change() {
  write()
  tally.writes++
  const level = written
  setTimeout(() => {
    for (const [name, newest] of known) if (newest < level) fail(`${name} does not know of a change`)
  }, SOON).unref()
}

function crash() {
  const victim = victims[tally.crashes++ % victims.length]
  system.kernel.run(() => ref(victim).cast.crash())
}

function probe() {
  tally.probes++
  http
    .get({ port, agent }, async (response) => {
      const { live, ready } = await json(response)
      for (const reason of [...live.reasons, ...ready.reasons]) {
        // One that crashes while it is asked is told, as it should be.
        if (!reason.includes('its worker ended')) fail(`a probe is told: ${reason}`)
      }
    })
    .on('error', ({ message }) => fail(`a probe fails: ${message}`))
}

async function heap() {
  for (let n = 0; n < 4; n++) {
    globalThis.gc()
    await new Promise((resolve) => setImmediate(resolve))
  }
  return process.memoryUsage().heapUsed
}

const running = [each(WRITES, change), each(CRASHES, crash), each(PROBES, probe)]
const heaps = []
const parts = 10
for (let part = 1; part <= parts; part++) {
  await new Promise((resolve) => setTimeout(resolve, duration / parts))
  heaps.push(await heap())
  const counts = Object.entries(tally).map(([name, count]) => `${name} ${count}`)
  console.log(
    `${((duration / parts / 60_000) * part).toFixed(1)} min: heap ${(heaps.at(-1) / 1e6).toFixed(2)} MB, processes ${system.kernel.processCount}, ${counts.join(', ')}`,
  )
}
over.abort()
await Promise.all(running)
await new Promise((resolve) => setTimeout(resolve, SOON))
for (const [name, level] of known)
  if (level !== written) fail(`${name} knows level ${level} of ${written} at the end`)
if (heaps.at(-1) - heaps[0] > SLACK) fail(`the heap grew from ${heaps[0]} to ${heaps.at(-1)} bytes`)
agent.destroy()
const end = await system.stop()
if (end.cause !== 'stopped' || end.stragglers.length > 0) fail(`the stop: ${JSON.stringify(end)}`)
for (const [what, count] of failures) console.log(`${count} × ${what}`)
console.log(failures.size === 0 ? 'flat, and no change was missed' : 'FAILED')
rmSync(folder, { recursive: true })
process.exit(failures.size === 0 ? 0 : 1)
