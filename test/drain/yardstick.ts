/**
 * How many requests a stop cuts off: a program with five kinds of server is stopped again and again, in the midst of
 * requests of all sorts. `npm run drain -- --stops 50 --delay 300`; it fails when one request is cut off.
 *
 * Every second stop has a `drainDelay`, and a balancer, which asks whether the program is ready and makes no new connection
 * to it when it is not. The other stops have neither: their clients connect until the port is closed.
 *
 * | counted as | what |
 * | --- | --- |
 * | answered | the whole answer came; an echo over a WebSocket |
 * | cut | everything else, whoever is to blame: an end or a reset in the midst of a request or of connecting, an answer that is too short, an HTTP/2 stream that the server refused though it had begun it, a WebSocket without a close frame 1001, a client that waits for ever |
 * | told | what a client was told of the end of a connection: GOAWAY, a close frame, `Connection: close` among pipelined requests. Those that it sent behind the last answer were told to be sent elsewhere, and are sent again (RFC 9112, 9.6) |
 * | unsent | an HTTP/2 stream that the client's own library took back before its HEADERS frame was sent, since it had got a GOAWAY frame; it is sent again on a new session, and counted there |
 * | crossed | an HTTP/2 stream that met the GOAWAY frame on its way, by the last stream which that frame names (RFC 9113, 6.8: not begun, and safe to send again); it is sent again on a new session, and counted there. More than one in 5,000 answers fail the run: the frame is sent when none is likely to be on its way |
 * | elsewhere | no connection: the port was closed (ECONNREFUSED), or the balancer sent nobody. So a client ends |
 *
 * A connection that is quiet for 250 ms is closed, and a client that stands still for about as long may use one that is being
 * closed. So where the machine let the clients stand still for longer than 100 ms during a stop, the stop is played again. What
 * was cut off in such stops is printed too, and does not fail the run.
 */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { SystemClock } from 'heartwood/kernel'
import { Balancer } from './balancer.js'
import type { Site } from './client.js'
import { Load } from './load.js'
import { Tally } from './tally.js'

const { values } = parseArgs({
  options: {
    stops: { type: 'string', default: '10' },
    /** Milliseconds of drainDelay, in every second stop. */
    delay: { type: 'string', default: '300' },
    /** Milliseconds of load before each stop. */
    load: { type: 'string', default: '2000' },
  },
})
const root = fileURLToPath(new URL('../../../../../', import.meta.url))
const program = fileURLToPath(new URL('servers.js', import.meta.url))

/** Milliseconds that clients have when the program is gone. */
const PATIENCE = 10_000

/** Milliseconds for which the clients may stand still in a stop that counts. */
const LONGEST_PAUSE = 100

const clock = new SystemClock()
const stops = Number(values.stops)
const pauses = monitorEventLoopDelay({ resolution: 10 })

interface Stop {
  readonly tally: Tally
  readonly delay: number
  /** Milliseconds that it took. */
  readonly took: number
  /** Whether the clients were there all the time. */
  readonly counts: boolean
  readonly code: number | null
}

async function stop(delay: number): Promise<Stop> {
  const server = spawn(process.execPath, [`${root}bin/heartwood.js`, 'start', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      DRAIN_DELAY: String(delay),
      DRAIN_FIXTURES: `${root}test/application/fixtures/tls`,
    },
  })
  const exit = once(server, 'exit')
  const [line] = await Promise.race([
    once(createInterface(server.stdout), 'line'),
    exit.then(([code]) => {
      throw new Error(`the servers ended with code ${code} before they listened`)
    }),
  ])
  const tally = new Tally()
  const ports = JSON.parse(line) as Site['ports']
  const balancer = new Balancer()
  const load = new Load({ ports, tally, admit: balancer.admit })
  await wait(Number(values.load) + Math.random() * 100)
  const probing = delay > 0 ? balancer.probe(ports.http) : undefined
  pauses.reset()
  pauses.enable()
  const begin = clock.now()
  server.kill('SIGTERM')
  const [code] = (await exit) as [number | null]
  const took = clock.now() - begin
  pauses.disable()
  const counts = pauses.max / 1e6 < LONGEST_PAUSE
  await Promise.race([load.ended, wait(PATIENCE)])
  for (const kind of load.running) tally.fail(kind, new Error('has waited for ever'))
  await probing
  return { tally, delay, took, counts, code }
}

const played: Stop[] = []
const counted = (): readonly Stop[] => played.filter(({ counts }) => counts)
while (counted().length < stops && played.length < 2 * stops) {
  played.push(await stop(counted().length % 2 === 0 ? 0 : Number(values.delay)))
  if (played.length % 10 === 0) console.log(sentence(counted()))
}

function sentence(of: readonly Stop[]): string {
  const all = sum(of)
  return `${of.length} stops, ${all.requests} requests, ${all.sum('cut')} cut off, ${all.sum('crossed')} crossed`
}

function sum(of: readonly Stop[]): Tally {
  const all = new Tally()
  for (const { tally } of of) all.add(tally)
  return all
}

function print(what: string, of: readonly Stop[]): void {
  if (of.length === 0) return
  const took = of.map((each) => each.took).sort((one, other) => one - other)
  const [median, longest] = [took[took.length >> 1], took.at(-1)].map((ms) => Math.round(ms ?? 0))
  console.log(`${what}: ${sentence(of)}; a stop took ${median} ms (median), ${longest} ms (longest)`)
  for (const line of sum(of).lines) console.log(line)
}

print(
  'without a balancer',
  counted().filter(({ delay }) => delay === 0),
)
print(
  `with a balancer and a delay of ${values.delay} ms`,
  counted().filter(({ delay }) => delay > 0),
)
print(
  'not counted, since the clients stood still',
  played.filter(({ counts }) => !counts),
)
const wrong = played.filter(({ code }) => code !== 0).length
if (wrong > 0) console.log(`${wrong} stops did not end with exit code 0`)
if (counted().length === 0) console.log('SKIPPED: the machine is too busy')
console.log(sentence(counted()))
const all = sum(counted())
const fails = all.sum('cut') > 0 || all.sum('crossed') > all.requests / 5_000 || wrong > 0
// A client that waits for ever has connections.
process.exit(fails ? 1 : 0)
