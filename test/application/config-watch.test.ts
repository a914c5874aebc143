import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { Program } from './program.js'

const at = (path: string): string => new URL(`../../${path}`, import.meta.url).href

/** A worker that prints what it is told, and fails at a pool of 13. */
const MODULE = (values: string, more = ''): string => `
import { application, defineConfig, defineServer, defineSettings, setting, startLink, supervisorSpec } from '${at('dist/index.js')}'
import { z } from '${at('node_modules/zod/index.js')}'
const settings = defineSettings({
  schema: z.object({ pool: z.coerce.number('a size').max(99, 'a size'), level: z.string().default('info'), key: z.string().default('none') }),
  values: ${values}, env: { pool: 'POOL', key: 'KEY' }, secrets: ['key'],
})
class Pool {
  init() { console.log('pool starts with ' + setting(settings.token('pool'))) }
  onPool(now, before) {
    if (now === 13) throw new Error('thirteen')
    console.log('pool ' + before + ' -> ' + now)
  }
}
defineServer(Pool, { name: 'pool', configChanges: [{ key: 'pool', method: 'onPool' }] })
class Quiet { init() { console.log('quiet starts') } }
defineServer(Quiet, { name: 'quiet' })
const child = (Class) => ({ id: Class.name, start: () => startLink(Class) })
const root = supervisorSpec('root', { children: [child(Pool), child(Quiet)] })
export default defineConfig({
  settings, log: ({ level }) => ({ level, format: 'json' }), applications: [application({ name: 'app', root })], ${more}
})
`

let folder: string
let program: Program | undefined
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'heartwood-watch-'))
  write('package.json', '{ "type": "module" }')
})
afterEach(async () => {
  program?.kill('SIGKILL')
  await program?.exited
  program = undefined
  rmSync(folder, { recursive: true })
})

/** As an editor does it: another file in the place of the one that was there. */
function write(name: string, text: string): void {
  writeFileSync(join(folder, `${name}.new`), text)
  renameSync(join(folder, `${name}.new`), join(folder, name))
}

async function started(...args: string[]): Promise<Program> {
  program = new Program(['start', 'config.js', ...args], { NODE_ENV: '', HEARTWOOD_ENV: '' }, { cwd: folder })
  await program.line('application app started')
  return program
}

async function stopped(running: Program): Promise<void> {
  running.kill('SIGTERM')
  expect(await running.exited).toBe(0)
}

it('a change of a file of settings reaches the running worker; a wrong one is reported and not used', async () => {
  write('settings.json', '{ "pool": 10 }')
  write('config.js', MODULE(`'settings.json'`, 'watch: true'))
  const running = await started()
  write('settings.json', '{ "pool": 20 }')
  await running.line('pool 10 -> 20')
  write('settings.json', '{ "pool": 200 }')
  await running.line('the changed configuration is not used')
  expect(running.messages.find((message) => message.includes('not used'))).toContain(
    'settings.json: pool is 200; expected a size',
  )
  write('settings.json', '{ "pool": 30 }')
  await running.line('pool 20 -> 30')
  expect(running.lines.filter((line) => line.includes('starts'))).toEqual([
    'pool starts with 10',
    'quiet starts',
  ])
  await stopped(running)
})

it('a change of the config module itself, of .env, and of the log level, by --watch-config', async () => {
  write('config.js', MODULE('{ pool: 1 }'))
  const running = await started('--watch-config')
  write('config.js', MODULE('{ pool: 2 }'))
  await running.line('pool 1 -> 2')
  write('.env', 'POOL=3\nKEY=s3cr3t')
  await running.line('pool 2 -> 3')
  write('.env', 'POOL=4\nKEY=s3cr3t-too')
  await running.line('pool 3 -> 4')
  write('config.js', MODULE(`{ pool: 2, level: 'debug' }`))
  await running.line('the log levels changed')
  expect(running.messages).toContain('the settings changed: pool, key')
  expect(running.lines.join('\n') + running.errors).not.toContain('s3cr3t')
  await stopped(running)
})

it('a change over which a worker crashes is taken back, and the worker is restarted alone', async () => {
  write('.env', 'POOL=12')
  write('config.js', MODULE('{}', 'watch: true'))
  const running = await started()
  write('.env', 'POOL=13')
  await running.line('the changed configuration is not used')
  expect(running.messages.find((message) => message.includes('not used'))).toContain('is taken back')
  write('.env', 'POOL=14')
  await running.line('pool 12 -> 14')
  expect(running.lines.filter((line) => line === 'pool starts with 12')).toHaveLength(2)
  expect(running.lines.filter((line) => line === 'quiet starts')).toHaveLength(1)
  expect(
    running.records.some(({ kind, reason }) => kind === 'server' && String(reason).includes('thirteen')),
  ).toBe(true)
  await stopped(running)
})

it('what replaces folders and links, as builds, releases and ConfigMaps do, is no end of the watch', async () => {
  const file = (folderName: string, pool: number): void => {
    mkdirSync(join(folder, folderName), { recursive: true })
    writeFileSync(join(folder, folderName, 's.json'), JSON.stringify({ pool }))
  }
  const point = (link: string, target: string): void => {
    symlinkSync(target, join(folder, 'next'))
    renameSync(join(folder, 'next'), join(folder, link))
  }
  file('1', 1)
  point('data', '1')
  point('s.json', 'data/s.json')
  write('config.js', MODULE(`'s.json'`, 'watch: true'))
  const running = await started()
  file('2', 2)
  point('data', '2')
  await running.line('pool 1 -> 2')
  rmSync(join(folder, '2'), { recursive: true })
  await running.line('the changed configuration is not used')
  file('2', 3)
  await running.line('pool 2 -> 3')
  file('2', 4)
  await running.line('pool 3 -> 4')
  await stopped(running)
})

it('a file that becomes a pipe is refused and not opened, and the program goes on and ends as ever', async () => {
  write('settings.json', '{ "pool": 1 }')
  write('config.js', MODULE(`'settings.json'`, 'watch: true'))
  const running = await started()
  execFileSync('mkfifo', [join(folder, 'pipe')])
  renameSync(join(folder, 'pipe'), join(folder, 'settings.json'))
  await running.line('the changed configuration is not used')
  expect(running.messages.find((message) => message.includes('not used'))).toContain(
    'settings.json cannot be used: it is not a regular file, but a pipe',
  )
  write('settings.json', '{ "pool": 2 }')
  await running.line('pool 1 -> 2')
  await stopped(running)
})

it('SIGHUP reads it all again, without a watch', async () => {
  write('settings.json', '{ "pool": 1 }')
  write('config.js', MODULE(`'settings.json'`))
  const running = await started()
  write('settings.json', '{ "pool": 200 }')
  running.kill('SIGHUP')
  await running.line('SIGHUP: the configuration is not used')
  write('settings.json', '{ "pool": 2 }')
  running.kill('SIGHUP')
  await running.line('pool 1 -> 2')
  await stopped(running)
})

it('what else is written in the folder keeps no change from being read', async () => {
  write('settings.json', '{ "pool": 1 }')
  const busy = `import { writeFileSync } from 'node:fs'\nsetInterval(() => writeFileSync('app.log', String(Math.random())), 20)`
  write('config.js', `${busy}\n${MODULE(`'settings.json'`, 'watch: true')}`)
  const running = await started()
  write('settings.json', '{ "pool": 2 }')
  await running.line('pool 1 -> 2')
  await stopped(running)
})

it('what was set by hand stays over all that changes, and the file of a secret is read again', async () => {
  write('settings.json', '{ "pool": 1 }')
  write('.env', 'KEY_FILE=secret')
  write('secret', 's3cr3t-one\n')
  write('config.js', MODULE(`'settings.json'`))
  const running = await started('--watch-config', '--set', 'pool=7')
  expect(running.lines).toContain('pool starts with 7')
  write('secret', 's3cr3t-two\n')
  await running.line('the settings changed: key')
  rmSync(join(folder, 'secret'))
  await running.line('.env: KEY_FILE cannot be used: the file it names (not shown')
  write('secret', 's3cr3t-three\n')
  write('settings.json', '{ "pool": 3, "level": "debug" }')
  await running.line('the log levels changed')
  expect(running.lines.some((line) => line.startsWith('pool 7'))).toBe(false)
  expect(running.lines.join('\n') + running.errors).not.toContain('s3cr3t')
  await stopped(running)
})

it('a reload tells of keys that nobody knows: a variable that is new once, a file that has one is not used', async () => {
  write('settings.json', '{ "pool": 1 }')
  write('config.js', MODULE(`'settings.json', envPrefix: 'SHOP'`))
  const running = await started('--watch-config')
  write('.env', 'SHOP__POOOL=5\nPOOL=2')
  await running.line('pool 1 -> 2')
  write('settings.json', '{ "pol": 1 }')
  await running.line('settings.json: pol is not a known key (did you mean \\"pool\\"?)')
  write('settings.json', '{ "pool": 1, "level": "debug" }')
  await running.line('the log levels changed')
  const warnings = running.records.filter(({ code }) => code === 'SETTINGS_KEY_UNKNOWN')
  expect(warnings.map(({ level, msg }) => [level, msg])).toEqual([
    ['warn', '.env: SHOP__POOOL is not a known key (did you mean "POOL"?), and counts for nothing.'],
  ])
  await stopped(running)
})
