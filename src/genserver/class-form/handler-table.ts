/**
 * The handler table of a class: it says which methods are calls, casts and message handlers, and how an instance is made. The decorators
 * write one; `defineServer` writes one without decorators.
 */
import {
  type Behaviour,
  checkKnown,
  errorsOf,
  isRevoked,
  KERNEL_ERRORS,
  type MailboxOptions,
  matcherOf,
  type NameKeeper,
  type Pattern,
  rules,
} from '../../kernel/index.js'
import type { Addressed } from '../client/server-address.js'
import { genServerError } from '../errors.js'
import type { Awaitable } from '../server/callbacks.js'
import type { CallLimit } from '../server/concurrent-calls.js'

/** A class whose instances are servers. Its constructor may take anything, if the table's `create` provides it. */
export type ServerClass<C extends object = object> = abstract new (...args: never[]) => C

/** The name of a server: a name in the kernel, or a name that, for example, a registry keeps. */
export type ServerName = string | (NameKeeper & Addressed)

/** The names of the methods that the engine itself calls. They are never calls or casts. */
export const LIFECYCLE = [
  'init',
  'handleCall',
  'handleCast',
  'handleInfo',
  'handleContinue',
  'configChange',
  'codeChange',
  'exportState',
  'importState',
  'terminate',
  'formatStatus',
] as const
export type LifecycleName = (typeof LIFECYCLE)[number]

/** The public methods of `C`, without those that the engine calls. */
export type MethodName<C> = Exclude<
  { [K in keyof C]: C[K] extends (...args: never[]) => unknown ? K : never }[keyof C],
  LifecycleName
> &
  string

/** An entry for messages: those that match `pattern`, as in `receive`, go to `method`. The first entry that matches wins. */
export interface InfoHandler<Method extends string = string> {
  /** A guard, predicate, literal or shape. Without it, every message matches. */
  readonly pattern?: Pattern | undefined
  readonly method: Method
}

/** An entry for changes of a setting, or of any value in a section: `method` is called with `(value, previous)`. */
export interface SettingHandler<Method extends string = string> {
  /** A dotted path, such as `'db.pool'`; `''` is all settings. */
  readonly key: string
  readonly method: Method
}

/** The options of `defineServer`. */
export interface HandlerTable<C extends object, Method extends string = MethodName<C>> {
  /** The name under which an instance is registered, and under which `ref(Class)` finds it; also a name of a registry. */
  readonly name?: ServerName | undefined
  readonly calls?: readonly Method[]
  readonly casts?: readonly Method[]
  readonly infos?: readonly InfoHandler<Method>[]
  /** Methods for changes of settings while the program runs, called one after the other. */
  readonly configChanges?: readonly SettingHandler<Method>[]
  /**
   * The `calls` that run concurrently: each in a process of its own, while the server handles other messages. For methods that mostly
   * wait. Such a method may read the instance's fields. It should read them before its first `await`, since they may change after it. It must change
   * them only through calls and casts. With a limit, at most that many calls of the method run at once, and further calls wait in order.
   */
  readonly concurrent?: readonly (Method | { readonly method: Method; readonly limit: number })[]
  /** The `calls` that the server skips if the caller is gone when their turn comes. */
  readonly skipAbandoned?: readonly Method[]
  /** The limit of the mailbox of an instance. Default: no limit. */
  readonly mailbox?: MailboxOptions | undefined
  /**
   * Makes the instance, in the new process, at every start and restart. Default: `new Class()`. An injection container can be used
   * here. If it throws, the start fails.
   */
  readonly create?: ((Class: ServerClass<C>) => Awaitable<C>) | undefined
  /**
   * Makes the instance as `create` does, for new code that replaces old code (`sys.changeCode`). It also says which fields hold injected values, because
   * these are not copied. Default: `create`.
   */
  readonly createAnew?: ((Class: ServerClass<C>) => Awaitable<CreatedAnew<C>>) | undefined
  /**
   * What happens to a running instance when its code changes. With `'carry'`, the default, a new instance takes over its fields. With
   * `'restart'` the change is refused, and the caller of the change must start the server again.
   */
  readonly codeChange?: CodeChangePolicy | undefined
}

export type CodeChangePolicy = 'carry' | 'restart'

/** An instance of new code, with the knowledge of which fields were injected. */
export interface CreatedAnew<C extends object = object> {
  readonly instance: C
  /** Whether the value of a field was injected. The name of a private field begins with `#`. */
  isInjected(field: PropertyKey, value: unknown): boolean
}

/** A checked handler table, merged with the table of the base class. */
export interface ServerDefinition {
  readonly Class: ServerClass
  readonly name: ServerName | undefined
  readonly calls: ReadonlySet<string>
  readonly casts: ReadonlySet<string>
  readonly infos: readonly MatchedInfo[]
  readonly configChanges: readonly SettingHandler[]
  /** The calls that run concurrently with the server, each with its limit; undefined if there are none. */
  readonly concurrent: ReadonlyMap<string, CallLimit | undefined> | undefined
  /** The calls that are skipped when nobody waits for them any more; undefined if there are none. */
  readonly skipAbandoned: ReadonlySet<string> | undefined
  readonly mailbox: MailboxOptions | undefined
  readonly create: ((Class: ServerClass) => Awaitable<object>) | undefined
  readonly createAnew: ((Class: ServerClass) => Awaitable<CreatedAnew>) | undefined
  readonly codeChange: CodeChangePolicy | undefined
  /** Makes the engine of an incarnation, if it is not that of a GenServer. */
  engine?: (Class: ServerClass, definition: ServerDefinition, args: unknown, hasParent: boolean) => Behaviour
  /** The callbacks of the class, cached here by the start. */
  callbacks?: unknown
  /** The client classes made from this table, cached here by `ref`. */
  clients?: unknown
}

export interface MatchedInfo {
  readonly matches: (message: unknown) => boolean
  readonly method: string
}

const kernelError = errorsOf(KERNEL_ERRORS)

const LIMIT = rules.wholeNumber(1)

/** The values of `codeChange`. */
const CODE_CHANGES = rules.oneOf(['carry', 'restart'])

/** The key of the table on the class itself, so that a subclass inherits it. */
const DEFINITION = Symbol.for('heartwood.server')

type Defined = { [DEFINITION]?: ServerDefinition }

/**
 * Makes a class a server: its table names the methods that are calls, casts and message handlers. It does without decorators
 * what `@GenServer`, `@Call` and `@Cast` do.
 *
 * A subclass adds to the table of its base, and declares anew the methods that it overrides. The name and `create` are
 * not inherited. Message handlers of the subclass come first.
 *
 * @throws BAD_OPTION for an unknown key or a value that is not a list; HANDLER_INVALID when a name is not a method of the class, or is a method that the engine calls
 * @example
 * ```ts
 * class Counter {
 *   count = 0
 *   add(by: number): number { return (this.count += by) }
 *   reset(): void { this.count = 0 }
 * }
 * defineServer(Counter, { name: 'counter', calls: ['add'], casts: ['reset'] })
 * ```
 */
export function defineServer<C extends object, Method extends string = MethodName<C>>(
  Class: ServerClass<C>,
  table: HandlerTable<C, NoInfer<Method>>,
): void {
  checkTable(Class, table)
  const base = (Class as Defined)[DEFINITION]
  if (memberKind(Class, 'then') !== 'absent') throw thenable(Class)
  for (const method of table.calls ?? []) checkMethod(Class, 'calls', method)
  for (const method of table.casts ?? []) checkMethod(Class, 'casts', method)
  for (const { method } of table.infos ?? []) checkMethod(Class, 'infos', method)
  for (const { method } of table.configChanges ?? []) checkMethod(Class, 'configChanges', method)
  const anew = methodsOf(table)
  const inherited = (methods: Iterable<string> | undefined) =>
    [...(methods ?? [])].filter((each) => !anew.has(each))
  const calls = new Set<string>([...inherited(base?.calls), ...(table.calls ?? [])])
  const skipAbandoned = new Set<string>([...inherited(base?.skipAbandoned), ...(table.skipAbandoned ?? [])])
  for (const method of skipAbandoned) {
    const problem = problemBeside(calls, method, undefined)
    if (problem !== undefined)
      throw genServerError('HANDLER_INVALID', { class: Class.name, table: 'skipAbandoned', method, problem })
  }
  const concurrent = new Map([...(base?.concurrent ?? [])].filter(([method]) => !anew.has(method)))
  for (const each of table.concurrent ?? []) {
    const most = typeof each === 'string' ? undefined : each
    const method = most?.method ?? (each as string)
    const problem = problemBeside(calls, method, most)
    if (problem !== undefined)
      throw genServerError('HANDLER_INVALID', { class: Class.name, table: 'concurrent', method, problem })
    concurrent.set(method, most && { ...most, skipAbandoned: skipAbandoned.has(method) })
  }
  const infos = (table.infos ?? []).map(({ pattern, method }) => ({
    matches: pattern === undefined ? everything : matcherOf(pattern),
    method,
  }))
  const definition: ServerDefinition = {
    Class,
    name: table.name,
    calls,
    concurrent: concurrent.size === 0 ? undefined : concurrent,
    skipAbandoned: skipAbandoned.size === 0 ? undefined : skipAbandoned,
    mailbox: table.mailbox ?? base?.mailbox,
    casts: new Set([...inherited(base?.casts), ...(table.casts ?? [])]),
    infos: [...infos, ...(base?.infos ?? []).filter(({ method }) => !anew.has(method))],
    configChanges: [
      ...(table.configChanges ?? []),
      ...(base?.configChanges ?? []).filter(({ method }) => !anew.has(method)),
    ],
    create: table.create as ServerDefinition['create'],
    createAnew: table.createAnew as ServerDefinition['createAnew'],
    codeChange: table.codeChange,
  }
  Object.defineProperty(Class, DEFINITION, { value: definition, configurable: true })
}

/**
 * The handler table of a class, own or inherited.
 *
 * @throws CLASS_UNDEFINED when it has no table
 */
export function definitionOf(Class: ServerClass): ServerDefinition {
  const definition = isRevoked(Class) ? undefined : (Class as Defined | undefined | null)?.[DEFINITION]
  if (definition === undefined) throw genServerError('CLASS_UNDEFINED', { class: nameOf(Class) })
  return definition
}

/** The name of a class for error messages; a value that is not a class is returned unchanged. */
function nameOf(Class: unknown): unknown {
  return typeof Class === 'function' ? Class.name : Class
}

/** Checks that a value is a class. @throws BAD_OPTION */
export function checkClass(action: string, Class: unknown): void {
  if (typeof Class !== 'function' || typeof Class.prototype !== 'object')
    throw badTable(action, 'the class', Class, 'a class')
}

/** Whether a class has a handler table. */
export function isServerClass(value: unknown): value is ServerClass {
  return typeof value === 'function' && (value as Defined)[DEFINITION] !== undefined
}

export function thenable(Class: ServerClass): Error {
  const problem =
    'what has a member of that name is taken for a promise, and its start would wait for ever. Rename it'
  return genServerError('HANDLER_INVALID', { class: Class.name, table: 'the class', method: 'then', problem })
}

const TABLE = [
  'name',
  'calls',
  'casts',
  'infos',
  'configChanges',
  'concurrent',
  'skipAbandoned',
  'mailbox',
  'create',
  'createAnew',
  'codeChange',
]
const LISTS = ['calls', 'casts', 'infos', 'configChanges', 'concurrent', 'skipAbandoned'] as const

/** Checks the keys and lists of a table. A misspelt key would be ignored silently: a handler without a pattern takes every message. */
function checkTable(Class: ServerClass, given: object): void {
  checkClass('defineServer', Class)
  const action = `defineServer(${Class.name})`
  if (typeof given !== 'object' || given === null) throw badTable(action, 'the table', given, 'an object')
  checkKnown(action, given, TABLE)
  const table = given as HandlerTable<object, string>
  for (const key of LISTS) {
    const list = table[key]
    if (list !== undefined && !Array.isArray(list)) throw badTable(action, key, list, 'an array')
  }
  if (table.codeChange !== undefined && !CODE_CHANGES.fits(table.codeChange))
    throw badTable(action, 'codeChange', table.codeChange, CODE_CHANGES.expected)
  for (const handler of table.infos ?? []) checkKnown(`${action}: infos`, handler, ['pattern', 'method'])
  for (const handler of table.configChanges ?? [])
    checkKnown(`${action}: configChanges`, handler, ['key', 'method'])
  for (const most of table.concurrent ?? [])
    if (typeof most !== 'string') checkKnown(`${action}: concurrent`, most, ['method', 'limit'])
}

function badTable(action: string, option: string, value: unknown, expected: string): Error {
  return kernelError('BAD_OPTION', { action, option, value, expected })
}

const everything = (): boolean => true

/** The methods that a table declares. Declarations of the base class for the same methods are dropped. */
function methodsOf(table: Omit<HandlerTable<object, string>, 'create' | 'createAnew'>): ReadonlySet<string> {
  const { calls = [], casts = [], infos = [], configChanges = [] } = table
  return new Set([...calls, ...casts, ...[...infos, ...configChanges].map(({ method }) => method)])
}

function problemBeside(
  calls: ReadonlySet<string>,
  method: string,
  most: CallLimit | undefined,
): string | undefined {
  if (!calls.has(method))
    return 'that is not one of the calls. Add it to them: only a call has an answer to wait for.'
  if (most === undefined || LIMIT.fits(most.limit)) return undefined
  return `its limit must be ${LIMIT.expected}, but is ${rules.shownValue(most.limit)}.`
}

function checkMethod(Class: ServerClass, table: string, method: string): void {
  const problem = problemWith(Class, method)
  if (problem !== undefined)
    throw genServerError('HANDLER_INVALID', { class: Class.name, table, method, problem })
}

function problemWith(Class: ServerClass, method: string): string | undefined {
  if (method === 'constructor' || (LIFECYCLE as readonly string[]).includes(method)) {
    return 'the engine calls that itself. Remove it from the table'
  }
  const kind = memberKind(Class, method)
  if (kind === 'method') return undefined
  return kind === 'absent'
    ? 'the class has no such method. A field that holds a function does not count, since handlers are looked up on the class.'
    : 'that is not a method.'
}

/** The kind of a member of a class or its bases. Getters are not run: there is no instance to run them on. */
export function memberKind(Class: ServerClass, name: string): 'method' | 'other' | 'absent' {
  let prototype: object | null = Class.prototype
  while (prototype !== null && prototype !== Object.prototype) {
    const descriptor = Object.getOwnPropertyDescriptor(prototype, name)
    if (descriptor !== undefined) return typeof descriptor.value === 'function' ? 'method' : 'other'
    prototype = Object.getPrototypeOf(prototype)
  }
  return 'absent'
}
