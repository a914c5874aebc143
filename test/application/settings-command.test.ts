import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { Commands, type Outcome } from './commands.js'
import { Program } from './program.js'

const at = (path: string): string => new URL(`../../${path}`, import.meta.url).href

const PRELUDE = `
import { application, defineConfig, defineSettings, GenServer, inject, startLink, supervisorSpec } from '${at('dist/index.js')}'
import { z } from '${at('node_modules/zod/index.js')}'
import * as v from '${at('node_modules/valibot/dist/index.mjs')}'
const worker = (id) => ({ id, start: () => { throw new Error('started') } })
const applications = [application({ name: 'shop', root: supervisorSpec('root', { children: [worker('web')] }) })]
`

const SHOP = `
const settings = defineSettings({
  schema: z.object({
    port: z.coerce.number('a port').max(65535, 'a port').default(4000),
    hosts: z.array(z.string()).default(['a', 'b']),
    apiToken: z.string().default('t0ps3cret-default'),
    db: z.object({ url: z.string(), pool: z.number('a size').default(10), password: z.string().min(4).default('hunter2-default') }),
  }),
  values: 'settings.json', overlays: { production: { db: { pool: 50 } }, eu: 'eu.yaml' },
  env: { port: 'PORT', 'db.password': 'DB_PASSWORD' }, envPrefix: 'SHOP', secrets: ['db.password'],
})
`

const CONFIG = `${SHOP}
export default defineConfig({ settings, applications: () => { throw new Error('applications were made') } })`

let folder: string
let commands: Commands
beforeAll(() => {
  commands = new Commands()
})
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'heartwood-settings-'))
  write('package.json', '{ "type": "module" }')
  write('settings.json', '{ "db": { "url": "postgres://shop@db/shop" } }')
  write('eu.yaml', 'db:\n  url: postgres://eu\n')
  return () => rmSync(folder, { recursive: true })
})
afterAll(() => commands[Symbol.dispose]())

function write(name: string, text: string): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true })
  writeFileSync(join(folder, name), text)
}

const run = (line: string, env: Record<string, string> = {}): Promise<Outcome> =>
  commands.run({
    args: line.split(' '),
    cwd: folder,
    env: { NODE_ENV: '', HEARTWOOD_ENV: '', NO_COLOR: '1', ...env },
  })

const message = ({ errors }: Outcome): string => errors.trimEnd()

describe('heartwood config', () => {
  beforeEach(() => write('config.js', `${PRELUDE}${CONFIG}`))

  it('prints each setting in force with its source, and makes nothing of them', async () => {
    write('.env.production', 'SHOP__DB__POOL=60')
    write('secret', 'hunter2\n')
    const told = await run('config config.js --env production --env eu --set hosts=x --set port=80', {
      DB_PASSWORD_FILE: 'secret',
    })
    expect(told.lines).toEqual([])
    expect(message(told)).toBe('heartwood: --set: hosts is "x"; expected array [SETTINGS_INVALID]')
    const { exitCode, lines, errors } = await run(
      'config config.js --env production --env eu --set port=80',
      {
        DB_PASSWORD_FILE: 'secret',
      },
    )
    expect([exitCode, errors]).toEqual([0, ''])
    expect(lines.map((line) => line.replace(/ {2,}/g, ' | '))).toEqual([
      'environment: production,eu',
      'port | 80 | --set',
      'hosts | ["a","b"] | default of the schema',
      'apiToken | [redacted] | default of the schema',
      'db.url | "postgres://eu" | eu.yaml',
      'db.pool | 60 | SHOP__DB__POOL (.env.production)',
      'db.password | [redacted] | DB_PASSWORD_FILE (environment)',
    ])
  })

  it('--json is for scripts', async () => {
    const { lines, exitCode } = await run('config config.js --json', {
      SHOP__DB__URL: 'postgres://shop:hunter2@db',
      SHOP__PROT: '1',
    })
    expect(exitCode).toBe(0)
    const told = JSON.parse(lines.join(''))
    expect(told).toMatchObject({ ok: true, environment: 'development' })
    expect(told.settings).toContainEqual({
      key: 'db.url',
      value: 'postgres://shop:[redacted]@db',
      secret: false,
      from: 'variable',
      place: 'environment',
      variable: 'SHOP__DB__URL',
    })
    expect(told.settings).toContainEqual({
      key: 'db.password',
      value: '[redacted]',
      secret: true,
      from: 'schema',
      place: 'default of the schema',
    })
    expect(told.warnings).toEqual([
      { path: '', code: 'SETTINGS_KEY_UNKNOWN', message: expect.stringContaining('SHOP__PROT') },
    ])
    expect(lines.join('')).not.toMatch(/hunter2|t0ps3cret/)
  })

  it('shows no secret that another value is made of', async () => {
    write(
      'config.js',
      `${PRELUDE}const settings = defineSettings({
        schema: z.object({ key: z.string(), name: z.string() }).transform((all) => ({ ...all, address: 'http://x/?k=' + all.key })),
        env: { key: 'KEY', name: 'NAME' }, secrets: ['key'] })
      export default defineConfig({ settings, applications })`,
    )
    const { lines } = await run('config config.js', { KEY: 'hunter2', NAME: 'hunter' })
    expect(lines.join('\n')).not.toContain('hunter2')
    expect(lines.join('\n')).toContain('"hunter"')
  })

  it('hides what the log hides', async () => {
    write(
      'config.js',
      `${PRELUDE}const settings = defineSettings({
        schema: z.object({ plate: z.string(), user: z.object({ mail: z.string() }), mail: z.string() }),
        values: { plate: 'hunter2', user: { mail: 'hunter2' }, mail: 'shown' } })
      export default defineConfig({ settings, applications, log: () => ({ redact: ['plate', 'user.mail'] }) })`,
    )
    const { lines } = await run('config config.js')
    expect(lines.slice(1).map((line) => line.split(/ {2,}/)[1])).toEqual([
      '[redacted]',
      '[redacted]',
      '"shown"',
    ])
  })

  it('--schema prints the JSON Schema, whatever the values are, without defaults of secrets', async () => {
    write('settings.json', 'none')
    const { exitCode, lines } = await run('config config.js --schema')
    expect(exitCode).toBe(0)
    const schema = JSON.parse(lines.join('\n'))
    expect(schema).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      properties: {
        port: { type: 'number', maximum: 65535, default: 4000 },
        apiToken: { type: 'string', writeOnly: true },
        db: { properties: { password: { type: 'string', minLength: 4, writeOnly: true } } },
      },
    })
    expect(lines.join('\n')).not.toMatch(/hunter2|t0ps3cret/)
    const [line, ...others] = (await run('config config.js --schema --json')).lines
    expect([JSON.parse(line ?? ''), others]).toEqual([schema, []])
  })

  it('--schema has no default of a secret that is defined elsewhere, or in one of what is above it', async () => {
    write(
      'config.js',
      `${PRELUDE}const db = z.object({ url: z.string().default('hunter2') }).meta({ id: 'Db' })
      const settings = defineSettings({
        schema: z.object({ db, cache: z.object({ url: z.string() }).default({ url: 'hunter2-too' }) }), secrets: ['db.url', 'cache.url'] })
      export default defineConfig({ settings, applications })`,
    )
    const { lines } = await run('config config.js --schema --json')
    expect(lines[0]).toContain('"$ref":"#/$defs/Db"')
    expect(lines[0]).toContain('writeOnly')
    expect(lines[0]).not.toContain('hunter2')
  })

  it.each<[string, string, RegExp]>([
    ['valibot', 'v.object({ a: v.string() })', /valibot gives none by itself; wrap the schema: toStandard/],
    ['a type that JSON does not have', 'z.object({ a: z.date() })', /: Error: Date cannot be represented/],
    [
      'a schema of one’s own',
      `{ '~standard': { version: 1, vendor: 'ours', validate: (value) => ({ value }) } }`,
      /ours gives none; it would have to implement Standard JSON Schema\./,
    ],
  ])('--schema of %s is SETTINGS_SCHEMA_OPAQUE', async (_, schema, reason) => {
    write(
      'config.js',
      `${PRELUDE}export default defineConfig({ settings: defineSettings({ schema: ${schema} }), applications })`,
    )
    const told = await run('config config.js --schema --json')
    expect(told.exitCode).toBe(2)
    expect(message(told)).toMatch(reason)
    expect(JSON.parse(told.lines[0] ?? '')).toMatchObject({ error: { code: 'SETTINGS_SCHEMA_OPAQUE' } })
  })

  it('of a configuration without settings says so', async () => {
    write('config.js', `${PRELUDE}export default defineConfig({ applications })`)
    expect((await run('config config.js')).lines).toEqual(['config.js has no settings'])
    expect(message(await run('config config.js --schema'))).toMatch(/\[SETTINGS_ABSENT\]$/)
    expect(message(await run('config config.js --set a=1'))).toBe(
      'heartwood: config.js: the configuration has no settings, and so --set has nothing to set. Give it some: defineConfig({ settings, … }). [SETTINGS_ABSENT]',
    )
  })

  it('fails as the other commands do', async () => {
    expect(await run('config none.js')).toMatchObject({ exitCode: 2 })
    const wrong = await run('config config.js', { PORT: 'http' })
    expect(wrong.exitCode).toBe(2)
    expect(message(wrong)).toBe('heartwood: environment: PORT is "http"; expected a port [SETTINGS_INVALID]')
  })
})

describe('--set', () => {
  it.each([
    'start',
    'check',
    'config',
    'tree',
  ])('without a key or a value shows nothing: %s', async (command) => {
    for (const given of ['hunter2', '=hunter2', 'db..pool=hunter2']) {
      const told = await run(`${command} config.js --set ${given}`)
      expect(told.exitCode).toBe(2)
      expect(message(told)).toMatch(/^heartwood: --set takes a key and a value, .* \[USAGE\]$/)
      expect(message(told)).not.toContain('hunter2')
    }
    expect(message(await run(`${command} config.js --sett=db.password=hunter2`))).not.toContain('hunter2')
  })

  it('counts for check and tree as it does for start', async () => {
    write(
      'config.js',
      `${PRELUDE}${SHOP}export default defineConfig({ settings, applications: ({ hosts, port }) => [
        application({ name: 'shop' + port, root: supervisorSpec('root', { children: hosts.map(worker) }) })] })`,
    )
    expect((await run('check config.js --set port=81 --set port=82')).lines).toEqual([
      'config.js: ok (shop82)',
    ])
    expect((await run('tree config.js --set port=81')).lines[0]).toBe('shop81')
    const wrong = await run('check config.js --set db.pol=5 --set db.password=hunter2')
    expect(message(wrong)).toBe(
      'heartwood: --set: db.pol is not a known key (did you mean "db.pool"?) [SETTINGS_INVALID]',
    )
  })
})

describe('check --without-values', () => {
  const check = (source: string, more = '') => {
    write('config.js', `${PRELUDE}${source}`)
    return run(`check config.js --without-values${more}`)
  }

  it('checks shapes, tree and injection, and reads nothing', async () => {
    write('settings.json', 'none')
    const needed = `const settings = defineSettings({
      schema: z.object({ url: z.url({ protocol: /^postgres$/ }), hosts: z.array(z.string()).default(['a', 'b']), name: z.string() }),
      values: 'none.json', env: { url: 'URL' }, secrets: ['url'] })\n`
    const told = await check(
      `${needed}export default defineConfig({ settings, log: ({ name }) => ({ level: name }), applications: ({ hosts, url, name }) => [
        application({ name, root: supervisorSpec('root', { children: hosts.map((host) => worker(host + url.reveal().length)) }) })] })`,
      ' --env production',
    )
    expect([told.exitCode, message(told)]).toEqual([0, ''])
    expect(told.lines).toEqual(['config.js: ok (stand-in), without the values of its settings'])
  })

  it.each<[string, string, RegExp]>([
    [
      'the shape',
      `${SHOP}export default defineConfig({ settings, applications, shutdowntimeout: 5 })`,
      /shutdowntimeout is not a known key .*\[CONFIG_UNKNOWN_KEY\]$/,
    ],
    [
      'the tree',
      `${SHOP}export default defineConfig({ settings, applications: ({ hosts }) => [application({ name: 'shop',
        root: supervisorSpec('root', { children: [...hosts, 'a'].map(worker) }) })] })`,
      /shop › root: .*\[CHILD_DUPLICATE\]$|a.*twice|duplicate/i,
    ],
    [
      'a token of a key that there is not',
      `${SHOP}class Web { constructor(port) {} }
       inject(settings.token('db.url.x'))(Web, undefined, 0); GenServer()(Web)
       const fine = class Fine { constructor(port) {} }
       inject(settings.token('db.pool'))(fine, undefined, 0); GenServer()(fine)
       export default defineConfig({ settings, applications: [application({ name: 'a', root: fine }), application({ name: 'b', root: Web })] })`,
      /^heartwood: b › Web: nothing is bound to Symbol\(heartwood\.config:db\.url\.x\).*\[INJECT_UNBOUND\]$/,
    ],
  ])('finds what is wrong with %s', async (_, source, expected) => {
    const told = await check(source)
    expect(told.exitCode).toBe(2)
    expect(message(told)).toMatch(expected)
  })

  it('finds secrets that are misspelt', async () => {
    const told = await check(
      `export default defineConfig({ applications, settings: defineSettings({ schema: z.object({ a: z.string() }), secrets: ['b'] }) })`,
    )
    expect(message(told)).toMatch(/secrets must be keys of the settings, but is "b".*SETTINGS_OPTION_INVALID/)
  })

  it('says what it could not look into', async () => {
    const told = await check(
      `${SHOP}export default defineConfig({ settings, applications: ({ nothing }) => nothing.map(worker) })`,
    )
    expect(told.exitCode).toBe(0)
    expect(told.lines[0]).toMatch(
      /^warning: config\.js: the function applications of the settings cannot be checked without their values: .* \(SETTINGS_NEEDED\)$/,
    )
    expect(told.lines[1]).toBe('config.js: ok, without the values of its settings')
  })

  it('says so of a schema that does not tell what it makes', async () => {
    const valibot = await check(
      `export default defineConfig({ settings: defineSettings({ schema: v.object({ a: v.string() }) }), applications: () => applications })`,
      ' --json',
    )
    expect(JSON.parse(valibot.lines[0] ?? '')).toMatchObject({
      ok: true,
      warnings: [{ code: 'SETTINGS_NEEDED', message: expect.stringContaining('does not say what kinds') }],
    })
  })

  it('takes no values, and knows the environments', async () => {
    write('config.js', `${PRELUDE}${CONFIG}`)
    expect(message(await run('check config.js --without-values --set a=b'))).toMatch(
      /'--without-values' cannot be used with option '--set <key=value>'.*\[USAGE\]$/,
    )
    expect(message(await run('check config.js --without-values --env producton'))).toMatch(
      /did you mean "production"\?.*\[ENVIRONMENT_UNKNOWN\]$/,
    )
  })
})

it('YAML without its parser says what to install: SETTINGS_PARSER_MISSING', async () => {
  write('config.js', `${PRELUDE}${CONFIG}`)
  const hook = `export const resolve = (name, context, next) => {
    if (name !== 'yaml') return next(name, context)
    throw Object.assign(new Error("Cannot find package 'yaml'"), { code: 'ERR_MODULE_NOT_FOUND' })
  }`
  const url = (code: string): string => `data:text/javascript,${encodeURIComponent(code)}`
  const register = `import { register } from 'node:module'; register(${JSON.stringify(url(hook))})`
  const program = new Program(
    ['config', 'config.js', '--env', 'eu'],
    { NODE_ENV: '', HEARTWOOD_ENV: '' },
    // Node 26 warns of `register`, and Node 20 has nothing else.
    { cwd: folder, node: ['--no-deprecation', '--import', url(register)] },
  )
  expect(await program.exited).toBe(2)
  expect(program.errors.trimEnd()).toBe(
    'heartwood: the settings file eu.yaml is YAML, and the package that reads it is not installed. Install it beside Heartwood: npm install yaml [SETTINGS_PARSER_MISSING]',
  )
})

it('an unknown variable is told by check and at boot, and keeps nothing from starting', async () => {
  write(
    'config.js',
    `${PRELUDE}${SHOP}
    const fine = { id: 'fine', start: () => startLink({ init: () => ({ state: 0 }) }, undefined) }
    export default defineConfig({ settings, log: { format: 'json' }, applications: [
      application({ name: 'shop', type: 'permanent', root: supervisorSpec('root', { children: [fine] }) })] })`,
  )
  const { exitCode, lines } = await run('check config.js', { SHOP__PROT: '1' })
  expect(exitCode).toBe(0)
  expect(lines).toEqual([
    'warning: environment: SHOP__PROT is not a known key (did you mean "PORT"?), and counts for nothing. (SETTINGS_KEY_UNKNOWN)',
    'config.js: ok (shop)',
  ])
  const running = new Program(
    ['start', 'config.js'],
    { NODE_ENV: '', HEARTWOOD_ENV: '', SHOP__PROT: '1' },
    { cwd: folder },
  )
  await running.line('application shop started')
  expect(running.messages.filter((text) => text.includes('SHOP__PROT is not a known key'))).toHaveLength(1)
  running.kill('SIGTERM')
  expect(await running.exited).toBe(0)
})
