import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Commands, type Outcome, runAlone } from './commands.js'
import { fixture, Program } from './program.js'

const HEARTWOOD = new URL('../../dist/index.js', import.meta.url).href
const TOOLS = new URL('../../dist/entries/tools.js', import.meta.url).href

/** What every config of the table can use. */
const PRELUDE = `
import { Agent, application, child, Call, childSpec, decorate, defineConfig, ContainerModule, DynamicSupervisor, GenServer, Health, inject, named, On, partitionSupervisorSpec, State, StateMachine, Supervisor, supervisorSpec, UniqueRegistry, via } from '${HEARTWOOD}'
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
  /** It ends the program or waits until nothing else is left to do, and has one of its own. */
  readonly alone?: true
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
    what: 'decorators that nobody compiled',
    code: 'CONFIG_SYNTAX',
    source: 'function d() {}\n@d\nclass A {}\nexport default {}',
    says: ['config.js:12', 'Decorators stand there, which Node does not run'],
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
    alone: true,
    code: 'CONFIG_IMPORT_FAILED',
    source: 'await new Promise(() => {})\nexport default 1',
    says: [
      'config.js cannot be loaded: it, or the schema of its settings, waits for something that never comes',
    ],
  },
  {
    what: 'a module that ends the program',
    alone: true,
    code: 'CONFIG_IMPORT_FAILED',
    source: 'process.exit(0)',
    says: ['cannot be loaded: the program ended meanwhile. Does it call process.exit()?'],
  },
  {
    what: 'a schema that never answers',
    alone: true,
    code: 'SETTINGS_SCHEMA_SILENT',
    source: `import { defineSettings } from '${HEARTWOOD}'
const schema = { '~standard': { version: 1, vendor: 'slow', validate: () => new Promise(() => {}) } }
export default defineConfig({ settings: defineSettings({ schema }), applications: [application({ name: 'a', root })] })`,
    says: [
      'config.js: the schema of the settings has not answered in 10000 ms. One of its rules waits for something',
    ],
  },
  {
    what: 'a function of the settings that never answers',
    alone: true,
    code: 'CONFIG_FUNCTION_SILENT',
    source: 'export default defineConfig({ applications: () => new Promise(() => {}) })',
    says: [
      'config.js: the function applications has not answered in 60000 ms (bootTimeout). It waits for something',
    ],
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
    says: ['shutdownTimeout must be milliseconds from 0 to 4294967295, or Infinity, but is "soon"'],
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
    says: ['a › root: the spec of child "one" is wrong: restart must be', 'but is "sometimes"'],
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
    what: 'a worker of which there would be one instance for all its starts',
    code: 'WORKER_SINGLETON',
    source: `const W = server({}, class W {})
${app(`{ name: 'a', root: supervisor({ children: [W], bindings: (bind) => bind(W).toSelf() }, class Root {}) }`)}`,
    says: ['a › Root › W: W is bound in a › Root as a single instance', 'inTransientScope()'],
  },
  {
    what: 'an instance of a worker that is bound',
    code: 'WORKER_SINGLETON',
    source: `const W = server({}, class W {})
${app(`{ name: 'a', root: W, bindings: (bind) => bind(W).toConstantValue(new W()) }`)}`,
    says: ['a › W: W is bound in a as a single instance'],
  },
  {
    what: 'async bindings, which also fail later',
    code: 'BINDINGS_INVALID',
    source: app(`{ name: 'a', root, bindings: async () => { await null; throw new Error('later') } }`),
    says: [
      'a: bindings must be a function that takes bind',
      'but are an async function. Wait for what is needed',
    ],
  },
  {
    what: 'a container module that is async',
    code: 'BINDINGS_INVALID',
    source: app(`{ name: 'a', root, bindings: new ContainerModule(async () => { await null }) }`),
    says: ['but are an async function'],
  },
  {
    what: 'an injected property that is not inherited',
    code: 'INJECT_NOT_INHERITED',
    source: `class Base {}
inject('clock')(Base.prototype, 'clock')
const W = server({}, class W extends Base {})
${app(`{ name: 'a', root: W, bindings: (bind) => bind('clock').toConstantValue(1) }`)}`,
    says: ['a › W: W inherits the property "clock" of Base', '@injectFromBase({ extendProperties: true'],
  },
  {
    what: 'a dependency without a decorator, with the other bindings still seen',
    code: 'INJECT_TYPES_MISSING',
    source: `class Disk {}
class Store { constructor(disk) {} }
const W = server({}, class W { constructor(store, disk) {} }, Store, Disk)
${app(`{ name: 'a', root: W, bindings: (bind) => { bind(Store).toSelf(); bind(Disk).toSelf() } }`)}`,
    says: [
      'a › W: Store cannot be built: it has no decorator of its own',
      'parameter "disk"',
      'the class with @injectable()',
    ],
  },
  {
    what: '@named beside a type, without @inject',
    code: 'INJECT_TYPES_MISSING',
    source: `class Mail {}
class W { constructor(mail) {} }
named('slow')(W, undefined, 0)
Reflect.defineMetadata('design:paramtypes', [Mail], W)
GenServer()(W)
${app(`{ name: 'a', root: W, bindings: (bind) => bind(Mail).toSelf().whenNamed('slow') }`)}`,
    says: [
      'a › W: W cannot be built: @named, @tagged and @optional do not say what is injected',
      'here @inject(Mail)',
    ],
  },
  {
    what: 'a type that a circle of imports has left undefined',
    code: 'INJECT_TYPES_MISSING',
    source: `class W { constructor(store) {} }
Reflect.defineMetadata('design:paramtypes', [undefined], W)
GenServer()(W)
${app(`{ name: 'a', root: W }`)}`,
    says: [
      'its type was undefined when the class was declared',
      'import each other in a circle',
      'parameter "store"',
    ],
  },
  {
    what: 'a worker with a method that makes a promise of it',
    code: 'HANDLER_INVALID',
    source: 'server({}, class W { then() {} })',
    says: ['"then"', 'is taken for a promise'],
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
    what: 'mistakes of all kinds in its keys, listed at once',
    code: 'PLAN_INVALID',
    source: `export default defineConfig({ aplications: [], bootTimeout: NaN, drainDelay: '3s', blockingLimit: 0,
  shutdownTimeout: 5e9, applications: [application({ name: '', root, hookTimeout: -1, includes: [application({ name: 'part', root, typ: 1 })] })],
  log: { lvl: 1, format: 'xml' }, observer: { port: -1, token: 5 } })`,
    says: [
      '12 problems keep the applications from starting:',
      'config.js: aplications is not a known key (did you mean "applications"?)',
      'bootTimeout must be milliseconds from 0 to 4294967295, or Infinity, but is NaN',
      'drainDelay must be milliseconds from 0 to 4294967295, or Infinity, but is "3s"',
      'blockingLimit must be milliseconds from 20',
      'shutdownTimeout must be milliseconds from 0 to 4294967295, or Infinity, but is 5000000000',
      'applications[0].name must be a non-empty string',
      'applications[0].hookTimeout must be milliseconds',
      'applications[0].includes[0].typ is not a known key (did you mean "type"?)',
      'log.lvl is not a known key',
      "log.format must be 'auto', 'json' or 'pretty'",
      'observer.port must be a whole number from 0 to 65535',
    ],
  },
  {
    what: 'an application that includes itself',
    code: 'CONFIG_INVALID',
    source: `const part = { name: 'part', root, includes: [] }
part.includes.push(part)
export default defineConfig({ applications: [part] })`,
    says: ['applications[0].includes[0] must be another application, but is one of those that include it'],
  },
  {
    what: 'bindings of an application that application() has not made',
    code: 'CONFIG_INVALID',
    source: `export default defineConfig({ applications: [{ name: 'a', root, bindings: () => {} }] })`,
    says: ['applications[0].bindings must be given to application()'],
  },
  {
    what: 'misspelt options of decorators, and wrong ones',
    code: 'DECORATOR_OPTION_INVALID',
    source: `server({ nmae: 'w', shutdwn: 5, timeout: -5, backoff: { initial: -1 }, mailbox: { limit: 0, policy: 'dropp' } }, class W {})`,
    says: [
      '@GenServer of W: nmae is not known (did you mean "name"?); known are name, id,',
      '; shutdwn is not known (did you mean "shutdown"?)',
      '; timeout must be milliseconds from 0 to 4294967295, or Infinity, but is -5',
      '; backoff.initial must be milliseconds from 1',
      '; mailbox.limit must be a whole number from 1, but is 0',
      "; mailbox.policy must be 'reject', 'wait', 'drop_oldest' or 'crash', but is \"dropp\"",
    ],
  },
  {
    what: 'misspelt options of a supervisor class, which would start an empty tree',
    code: 'DECORATOR_OPTION_INVALID',
    source: `supervisor({ childern: [], stategy: 'one_for_all', period: 0.5 }, class Root {})`,
    says: [
      '@Supervisor of Root: childern is not known (did you mean "children"?)',
      'stategy is not known (did you mean "strategy"?)',
      'period must be milliseconds from 1',
    ],
  },
  {
    what: 'children of a dynamic supervisor class',
    code: 'DECORATOR_OPTION_INVALID',
    source: `DynamicSupervisor({ name: 'd', children: [], maxChildren: -1 })(class Pool {})`,
    says: ['@DynamicSupervisor of Pool: children is not known', 'maxChildren must be a whole number from 0'],
  },
  {
    what: 'wrong options of a health check, by the name of the method',
    code: 'DECORATOR_OPTION_INVALID',
    source: `class W { ok() {} }
Health({ timeout: -1, kind: 'redy' })(W.prototype, 'ok', Object.getOwnPropertyDescriptor(W.prototype, 'ok'))`,
    says: [
      "@Health of W.ok: timeout must be milliseconds from 1 to 4294967295, or Infinity, but is -1; kind must be 'ready' or 'live'",
    ],
  },
  {
    what: 'a misspelt option of a state machine',
    code: 'DECORATOR_OPTION_INVALID',
    source: 'StateMachine({ restrat: 1 })(class W {})',
    says: ['@StateMachine of W: restrat is not known (did you mean "restart"?)'],
  },
  {
    what: 'a misspelt option of a call',
    code: 'DECORATOR_OPTION_INVALID',
    source: `class W { add() {} }
Call({ concurent: true })(W.prototype, 'add', Object.getOwnPropertyDescriptor(W.prototype, 'add'))`,
    says: ['@Call of W.add: concurent is not known (did you mean "concurrent"?)'],
  },
  {
    what: 'misspelt options of a supervisor without a class',
    code: 'INVALID_SUPERVISOR_OPTION',
    source: app(`{ name: 'a', root: supervisorSpec('root', { childern: [], intensity: -1 }) }`),
    says: [
      'a › root: a supervisor cannot start: its option childern is not known (did you mean "children"?)',
      'intensity must be',
    ],
  },
  {
    what: 'a decorator without its parentheses',
    code: 'DECORATOR_NOT_CALLED',
    source: `class W { add() {} }
Call(W.prototype, 'add', Object.getOwnPropertyDescriptor(W.prototype, 'add'))`,
    says: ['@Call needs parentheses, also without options: @Call().'],
  },
  {
    what: 'a class decorator without its parentheses',
    code: 'DECORATOR_NOT_CALLED',
    source: 'GenServer(class W {})',
    says: ['@GenServer needs parentheses'],
  },
  {
    what: 'standard decorators of an old compiler',
    code: 'DECORATORS_WITHOUT_METADATA',
    source: `Call()(function add() {}, { kind: 'method', name: 'add', static: false, private: false, addInitializer() {} })`,
    says: [
      '@Call of add is compiled as a standard (TC39) decorator by a compiler',
      'TypeScript 5.2 or later',
    ],
  },
  {
    what: 'one process name under two supervisors',
    code: 'NAME_DUPLICATE',
    source: `const S1 = supervisor({ children: [server({ name: 'same' }, class A {})] }, class S1 {})
const S2 = supervisor({ children: [server({ name: 'same', id: 'b' }, class B {})] }, class S2 {})
${app(`{ name: 'shop', root: supervisor({ children: [S1, S2] }, class Root {}) }`)}`,
    says: [
      'shop › Root › S2 › b: its process is to be registered as same, and so is that of shop › Root › S1 › same',
    ],
  },
  {
    what: 'one process name in two applications, of an agent and a supervisor',
    code: 'NAME_DUPLICATE',
    source: `export default defineConfig({ applications: [
  application({ name: 'a', root: Agent.childSpec(() => 0, { name: 'same' }) }),
  application({ name: 'b', root: supervisorSpec('root', { children: [] }, { name: 'same' }) }) ] })`,
    says: ['b › root: its process is to be registered as same, and so is that of a › same'],
  },
  {
    what: 'one name for all partitions',
    code: 'NAME_DUPLICATE',
    source: app(
      `{ name: 'a', root: partitionSupervisorSpec('parts', { child: server({ name: 'one' }, class One {}), partitions: 2 }) }`,
    ),
    says: ['a › parts › 1: its process is to be registered as one, and so is that of a › parts › 0'],
  },
  {
    what: 'one key of a registry for two processes',
    code: 'NAME_DUPLICATE',
    source: `const rooms = new UniqueRegistry('rooms')
const [A, B] = [server({ name: via(rooms, 'tea') }, class A {}), server({ name: via(rooms, 'tea') }, class B {})]
${app(`{ name: 'a', root: supervisor({ children: [rooms.childSpec(), A, B] }, class Root {}) }`)}`,
    says: [
      'a › Root › B: its process is to be registered as via(rooms, "tea"), and so is that of a › Root › A',
    ],
  },
  {
    what: 'a registry that is started after one that is named by it',
    code: 'REGISTRY_LATE',
    source: `const rooms = new UniqueRegistry('rooms')
const A = server({ name: via(rooms, 'tea') }, class A {})
export default defineConfig({ applications: [
  application({ name: 'a', root: supervisor({ children: [A] }, class Root {}) }),
  application({ name: 'b', root: supervisorSpec('late', { children: [rooms.childSpec()] }) }) ] })`,
    says: [
      'a › Root › A: its process is to be registered as via(rooms, "tea"), and the registry rooms is started after it (b › late › rooms)',
    ],
  },
  {
    what: 'a function for the name that gives none',
    code: 'DECORATOR_OPTION_INVALID',
    source: `const W = server({ name: () => 5 }, class W {})
${app(`{ name: 'a', root: supervisor({ children: [W] }, class Root {}) }`)}`,
    says: ['a › Root: @GenServer of W: what the function name gives must be a non-empty string', 'but is 5.'],
  },
  {
    what: 'functions for id and name that give none or fail',
    code: 'PLAN_INVALID',
    source: `const W = server({ id: () => '' }, class W {})
class Door {}
StateMachine({ name: (args) => args.x.y })(Door)
${app(`{ name: 'a', root: supervisor({ children: [W, [Door, {}]] }, class Root {}) }`)}`,
    says: [
      '@GenServer of W: what the function id gives must be a non-empty string, but is ""',
      "@StateMachine of Door: its function name failed: TypeError: Cannot read properties of undefined (reading 'y')",
    ],
  },
  {
    what: 'a binding that is not finished',
    code: 'BINDING_INVALID',
    source: `const W = server({}, class W { constructor(t) {} }, 'T')
${app(`{ name: 'a', root: supervisor({ children: [W], bindings: (bind) => { bind('T') } }, class Root {}) }`)}`,
    says: ['a › Root: bind("T") is not finished: say what it is bound to, such as .to(Class)'],
  },
  {
    what: 'bindings of what a circle of imports has left undefined, and of what cannot be',
    code: 'PLAN_INVALID',
    source: `class S {}
const W = server({}, class W { constructor(s) {} }, S)
${app(`{ name: 'a', root: W, bindings: (bind) => {
  bind(S).to(undefined).inTransientScope()
  bind(undefined).toSelf()
  bind('alias').toService(undefined)
  bind('made').toDynamicValue(7)
  bind('self').toSelf()
} }`)}`,
    says: [
      '5 problems keep the applications from starting:',
      'a: bind(S).to(undefined) binds it to nothing: to takes a class. What is undefined here is declared further down',
      'a: bind(undefined) has no token: a class, a string or a symbol. What is undefined here',
      'a: bind("alias").toService(undefined) binds it to nothing: toService takes a token',
      'a: bind("made").toDynamicValue(7) binds it to nothing: toDynamicValue takes a function.',
      'a: bind("self").toSelf() binds it to nothing: its token is no class.',
    ],
  },
  {
    what: 'a child with more than a class, arguments and overrides',
    code: 'INVALID_CHILD_SPEC',
    source: `const W = server({}, class W {})
${app(`{ name: 'a', root: supervisor({ children: [[W, 1, {}, { restart: 'temporary' }]] }, class Root {}) }`)}`,
    says: [
      'the spec of child number 1 is wrong: child must be',
      'but is a list of 4, of which only three count',
    ],
  },
  {
    what: 'a table of handlers with a method of the engine',
    code: 'HANDLER_INVALID',
    source: `import { defineServer } from '${HEARTWOOD}'
defineServer(class W { init() {} }, { calls: ['init'] })`,
    says: ['"init", but the engine calls that itself. Remove it from the table. ['],
  },
  {
    what: 'a supervisor among its own children',
    code: 'SUPERVISOR_CIRCULAR',
    source: `class Root {}\nsupervisor({ children: () => [Root] }, Root)\n${app(`{ name: 'a', root: Root }`)}`,
    says: ['a › Root › Root: Root is among its own children (Root › Root)'],
  },
  {
    what: 'two supervisors that are children of each other, once more without classes',
    code: 'SUPERVISOR_CIRCULAR',
    source: `const inner = { children: [] }
const outer = { children: [supervisorSpec('inner', inner)] }
inner.children.push(supervisorSpec('outer', outer))
${app(`{ name: 'a', root: supervisorSpec('outer', outer) }`)}`,
    says: ['outer is among its own children (outer › inner › outer)'],
  },
  {
    what: 'a supervisor that makes itself anew at each step down',
    code: 'TREE_ENDLESS',
    source: `const again = (at) => ({ [childSpec]: () => supervisorSpec('s', { children: [again(at + 1)] }) })
${app(`{ name: 'a', root: again(0) }`)}`,
    says: ['the tree is more than 10000 supervisors deep'],
  },
  {
    what: 'a short token of the observer, and a plan that is wrong',
    code: 'PLAN_INVALID',
    source: `export default defineConfig({ observer: { port: 0, token: 'short' }, applications: [application({ name: 'a', root: supervisorSpec('r', { children: [undefined] }) })] })`,
    says: [
      'a secret of at least 16 characters',
      'but is another text, of 5',
      'is undefined when the list was made',
    ],
  },
  {
    what: 'an observer for everyone without a token',
    code: 'OBSERVER_TOKEN_REQUIRED',
    source: `export default defineConfig({ observer: { port: 0, host: '0.0.0.0' }, applications: [application({ name: 'a', root })] })`,
    says: ['0.0.0.0'],
  },
  {
    what: 'an application with the name of the observer',
    code: 'APPLICATION_DUPLICATE',
    source: `export default defineConfig({ observer: { port: 0 }, applications: [application({ name: 'observer', root })] })`,
    says: ['two applications are named "observer"'],
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
  {
    what: 'mistakes of decorators, of all classes, and what else the import comes to',
    code: 'PLAN_INVALID',
    source: `class A { add() {} static all() {} }
Call({ concurent: true })(A.prototype, 'add', Object.getOwnPropertyDescriptor(A.prototype, 'add'))
Call()(A, 'all', Object.getOwnPropertyDescriptor(A, 'all'))
server({ shutdown: -1 }, A)
const Both = server({}, class Both {}); supervisor({}, Both)
class Bare { add() {} }
Call(Bare.prototype, 'add', Object.getOwnPropertyDescriptor(Bare.prototype, 'add'))
class Door { state = 'open'; ring() {}; knock() {} }
On('bell')(Door.prototype, 'ring', Object.getOwnPropertyDescriptor(Door.prototype, 'ring'))
State('open')(Door.prototype, 'knock', Object.getOwnPropertyDescriptor(Door.prototype, 'knock'))
StateMachine({})(Door)
null.x
export default defineConfig({ applications: [] })`,
    says: [
      '8 problems',
      '@Call of A.add: concurent is not known',
      '@Call is on A.all, which is static',
      '@GenServer of A: shutdown must be',
      'Both is decorated with @GenServer and @Supervisor',
      '@Call needs parentheses',
      'Door.ring: @On(\'bell\') needs a method "bell"',
      'Door.knock: it has @State or @Postpone, but',
      "Cannot read properties of null (reading 'x')",
    ],
  },
]

describe('a bad configuration gives one clear message, exit code 2, and starts nothing', () => {
  let folder: string
  let commands: Commands
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'heartwood-config-'))
    commands = new Commands()
  })
  afterAll(() => {
    commands[Symbol.dispose]()
    rmSync(folder, { recursive: true })
  })

  const write = (source: string | undefined): string => {
    const home = mkdtempSync(join(folder, 'case-'))
    writeFileSync(join(home, 'package.json'), '{ "type": "module" }')
    const path = join(home, 'config.js')
    if (source === '(folder)') {
      mkdirSync(path)
      return path
    }
    if (source !== undefined) writeFileSync(path, `${PRELUDE}${source}\n`)
    return path
  }

  const expectRefusal = ({ code, says }: Bad, starting: Outcome, checking: Outcome): void => {
    expect(starting.exitCode).toBe(2)
    expect(checking.exitCode).toBe(2)
    expect(checking.errors).toBe(starting.errors)
    for (const part of says) expect(starting.errors).toContain(part)
    expect(starting.errors.trimEnd()).toMatch(new RegExp(`^heartwood: [^]*\\[${code}\\]$`))
    expect(starting.errors).not.toMatch(/\n {4}at /)
    expect(starting.lines).toEqual([])
    expect(checking.lines).toEqual([])
  }

  it.each(TABLE.filter(({ alone }) => !alone))('$what', async (bad) => {
    const path = write(bad.source)
    // Two modules: Node keeps what the import of one came to.
    const again = write(bad.source)
    const starting = await commands.run({ args: ['start', path] })
    const checking = await commands.run({ args: ['check', again] })
    const errors = checking.errors.replaceAll(basename(dirname(again)), basename(dirname(path)))
    expectRefusal(bad, starting, { ...checking, errors })
  })

  it.each(TABLE.filter(({ alone }) => alone))('$what, in a program of its own', async (bad) => {
    const path = write(bad.source)
    const [starting, checking] = ['start', 'check'].map(
      (command) => new Program([command, path], {}, { node: ['--import', fixture('hurried')] }),
    ) as [Program, Program]
    const exitCodes = [await starting.exited, await checking.exited] as const
    expectRefusal(
      bad,
      { exitCode: exitCodes[0], lines: starting.lines, errors: starting.errors },
      { exitCode: exitCodes[1], lines: checking.lines, errors: checking.errors },
    )
    expect(() => process.kill(starting.pid, 0)).toThrow('ESRCH')
  })

  // One of each way to find it: the file, the parser, the module, the keys, the plan, the observer.
  it.each([
    'a module that is missing',
    'a module that does not parse',
    'a module that throws',
    'mistakes of all kinds in its keys, listed at once',
    'several mistakes, listed at once',
    'a supervisor among its own children',
    'a short token of the observer, and a plan that is wrong',
  ])('in a program of its own the same: %s', async (what) => {
    const bad = TABLE.find((each) => each.what === what) as Bad
    const path = write(bad.source)
    const [starting, checking] = await Promise.all([
      runAlone({ args: ['start', path] }),
      runAlone({ args: ['check', path] }),
    ])
    expectRefusal(bad, starting, checking)
    expect(await commands.run({ args: ['check', path] })).toEqual(checking)
  })

  it('leaves a class that a decorator refused as one that cannot be started', async () => {
    const path = write(`class Wrong { add() {} }
Call({ concurent: 1 })(Wrong.prototype, 'add', Object.getOwnPropertyDescriptor(Wrong.prototype, 'add'))
GenServer()(Wrong)
${app('{ name: "a", root: Wrong }')}`)
    const { boot } = (await import(HEARTWOOD)) as typeof import('heartwood')
    const { loadConfig } = (await import(TOOLS)) as typeof import('heartwood/tools')
    await expect(loadConfig(path)).rejects.toThrow(/^@Call of Wrong.add: concurent/)
    // Node has the module already, and does not run it again.
    await expect(loadConfig(path).then((config) => boot(config))).rejects.toThrow(
      /^a: @Call of Wrong.add: concurent/,
    )
  })

  it('of JSON says what JSON is good for', async () => {
    const path = join(folder, 'config.json')
    writeFileSync(path, '{ "applications": [] }')
    const { exitCode, errors } = await commands.run({ args: ['check', path] })
    expect(exitCode).toBe(2)
    expect(errors).toContain('JSON cannot hold applications. Write a module, and give this file as')
  })

  it('that may work is warned of, and no name breaks a line', async () => {
    const path = write(`const rooms = new UniqueRegistry('rooms')
const A = server({ name: via(rooms, 'tea') }, class A {})
const part = application({ name: 'part', root: supervisor({ children: [] }, class Part {}) })
const here = application({ name: 'here', root: supervisor({ children: [] }, class Here {}) })
const there = application({ name: 'there', root: supervisorSpec('there', { children: [] }) })
${app(`{ name: 'a\\nb', includes: [part, here, there], root: supervisor({ children: [A, here.root, there.root] }, class Root {}) }`)}`)
    const { exitCode, lines } = await commands.run({ args: ['check', path] })
    expect(exitCode).toBe(0)
    expect(lines).toEqual([
      expect.stringMatching(
        /^warning: a\\nb: application a\\nb includes part, whose root is nowhere in its tree.*\(INCLUDE_NOT_IN_TREE\)$/,
      ),
      expect.stringMatching(
        /^warning: a\\nb › Root › A: .*via\(rooms, "tea"\), and the registry rooms is nowhere in the plan.*\(REGISTRY_UNPLANNED\)$/,
      ),
      `${path}: ok (a\\nb)`,
    ])
    expect((await commands.run({ args: ['tree', path] })).lines[0]).toBe('a\\nb')
  })

  it('that ends while it is loaded is told to scripts, too', async () => {
    const program = new Program(['check', '--json', write('process.exit(0)')])
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
    const { exitCode, lines } = await commands.run({ args: ['check', path] })
    expect(exitCode).toBe(0)
    expect(lines).toEqual([`${path}: ok (a)`])
  })

  it('of TypeScript says to compile it', async () => {
    const path = join(folder, 'config.ts')
    writeFileSync(path, 'const a: number = 1\nexport default a\n')
    const { exitCode, errors } = await commands.run({ args: ['check', path] })
    expect(exitCode).toBe(2)
    if (Number(process.versions.node.split('.')[0]) < 22) {
      expect(errors).toContain('Node does not run TypeScript. Compile it (tsc)')
    }
  })

  it('of two installed copies names both', async () => {
    const home = join(folder, 'other')
    const other = join(home, 'dist')
    cpSync(new URL('../../dist', import.meta.url), other, { recursive: true })
    symlinkSync(new URL('../../node_modules', import.meta.url), join(folder, 'node_modules'))
    writeFileSync(join(home, 'package.json'), '{ "name": "heartwood", "type": "module" }')
    const path = write(
      `import { GenServer as Foreign, injected } from '${pathToFileURL(join(other, 'index.js')).href}'
class W {}
Foreign()(W)
class V { log = injected('log') }
GenServer()(V)
${app(`{ name: 'a', root: W }), application({ name: 'b', root: V }`)}`,
    )
    const program = new Program(['check', path])
    expect(await program.exited).toBe(2)
    expect(program.errors).toMatch(
      /a › W: W was decorated by another installed copy of heartwood \(file:.*other.*\) than/,
    )
    expect(program.errors).toContain('(COPIES_MIXED)\n')
    expect(program.errors).toContain('(INJECT_COPY)')
    expect(program.errors).toMatch(
      /b › V: V calls the injected of another installed copy of heartwood \(file:.*other.*\) than/,
    )
  })

  it('of two installed copies names both, also where a start function gave a process of the other', async () => {
    const other = pathToFileURL(join(folder, 'other', 'dist', 'index.js')).href
    const path = write(
      `import { startLink as foreign } from '${other}'
const odd = { id: 'w', start: () => foreign({ init: () => ({ state: 1 }) }) }
${app(`{ name: 'a', root: supervisorSpec('top', { children: [odd] }) }`)}`,
    )
    const program = new Program(['start', path])
    expect(await program.exited).toBe(3)
    expect(program.errors).toMatch(
      /returned <0\.\d+>, a process of another installed copy of heartwood \(file:.*other.*\) than the one that runs it \(file:/,
    )
  })

  it.each([
    'check',
    'tree',
    'start',
  ])('is a rejection that nobody handles while it is imported: %s', async (command) => {
    const path = write(`Promise.reject(new Error('late'))\n${app(`{ name: 'a', root }`)}`)
    const program = new Program([command, path])
    expect(await program.exited).toBe(2)
    expect(program.errors).toContain('[CONFIG_IMPORT_FAILED]')
    expect(program.errors).toMatch(/nobody caught an error of it: .*late/)
  })

  it('is told to scripts by check', async () => {
    const bad = TABLE.find(({ code }) => code === 'INJECT_UNBOUND')
    const path = write(bad?.source)
    const { exitCode, lines, errors } = await commands.run({ args: ['check', '--json', path] })
    expect(exitCode).toBe(2)
    expect(JSON.parse(lines.join(''))).toMatchObject({
      ok: false,
      problems: [{ path: 'a › Root › Writer', code: 'INJECT_UNBOUND' }],
    })
    for (const part of bad?.says ?? []) expect(errors).toContain(part)
  })
})
