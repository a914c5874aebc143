import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Commands, runAlone } from './commands.js'

const at = (path: string): string => new URL(`../../${path}`, import.meta.url).href

const PRELUDE = `
import { application, defineConfig, defineSettings, GenServer, inject, setting, supervisorSpec } from '${at('dist/index.js')}'
import { z } from '${at('node_modules/zod/index.js')}'
const root = supervisorSpec('root', { children: [] })
const applications = [application({ name: 'a', root })]
const port = z.coerce.number('a port').max(65535, 'a port')
const config = (options, more = {}) => defineConfig({ settings: defineSettings(options), applications, ...more })
`

const VALIBOT = `import * as v from '${at('node_modules/valibot/dist/index.mjs')}'\n`
const ARKTYPE = `import { type } from '${at('node_modules/arktype/out/index.js')}'\n`

interface Bad {
  readonly what: string
  readonly code: string
  readonly source: string
  readonly files?: Readonly<Record<string, string>>
  readonly variables?: Readonly<Record<string, string>>
  readonly args?: readonly string[]
  /** Parts of the message, or all of it. */
  readonly says: readonly string[] | string
}

const PORT = `export default config({ schema: z.object({ port }), env: { port: 'PORT' } })`
const WITH_FILE = `export default config({ schema: z.object({ port }), values: 'settings.json' })`
const WITH_OVERLAY = `export default config({
  schema: z.object({ port }), values: { port: 1 }, overlays: { production: { port: 'http' }, staging: 'staging.json' } })`
const SECRET = (schema: string): string =>
  `export default config({ schema: ${schema}, env: { url: 'DATABASE_URL' }, secrets: ['url'] })`

/** In a variable, a password and a token that must not come out again. */
const DATABASE_URL = 'mysql://pulse:hunter2@db/x?token=t0ps3cret'

const TABLE: readonly Bad[] = [
  {
    what: 'a variable of the wrong kind',
    code: 'SETTINGS_INVALID',
    source: PORT,
    variables: { PORT: 'http' },
    says: 'environment: PORT is "http"; expected a port',
  },
  {
    what: 'a variable out of range',
    code: 'SETTINGS_INVALID',
    source: PORT,
    variables: { PORT: '70000' },
    says: 'environment: PORT is "70000"; expected a port',
  },
  {
    what: 'a wrong value in .env',
    code: 'SETTINGS_INVALID',
    source: PORT,
    files: { '.env': 'PORT=http' },
    says: '.env: PORT is "http"; expected a port',
  },
  {
    what: 'a wrong value in the .env of an environment, under a right one in .env',
    code: 'SETTINGS_INVALID',
    source: PORT,
    files: { '.env': 'PORT=80', '.env.production': 'PORT=http' },
    variables: { NODE_ENV: 'production' },
    says: '.env.production: PORT is "http"; expected a port',
  },
  {
    what: 'a value that is nowhere',
    code: 'SETTINGS_INVALID',
    source: `export default config({ schema: z.object({ host: z.string() }), env: { host: 'HOST_NAME' } })`,
    says: 'config.js: host is missing; expected string (the environment variable HOST_NAME can give it)',
  },
  {
    what: 'a wrong value in the config module',
    code: 'SETTINGS_INVALID',
    source: `export default config({ schema: z.object({ db: z.object({ pool: z.int() }) }), values: { db: { pool: 1.5 } } })`,
    says: 'config.js: db.pool is 1.5; expected int',
  },
  {
    what: 'a wrong value in an overlay',
    code: 'SETTINGS_INVALID',
    source: WITH_OVERLAY,
    args: ['--env', 'production'],
    says: 'config.js (overlay production): port is "http"; expected a port',
  },
  {
    what: 'an overlay whose file is missing',
    code: 'SETTINGS_FILE_INVALID',
    source: WITH_OVERLAY,
    variables: { HEARTWOOD_ENV: 'staging' },
    says: ['the settings file staging.json cannot be used: ', 'ENOENT'],
  },
  {
    what: 'a wrong value in the file of an overlay',
    code: 'SETTINGS_INVALID',
    source: WITH_OVERLAY,
    files: { 'staging.json': '{ "port": {} }' },
    args: ['--env', 'staging'],
    says: 'staging.json: port is {}; expected a port',
  },
  {
    what: 'an environment that there is not',
    code: 'ENVIRONMENT_UNKNOWN',
    source: WITH_OVERLAY,
    args: ['--env', 'prodution'],
    says: ['there is no environment "prodution" (did you mean "production"?)', 'staging'],
  },
  {
    what: 'an environment that there is not, by HEARTWOOD_ENV',
    code: 'ENVIRONMENT_UNKNOWN',
    source: PORT,
    variables: { HEARTWOOD_ENV: 'x', PORT: '1' },
    says: ['there is no environment "x". Known environments: development, test, production.'],
  },
  {
    what: 'a file of settings that is missing',
    code: 'SETTINGS_FILE_INVALID',
    source: WITH_FILE,
    says: ['the settings file settings.json cannot be used: ', 'ENOENT'],
  },
  {
    what: 'a file of settings that is no JSON',
    code: 'SETTINGS_FILE_INVALID',
    source: WITH_FILE,
    files: { 'settings.json': '{ "port": 80, }' },
    says: ['the settings file settings.json cannot be used: it is not JSON: line '],
  },
  {
    what: 'a file of settings that holds no object',
    code: 'SETTINGS_FILE_INVALID',
    source: WITH_FILE,
    files: { 'settings.json': '80' },
    says: 'the settings file settings.json cannot be used: it must hold an object',
  },
  {
    what: 'a wrong value in a file of settings',
    code: 'SETTINGS_INVALID',
    source: WITH_FILE,
    files: { 'settings.json': '{ "port": "http" }' },
    says: 'settings.json: port is "http"; expected a port',
  },
  {
    what: 'a line of .env that is none',
    code: 'ENV_FILE_INVALID',
    source: PORT,
    files: { '.env': '# the port\nPORT: 80\n' },
    says: '.env:2: expected NAME=value, a comment or nothing',
  },
  {
    what: 'a quote in .env that is not closed',
    code: 'ENV_FILE_INVALID',
    source: PORT,
    files: { '.env': 'PORT="80\n' },
    says: '.env:1: the quote " is not closed',
  },
  {
    what: 'a .env that is a folder',
    code: 'ENV_FILE_INVALID',
    source: PORT,
    files: { '.env/x': '' },
    says: '.env: it is not a regular file, but a folder',
  },
  {
    what: 'five mistakes from four places, at once',
    code: 'SETTINGS_INVALID',
    source: `export default config({
  schema: z.strictObject({ port, host: z.string('a host name'), mode: z.enum(['on', 'off']), db: z.object({ pool: z.number() }) }),
  values: { db: { pool: 'x' }, prot: 1 }, overlays: { test: { mode: 'of' } }, env: { port: 'PORT', host: 'HOST_NAME' },
})`,
    args: ['--env', 'test'],
    files: { '.env': 'PORT=x' },
    says: [
      '5 settings are wrong:\n',
      '\n  .env: PORT is "x"; expected a port\n',
      '\n  config.js: host is missing; expected a host name (the environment variable HOST_NAME can give it)\n',
      '\n  config.js (overlay test): mode is "of"; expected one of "on"|"off"\n',
      '\n  config.js: db.pool is "x"; expected number\n',
      '\n  config.js: prot is not a known key (did you mean "port"?)',
    ],
  },
  {
    what: 'a wrong value, as valibot says it',
    code: 'SETTINGS_INVALID',
    source: `${VALIBOT}export default config({ schema: v.object({ port: v.number() }), values: { port: '80' } })`,
    says: 'config.js: port is "80"; expected number',
  },
  {
    what: 'a wrong value, as arktype says it',
    code: 'SETTINGS_INVALID',
    source: `${ARKTYPE}export default config({ schema: type({ port: 'number > 0' }), values: { port: -1 } })`,
    says: 'config.js: port is -1; expected positive',
  },
  {
    what: 'a value that only a promise finds wrong',
    code: 'SETTINGS_INVALID',
    source: `export default config({
  schema: z.object({ host: z.string().refine(async (host) => host !== 'x', 'a host that answers') }), values: { host: 'x' } })`,
    says: 'config.js: host is "x"; expected a host that answers',
  },
  {
    what: 'a schema that makes no object',
    code: 'SETTINGS_INVALID',
    source: `export default config({ schema: z.any().transform(() => 1) })`,
    says: 'config.js: the schema of the settings must make an object',
  },
  {
    what: 'a schema that throws',
    code: 'SETTINGS_SCHEMA_FAILED',
    source: `export default config({ schema: z.any().transform(() => { throw new Error('no') }) })`,
    says: ['config.js: the schema of the settings failed: Error: no'],
  },
  {
    what: 'a secret of the wrong kind, said by zod',
    code: 'SETTINGS_INVALID',
    source: SECRET(`z.object({ url: z.url({ protocol: /^postgres$/, error: 'a postgres:// address' }) })`),
    variables: { DATABASE_URL },
    says: 'environment: DATABASE_URL is a value that is not shown; expected a postgres:// address',
  },
  {
    what: 'a secret of the wrong kind, said by arktype with the value in its words',
    code: 'SETTINGS_INVALID',
    source: ARKTYPE + SECRET(`type({ url: 'string <= 9' })`),
    variables: { DATABASE_URL },
    says: ['environment: DATABASE_URL is a value that is not shown; expected at most length 9'],
  },
  {
    what: 'a secret in the words of a rule over the whole',
    code: 'SETTINGS_INVALID',
    source: SECRET(
      `z.object({ url: z.string() }).refine(() => false, { error: ({ input }) => 'bad: ' + JSON.stringify(input) })`,
    ),
    variables: { DATABASE_URL },
    says: ['bad: {"url":"mysql://[redacted]"}'],
  },
  {
    what: 'a password in an address that nobody declared secret',
    code: 'SETTINGS_INVALID',
    source: `export default config({ schema: z.object({ url: z.url({ protocol: /^postgres$/, error: 'a postgres:// address' }) }), env: { url: 'DATABASE_URL' } })`,
    variables: { DATABASE_URL: 'mysql://pulse:hunter2@db/x' },
    says: 'environment: DATABASE_URL is "mysql://pulse:[redacted]@db/x"; expected a postgres:// address',
  },
  {
    what: 'a secret that is misspelt',
    code: 'SETTINGS_OPTION_INVALID',
    source: `export default config({ schema: z.object({ url: z.string() }), env: { url: 'DATABASE_URL' }, secrets: ['ulr'] })`,
    variables: { DATABASE_URL },
    says: 'defineSettings: secrets must be keys of the settings, but is "ulr" (did you mean "url"?).',
  },
  {
    what: 'no schema',
    code: 'SETTINGS_OPTION_INVALID',
    source: `export default config({ values: {} })`,
    says: 'defineSettings: schema must be a schema of a library that implements Standard Schema, but is undefined.',
  },
  {
    what: 'an unknown option of the settings',
    code: 'SETTINGS_OPTION_INVALID',
    source: `export default config({ schema: z.object({}), overlay: {} })`,
    says: ['defineSettings: "overlay" must be one of its options', 'did you mean "overlays"?'],
  },
  {
    what: 'settings that defineSettings did not make',
    code: 'CONFIG_INVALID',
    source: `export default defineConfig({ settings: { port: 80 }, applications })`,
    says: ['config.js: settings must be settings, made by defineSettings()'],
  },
  {
    what: 'a function of the settings that throws',
    code: 'CONFIG_FUNCTION_FAILED',
    source: `export default config({ schema: z.object({}) }, { applications: ({ db }) => [db.url] })`,
    says: [
      "config.js: the function applications failed: Cannot read properties of undefined (reading 'url') (config.js:",
    ],
  },
  {
    what: 'a function of the settings that gives no list',
    code: 'CONFIG_INVALID',
    source: `export default config({ schema: z.object({}) }, { applications: () => 7 })`,
    says: ['config.js: applications must be an array', 'but is 7'],
  },
  {
    what: 'a log level by a setting that is none',
    code: 'CONFIG_INVALID',
    source: `export default config({ schema: z.object({}), values: {} }, { log: () => ({ level: 'loud' }) })`,
    says: ["config.js: log.level must be 'trace', 'debug'", 'but is "loud"'],
  },
  {
    what: 'a level of a name that is none',
    code: 'CONFIG_INVALID',
    source: `export default defineConfig({ applications, log: { levels: { 'web-server': 'loud' } } })`,
    says: ['config.js: log.levels must be an object of names and levels', "such as { 'checker:*': 'debug' }"],
  },
  {
    what: 'watch in words',
    code: 'CONFIG_INVALID',
    source: `export default defineConfig({ applications, watch: 'yes' })`,
    says: 'config.js: watch must be true or false, but is "yes".',
  },
  {
    what: 'a setting injected that cannot be',
    code: 'INJECT_UNBOUND',
    source: `const settings = defineSettings({ schema: z.object({ port: z.number() }), values: { port: 1 } })
class Web { constructor(port) {} }
inject(settings.token('port.number'))(Web, undefined, 0); GenServer()(Web)
export default defineConfig({ settings, applications: [application({ name: 'a', root: Web })] })`,
    says: ['a › Web: nothing is bound to Symbol(heartwood.config:port.number)'],
  },
]

describe('bad settings give one clear message, exit code 2, and start nothing', () => {
  let folder: string
  let commands: Commands
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'heartwood-settings-'))
    commands = new Commands()
  })
  afterAll(() => {
    commands[Symbol.dispose]()
    rmSync(folder, { recursive: true })
  })

  /** A folder with the files of a case. */
  const homeOf = ({ source, files = {} }: Bad): string => {
    const home = mkdtempSync(join(folder, 'case-'))
    const all = { 'package.json': '{ "type": "module" }', 'config.js': `${PRELUDE}${source}\n`, ...files }
    for (const [name, text] of Object.entries(all)) {
      mkdirSync(dirname(join(home, name)), { recursive: true })
      writeFileSync(join(home, name), text)
    }
    return home
  }

  const environment = (variables: Bad['variables']) => ({ NODE_ENV: '', HEARTWOOD_ENV: '', ...variables })

  it.each(TABLE)('$what', async (bad) => {
    const { code, says, args = [], variables } = bad
    const starting = { args: ['start', 'config.js', ...args], env: environment(variables), cwd: homeOf(bad) }
    const { exitCode, lines, errors } = await commands.run(starting)
    expect(exitCode).toBe(2)
    const message = new RegExp(`^heartwood: ([^]*) \\[${code}\\]$`).exec(errors.trimEnd())?.[1]
    expect(message, errors).toBeDefined()
    if (typeof says === 'string') expect(message).toBe(says)
    else for (const part of says) expect(message).toContain(part)
    expect(errors).not.toMatch(/hunter2|t0ps3cret|\n {4}at /)
    expect(lines).toEqual([])
  })

  // One of each place that settings come from: the environment, .env, files, an overlay, the schema, the module.
  it.each([
    'a variable of the wrong kind',
    'a quote in .env that is not closed',
    'a wrong value in the file of an overlay',
    'a secret of the wrong kind, said by zod',
    'a function of the settings that throws',
  ])('in a program of its own the same: %s', async (what) => {
    const bad = TABLE.find((each) => each.what === what) as Bad
    const { args = [], variables } = bad
    const starting = { args: ['start', 'config.js', ...args], env: environment(variables), cwd: homeOf(bad) }
    const alone = await runAlone(starting)
    expect(alone.exitCode).toBe(2)
    expect(await commands.run(starting)).toEqual(alone)
  })

  it('and are found by check alike, whose JSON has no secret, and --verbose neither', async () => {
    const bad = TABLE.find(({ what }) => what.startsWith('a secret of the wrong kind')) as Bad
    const args = ['check', 'config.js', '--json', '--verbose']
    const checking = { args, env: environment(bad.variables), cwd: homeOf(bad) }
    const { exitCode, lines, errors } = await commands.run(checking)
    expect(exitCode).toBe(2)
    const output = lines.join('\n') + errors
    expect(output).toContain('SETTINGS_INVALID')
    expect(output).not.toMatch(/hunter2|t0ps3cret/)
  })
})
