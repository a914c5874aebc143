/**
 * The libraries that services use most, each shared by two workers of which one crashes: `npm run libraries`, or `npm run libraries -- pg ws`.
 * Says of each what held, what did not, and what was skipped for want of a server.
 */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = fileURLToPath(new URL('.', import.meta.url))
const wanted = process.argv.slice(2)

if (!existsSync(join(here, 'node_modules/pg'))) {
  const { status } = spawnSync('npm', ['ci', '--prefer-offline', '--no-audit', '--no-fund'], {
    cwd: here,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  if (status !== 0) {
    console.log('the libraries could not be installed: nothing was tried')
    process.exit(1)
  }
}

const { DEBIAN } = await import('./servers/debian.js')
const { amqp } = await import('./servers/amqp.js')
const { kafka } = await import('./servers/kafka.js')
const { mongodb } = await import('./servers/mongodb.js')
const FAKES = { amqp, kafka, mongodb, http: () => createServer((_request, response) => response.end('here')) }

const folder = mkdtempSync(join(tmpdir(), 'heartwood-libraries-'))
// PostgreSQL runs as a user of its own, who must find its folder.
chmodSync(folder, 0o755)
const servers = new Map()
const tally = { held: 0, failed: 0, skipped: 0 }

for (const file of readdirSync(join(here, 'cases')).sort()) {
  const name = file.replace(/\.js$/, '')
  if (wanted.length > 0 && !wanted.includes(name)) continue
  const { server } = await import(`./cases/${file}`)
  const running = server === undefined ? { port: 0 } : await serverOf(server)
  if (running === undefined) {
    tally.skipped++
    console.log(`skipped  ${name}: no ${server} here`)
    continue
  }
  for (const { way, problem, failed } of await run(name, running.port)) {
    const wrong = failed ?? problem
    tally[wrong === undefined ? 'held' : 'failed']++
    console.log(
      `${wrong === undefined ? 'held   ' : 'FAILED '}  ${name}: ${way ?? ''}${wrong === undefined ? '' : ` ${wrong}`}`,
    )
  }
}

for (const running of servers.values()) await running?.stop?.()
rmSync(folder, { recursive: true, force: true })
console.log(
  `${tally.held} held, ${tally.failed} failed, ${tally.skipped} libraries skipped (Node ${process.version})`,
)
process.exit(tally.failed === 0 ? 0 : 1)

async function serverOf(kind) {
  if (!servers.has(kind)) servers.set(kind, await started(kind))
  return servers.get(kind)
}

async function started(kind) {
  if (kind in DEBIAN) return DEBIAN[kind]()?.(join(folder, kind))
  const server = FAKES[kind]().listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { port: server.address().port }
}

/** One program for each library: what it says, line by line, and that it ended as it should. */
async function run(name, port) {
  const child = spawn(process.execPath, [join(here, 'program.js'), name, String(port)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  let errors = ''
  child.stdout.on('data', (data) => {
    text += data
  })
  child.stderr.on('data', (data) => {
    errors += data
  })
  const [code] = await once(child, 'close')
  const lines = text
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line))
  if (code === 0 && lines.length > 0) return lines
  return [...lines, { failed: `the program ended with code ${code}: ${errors.slice(0, 2_000)}` }]
}
