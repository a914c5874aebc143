import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import promises from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { type } from 'arktype'
import {
  checkValue,
  defineSettings,
  HeartwoodError,
  readSettings,
  Secret,
  type StandardSchema,
} from 'heartwood'
import * as v from 'valibot'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { Redactor } from '../../src/config/index.js'
import { endLimitsOf } from './limits.js'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'heartwood-settings-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const write = (name: string, text: string): void => writeFileSync(join(folder, name), text)

/** The error that a promise must reject with. */
async function failure(promise: Promise<unknown>): Promise<HeartwoodError> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!HeartwoodError.is(error)) throw new Error(`expected a HeartwoodError, got ${inspect(error)}`)
  return error
}

const port = z.coerce.number('a port from 0 to 65535').min(0).max(65_535)
const schema = z.object({
  port: port.default(4000),
  name: z.string().optional(),
  db: z.object({ url: z.string(), pool: z.coerce.number().int().min(1).default(10) }),
})

const described = defineSettings({
  schema,
  values: { db: { url: 'values', pool: 1 } },
  overlays: { production: { db: { url: 'overlay', pool: 2 } }, staging: {} },
  env: { port: 'PORT', name: 'NAME', 'db.url': 'DB_URL', 'db.pool': 'DB_POOL' },
})

const read = (variables: Record<string, string> = {}, environment?: string) =>
  readSettings(described, { folder, variables, environment, file: 'config.js' })

describe('settings come from', () => {
  it('the schema, where nothing else says something', async () => {
    expect((await read()).value.port).toBe(4000)
  })

  it('the variables, then .env.NAME, then .env, then the overlay, then the values', async () => {
    const urls = async (): Promise<string> => {
      const { value } = await read(variables, 'production')
      return value.db.url
    }
    const variables: Record<string, string> = {}
    expect((await read()).value.db.url).toBe('values')
    expect(await urls()).toBe('overlay')
    write('.env', 'DB_URL=env')
    expect(await urls()).toBe('env')
    write('.env.production', 'DB_URL="env of production"')
    expect(await urls()).toBe('env of production')
    variables.DB_URL = 'variable'
    expect(await urls()).toBe('variable')
  })

  it('all of these at once, key by key', async () => {
    write('.env', "# comment\nexport PORT=80\nNAME='two\nlines'\n")
    const { value } = await read({ DB_POOL: '7' }, 'production')
    expect(value).toEqual({ port: 80, name: 'two\nlines', db: { url: 'overlay', pool: 7 } })
  })

  it('with the byte order mark and the line ends of other editors', async () => {
    write('.env', '\uFEFFPORT=80\r\nNAME="a # b" # why\r\n')
    expect((await read()).value).toMatchObject({ port: 80, name: 'a # b' })
    const marked = defineSettings({ schema, values: 'marked.json' })
    write('marked.json', '\uFEFF{ "port": 1, "name": "x", "db": { "url": "json" } }')
    const { value } = await readSettings(marked, { folder, environment: 'test', variables: {} })
    expect(value).toMatchObject({ port: 1 })
  })

  it('files, of JSON or JavaScript, read anew each time', async () => {
    const files = defineSettings({ schema, values: 'settings.json', overlays: { test: 'test.mjs' } })
    const now = async () => (await readSettings(files, { folder, environment: 'test', variables: {} })).value
    write('settings.json', '{ "port": 1, "db": { "url": "json" } }')
    write('test.mjs', 'export default { port: 2 }')
    expect(await now()).toEqual({ port: 2, db: { url: 'json', pool: 10 } })
    write('test.mjs', 'export default { port: 3 }')
    expect((await now()).port).toBe(3)
  })

  it('no .env file when that is off, and no process.env is changed by one', async () => {
    write('.env', 'PORT=80\nSETTINGS_TEST=1')
    const off = defineSettings({
      schema: z.object({ port }),
      values: { port: 1 },
      env: { port: 'PORT' },
      envFile: false,
    })
    expect((await readSettings(off, { folder, variables: {} })).value.port).toBe(1)
    await read()
    expect(process.env.SETTINGS_TEST).toBeUndefined()
  })

  it('nobody afterwards: they cannot be changed', async () => {
    const { value } = await read()
    expect(() => Object.assign(value.db, { pool: 3 })).toThrow(TypeError)
  })

  it('a key such as __proto__ without any harm', async () => {
    const anything: StandardSchema<unknown, object> = {
      '~standard': { version: 1, vendor: 'ours', validate: (value) => ({ value: value as object }) },
    }
    const open = defineSettings({
      schema: anything,
      values: 'settings.json',
      overlays: { development: { a: 1 } },
    })
    write('settings.json', '{ "__proto__": { "polluted": true } }')
    const { value } = await readSettings(open, { folder, variables: {} })
    expect(Object.hasOwn(value, '__proto__')).toBe(true)
    expect((value as { polluted?: boolean }).polluted).toBeUndefined()
  })
})

describe('the environment', () => {
  it.each<[Record<string, string>, string | undefined, string]>([
    [{}, undefined, 'development'],
    [{ NODE_ENV: 'production' }, undefined, 'production'],
    [{ NODE_ENV: 'production', HEARTWOOD_ENV: 'staging' }, undefined, 'staging'],
    [{ NODE_ENV: 'production', HEARTWOOD_ENV: 'staging' }, 'test', 'test'],
    [{ NODE_ENV: '', HEARTWOOD_ENV: '' }, undefined, 'development'],
    [{ NODE_ENV: 'whatever' }, undefined, 'whatever'],
  ])('%j and %j make %s', async (variables, given, name) => {
    expect((await read(variables, given)).environment).toBe(name)
  })

  it('that is misspelt is ENVIRONMENT_UNKNOWN', async () => {
    expect(await failure(read({}, 'producton'))).toMatchObject({
      code: 'ENVIRONMENT_UNKNOWN',
      message: expect.stringMatching(
        /^there is no environment "producton" \(did you mean "production"\?\)\. Known environments: development, test, production, staging\./,
      ),
    })
  })
})

describe('settings that are wrong', () => {
  it('are all told at once, each with its place, key, value and what was expected', async () => {
    write('.env', 'PORT=http')
    const strict = defineSettings({
      schema: z.object({
        port,
        host: z.string('a host name'),
        db: z.object({ pool: z.number(), url: z.string() }),
      }),
      values: { db: { pool: 'many' as never } },
      overlays: { test: { db: { url: 5 as never } } },
      env: { port: 'PORT', host: 'HOST' },
    })
    const error = await failure(
      readSettings(strict, { folder, file: 'config.js', environment: 'test', variables: {} }),
    )
    expect(error.code).toBe('SETTINGS_INVALID')
    expect(error.message.split('\n')).toEqual([
      '4 settings are wrong:',
      '  .env: PORT is "http"; expected a port from 0 to 65535',
      '  config.js: host is missing; expected a host name (the environment variable HOST can give it)',
      '  config.js: db.pool is "many"; expected number',
      '  config.js (overlay test): db.url is 5; expected string',
    ])
    expect(error.details.list).toHaveLength(4)
  })

  const libraries: Record<string, StandardSchema> = {
    zod: z.strictObject({
      port: z.number(),
      mode: z.enum(['on', 'off']),
      list: z.array(z.object({ at: z.int() })),
    }),
    valibot: v.strictObject({
      port: v.number(),
      mode: v.picklist(['on', 'off']),
      list: v.array(v.object({ at: v.number() })),
    }),
    arktype: type({
      port: 'number',
      mode: "'on' | 'off'",
      list: type({ at: 'number' }).array(),
      '+': 'reject',
    }),
  }

  it.each<[string, readonly RegExp[]]>([
    [
      'zod',
      [
        /port is "x"; expected number$/,
        /mode is 1; expected one of "on"\|"off"$/,
        /list\[1\]\.at is missing; expected (number|int)$/,
        /Unrecognized key: "extra"$/,
      ],
    ],
    [
      'valibot',
      [
        /port is "x"; expected number$/,
        /mode is 1; expected \("on" \| "off"\)$/,
        /list\[1\]\.at is missing; expected ("at"|number)$/,
        /extra is 1; expected never$/,
      ],
    ],
    [
      'arktype',
      [
        /port is "x"; expected a number$/,
        /mode is 1; expected "off" or "on"$/,
        /list\[1\]\.at is missing; expected a number$/,
        /extra.*expected removed$/,
      ],
    ],
  ])('are told alike with %s', async (library, patterns) => {
    const value = { port: 'x', mode: 1, list: [{ at: 1 }, {}], extra: 1 }
    const check = checkValue(libraries[library] as StandardSchema, value, { file: 'x.json', key: '' })
    const { message } = await failure(check)
    for (const pattern of patterns) {
      expect(
        message.split('\n').filter((line) => pattern.test(line)),
        `${pattern} in\n${message}`,
      ).toHaveLength(1)
    }
    for (const line of message.split('\n').slice(1)) expect(line).toMatch(/^ {2}x\.json: /)
  })

  it('are found by schemas that take their time', async () => {
    const slow = defineSettings({
      schema: z.object({
        host: z.string().refine(async (host) => host !== 'nowhere', 'a host that answers'),
      }),
      values: { host: 'nowhere' },
    })
    const { message } = await failure(readSettings(slow, { folder, variables: {} }))
    expect(message).toBe('settings: host is "nowhere"; expected a host that answers')
  })

  it('are not an object: said so', async () => {
    const odd = defineSettings({ schema: z.any().transform(() => 7), values: {} })
    expect((await failure(readSettings(odd, { folder, variables: {} }))).message).toBe(
      'settings: the schema of the settings must make an object',
    )
  })

  it('are not told by a schema that gives no answer at all: SETTINGS_SCHEMA_FAILED', async () => {
    const validate = () => undefined as never
    const odd = defineSettings({
      schema: { '~standard': { version: 1, vendor: 'odd', validate } },
      values: {},
    })
    expect((await failure(readSettings(odd, { folder, variables: {} }))).message).toMatch(
      /the schema of the settings failed: TypeError: its answer is undefined\./,
    )
  })

  it('are not told by a schema that throws: SETTINGS_SCHEMA_FAILED', async () => {
    const broken = defineSettings({
      schema: z.object({}).transform(() => {
        throw new Error('no idea')
      }),
    })
    expect(await failure(readSettings(broken, { folder, variables: {} }))).toMatchObject({
      code: 'SETTINGS_SCHEMA_FAILED',
      message:
        'settings: the schema of the settings failed: Error: no idea. A schema must return issues and not throw.',
    })
  })
})

it('texts that a conversion makes something else of than was meant are refused', async () => {
  const converts = defineSettings({
    schema: z.object({ port: z.coerce.number(), on: z.coerce.boolean(), off: z.coerce.boolean().optional() }),
    env: { port: 'PORT', on: 'ON', off: 'OFF' },
  })
  const { message } = await failure(readSettings(converts, { folder, variables: { PORT: '', ON: 'False' } }))
  expect(message.split('\n').slice(1)).toEqual([
    expect.stringMatching(/^ {2}environment: PORT is empty, which the schema makes the number 0/),
    expect.stringMatching(/^ {2}environment: ON is "False", which the schema makes true/),
  ])
  const fine = await readSettings(converts, { folder, variables: { PORT: '0', ON: 'true', OFF: '' } })
  expect(fine.value).toEqual({ port: 0, on: true, off: false })
})

describe('a file of settings that cannot be used', () => {
  const values = (file: string) =>
    failure(readSettings(defineSettings({ schema, values: file }), { folder, variables: {} }))

  it.each<[string, string, string | undefined, RegExp]>([
    ['that is not there', 'none.json', undefined, /^the settings file none\.json cannot be used: .*ENOENT/],
    [
      'of broken JSON',
      'a.json',
      '{ "port": ',
      /^the settings file a\.json cannot be used: it is not JSON: line 1, column 11$/,
    ],
    ['of JSON that is a list', 'a.json', '[]', /a\.json cannot be used: it must hold an object$/],
    [
      'of JavaScript without an export',
      'a.mjs',
      'export const a = 1',
      /its default export must be an object$/,
    ],
    ['of JavaScript that throws', 'b.mjs', 'throw new Error("no")', /b\.mjs cannot be used: Error: no$/],
  ])('%s', async (_, name, text, message) => {
    if (text !== undefined) write(name, text)
    const error = await values(name)
    expect(error.code).toBe('SETTINGS_FILE_INVALID')
    expect(error.message).toMatch(message)
  })

  it.each<[string, string, string]>([
    ['a line without =', 'PORT=1\nPORT 80\n', '.env:2: expected NAME=value, a comment or nothing'],
    ['a quote that is not closed', 'A="1\nB=2', '.env:1: the quote " is not closed'],
  ])('.env with %s is ENV_FILE_INVALID', async (_, text, message) => {
    write('.env', text)
    expect(await failure(read())).toMatchObject({ code: 'ENV_FILE_INVALID', message })
  })

  it.each<[string, string, number]>([
    ['a # in a value without quotes', 'PORT=1\nA=pass#word', 2],
    ['a value that begins with #', 'A=#fff', 1],
    ['something behind the closing quote', 'A="x"y', 1],
    ['a quote within quotes', "A='it's'", 1],
    ['an escaped quote', 'A="x\\"y"', 1],
    ['a colon for the =', 'A: 1', 1],
  ])('.env with %s, which Node cuts or drops, is refused', async (_, text, line) => {
    write('.env', text)
    const { code, message } = await failure(read())
    expect([code, message]).toEqual(['ENV_FILE_INVALID', expect.stringContaining(`.env:${line}: `)])
  })

  it.each<[string, string]>([
    ['export  NAME=x', 'x'],
    ['NAME= x # why', 'x'],
    ['NAME=x #why', 'x'],
    ['NAME= # why', ''],
    ['NAME="a\n# b"   # why', 'a\n# b'],
    ["NAME='a\\nb'", 'a\\nb'],
    ['NAME="a\\nb"', 'a\nb'],
    ['A=1\rNAME==x$y', '=x$y'],
    ['#NAME=no\nNAME=`"\'`', '"\''],
  ])('.env with %j is read whole', async (text, name) => {
    write('.env', text)
    expect((await read()).value.name).toBe(name)
  })

  it('.env that is named and not there', async () => {
    const named = defineSettings({ schema, env: { port: 'PORT' }, envFile: 'prod.env' })
    expect((await failure(readSettings(named, { folder, variables: {} }))).message).toBe(
      'prod.env: envFile names it, and it is not there',
    )
  })

  it('.env that is named and not there, where no setting has a variable', async () => {
    const named = defineSettings({ schema, envFile: 'prod.env' })
    expect((await failure(readSettings(named, { folder, variables: {} }))).message).toBe(
      'prod.env: envFile names it, and it is not there',
    )
  })

  it('.env that is a folder', async () => {
    const odd = defineSettings({ schema, env: { port: 'PORT' }, envFile: '.' })
    const { message } = await failure(readSettings(odd, { folder, variables: {} }))
    expect(message).toMatch(/: it is not a regular file, but a folder$/)
  })

  // Whoever opens it waits for a writer, and a program that waits so cannot even end.
  it('or is a pipe is not opened, whatever it is read for', async () => {
    const pipe = join(folder, 'pipe')
    execFileSync('mkfifo', [pipe])
    const says = 'it is not a regular file, but a pipe'
    const values = defineSettings({ schema, values: 'pipe' })
    expect((await failure(readSettings(values, { folder, variables: {} }))).message).toBe(
      `the settings file pipe cannot be used: ${says}`,
    )
    const env = defineSettings({ schema, env: { port: 'PORT' }, envFile: 'pipe' })
    expect((await failure(readSettings(env, { folder, variables: {} }))).message).toBe(`pipe: ${says}`)
    const secret = defineSettings({
      schema: z.object({ key: z.string() }),
      env: { key: 'KEY' },
      envFile: false,
      secrets: ['key'],
    })
    const variables = { KEY_FILE: './pipe' }
    expect((await failure(readSettings(secret, { folder, variables }))).message).toBe(
      'environment: KEY_FILE cannot be used: the file ./pipe is not a regular file, but a pipe.',
    )
  })

  it('or whose reading takes too long, as on a mount that is gone, is given up', async () => {
    vi.spyOn(promises, 'stat').mockReturnValue(new Promise(() => {}))
    syncBuiltinESMExports()
    endLimitsOf(5_000)
    try {
      const values = defineSettings({ schema, values: 'a.json' })
      expect((await failure(readSettings(values, { folder, variables: {} }))).message).toBe(
        'the settings file a.json cannot be used: it has not been read in 5000 ms',
      )
    } finally {
      vi.restoreAllMocks()
      syncBuiltinESMExports()
    }
  })
})

describe('a reading that takes too long', () => {
  it('of a module of values is given up', async () => {
    write('never.mjs', 'await new Promise(() => {})')
    endLimitsOf(20_000)
    const values = defineSettings({ schema, values: 'never.mjs' })
    const { message } = await failure(readSettings(values, { folder, variables: {} }))
    vi.restoreAllMocks()
    expect(message).toBe(
      'the settings file never.mjs cannot be used: it is not through after 20000 ms, and waits for what never comes',
    )
  })

  it('is given up before by whoever asked for it, with the reason', async () => {
    const slow = defineSettings({
      schema: z.object({ a: z.number().refine(() => new Promise(() => {})) }),
      values: { a: 1 },
    })
    const enough = new AbortController()
    const reading = readSettings(slow, { folder, variables: {}, signal: enough.signal })
    enough.abort('enough')
    await expect(reading).rejects.toBe('enough')
    const files = defineSettings({ schema, values: 'a.json', envFile: '.env' })
    await expect(readSettings(files, { folder, signal: enough.signal })).rejects.toBe('enough')
  })
})

describe('options of defineSettings that are wrong', () => {
  it.each<[string, unknown, string]>([
    ['none', undefined, 'its argument must be an object, but is undefined'],
    [
      'no schema',
      {},
      'schema must be a schema of a library that implements Standard Schema, but is undefined',
    ],
    ['a schema that is none', { schema: {} }, 'schema must be a schema of a library'],
    [
      'an unknown one',
      { schema, valeus: {} },
      '"valeus" must be one of its options (schema, values, overlays, env, envPrefix, envFile, secrets, unknownKeys) (did you mean "values"?)',
    ],
    [
      'values that are a list',
      { schema, values: [] },
      'values must be an object, or the path of a file, but is an array',
    ],
    [
      'an overlay that is a number',
      { schema, overlays: { a: 1 } },
      'overlays must be an object of environments',
    ],
    [
      'a variable without a name',
      { schema, env: { port: '' } },
      'env must be an object of names of environment variables',
    ],
    [
      'an env file that is a list',
      { schema, envFile: [] },
      'envFile must be the path of a file, or false, but is an array',
    ],
    [
      'secrets that are a key',
      { schema, secrets: 'db.url' },
      'secrets must be a list of keys, such as ["db.url"], but is string',
    ],
  ])('%s', (_, options, message) => {
    const attempt = (): unknown => defineSettings(options as never)
    expect(attempt).toThrow(expect.objectContaining({ code: 'SETTINGS_OPTION_INVALID' }))
    expect(attempt).toThrow(message)
  })

  it('the schema of checkValue', async () => {
    const { code } = await failure(checkValue({} as never, 1, { file: 'a', key: 'b' }))
    expect(code).toBe('SETTINGS_OPTION_INVALID')
  })
})

describe('a secret', () => {
  const secret = defineSettings({
    schema: z.object({
      db: z.object({ url: z.url(), pin: z.coerce.number().min(1000).optional() }),
      list: z.array(z.string()).optional(),
    }),
    env: { 'db.url': 'DB_URL', 'db.pin': 'PIN' },
    secrets: ['db.url', 'db.pin', 'list'],
  })
  const load = (variables: Record<string, string>) => readSettings(secret, { folder, variables })

  it('is handed out in a Secret, which shows itself to nobody', async () => {
    const { value } = await load({ DB_URL: 'http://db/s3cr3t', PIN: '1234' })
    expect(value.db.url).toBeInstanceOf(Secret)
    expect(value.db.url.reveal()).toBe('http://db/s3cr3t')
    expect(value.db.pin?.reveal()).toBe(1234)
    expect(value.list).toBeUndefined()
    const shown = [inspect(value, { depth: 9, showHidden: true }), JSON.stringify(value), `${value.db.url}`]
    for (const text of shown) expect(text).not.toMatch(/s3cr3t|1234/)
    expect(shown[1]).toBe('{"db":{"url":"[redacted]","pin":"[redacted]"}}')
  })

  it.each<[string, StandardSchema]>([
    [
      'zod',
      z.object({ key: z.string().refine(() => false, { error: ({ input }) => `not ${String(input)}` }) }),
    ],
    ['valibot', v.object({ key: v.pipe(v.string(), v.minLength(99)) })],
    ['arktype', type({ key: 'string >= 99' })],
    [
      'a rule over the whole',
      z
        .object({ key: z.string() })
        .refine(() => false, { error: ({ input }) => `bad ${JSON.stringify(input)}` }),
    ],
  ])('is in no message of %s', async (_, schemaOfKey) => {
    const wrong = defineSettings({
      schema: schemaOfKey,
      env: { key: 'KEY' } as never,
      secrets: ['key'] as never,
    })
    const error = await failure(readSettings(wrong, { folder, variables: { KEY: 's3cr3t' } }))
    expect(error.code).toBe('SETTINGS_INVALID')
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('s3cr3t')
  })

  it('says what was expected all the same', async () => {
    expect((await failure(load({ DB_URL: 's3cr3t', PIN: '12' }))).message.split('\n')).toEqual([
      '2 settings are wrong:',
      '  environment: DB_URL: Invalid URL',
      '  environment: PIN is a value that is not shown; expected number to be >=1000',
    ])
  })

  it('need not be listed to be left out of messages, when its key sounds like it', async () => {
    const plain = defineSettings({
      schema: z.object({ apiKey: z.number() }),
      values: { apiKey: 'k-1' as never },
    })
    const { message } = await failure(readSettings(plain, { folder, variables: {} }))
    expect(message).toBe('settings: apiKey is a value that is not shown; expected number')
  })

  it('that is misspelt would be shown, and is refused', async () => {
    const wrong = defineSettings({ schema, values: { db: { url: 'x' } }, secrets: ['db.ur'] as never })
    expect((await failure(readSettings(wrong, { folder, variables: {} }))).message).toBe(
      'defineSettings: secrets must be keys of the settings, but is "db.ur" (did you mean "db.url"?).',
    )
  })

  const open: StandardSchema<unknown, object> = {
    '~standard': { version: 1, vendor: 'ours', validate: (value) => ({ value: value as object }) },
  }
  const refused = (of: StandardSchema, variables: Record<string, string>, secrets: readonly string[]) => {
    const env = { key: 'KEY', db: 'DB' } as never
    const options = defineSettings({ schema: of, env, secrets: secrets as never })
    return failure(readSettings(options, { folder, variables }))
  }

  const failing = (message: string): never => {
    throw new Error(message)
  }

  it.each<[string, (text: string) => unknown]>([
    ['whole', (text) => JSON.parse(text)],
    ['by a piece of it', (text) => JSON.parse(`{ "a": 1, "b": 2, "c": 3, "d": ${text}, "e": 4, "f": 5 }`)],
    ['in other letters', (text) => failing(text.toUpperCase())],
    ['escaped', (text) => failing(JSON.stringify(JSON.stringify(text)))],
    ['in an address', (text) => failing(`http://x?q=${encodeURIComponent(text)}`)],
    ['as inspect writes it', (text) => failing(inspect({ text }))],
  ])('is not shown where a transform throws and quotes it %s', async (_, transform) => {
    for (const KEY of ['hunter2-key', 'hun"ter2\n-key', "hun'ter2 key"]) {
      const error = await refused(z.object({ key: z.string().transform(transform) }), { KEY }, ['key'])
      expect(error.code).toBe('SETTINGS_SCHEMA_FAILED')
      expect(inspect(error, { depth: 9, showHidden: true })).not.toMatch(/hunt|hun\W|ter2|-key/i)
    }
  })

  it.each([
    ['a word with a few letters of it', 'k-winter-9f31c', 'an interval', 'an interval'],
    ['a short one inside of a word', 'nter9', 'an interval', 'an interval'],
    ['eight letters of it, wherever', 'k-winter-9f31c', 'xxwinter-9fxx', 'xx[redacted]xx'],
    ['the half of it by itself', 'winter9f', 'it is "wint..."', 'it is "[redacted]..."'],
    ['less than that', 'k-winter-9f31c', 'it is winter', 'it is winter'],
    ['all of it, wherever', 'nter', 'an interval', 'an i[redacted]val'],
    ['it as base64', 'winter9f31c', 'Basic d2ludGVyOWYzMWM=', 'Basic [redacted]'],
    ['it as base64, behind a name', 'winter9f31c', 'it was YWRhOndpbnRlcjlmMzFj', 'it was YWRhOn[redacted]'],
    ['a piece of its base64', 'k-winter-9f31c', 'it was ay13aW50ZX', 'it was [redacted]'],
  ])('takes of a message only what tells something of it: %s', async (_, KEY, words, shown) => {
    const saying = z.object({ key: z.string().refine(() => false, words) })
    const { message } = await refused(saying, { KEY }, ['key'])
    expect(message).toBe(`environment: KEY is a value that is not shown; expected ${shown}`)
  })

  it('is not shown by a value that has it twice, to whoever asks for the settings', () => {
    const settings = { key: 'hunter2', url: 'http://hunter2/hunter2' }
    expect(new Redactor(settings, ['key']).shown(settings)).toEqual({
      key: '[redacted]',
      url: 'http://[redacted]/[redacted]',
    })
  })

  it('is not shown where it needs quotes, nor by a section of the wrong shape', async () => {
    const quoting = z.string().refine(() => false, { error: ({ input }) => `bad ${JSON.stringify(input)}` })
    const quoted = await refused(z.object({ key: quoting }), { KEY: 'hun"ter2' }, ['key'])
    expect(quoted.message).toBe('environment: KEY is a value that is not shown; expected bad "[redacted]"')
    const section = z.object({ db: z.object({ password: z.string() }) })
    const odd = await refused(section, { DB: '{"password":"hunter2"}' }, ['db.password'])
    expect(odd.message).toBe('environment: DB is a value that is not shown; expected object')
  })

  it('is not shown by a key below it, nor where another value holds it', async () => {
    const below = defineSettings({
      schema: z.object({ users: z.record(z.string(), z.number()), url: z.literal('x') }),
      values: { users: { hunter2: 'no' as never }, url: 'http://hunter2' as never },
      secrets: ['users'],
    })
    expect((await failure(readSettings(below, { folder, variables: {} }))).message).not.toContain('hunter2')
  })

  it('is not shown by what does not parse, of which the place is told', async () => {
    const values = defineSettings({ schema: open, values: 'a.json', secrets: ['db'] as never })
    const told = async (text: string) => {
      write('a.json', text)
      return (await failure(readSettings(values, { folder, variables: {} }))).message
    }
    const at = 'the settings file a.json cannot be used: it is not JSON: '
    expect(await told('{ "db": { "password": hunter2 } }')).toBe(`${at}line 1, column 23`)
    expect(await told('{\n "db": [1, 2.5e3, null, "x\\n"], hunter2: 1 }')).toBe(`${at}line 2, column 33`)
    expect(await told('{ "db": {} } hunter2')).toBe(`${at}line 1, column 14`)
    const module = defineSettings({ schema: open, values: 'a.mjs', secrets: ['db'] as never })
    write('a.mjs', 'export default { db: "x" hunter2 }')
    expect((await failure(readSettings(module, { folder, variables: {} }))).message).not.toContain('hunter2')
  })

  it('in an instance of a class cannot be hidden, and is refused', async () => {
    class Db {
      constructor(readonly key: string) {}
    }
    const made = defineSettings({
      schema: z.object({ db: z.object({ key: z.string() }).transform(({ key }) => new Db(key)) }),
      values: { db: { key: 'hunter2' } },
      secrets: ['db.key'],
    })
    expect(await failure(readSettings(made, { folder, variables: {} }))).toMatchObject({
      code: 'SETTINGS_OPTION_INVALID',
      message: expect.stringMatching(
        /"db\.key", and the schema makes "db" an instance of Db, .*: list "db"\.$/,
      ),
    })
  })
})
