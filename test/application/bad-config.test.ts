import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Program } from './program.js'

const HEARTWOOD = new URL('../../dist/index.js', import.meta.url).href

/** What every config of the table can use. */
const PRELUDE = `
import { application, child, Call, decorate, defineConfig, DynamicSupervisor, GenServer, inject, Supervisor, supervisorSpec } from '${HEARTWOOD}'
const worker = (id) => ({ id, start: () => { throw new Error('nothing is to be started') } })
const root = supervisorSpec('root', { children: [worker('one')] })
const server = (options, Class, ...tokens) => {
  tokens.forEach((token, at) => token && inject(token)(Class, undefined, at))
  GenServer(options)(Class)
  return Class
}
const supervisor = (options, Class) => (Supervisor(options)(Class), Class)
`

interface Bad {
  readonly what: string
  readonly code: string
  readonly source?: string
  /** Parts of the one message. */
  readonly says: readonly string[]
}

const app = (options: string): string =>
  `export default defineConfig({ applications: [application(${options})] })`

const TABLE: readonly Bad[] = [
  {
    what: 'a module that is missing',
    code: 'CONFIG_NOT_FOUND',
    says: ['there is no configuration module', 'config.js'],
  },
  {
    what: 'a folder in its place',
    code: 'CONFIG_NOT_FOUND',
    source: '(folder)',
    says: ['there is no configuration module'],
  },
  {
    what: 'a module that does not parse',
    code: 'CONFIG_SYNTAX',
    source: 'export const a = 1\n\nexport default { a: 1,, }',
    says: ['does not parse', 'config.js:13', "Unexpected token ','"],
  },
  {
    what: 'an import of something that is not exported',
    code: 'CONFIG_SYNTAX',
    source: "import { wheel } from 'node:fs'\nexport default wheel",
    says: ['config.js:11', "does not provide an export named 'wheel'"],
  },
  {
    what: 'an import of a module that is not there',
    code: 'CONFIG_IMPORT_FAILED',
    source: "import './nowhere.js'",
    says: ['cannot be loaded', 'nowhere.js'],
  },
  {
    what: 'a module that throws',
    code: 'CONFIG_IMPORT_FAILED',
    source: "throw new Error('no weather today')",
    says: ['cannot be loaded', 'no weather today', 'config.js:11'],
  },
  {
    what: 'a module that refuses on purpose',
    code: 'CONFIG_IMPORT_FAILED',
    source: "throw Object.assign(new Error('PORT must be a number'), { name: 'SettingsError' })",
    says: ['config.js cannot be loaded: PORT must be a number [CONFIG_IMPORT_FAILED]'],
  },
  {
    what: 'a default export that is a promise which is rejected',
    code: 'CONFIG_IMPORT_FAILED',
    source: "export default Promise.reject(new Error('no vault today'))",
    says: ['config.js cannot be loaded: no vault today (', 'config.js:11)'],
  },
  {
    what: 'a module that waits for what never comes',
    code: 'CONFIG_IMPORT_FAILED',
    source: 'await new Promise(() => {})\nexport default 1',
    says: [
      'config.js cannot be loaded: it, or the schema of its settings, waits for something that never comes',
    ],
  },
  {
    what: 'a module that ends the program',
    code: 'CONFIG_IMPORT_FAILED',
    source: 'process.exit(0)',
    says: ['cannot be loaded: the program ended meanwhile. Does it call process.exit()?'],
  },
  {
    what: 'a schema that never answers',
    code: 'CONFIG_IMPORT_FAILED',
    source: `import { defineSettings } from '${HEARTWOOD}'
const schema = { '~standard': { version: 1, vendor: 'slow', validate: () => new Promise(() => {}) } }
export default defineConfig({ settings: defineSettings({ schema }), applications: [application({ name: 'a', root })] })`,
    says: ['waits for something that never comes'],
  },
  {
    what: 'a function in place of a configuration',
    code: 'CONFIG_INVALID',
    source: 'export default function config() { return {} }',
    says: ['the default export must be an object, made by defineConfig, but is the function config.'],
  },
  {
    what: 'an application that depends on itself',
    code: 'DEPENDENCY_CYCLE',
    source: app("{ name: 'a', root, dependencies: ['a'] }"),
    says: ['depend on each other in a circle: a → a.'],
  },
  {
    what: 'no default export',
    code: 'CONFIG_NO_DEFAULT',
    source: 'export const config = {}',
    says: ['config.js has no default export'],
  },
  {
    what: 'a default export that is no object',
    code: 'CONFIG_INVALID',
    source: 'export default 7',
    says: ['the default export must be an object', 'but is 7'],
  },
  {
    what: 'an unknown key',
    code: 'CONFIG_UNKNOWN_KEY',
    source: 'export default defineConfig({ aplications: [] })',
    says: ['config.js: aplications is not a known key', 'did you mean "applications"?'],
  },
  {
    what: 'an unknown key of the log',
    code: 'CONFIG_UNKNOWN_KEY',
    source: `export default defineConfig({ applications: [application({ name: 'a', root })], log: { lvl: 'info' } })`,
    says: ['log.lvl is not a known key', 'did you mean "level"?'],
  },
  {
    what: 'an unknown key of an application',
    code: 'CONFIG_UNKNOWN_KEY',
    source: app(`{ name: 'a', root, dependecies: [] }`),
    says: ['applications[0].dependecies is not a known key', 'did you mean "dependencies"?'],
  },
  {
    what: 'a wrong type',
    code: 'CONFIG_INVALID',
    source: `export default defineConfig({ applications: [application({ name: 'a', root })], shutdownTimeout: 'soon' })`,
    says: ['shutdownTimeout must be milliseconds from 0, or Infinity, but is "soon"'],
  },
  {
    what: 'a wrong log level',
    code: 'CONFIG_INVALID',
    source: `export default defineConfig({ applications: [application({ name: 'a', root })], log: { level: 'loud' } })`,
    says: ["log.level must be 'trace', 'debug'", 'but is "loud"'],
  },
  {
    what: 'no applications',
    code: 'CONFIG_INVALID',
    source: 'export default defineConfig({})',
    says: ['applications must be an array, or a function of the settings that gives one, but is undefined'],
  },
  {
    what: 'an empty list of applications',
    code: 'CONFIG_INVALID',
    source: 'export default defineConfig({ applications: [] })',
    says: ['applications must be an array with at least one application'],
  },
  {
    what: 'an application without a name',
    code: 'CONFIG_INVALID',
    source: app('{ root }'),
    says: ['applications[0].name must be a non-empty string, but is undefined'],
  },
  {
    what: 'an application without a root',
    code: 'CONFIG_INVALID',
    source: app(`{ name: 'a' }`),
    says: ['applications[0].root must be a child'],
  },
  {
    what: 'two applications of one name',
    code: 'APPLICATION_DUPLICATE',
    source: `export default defineConfig({ applications: [application({ name: 'a', root }), application({ name: 'a', root })] })`,
    says: ['two applications are named "a"'],
  },
  {
    what: 'an unknown dependency',
    code: 'DEPENDENCY_UNKNOWN',
    source: `export default defineConfig({ applications: [application({ name: 'store', root }), application({ name: 'web', dependencies: ['stor'], root })] })`,
    says: ['application "web" depends on "stor"', 'did you mean "store"?'],
  },
  {
    what: 'a circle of dependencies',
    code: 'DEPENDENCY_CYCLE',
    source: `export default defineConfig({ applications: ['a', 'b', 'c'].map((name, at) => application({ name, dependencies: ['bca'[at]], root })) })`,
    says: ['in a circle: a → b → c → a'],
  },
  {
    what: 'two children with one id',
    code: 'DUPLICATE_CHILD_ID',
    source: app(
      `{ name: 'a', root: supervisorSpec('root', { children: [worker('twin'), worker('twin')] }) }`,
    ),
    says: ['a › root: two children of one supervisor have the id "twin"'],
  },
  {
    what: 'two children with one id, deep down and by decorators',
    code: 'DUPLICATE_CHILD_ID',
    source: `const Twin = server({}, class Twin {})
const Inner = supervisor({ children: [Twin, Twin] }, class Inner {})
${app(`{ name: 'a', root: supervisor({ children: () => [Inner] }, class Outer {}) }`)}`,
    says: ['a › Outer › Inner: two children of one supervisor have the id "Twin"'],
  },
  {
    what: 'a child spec with a wrong field',
    code: 'INVALID_CHILD_SPEC',
    source: app(
      `{ name: 'a', root: supervisorSpec('root', { children: [{ ...worker('one'), restart: 'sometimes' }] }) }`,
    ),
    says: ['a › root: the spec of child "one" is wrong: restart must be', 'but is sometimes'],
  },
  {
    what: 'a wrong option of a supervisor',
    code: 'INVALID_SUPERVISOR_OPTION',
    source: app(`{ name: 'a', root: supervisorSpec('root', { strategy: 'one_for_none' }) }`),
    says: ['a › root: a supervisor cannot start: its option strategy must be'],
  },
  {
    what: 'a class that is not decorated',
    code: 'INVALID_CHILD_SPEC',
    source: app(`{ name: 'a', root: class Plain {} }`),
    says: ['a: ', 'Plain'],
  },
  {
    what: 'an unbound injection token',
    code: 'INJECT_UNBOUND',
    source: `const STORE = Symbol('Store')
const Writer = server({}, class Writer { constructor(store) { this.store = store } }, STORE)
${app(`{ name: 'a', root: supervisor({ children: [Writer] }, class Root {}) }`)}`,
    says: [
      'a › Root › Writer: nothing is bound to Symbol(Store), which Writer wants for constructor parameter "store"',
      '(a › Writer › Symbol(Store))',
    ],
  },
  {
    what: 'a token that leads back to itself',
    code: 'INJECT_CIRCULAR',
    source: `class A { constructor(b) {} }
class B { constructor(a) {} }
inject('b')(A, undefined, 0); inject('a')(B, undefined, 0)
const Writer = server({}, class Writer { constructor(a) {} }, 'a')
${app(`{ name: 'app', root: Writer, bindings: (bind) => { bind('a').to(A); bind('b').to(B) } }`).replace('[application(', '[application(')}`,
    says: ['what "a" needs leads back to itself (app › Writer › "a" › A › "b" › B › "a")'],
  },
  {
    what: 'constructor types that the compiler did not emit',
    code: 'INJECT_TYPES_MISSING',
    source: `const Writer = server({}, class Writer { constructor(clock, store) {} }, 'clock')
${app(`{ name: 'a', root: Writer, bindings: (bind) => bind('clock').toConstantValue(1) }`)}`,
    says: [
      'a › Writer: Writer cannot be built: the compiler emitted no type',
      'for constructor parameter "store"',
      '@inject(token)',
    ],
  },
  {
    what: 'bindings that are none',
    code: 'BINDINGS_INVALID',
    source: app(`{ name: 'a', root, bindings: { Store: 1 } }`),
    says: ['a: bindings must be a function that takes bind'],
  },
  {
    what: 'several mistakes, listed at once',
    code: 'PLAN_INVALID',
    source: `const Writer = server({}, class Writer { constructor(store, clock) {} }, 'store', 'clock')
${app(`{ name: 'a', root: supervisor({ children: [Writer, worker('twin'), worker('twin')] }, class Root {}) }`)}`,
    says: [
      '3 problems keep the applications from starting:',
      '\n  a › Root: two children of one supervisor have the id "twin"',
      '\n  a › Root › Writer: nothing is bound to "store"',
      '\n  a › Root › Writer: nothing is bound to "clock"',
    ],
  },
  {
    what: 'a class with two roles',
    code: 'DECORATED_TWICE',
    source: `const Both = server({}, class Both {}); supervisor({}, Both)`,
    says: ['Both is decorated with @GenServer and @Supervisor'],
  },
  {
    what: 'a handler that is static',
    code: 'HANDLER_STATIC',
    source: `class Wrong { static add() {} }\nCall()(Wrong, 'add', Object.getOwnPropertyDescriptor(Wrong, 'add'))`,
    says: ['@Call is on Wrong.add, which is static'],
  },
]

describe('a bad configuration gives one clear message, exit code 2, and starts nothing', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'heartwood-config-'))
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  const write = (at: number, source: string | undefined): string => {
    const home = mkdtempSync(join(folder, `${at}-`))
    writeFileSync(join(home, 'package.json'), '{ "type": "module" }')
    const path = join(home, 'config.js')
    if (source === '(folder)') return home
    if (source !== undefined) writeFileSync(path, `${PRELUDE}${source}\n`)
    return path
  }

  it.each(TABLE.map((bad, at) => ({ ...bad, at })))('$what', async ({ source, code, says, at }) => {
    const path = write(at, source)
    const starting = new Program(['start', path])
    expect(await starting.exited).toBe(2)
    for (const part of says) expect(starting.errors).toContain(part)
    expect(starting.errors.trimEnd()).toMatch(new RegExp(`^heartwood: [^]*\\[${code}\\]$`))
    expect(starting.errors).not.toMatch(/\n {4}at /)
    expect(starting.lines).toEqual([])
    expect(() => process.kill(starting.pid, 0)).toThrow('ESRCH')
  })

  it('of JSON says what JSON is good for', async () => {
    const path = join(folder, 'config.json')
    writeFileSync(path, '{ "applications": [] }')
    const program = new Program(['check', path])
    expect(await program.exited).toBe(2)
    expect(program.errors).toContain('JSON cannot hold applications. Write a module, and give this file as')
  })

  it('that ends while it is loaded is told to scripts, too', async () => {
    const program = new Program(['check', '--json', write(901, 'process.exit(0)')])
    expect(await program.exited).toBe(2)
    expect(JSON.parse(program.lines.join(''))).toMatchObject({ ok: false, exitCode: 2 })
  })

  it('is none when it was compiled to CommonJS', async () => {
    const path = join(folder, 'config.cjs')
    const root = "{ id: 'root', start: () => { throw new Error('nothing is to be started') } }"
    writeFileSync(
      path,
      `Object.defineProperty(exports, '__esModule', { value: true })
exports.default = { applications: [{ name: 'a', root: ${root} }] }`,
    )
    const program = new Program(['check', path])
    expect(await program.exited).toBe(0)
    expect(program.lines).toEqual([`${path}: ok (a)`])
  })

  it('of TypeScript says to compile it', async () => {
    const path = join(folder, 'config.ts')
    writeFileSync(path, 'const a: number = 1\nexport default a\n')
    const program = new Program(['check', path])
    expect(await program.exited).toBe(2)
    if (Number(process.versions.node.split('.')[0]) < 22) {
      expect(program.errors).toContain('Node does not run TypeScript. Compile it (tsc)')
    }
  })

  it('is found by check with the same message', async () => {
    const bad = TABLE.find(({ code }) => code === 'INJECT_UNBOUND')
    const path = write(900, bad?.source)
    const program = new Program(['check', '--json', path])
    expect(await program.exited).toBe(2)
    expect(JSON.parse(program.lines.join(''))).toMatchObject({
      ok: false,
      problems: [{ path: 'a › Root › Writer', code: 'INJECT_UNBOUND' }],
    })
    for (const part of bad?.says ?? []) expect(program.errors).toContain(part)
  })
})
