/**
 * How many requests a stop cuts off: a program with five kinds of server is stopped again and again, in the midst of
 * requests of all sorts. `npm run drain -- --stops 50 --delay 300`; it fails when one request is cut off.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { SystemClock } from 'heartwood/kernel'
import { load, type Ports, Tally } from './load.js'

const { values } = parseArgs({
  options: {
    stops: { type: 'string', default: '10' },
    /** Milliseconds of drainDelay, in every second stop. */
    delay: { type: 'string', default: '300' },
    /** Milliseconds of load before each stop. */
    load: { type: 'string', default: '1000' },
  },
})
const root = fileURLToPath(new URL('../../../../../', import.meta.url))
const program = fileURLToPath(new URL('servers.js', import.meta.url))

const clock = new SystemClock()
const stops = Number(values.stops)
const tally = new Tally()
const took: number[] = []
let wrong = 0

for (let stop = 0; stop < stops; stop++) {
  const delay = stop % 2 === 0 ? '0' : values.delay
  const server = spawn(process.execPath, [`${root}bin/heartwood.js`, 'start', program], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, DRAIN_DELAY: delay, DRAIN_FIXTURES: `${root}test/application/fixtures/tls` },
  })
  server.stderr.on('data', (line) => process.stdout.write(`  ${line}`))
  const lines = createInterface(server.stdout)
  const [line] = (await once(lines, 'line')) as [string]
  const clients = load(JSON.parse(line) as Ports, tally)
  await wait(Number(values.load) + Math.random() * 100)
  const begin = clock.now()
  server.kill('SIGTERM')
  const [code] = (await once(server, 'exit')) as [number | null]
  took.push(clock.now() - begin)
  if (code !== 0) wrong++
  await clients
}

took.sort((one, other) => one - other)
const median = took[Math.floor(took.length / 2)] ?? 0
const { ok, cut, refused, told, failures } = tally
console.log(
  `${stops} stops, ${ok + cut} requests: ${ok} answered, ${cut} cut off, ${refused} refused a connection`,
)
console.log(`a stop took ${Math.round(median)} ms (median), ${Math.round(took.at(-1) ?? 0)} ms (longest)`)
console.log(`told that their connection ends: ${JSON.stringify(told)}`)
if (cut > 0) console.log(`cut off: ${JSON.stringify(failures)}`)
if (wrong > 0) console.log(`${wrong} stops did not end with exit code 0`)
process.exitCode = cut > 0 || wrong > 0 ? 1 : 0
