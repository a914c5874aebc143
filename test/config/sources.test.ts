import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type } from 'arktype'
import { defineSettings, HeartwoodError, readSettings, Secret, type SettingsSources } from 'heartwood'
import * as v from 'valibot'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'heartwood-sources-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function write(name: string, text: string): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true })
  writeFileSync(join(folder, name), text)
}

const at = (sources: SettingsSources = {}): SettingsSources => ({
  folder,
  variables: {},
  file: 'config.js',
  ...sources,
})

/** The code and message of what a reading is refused with. */
async function failure(reading: Promise<unknown>): Promise<{ code: string; lines: readonly string[] }> {
  const error = await reading.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!HeartwoodError.is(error)) throw new Error('expected a HeartwoodError')
  return { code: error.code, lines: error.message.split('\n') }
}

const db = z.object({
  url: z.string().default('none'),
  poolSize: z.number('a size').default(10),
  password: z.string().optional(),
})
const schema = z.object({
  port: z.coerce.number().default(4000),
  debug: z.boolean('true or false').default(false),
  apiURL: z.string().optional(),
  logFile: z.string().optional(),
  db: db.prefault({}),
})

describe('variables with the prefix', () => {
  const settings = defineSettings({
    schema,
    env: { 'db.url': 'DATABASE_URL' },
    envPrefix: 'SHOP',
    secrets: ['db.password'],
  })
  const valueBy = async (variables: Record<string, string>) =>
    (await readSettings(settings, at({ variables }))).value

  it('give nested keys, however their words are written together', async () => {
    const variables = {
      SHOP__PORT: '80',
      SHOP__DB__URL: 'pg',
      SHOP__DB__POOL_SIZE: '7',
      SHOP__API_URL: 'http://x',
      SHOP_PORT: 'not ours',
      OTHER__PORT: 'not ours',
    }
    expect(await valueBy(variables)).toMatchObject({
      port: 80,
      apiURL: 'http://x',
      db: { url: 'pg', poolSize: 7 },
    })
    expect((await valueBy({ SHOP__DB__POOLSIZE: '8' })).db.poolSize).toBe(8)
  })

  it('count more than those of the table in the same source, and less than a higher source', async () => {
    expect((await valueBy({ DATABASE_URL: 'table', SHOP__DB__URL: 'prefix' })).db.url).toBe('prefix')
    write('.env', 'SHOP__DB__URL=file')
    expect((await valueBy({})).db.url).toBe('file')
    expect((await valueBy({ DATABASE_URL: 'table' })).db.url).toBe('table')
  })

  it('are named where one could give what is missing', async () => {
    const needs = defineSettings({
      schema: z.object({ db: z.object({ poolSize: z.number() }) }),
      envPrefix: 'SHOP',
    })
    const { lines } = await failure(readSettings(needs, at()))
    expect(lines).toEqual([
      'config.js: db is missing; expected object (environment variables such as SHOP__DB__POOL_SIZE can give it)',
    ])
  })

  it('that are of a section and of a key in it are refused', async () => {
    const { code, lines } = await failure(valueBy({ SHOP__DB: 'x', SHOP__DB__URL: 'y' }))
    expect(code).toBe('SETTINGS_INVALID')
    expect(lines).toEqual([
      'environment: SHOP__DB and SHOP__DB__URL are both set, and one is a part of the other. Set one of them',
    ])
  })

  it('need no JSON Schema: a library without one has its words in camel case', async () => {
    const bare = defineSettings({
      schema: v.object({ db: v.object({ poolSize: v.number() }) }),
      envPrefix: 'SHOP',
    })
    const { value } = await readSettings(bare, at({ variables: { SHOP__DB__POOL_SIZE: '7' } }))
    expect(value).toEqual({ db: { poolSize: 7 } })
  })

  it.each(['', 'SHOP_', 'SHOP__', '1SHOP', 'A B'])('%j is no prefix', (envPrefix) => {
    expect(() => defineSettings({ schema, envPrefix })).toThrow(
      /^defineSettings: envPrefix must be the beginning of names/,
    )
  })
})

describe('texts', () => {
  const settings = defineSettings({ schema, env: { debug: 'DEBUG', 'db.poolSize': 'POOL', 'db.url': 'URL' } })

  it('become the number or boolean that they spell, where the schema wants one', async () => {
    const { value } = await readSettings(
      settings,
      at({ variables: { DEBUG: 'true', POOL: '1e2', URL: '80' } }),
    )
    expect(value).toMatchObject({ debug: true, db: { poolSize: 100, url: '80' } })
  })

  it('that spell none are refused as they are', async () => {
    const { lines } = await failure(
      readSettings(settings, at({ variables: { DEBUG: 'yes', POOL: '', URL: 'x' } })),
    )
    expect(lines.slice(1)).toEqual([
      '  environment: DEBUG is "yes"; expected true or false',
      '  environment: POOL is ""; expected a size',
    ])
  })

  it('are converted by the schema first, which knows better', async () => {
    const preprocess = defineSettings({
      schema: z.object({ on: z.preprocess((text) => text === 'true', z.boolean()) }),
      env: { on: 'ON' },
    })
    const { value } = await readSettings(preprocess, at({ variables: { ON: 'true' } }))
    expect(value).toEqual({ on: true })
  })
})

describe('a secret in a file that a variable names', () => {
  const settings = defineSettings({
    schema,
    env: { 'db.password': 'DB_PASSWORD', logFile: 'LOG_FILE', apiURL: 'API' },
    envPrefix: 'SHOP',
    secrets: ['db.password'],
  })
  const reading = (variables: Record<string, string>) => readSettings(settings, at({ variables }))

  it.each<[string, string]>([
    ['s3cret', 's3cret'],
    ['s3cret\n', 's3cret'],
    ['s3cret\r\n', 's3cret'],
    ['two\nlines \n\n', 'two\nlines \n'],
  ])('is its content without the last line end: %j', async (content, password) => {
    write('run/secret', content)
    for (const variable of ['DB_PASSWORD_FILE', 'SHOP__DB__PASSWORD_FILE']) {
      const { value, files } = await reading({ [variable]: join(folder, 'run/secret') })
      expect(value.db.password).toBeInstanceOf(Secret)
      expect(value.db.password?.reveal()).toBe(password)
      expect(files).toContain(join(folder, 'run/secret'))
    }
  })

  it('may be named by a .env file; of two sources the higher one counts', async () => {
    write('secret', 'in the file')
    write('.env', 'DB_PASSWORD_FILE=secret')
    expect((await reading({})).value.db.password?.reveal()).toBe('in the file')
    expect((await reading({ DB_PASSWORD: 'higher' })).value.db.password?.reveal()).toBe('higher')
  })

  it.each<[string, Record<string, string>, string]>([
    [
      'with its variable set, too',
      { DB_PASSWORD: 'hunter2', DB_PASSWORD_FILE: './secret' },
      'DB_PASSWORD is set, too. Set one of the two.',
    ],
    ['that is missing', { DB_PASSWORD_FILE: './none' }, 'the file ./none is not there.'],
    [
      'that is a folder',
      { DB_PASSWORD_FILE: './sub' },
      'the file ./sub is not a regular file, but a folder.',
    ],
    ['without a name', { DB_PASSWORD_FILE: '' }, 'it is empty, and must be the path of a file.'],
    [
      'that is the secret itself',
      { DB_PASSWORD_FILE: 'hunter2' },
      'the file it names (not shown, in case it is the secret itself) is not there.',
    ],
  ])('%s is SECRET_FILE_INVALID', async (_, variables, reason) => {
    write('secret', 'hunter2')
    write('sub/x', '')
    const { code, lines } = await failure(reading(variables))
    expect([code, ...lines]).toEqual([
      'SECRET_FILE_INVALID',
      `environment: DB_PASSWORD_FILE cannot be used: ${reason}`,
    ])
  })

  it('is not what the variable of another key is, or one of a key that is no secret', async () => {
    const { value } = await reading({ LOG_FILE: 'app.log', SHOP__LOG_FILE: 'own.log', API_FILE: '/none' })
    expect(value.logFile).toBe('own.log')
    const url = defineSettings({ schema: z.object({ url: z.string() }), env: { url: 'URL' } })
    const { lines } = await failure(readSettings(url, at({ variables: { URL_FILE: '/run/secrets/url' } })))
    expect(lines).toEqual([
      'config.js: url is missing; expected string (the environment variable URL can give it; URL_FILE is set, and is read for keys in `secrets` only)',
    ])
  })

  it('is in no message', async () => {
    write('secret', 'hunter2\n')
    const strict = defineSettings({
      schema: z.object({ token: z.string().refine(() => false, { error: ({ input }) => `bad ${input}` }) }),
      env: { token: 'TOKEN' },
    })
    const { lines } = await failure(readSettings(strict, at({ variables: { TOKEN_FILE: 'secret' } })))
    expect(lines).toEqual(['environment: TOKEN_FILE is a value that is not shown; expected bad [redacted]'])
  })
})

describe('a YAML file', () => {
  const settings = defineSettings({ schema, values: 'settings.yaml', secrets: ['db.password'] })
  const reading = () => readSettings(settings, at())

  it('is read, with anchors and merges, and under both of its endings', async () => {
    write('settings.yaml', '# main\nport: 80\ndb: &db\n  url: pg\n  poolSize: 5\n')
    expect((await reading()).value).toMatchObject({ port: 80, db: { url: 'pg', poolSize: 5 } })
    write('other.yml', 'db:\n  <<: { url: merged, poolSize: 1 }\n  poolSize: 2\n')
    const other = defineSettings({ schema, values: 'other.yml' })
    expect((await readSettings(other, at())).value.db).toEqual({ url: 'merged', poolSize: 2 })
  })

  it.each<[string, string, RegExp]>([
    [
      'that does not parse',
      'db:\n  password: "hunter2\n',
      /it is not YAML: line \d+, column \d+ \([A-Z_]+\)$/,
    ],
    ['with a key twice', 'db:\n  password: hunter2\n  password: hunter3\n', /\(DUPLICATE_KEY\)$/],
    ['with a tag that nobody knows', 'db:\n  password: !hunter2 x\n', /\(TAG_RESOLVE_FAILED\)$/],
    ['with an alias of nothing', 'db:\n  password: *hunter2\n', /its aliases lead nowhere|BAD_ALIAS/],
    ['that is empty', '', /it must hold an object$/],
    ['of two documents', 'port: 1\n---\nport: 2\n', /\(MULTIPLE_DOCS\)$/],
  ])('%s is SETTINGS_FILE_INVALID, by its place alone', async (_, text, reason) => {
    write('settings.yaml', text)
    const { code, lines } = await failure(reading())
    expect(code).toBe('SETTINGS_FILE_INVALID')
    expect(lines.join('\n')).toMatch(reason)
    expect(lines.join('\n')).toMatch(/^the settings file settings\.yaml cannot be used: /)
    expect(lines.join('\n')).not.toContain('hunter')
  })
})

describe('values that are set by hand', () => {
  const settings = defineSettings({ schema, env: { port: 'PORT' }, secrets: ['db.password'] })
  const reading = (overrides: Record<string, unknown>) =>
    readSettings(settings, at({ overrides, variables: { PORT: '80' } }))

  it('count more than all others, and are texts like those of variables', async () => {
    const { value } = await reading({ port: '90', 'db.poolSize': '5', debug: 'true' })
    expect(value).toMatchObject({ port: 90, debug: true, db: { poolSize: 5 } })
  })

  it('are told by their flag when they are wrong, secrets unseen', async () => {
    const { lines } = await failure(reading({ port: 'http', 'db.password': 'hunter2', 'db.password.x': 'y' }))
    expect(lines).toEqual([
      '2 settings are wrong:',
      expect.stringMatching(/^ {2}--set: port is "http"; expected number/),
      expect.stringMatching(/^ {2}--set: db\.password is a value that is not shown; expected string$/),
    ])
  })
})

describe('several environments', () => {
  const settings = defineSettings({
    schema,
    overlays: { production: { port: 1, db: { url: 'production' } }, eu: { db: { url: 'eu' } } },
    env: { debug: 'DEBUG', 'db.url': 'URL' },
  })
  const reading = (environment: string, variables = {}) =>
    readSettings(settings, at({ environment, variables }))

  it('count in their order, overlays and .env files alike', async () => {
    const { value, environment } = await reading('production,eu')
    expect(environment).toBe('production,eu')
    expect(value).toMatchObject({ port: 1, db: { url: 'eu' } })
    expect((await reading('eu, production')).value.db.url).toBe('production')
    write('.env.eu', 'URL=env eu')
    write('.env.production', 'URL=env production')
    expect((await reading('production,eu')).value.db.url).toBe('env eu')
  })

  it('are read from HEARTWOOD_ENV alike; NODE_ENV is one name', async () => {
    const variables = { HEARTWOOD_ENV: 'production,eu' }
    expect((await readSettings(settings, at({ variables }))).value.db.url).toBe('eu')
    const node = await readSettings(settings, at({ variables: { NODE_ENV: 'production,eu' } }))
    expect(node.value.db.url).toBe('none')
  })

  it('one that only a .env file has is one; one that nothing has names what was looked for', async () => {
    write('.env.staging', 'URL=staging')
    expect((await reading('staging')).value.db.url).toBe('staging')
    const { code, lines } = await failure(reading('production,us'))
    expect(code).toBe('ENVIRONMENT_UNKNOWN')
    expect(lines[0]).toContain('Looked for an overlay "us" and the file .env.us.')
    expect((await failure(reading('production,'))).code).toBe('ENVIRONMENT_UNKNOWN')
  })
})

describe('keys that the schema does not know', () => {
  const values = { port: 1, prot: 2, db: { urll: 'x' } } as never
  // A library that does not say its keys knows those that are named somewhere.
  const env = { 'db.url': 'DB_URL' } as never
  const UNKNOWN = [
    '2 settings are wrong:',
    '  config.js: prot is not a known key (did you mean "port"?)',
    '  config.js: db.urll is not a known key (did you mean "db.url"?)',
  ]

  const zods = z.object({ port: z.number(), db: z.object({ url: z.string().optional() }) })
  it.each([
    ['zod', zods],
    ['zod that renames', zods.transform(({ port, ...rest }) => ({ ...rest, number: port }))],
    ['valibot', v.object({ port: v.number(), db: v.object({ url: v.optional(v.string()) }) })],
    ['arktype', type({ port: 'number', db: { 'url?': 'string', '+': 'delete' }, '+': 'delete' })],
  ])('are refused with what was probably meant: %s', async (_, each) => {
    const { code, lines } = await failure(readSettings(defineSettings({ schema: each, values, env }), at()))
    expect(code).toBe('SETTINGS_INVALID')
    expect(lines).toEqual(UNKNOWN)
  })

  it('are told beside what else is wrong, once, also by a schema that refuses them itself', async () => {
    const strict = defineSettings({
      schema: z.strictObject({ port: z.number(), host: z.string() }),
      values: { prot: 1, host: 'x' } as never,
    })
    expect((await failure(readSettings(strict, at()))).lines).toEqual([
      '2 settings are wrong:',
      '  config.js: port is missing; expected number',
      '  config.js: prot is not a known key (did you mean "port"?)',
    ])
  })

  it('are looked for in lists, and in what was set by hand', async () => {
    const list = defineSettings({
      schema: z.object({ targets: z.array(z.object({ url: z.string() })) }),
      values: 'settings.json',
    })
    write('settings.json', '{ "targets": [{ "url": "a" }, { "url": "b", "evry": 5 }] }')
    expect((await failure(readSettings(list, at({ overrides: { target: '1', tar: '2' } })))).lines).toEqual([
      '3 settings are wrong:',
      '  settings.json: targets[1].evry is not a known key (known: targets[1].url)',
      '  --set: target is not a known key (did you mean "targets"?)',
      '  --set: tar is not a known key (did you mean "targets"?)',
    ])
  })

  it('are not what stands for nothing, and not the schema that editors look for', async () => {
    write('settings.json', '{ "$schema": "./settings.schema.json", "port": 1, "db": {} }')
    const { value } = await readSettings(
      defineSettings({
        schema: zods,
        values: 'settings.json',
        overlays: { test: { prot: undefined } as never },
      }),
      at({ environment: 'test' }),
    )
    expect(value).toEqual({ port: 1, db: {} })
  })

  it.each([
    ['zod', z.object({ r: z.record(z.string(), z.number()), l: z.looseObject({}), a: z.any() })],
    [
      'zod, by a union and by itself',
      z.object({
        r: z.union([z.string(), z.object({ x: z.number() })]),
        l: z.lazy(() => z.object({ x: z.number() })),
        a: z.unknown(),
      }),
    ],
    ['valibot', v.object({ r: v.record(v.string(), v.number()), l: v.looseObject({}), a: v.any() })],
    [
      'valibot that renames',
      v.pipe(
        v.looseObject({}),
        v.transform(({ r, l, a }) => ({ b: [r, l, a] })),
      ),
    ],
    ['arktype, which keeps what it does not know', type({ r: 'object' })],
  ])('are none where any may be: %s', async (_, each) => {
    const open = defineSettings({
      schema: each as z.ZodType<object>,
      values: { r: { x: 1 }, l: { x: 1 }, a: { x: 1 } },
    })
    await expect(readSettings(open, at())).resolves.toMatchObject({ warnings: [] })
  })

  it('of variables are a warning: others may have set them, for another version', async () => {
    const strict = defineSettings({
      schema: z.strictObject({ port: z.number().default(1), poolSize: z.number().default(1) }),
      envPrefix: 'SHOP',
    })
    const { value, warnings } = await readSettings(
      strict,
      at({ variables: { SHOP__POOL_SIZ: '2', SHOP__PORT: '80' } }),
    )
    expect(value).toEqual({ port: 80, poolSize: 1 })
    expect(warnings.map(({ code, message }) => [code, message])).toEqual([
      [
        'SETTINGS_KEY_UNKNOWN',
        'environment: SHOP__POOL_SIZ is not a known key (did you mean "SHOP__POOL_SIZE"?), and counts for nothing.',
      ],
    ])
  })

  it('are warned of, or let be, as unknownKeys says', async () => {
    const read = async (unknownKeys: 'refuse' | 'warn' | 'allow') =>
      readSettings(
        defineSettings({ schema: zods, values, envPrefix: 'SHOP', unknownKeys }),
        at({ variables: { SHOP__X: '1' } }),
      )
    expect((await failure(read('refuse'))).lines).toHaveLength(4)
    expect((await read('warn')).warnings).toHaveLength(3)
    expect((await read('allow')).warnings).toHaveLength(0)
  })
})

it('a value that the schema made of another is told from a default', async () => {
  const renames = defineSettings({
    schema: z
      .object({ a: z.number().default(1), b: z.number() })
      .transform(({ b, ...rest }) => ({ ...rest, c: b })),
    values: { b: 2 },
  })
  const { origins } = await readSettings(renames, at())
  expect(origins.map(({ path, place }) => [path.join('.'), place])).toEqual([
    ['a', 'default of the schema'],
    ['c', 'made by the schema'],
  ])
})

it('each value knows its source', async () => {
  write('settings.json', '{ "db": { "poolSize": 1 } }')
  write('.env', 'URL=x')
  write('secret', 'hunter2')
  const settings = defineSettings({
    schema,
    values: 'settings.json',
    overlays: { production: { apiURL: 'http://x' } },
    env: { 'db.url': 'URL', 'db.password': 'PASSWORD' },
    secrets: ['db.password'],
  })
  const { origins } = await readSettings(
    settings,
    at({
      environment: 'production',
      variables: { PASSWORD_FILE: 'secret' },
      overrides: { debug: 'true' },
    }),
  )
  expect(Object.fromEntries(origins.map(({ path, ...origin }) => [path.join('.'), origin]))).toEqual({
    port: { from: 'schema', place: 'default of the schema' },
    debug: { from: 'flag', place: '--set' },
    apiURL: { from: 'profile', place: 'config.js (overlay production)' },
    'db.url': { from: '.env', place: '.env', variable: 'URL' },
    'db.poolSize': { from: 'file', place: 'settings.json' },
    'db.password': { from: 'variable', place: 'environment', variable: 'PASSWORD_FILE' },
  })
})
