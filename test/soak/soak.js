/**
 * Restarts workers that use every feature, and fails when memory, listeners or open handles grow with the restarts.
 *
 *     npm run soak -- --restarts 10000
 *
 * `--json` prints one line for a test to read. It is run with `--expose-gc`.
 */
import { getEventListeners } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { boot, cast, exit, health, processes, processInfo, ref, whereis } from '../../dist/index.js'
import { startMetrics } from '../../dist/telemetry/index.js'
import { common, settings, soaked } from './worker.js'

/**
 * Bytes that the heap may grow by after the first tenth, whatever the number of restarts: code that V8 optimizes late, buffers that
 * are filled. In ten thousand restarts it is 500 bytes each, where one state that is kept has 16,000.
 */
const SLACK = 5_000_000
/** What is counted is there or not: a socket of Node's own agent may come or go. */
const FEW = 3

const { values: options } = parseArgs({
  options: { restarts: { type: 'string', default: '10000' }, json: { type: 'boolean', default: false } },
})
const restarts = Number(options.restarts)

const warnings = []
process.on('warning', ({ message }) => warnings.push(message))

const folder = mkdtempSync(join(tmpdir(), 'soak-'))
const file = join(folder, 'settings.json')
const setLevel = (level) => writeFileSync(file, JSON.stringify({ level }))
setLevel(1)
const chosen = settings(file, z.object({ level: z.number() }))
const destination = { write: (line) => void (process.env.SHOW && process.stderr.write(line)) }
const system = await boot({
  applications: [soaked(chosen)],
  settings: chosen,
  log: { level: 'error', destination },
  observer: { port: 0 },
  // A busy machine is no news here.
  blockingLimit: Number.POSITIVE_INFINITY,
})
startMetrics()

const turn = () => new Promise((resolve) => setImmediate(resolve))

/** How the worker of this life ends: mostly it crashes, sometimes a sibling does or the supervisor is killed. */
const ENDS = [
  () => cast('worker', 'crash'),
  () => cast('worker', 'exit'),
  () => ref(common.Injected).cast.crash(),
  () => exit(whereis('machine'), 'kill'),
  () => cast('worker', 'crash'),
  () =>
    exit(
      processes().find((pid) => processInfo(pid, 'label') === 'Lives'),
      'kill',
    ),
]

async function restart(times) {
  for (let n = 0; n < times; n++) {
    const { lives } = common
    const { injected } = await up()
    await injected.call.look()
    cast('machine', 'open')
    ENDS[common.lives % ENDS.length]()
    while (common.lives === lives) await turn()
    if (n % 100 === 0) {
      setLevel(common.lives)
      await up()
      await system.reload()
      await health(system)
    }
  }
  await up()
}

/** Waits until all are up again. */
async function up() {
  for (;;) {
    const [injected, machine, worker] = ['injected', 'machine', 'worker'].map((name) => whereis(name))
    if (injected !== undefined && machine !== undefined && worker !== undefined)
      return { injected: ref(common.Injected) }
    await turn()
  }
}

/** The heap after collections, and all that is attached. */
async function measured() {
  for (let n = 0; n < 4; n++) {
    globalThis.gc()
    await turn()
  }
  const events = ['connection', 'secureConnection', 'session', 'request', 'close', 'checkContinue', 'upgrade']
  const listeners = {
    server: total(events.map((event) => common.server.listenerCount(event))),
    emitter: total(common.emitter.eventNames().map((event) => common.emitter.listenerCount(event))),
    client: common.client.listenerCount('news'),
    program: total(process.eventNames().map((event) => process.listenerCount(event))),
    signal: getEventListeners(common.controller.signal, 'abort').length,
    target: getEventListeners(common.target, 'event').length,
  }
  return {
    heap: process.memoryUsage().heapUsed,
    handles: process.getActiveResourcesInfo().length,
    processes: system.kernel.processCount,
    states: common.states.filter((state) => state.deref() !== undefined).length,
    scopes: common.made - common.disposed,
    ...listeners,
  }
}

const total = (counts) => counts.reduce((sum, count) => sum + count, 0)

// Code is compiled and rings are filled first.
await system.kernel.run(() => restart(Math.max(30, restarts / 10)))
const first = await measured()
const steps = [first]
const failures = []
const count = options.json ? 1 : 10
for (let step = 1; step <= count; step++) {
  await system.kernel.run(() => restart(Math.round(restarts / count)))
  const now = await measured()
  steps.push(now)
  if (!options.json) {
    const others = Object.entries(now).filter(([name]) => name !== 'heap')
    const shown = others.map(([name, number]) => `${name} ${number}`).join(', ')
    console.log(
      `${Math.round((restarts / count) * step)} restarts: heap ${(now.heap / 1e6).toFixed(2)} MB, ${shown}`,
    )
  }
}
const last = steps.at(-1)
for (const [name, number] of Object.entries(last)) {
  const slack = name === 'heap' ? SLACK : FEW
  if (number - first[name] > slack) failures.push(`${name} grew from ${first[name]} to ${number}`)
}
if (warnings.length > 0) failures.push(`Node warns: ${warnings[0]}`)
const perRestart = Math.round((last.heap - first.heap) / restarts)
if (options.json) console.log(JSON.stringify({ ...last, perRestart, seen: common.states.length, failures }))
else console.log(failures.length === 0 ? `flat: ${perRestart} bytes a restart` : failures.join('\n'))
await system.stop()
rmSync(folder, { recursive: true })
process.exit(failures.length === 0 ? 0 : 1)
