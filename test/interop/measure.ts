/**
 * How much two nodes of Heartwood say to each other in a second, and how soon a killed one is noticed; beside two BEAMs in the same
 * run, where Erlang is installed. `npm run nodes:measure`, with `--rounds N`.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { call, isDown, Kernel, monitor, receive, send } from 'heartwood'
import { atom, erlang, tuple } from 'heartwood/erlang'
import { SystemClock } from 'heartwood/kernel'
import { freePort, OwnEpmd } from '../erlang/beam-node.js'

const COOKIE = 'a cookie of thirty characters.'
const HERE = dirname(fileURLToPath(import.meta.url))
const SOURCE = join(HERE, '../../../measured.erl')
const clock = new SystemClock()
const TIME = 2_000
const BURST = 600_000

type Figures = readonly [oneByOne: number, hundred: number, oneWay: number]

async function started(child: ChildProcess): Promise<ChildProcess> {
  child.stderr?.on('data', (text) => process.stderr.write(text))
  await once(child.stdout as NonNullable<ChildProcess['stdout']>, 'data')
  return child
}

async function ended(child: ChildProcess): Promise<void> {
  const end = once(child, 'exit')
  child.kill('SIGKILL')
  await end
}

const second = (count: number, since: number): number => (count * 1_000) / (clock.now() - since)

async function calls(server: { name: string; node: string }): Promise<number> {
  const message = tuple(atom('add'), 1)
  const begun = clock.now()
  let count = 0
  while (clock.now() - begun < TIME) {
    for (let i = 0; i < 20; i++) await call(server, message)
    count += 20
  }
  return count
}

async function heartwood(epmd: OwnEpmd): Promise<{ figures: Figures; noticed: number }> {
  const node = 'there@127.0.0.1'
  const argv = [join(HERE, 'peer.js'), node, String(epmd.port)]
  const peer = await started(spawn(process.execPath, argv, { stdio: ['pipe', 'pipe', 'inherit'] }))
  const kernel = new Kernel({ node: 'here@127.0.0.1' })
  const joined = await erlang({ cookie: COOKIE, epmd: { port: epmd.port } }).start(kernel, {
    development: true,
  })
  const server = { name: 'echo', node }
  const figures = await kernel.run(async () => {
    for (let i = 0; i < 2_000; i++) await call(server, 1)
    let since = clock.now()
    const oneByOne = second(await calls(server), since)
    since = clock.now()
    const counts = await Promise.all(Array.from({ length: 100 }, () => calls(server)))
    const hundred = second(
      counts.reduce((sum, each) => sum + each),
      since,
    )
    await call(server, atom('count'))
    const message = tuple(atom('tick'), 1)
    since = clock.now()
    for (let i = 0; i < BURST; i++) {
      send(server, message)
      if (i % 1_000 === 999) await new Promise(setImmediate)
    }
    if ((await call(server, atom('count'), 60_000)) !== BURST) throw new Error('messages are lost')
    return [oneByOne, hundred, second(BURST, since)] as const
  })
  const noticed = await kernel.run(async () => {
    monitor(server)
    await call(server, 1)
    const since = clock.now()
    peer.kill('SIGKILL')
    await receive(isDown)
    return clock.now() - since
  })
  joined.close()
  await ended(peer)
  return { figures, noticed }
}

async function beams(epmd: OwnEpmd): Promise<Figures> {
  const out = mkdtempSync(join(tmpdir(), 'measured-'))
  execFileSync('erlc', ['-o', out, SOURCE])
  const env = { ...process.env, ERL_EPMD_PORT: String(epmd.port), ERL_CRASH_DUMP_SECONDS: '0' }
  const erl = (name: string, code: string): ChildProcess => {
    const argv = [
      '-noshell',
      '-start_epmd',
      'false',
      '-name',
      name,
      '-setcookie',
      COOKIE,
      '-pa',
      out,
      '-eval',
      code,
    ]
    return spawn('erl', argv, { env, stdio: ['ignore', 'pipe', 'inherit'] })
  }
  const peer = await started(erl('beam1@127.0.0.1', 'measured:peer().'))
  const main = erl('beam2@127.0.0.1', "measured:main('beam1@127.0.0.1'), halt().")
  let text = ''
  main.stdout?.on('data', (chunk) => {
    text += String(chunk)
  })
  await once(main, 'exit')
  await ended(peer)
  return text.trim().split(' ').map(Number) as unknown as Figures
}

const hasErlang = ((): boolean => {
  try {
    execFileSync('erl', ['-noshell', '-eval', 'halt().'])
    return true
  } catch {
    return false
  }
})()
if (!hasErlang) {
  console.log('SKIPPED: it needs EPMD, which comes with Erlang (Debian: erlang-base)')
  process.exit(0)
}
const rounds = Number(process.argv[process.argv.indexOf('--rounds') + 1]) || 1
const epmd = new OwnEpmd(await freePort())
await epmd.start()
const shown = (figures: Figures): string =>
  figures.map((each) => `${Math.round(each / 100) / 10}k/s`.padStart(11)).join('')
console.log(`${''.padEnd(12)} one by one  100 at once    one-way   killed, noticed`)
try {
  for (let round = 0; round < rounds; round++) {
    const { figures, noticed } = await heartwood(epmd)
    console.log(`Heartwood  ${shown(figures)}  ${noticed.toFixed(1)} ms`)
    console.log(`BEAM       ${shown(await beams(epmd))}`)
  }
} finally {
  await epmd.stop()
}
process.exit(0)
