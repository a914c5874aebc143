/**
 * Child specs: what a supervisor must know of a child to start it, to stop it, and to decide whether it is restarted.
 *
 * A child can be given in several forms. This file checks each field once and makes a `CheckedSpec` of it. Everything here
 * is pure: a supervisor that starts and a tool that only reads a configuration use the same checks.
 */
import { definitionOf, isServerClass, startLink } from '../genserver/index.js'
import {
  HeartwoodError,
  isList,
  isRevoked,
  type Mistake,
  mayGoOn,
  type NameKeeper,
  Pid,
  printed,
  REGISTERS,
  type Rule,
  type Rules,
  read,
  rules,
  sleep,
} from '../kernel/index.js'
import { supervisorError } from './errors.js'
import {
  type Backoff,
  backoff,
  backoffMistakes,
  type CheckedBackoff,
  withDefaults,
} from './restart-backoff.js'

/** When a child is restarted after its end: always, only after an abnormal end, or never. */
export type Restart = 'permanent' | 'transient' | 'temporary'

/** How a child is stopped: the exit signal `'shutdown'`, then after this many milliseconds a kill; or a kill at once. */
export type Shutdown = number | 'brutal_kill'

export type ChildType = 'worker' | 'supervisor'

/** The state of a child: its pid while it runs; `'restarting'` while it waits for a restart or for another attempt; `undefined` while it does not run. */
export type ChildState = Pid | 'restarting' | undefined

/**
 * What a start function may return: the pid of the child; an object with the pid, such as a `Ref`, whose `info` the caller of
 * `startChild` gets; or `'ignore'`, when there is nothing to supervise.
 */
export type StartReturn = Pid | { readonly pid: Pid | undefined; readonly info?: unknown } | 'ignore'

/**
 * How a child is started, stopped and restarted. OTP's child specification.
 *
 * | field | default | meaning |
 * | --- | --- | --- |
 * | `id` | – | names the child within its supervisor |
 * | `start` | – | starts the child and links it; runs inside the supervisor. A throw or rejection is a failed start |
 * | `args` | `[]` | what `start` is called with; under a dynamic supervisor its `extraArguments` come first |
 * | `restart` | `'permanent'` | `'transient'`: only after an abnormal end; `'temporary'`: never, and its spec is forgotten |
 * | `shutdown` | 5,000, for supervisors `Infinity` | milliseconds to stop in before it is killed, or `'brutal_kill'` |
 * | `type` | `'worker'` | `'supervisor'` for a child that has children |
 * | `significant` | `false` | its end counts for the supervisor's `autoShutdown` |
 * | `backoff` | none: at once | how long it waits before a restart |
 *
 * A field with another name is a mistake. A tool can attach its own data under a symbol, which is kept.
 *
 * @example
 * const spec: ChildSpec = { id: 'clock', start: () => startLink(Clock), restart: 'transient', shutdown: 1_000 }
 */
export interface ChildSpec {
  readonly id: string
  readonly start: (...args: never[]) => StartReturn | PromiseLike<StartReturn>
  readonly args?: readonly unknown[] | undefined
  readonly restart?: Restart | undefined
  readonly shutdown?: Shutdown | undefined
  readonly type?: ChildType | undefined
  readonly significant?: boolean | undefined
  readonly backoff?: Backoff | undefined
  /** The name that the process of the child will register, for checks of a tree that does not run. Set by functions that make specs. */
  readonly [REGISTERS]?: string | NameKeeper | undefined
}

/** A child spec that passed the checks, with every default filled in. */
export type CheckedSpec = {
  readonly [K in Exclude<keyof ChildSpec, 'backoff' | typeof REGISTERS>]-?: NonNullable<ChildSpec[K]>
} & {
  readonly backoff?: CheckedBackoff
  readonly [REGISTERS]?: string | NameKeeper | undefined
}

/**
 * The method by which a class or an object says how it is supervised. Elixir's `child_spec/1`.
 *
 * @example
 * class Clock {
 *   static [childSpec](args?: unknown): ChildSpec {
 *     return { id: 'clock', start: () => startLink(Clock, args) }
 *   }
 * }
 * await startSupervisor({ children: [Clock, [Clock, { utc: true }, { id: 'utc' }]] })
 */
export const childSpec: unique symbol = Symbol.for('heartwood.childSpec')

/** Anything that can give its own child spec. */
export interface ChildSource {
  [childSpec](args?: unknown): ChildSpec
}

/**
 * A class that a decorator has made a `ChildSource`, or that `defineServer` has made a server. The compiler cannot see either, so this
 * type accepts any class; the check of the spec refuses a class that is neither.
 */
export type ChildClass = abstract new (...args: never[]) => object

/** Fields of a child spec that replace those of its source. */
export type ChildOverrides = Partial<ChildSpec>

/** A child as a supervisor's `children` may list it: a spec, a source of one, or a source with arguments and overrides. */
export type Child =
  | ChildSpec
  | ChildSource
  | ChildClass
  | readonly [source: ChildSource | ChildClass, args?: unknown, overrides?: ChildOverrides]

/**
 * The checked spec of a child in any form, with `overrides` on top. Elixir's `Supervisor.child_spec/2`.
 *
 * @throws INVALID_CHILD_SPEC, with `details.field` and `details.value`
 * @example
 * toChildSpec([Clock, { utc: true }], { id: 'utc' }).restart // 'permanent'
 */
export function toChildSpec(child: Child, overrides?: ChildOverrides): CheckedSpec {
  return specAt(child, undefined, overrides)
}

function specAt(child: Child, at: number | undefined, overrides?: ChildOverrides): CheckedSpec {
  const spec = specOf(child, at)
  return checked(overrides === undefined ? spec : { ...spec, ...given(overrides) })
}

/** What of an object of others can be copied; of a revoked proxy what is refused as an unknown option. */
function given<T extends object>(overrides: T | undefined): T | undefined {
  return isRevoked(overrides) ? ({ overrides } as never) : overrides
}

/**
 * The checked specs of a supervisor's children. OTP's `supervisor:check_childspecs/2`.
 *
 * @param autoShutdown the option of the supervisor; without it, rules that depend on it are not checked
 * @throws INVALID_CHILD_SPEC, DUPLICATE_CHILD_ID: the first mistake that is found
 */
export function checkChildSpecs(children: Iterable<Child>, autoShutdown?: string): CheckedSpec[] {
  const { specs, problems } = examineChildren(children, autoShutdown)
  if (problems[0] !== undefined) throw problems[0]
  return [...specs]
}

/** The specs of all children that are valid, and the mistakes of those that are not. */
export interface Examined {
  readonly specs: readonly CheckedSpec[]
  readonly problems: readonly HeartwoodError[]
}

/** Examines children, all at once. */
export function examineChildren(children: Iterable<Child>, autoShutdown?: string): Examined {
  if (typeof read(children, Symbol.iterator) !== 'function') {
    const mistake = { field: 'children', value: children, expected: 'a list of children' }
    throw supervisorError('INVALID_SUPERVISOR_OPTION', rules.mistakeDetails([mistake]))
  }
  const examination = new Examination(autoShutdown)
  for (const child of children) examination.add(child)
  return examination.end()
}

/** Examines children inside a process, which lets others run when its share of a turn is used up. */
export async function examineInTurns(children: Iterable<Child>, autoShutdown: string): Promise<Examined> {
  const examination = new Examination(autoShutdown)
  // Of a list that somebody changes meanwhile, what it was.
  for (const child of [...children]) {
    if (!mayGoOn()) await sleep(0)
    examination.add(child)
  }
  return examination.end()
}

/** An examination of children, one after the other. */
class Examination {
  readonly #specs: CheckedSpec[] = []
  readonly #problems: HeartwoodError[] = []
  readonly #ids = new Set<string>()
  readonly #twice = new Set<string>()
  readonly #autoShutdown: string | undefined
  #at = 0

  constructor(autoShutdown: string | undefined) {
    this.#autoShutdown = autoShutdown
  }

  add(child: Child): void {
    try {
      const spec = specAt(child, this.#at++)
      checkSignificance(spec, this.#autoShutdown)
      if (this.#ids.has(spec.id)) this.#twice.add(spec.id)
      else this.#specs.push(spec)
      this.#ids.add(spec.id)
    } catch (error) {
      // An error of the user's own `childSpec` method is passed on as it is.
      if (!HeartwoodError.is(error)) throw error
      this.#problems.push(error)
    }
  }

  end(): Examined {
    for (const id of this.#twice) this.#problems.push(supervisorError('DUPLICATE_CHILD_ID', { id }))
    return { specs: this.#specs, problems: this.#problems }
  }
}

/** A significant child that nothing would ever notice is a mistake (OTP's `bad_combination`). */
export function checkSignificance(spec: CheckedSpec, autoShutdown: string | undefined): void {
  if (spec.significant && autoShutdown === 'never') {
    const expected = "false where the supervisor's autoShutdown is 'never'"
    throw invalid(spec, [{ field: 'significant', value: true, expected }])
  }
}

function specOf(child: Child, at: number | undefined): ChildSpec {
  if (isTuple(child)) {
    const [source, args, overrides] = child
    if (child.length > 3) throw invalidForm(child, at)
    const spec = specFrom(source, args)
    if (spec === undefined) throw invalidForm(source, at)
    return { ...spec, ...given(overrides) }
  }
  const spec = specFrom(child, undefined)
  if (spec !== undefined) return spec
  // A spec may be an instance of a class of specs, which has a `start`. An instance of any other class is a mistake.
  if (!rules.isRecord(child) || (!('start' in child) && classOf(child) !== undefined))
    throw invalidForm(child, at)
  return child as unknown as ChildSpec
}

/** The spec that a source makes, or that of a class made a server by `defineServer`; `undefined` for any other value. */
function specFrom(source: unknown, args: unknown): ChildSpec | undefined {
  if (isSource(source)) return source[childSpec](args)
  if (!isServerClass(source)) return undefined
  const { name } = definitionOf(source)
  const id = typeof name === 'string' ? name : source.name
  return { id, start: () => startLink(source, args as never), [REGISTERS]: name }
}

function isTuple(child: Child): child is Extract<Child, readonly unknown[]> {
  return isList(child)
}

function isSource(value: unknown): value is ChildSource {
  return typeof read(value, childSpec) === 'function'
}

/** Rules for the fields that a child spec and the options of a decorator share. */
export const CHILD_RULES = {
  restart: rules.oneOf(['permanent', 'transient', 'temporary']),
  shutdown: rules.orValue(rules.milliseconds, 'brutal_kill', "'brutal_kill'"),
  significant: rules.flag,
  backoff,
} as const

const options: Rule = { expected: 'options, or a function that computes them', fits: () => true }

const SPEC_RULES: Rules = {
  id: rules.text,
  start: { ...rules.action, expected: 'a function that starts the child and returns its pid' },
  args: { ...rules.list, expected: 'an array of arguments for start' },
  ...CHILD_RULES,
  type: rules.oneOf(['worker', 'supervisor']),
  // Set by functions that make specs, and read by plans of a tree.
  supervises: options,
  supervisesDynamically: options,
}

/** The options of functions that make specs: the fields of a spec, and the name of the process. */
export const SPEC_INPUT = [...Object.keys(SPEC_RULES), 'name']

function checked(spec: ChildSpec): CheckedSpec {
  const { id, start, args = [], restart = 'permanent', type = 'worker', significant = false } = spec
  if (id === undefined || start === undefined || !rules.areFine(spec, SPEC_RULES)) {
    throw invalid(spec, rules.mistakesIn(spec, SPEC_RULES, { required: ['id', 'start'] }))
  }
  if (significant && restart === 'permanent') {
    const expected = 'false for a permanent child, which never ends for good'
    throw invalid(spec, [{ field: 'significant', value: significant, expected }])
  }
  const shutdown = spec.shutdown ?? (type === 'worker' ? 5_000 : Number.POSITIVE_INFINITY)
  const { backoff: given } = spec
  const whole = { id, start, args, restart, type, shutdown, significant }
  attach(whole, spec)
  if (given === undefined) return whole
  const wrong = backoffMistakes(given)
  if (wrong.length > 0) throw invalid(spec, wrong)
  return Object.assign(whole, { backoff: withDefaults(given) })
}

/**
 * Adds to a checked spec what its input has beside the fields in it: fields for plans, and data under symbols. The fields are not
 * written over a copy of the input: on Node 20 that takes twenty times as long, since each is then added to an object of its own kind.
 */
function attach(whole: Record<PropertyKey, unknown>, spec: ChildSpec): void {
  for (const key in spec) {
    if (key in whole || key === 'backoff' || !Object.hasOwn(spec, key)) continue
    whole[key] = spec[key as keyof ChildSpec]
  }
  for (const symbol of Object.getOwnPropertySymbols(spec)) {
    if (isEnumerable.call(spec, symbol)) whole[symbol] = Reflect.get(spec, symbol)
  }
}

const isEnumerable = Object.prototype.propertyIsEnumerable

function invalid(spec: ChildSpec, mistakes: readonly Mistake[]): Error {
  return supervisorError('INVALID_CHILD_SPEC', { child: titleOf(spec), ...rules.mistakeDetails(mistakes) })
}

function titleOf({ id }: ChildSpec): string {
  return typeof id === 'string' && id !== '' ? `"${id}"` : '(without id)'
}

/** The error for a value that is no child. Its text says how the value probably came to be there. */
function invalidForm(value: unknown, at: number | undefined): Error {
  const child = at === undefined ? '(unknown)' : `number ${at + 1}`
  return supervisorError('INVALID_CHILD_SPEC', { child, ...rules.mistakeDetails([formMistake(value)]) })
}

function formMistake(value: unknown): Mistake {
  const expected = FORMS
  if (value === undefined) {
    const when =
      'when the list was made: its class is declared further down, or its module imports this one in a circle'
    return {
      field: 'child',
      value: `undefined ${when}. Give a function: children: () => [ … ]`,
      expected,
      said: true,
    }
  }
  if (isRevoked(value)) return { field: 'child', value, expected }
  if (Array.isArray(value) && value.length > 3) {
    const said = `a list of ${value.length}, of which only three count`
    return { field: 'child', value: said, expected, said: true }
  }
  if (typeof value === 'function') {
    const said = `${printed(value)}, which has no decorator that makes it one`
    return { field: 'child', value: said, expected, said: true }
  }
  if (value instanceof Pid || (rules.isRecord(value) && 'pid' in value)) {
    return {
      field: 'child',
      value: 'a process that runs already. Give its class: the supervisor starts it',
      expected,
      said: true,
    }
  }
  if (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as { then?: unknown }).then === 'function'
  ) {
    return {
      field: 'child',
      value: 'a promise. Give a class or a spec: the supervisor starts the child',
      expected,
      said: true,
    }
  }
  const name = classOf(value)?.name
  if (name === undefined) return { field: 'child', value, expected }
  return {
    field: 'child',
    value: `an instance of ${name}. Give the class: each start makes a new instance`,
    expected,
    said: true,
  }
}

const FORMS =
  'a child spec, a class or object with [childSpec] (a class gets it from @GenServer, @StateMachine, @Supervisor or @DynamicSupervisor), a class that defineServer has made a server, or [source, args, overrides]'

/** The class of an instance; undefined of a plain object and what is none. */
function classOf(value: unknown): (new () => unknown) | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype === Object.prototype || prototype === null) return undefined
  return (value as { constructor: new () => unknown }).constructor
}
