/**
 * `npm run nodes:attack`: a node in a program of its own, and what is sent to it over real sockets by peers that lie and by strangers. It has to go on,
 * with bounded memory; an honest peer must not notice; the log must not be filled. `npm run nodes:attack -- FRAMES SEED`, 10,000 of seed 1 by default.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { call, isDown, Kernel, monitor, receive, sleep } from 'heartwood'
import { atom, erlang } from 'heartwood/erlang'
import { SystemClock } from 'heartwood/kernel'
import { ATTACKED, COOKIE } from './attacked.js'
import { insider, sendFrames, sendSilent, sendStrangers, type Victim } from './attacker.js'
import { freePort } from './beam-node.js'
import { HostileFrames } from './hostile-frames.js'

const MIB = 1024 * 1024
/** What the program may have in use more than before when all is over, and what it may have of the machine at most. */
const MORE = 32 * MIB
const MOST = 512 * MIB
/** What it may tell of all of it. */
const LINES = 100
const ATTACKERS = 8

const [count = 10_000, seed = 1] = process.argv.slice(2).map(Number)
const clock = new SystemClock()
const port = await freePort()
const victim: Victim = { node: ATTACKED, port, cookie: COOKIE }
const here = dirname(fileURLToPath(import.meta.url))
const child = spawn(process.execPath, ['--expose-gc', join(here, 'attacked.js'), String(port)], {
  stdio: ['pipe', 'pipe', 'inherit'],
})
await once(child.stdout, 'data')
const failures: string[] = []
const ended = once(child, 'exit').then(([code, signal]) => failures.push(`the node ended: ${code ?? signal}`))
const server = { name: 'echo', node: ATTACKED }

/** A peer that means well. */
async function honest(name: string): Promise<{ kernel: Kernel; close(): void }> {
  const kernel = new Kernel({ node: name, report: () => {} })
  const options = { cookie: COOKIE, epmd: false as const, resolve: () => ({ host: '127.0.0.1', port }) }
  const node = await erlang(options).start(kernel, { development: true })
  return { kernel, close: () => node.close() }
}

const friend = await honest('friend@127.0.0.1')
let slowest = 0
let calls = 0
let isOver = false
const talking = friend.kernel.run(async () => {
  monitor(server)
  while (!isOver) {
    const since = clock.now()
    try {
      await call(server, calls++, 10_000)
    } catch (error) {
      failures.push(`a call of the honest peer failed: ${String(error)}`)
      return
    }
    slowest = Math.max(slowest, clock.now() - since)
    await sleep(2)
  }
  if ((await receive(isDown, { timeout: 0 })) !== undefined)
    failures.push('the honest peer lost the connection')
})

interface Vitals {
  readonly rss: number
  readonly heap: number
  readonly sockets: number
}
const vitals = (): Promise<Vitals> =>
  friend.kernel.run(() => call(server, atom('vitals'), 60_000)) as Promise<Vitals>

const mib = (bytes: number): string => `${(bytes / MIB).toFixed(1)} MiB`
const before = await vitals()
let peak = before

async function phase(title: string, attack: () => Promise<string>): Promise<void> {
  const since = clock.now()
  slowest = 0
  const told = await attack()
  const now = await vitals()
  if (now.rss > peak.rss) peak = now
  const took = ((clock.now() - since) / 1_000).toFixed(1)
  console.log(
    `${title}: ${took} s, ${mib(now.rss)} (heap ${mib(now.heap)}, ${now.sockets} sockets), slowest call of the honest peer ${slowest.toFixed(0)} ms${told ? `; ${told}` : ''}`,
  )
}

/** How long somebody takes who means well and comes now. */
async function newcomer(name: string): Promise<string> {
  const since = clock.now()
  const { kernel, close } = await honest(name)
  try {
    await kernel.run(() => call(server, 1, 10_000))
  } catch (error) {
    failures.push(`${name} is kept out: ${String(error)}`)
  }
  close()
  return `one who comes now is let in after ${(clock.now() - since).toFixed(0)} ms`
}

const frames = (at: number): HostileFrames =>
  new HostileFrames(seed * 1_000 + at, {
    to: { node: ATTACKED, creation: 1 },
    from: { node: `liar${at}@127.0.0.1`, creation: 9 },
    names: ['echo', 'nobody', 'net_kernel'],
  })
const end = (sockets: readonly Socket[]): void => {
  for (const socket of sockets) socket.destroy()
}

await phase(`${count} malformed frames of seed ${seed}`, async () => {
  const each = Math.ceil(count / ATTACKERS)
  const kinds = new Map<string, number>()
  const all = await Promise.all(
    Array.from({ length: ATTACKERS }, (_, at) =>
      sendFrames(victim, frames(at), each, 1, (kind) => kinds.set(kind, (kinds.get(kind) ?? 0) + 1)),
    ),
  )
  return `${kinds.size} kinds, ${all.reduce((sum, ended) => sum + ended)} connections ended by it`
})
await phase('2000 strangers', async () => {
  const left = await sendStrangers(victim, frames(100), 2_000, 1)
  const told = await newcomer('second@127.0.0.1')
  end(left)
  return told
})
await phase('a name at one byte in 50 ms, by 400', async () => {
  const sockets = await sendSilent(victim, 400)
  let told = ''
  for (let at = 0; at < 20; at++) {
    for (const socket of sockets) if (!socket.destroyed) socket.write(Buffer.of(at === 0 ? 0 : 30))
    await friend.kernel.run(() => sleep(50))
    if (at === 10) told = await newcomer('third@127.0.0.1')
  }
  end(sockets)
  return told
})
await phase('5000 connections that say nothing', async () => {
  const sockets: Socket[] = []
  for (let at = 0; at < 10; at++) sockets.push(...(await sendSilent(victim, 500)))
  const told = await newcomer('fourth@127.0.0.1')
  end(sockets)
  return told
})
await phase('a long message, byte by byte', async () => {
  const socket = await insider(victim, 'drip@127.0.0.1', 3)
  socket.write(Buffer.of(3, 255, 255, 255))
  for (let at = 0; at < 60_000; at++) {
    socket.write(Buffer.of(131))
    if (at % 4 === 3) await new Promise(setImmediate)
  }
  const now = await vitals()
  end([socket])
  return `${mib(now.rss)} while it lasted`
})
await phase('200000 fragments of nothing', async () => {
  const socket = await insider(victim, 'crumbs@127.0.0.1', 3)
  const from = frames(101)
  const last = 2n ** 60n
  socket.write(from.fragment(69, 1n, last, Buffer.of(0)))
  for (let at = 1n; at <= 200_000n; at++) {
    socket.write(from.fragment(70, 1n, last - at, Buffer.alloc(0)))
    if (at % 1_000n === 0n) await new Promise(setImmediate)
  }
  const now = await vitals()
  end([socket])
  return `${mib(now.rss)} while it lasted`
})
isOver = true
await talking
const after = await vitals()
const told = (await friend.kernel.run(() => call(server, atom('told')))) as [string, number][]
const lines = told.reduce((sum, [, lines]) => sum + lines, 0)
console.log(
  `before ${mib(before.rss)} (heap ${mib(before.heap)}), most ${mib(peak.rss)}, after ${mib(after.rss)} (heap ${mib(after.heap)}, ${after.sockets} sockets); ${calls} calls of the honest peer; told: ${told.map(([kind, times]) => `${times} × ${kind}`).join(', ')}`,
)
if (after.heap - before.heap > MORE)
  failures.push(`it has ${mib(after.heap - before.heap)} more in use than before`)
if (peak.rss > MOST) failures.push(`it has had ${mib(peak.rss)}`)
if (after.sockets > before.sockets + 5)
  failures.push(`it has ${after.sockets} sockets, and had ${before.sockets}`)
if (lines > LINES) failures.push(`it told ${lines} lines`)
if (told.some(([kind]) => kind.includes('crash'))) failures.push('a process crashed')
friend.close()
const isDead = failures.length
void ended
child.kill('SIGKILL')
for (const failure of failures.slice(0, isDead)) console.log(`FAILED: ${failure}`)
console.log(`${isDead === 0 ? 'held' : 'FAILED'}: ${count} frames of seed ${seed}`)
process.exit(isDead === 0 ? 0 : 1)
