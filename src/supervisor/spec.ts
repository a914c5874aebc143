/**
 * Child specs: what a supervisor must know of a child to start it, to stop it, and to decide whether it comes back.
 *
 * Whatever form a child is given in, it becomes a `CheckedSpec` here, once, field by field. Everything in this file
 * is pure: the same checks serve a supervisor that starts and a tool that only looks at a configuration.
 */
import type { Pid } from '../kernel/index.js'
import { type Backoff, type CheckedBackoff, checkBackoff } from './backoff.js'
import { supervisorError } from './errors.js'

/** When a child that ended is started again: always, only after an abnormal end, or never. */
export type Restart = 'permanent' | 'transient' | 'temporary'

/** How a child is stopped: `'shutdown'` and this many milliseconds before it is killed, or killed at once. */
export type Shutdown = number | 'brutal_kill'

export type ChildType = 'worker' | 'supervisor'

/** What a start function may give: the pid, in a `Ref` or with something for whoever called `startChild`; or nothing to supervise. */
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
 * Unknown fields are kept and mean nothing to the supervisor.
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
}

/** A child spec that passed the checks, with every default filled in. */
export type CheckedSpec = {
  readonly [K in Exclude<keyof ChildSpec, 'backoff'>]-?: NonNullable<ChildSpec[K]>
} & {
  readonly backoff?: CheckedBackoff
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
 * A class that a decorator makes a `ChildSource`. A legacy decorator cannot tell the compiler that it adds a static
 * method, so that the type takes any class; one without `[childSpec]` is refused when it is checked.
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
  const spec = specOf(child)
  return checked(overrides === undefined ? spec : { ...spec, ...overrides })
}

/**
 * The checked specs of a supervisor's children. OTP's `supervisor:check_childspecs/2`.
 *
 * @param autoShutdown the supervisor's; without it, what depends on it is not checked
 * @throws INVALID_CHILD_SPEC, DUPLICATE_CHILD_ID
 */
export function checkChildSpecs(children: Iterable<Child>, autoShutdown?: string): CheckedSpec[] {
  const specs: CheckedSpec[] = []
  const ids = new Set<string>()
  for (const child of children) {
    const spec = toChildSpec(child)
    checkSignificance(spec, autoShutdown)
    if (ids.has(spec.id)) throw supervisorError('DUPLICATE_CHILD_ID', { id: spec.id })
    ids.add(spec.id)
    specs.push(spec)
  }
  return specs
}

/** A significant child that nothing would ever notice is a mistake (OTP's `bad_combination`). */
export function checkSignificance(spec: CheckedSpec, autoShutdown: string | undefined): void {
  if (spec.significant && autoShutdown === 'never') {
    throw invalid(spec, 'significant', "false where the supervisor's autoShutdown is 'never'")
  }
}

function specOf(child: Child): ChildSpec {
  if (isTuple(child)) {
    const [source, args, overrides] = child
    if (!isSource(source)) throw invalidForm(source)
    return { ...source[childSpec](args), ...overrides }
  }
  if (isSource(child)) return child[childSpec]()
  if (typeof child !== 'object' || child === null) throw invalidForm(child)
  return child
}

function isTuple(child: Child): child is Extract<Child, readonly unknown[]> {
  return Array.isArray(child)
}

function isSource(value: unknown): value is ChildSource {
  const holder = typeof value === 'function' || (typeof value === 'object' && value !== null)
  return holder && typeof (value as Partial<ChildSource>)[childSpec] === 'function'
}

function checked(spec: ChildSpec): CheckedSpec {
  const { id, start, args = [], restart = 'permanent', type = 'worker', significant = false } = spec
  if (typeof id !== 'string' || id === '') throw invalid(spec, 'id', 'a non-empty string')
  if (typeof start !== 'function') {
    throw invalid(spec, 'start', 'a function that starts the child and returns its pid')
  }
  if (!Array.isArray(args)) throw invalid(spec, 'args', 'an array of arguments for start')
  if (restart !== 'permanent' && restart !== 'transient' && restart !== 'temporary') {
    throw invalid(spec, 'restart', "'permanent', 'transient' or 'temporary'")
  }
  if (type !== 'worker' && type !== 'supervisor') throw invalid(spec, 'type', "'worker' or 'supervisor'")
  const shutdown = spec.shutdown ?? (type === 'worker' ? 5_000 : Number.POSITIVE_INFINITY)
  if (shutdown !== 'brutal_kill' && !isDuration(shutdown)) {
    throw invalid(spec, 'shutdown', "whole milliseconds from 0, Infinity or 'brutal_kill'")
  }
  if (typeof significant !== 'boolean') throw invalid(spec, 'significant', 'true or false')
  if (significant && restart === 'permanent') {
    throw invalid(spec, 'significant', 'false for a permanent child, which never ends for good')
  }
  const { backoff, ...rest } = spec
  const whole = { ...rest, id, start, args, restart, type, shutdown, significant }
  return backoff === undefined ? whole : { ...whole, backoff: backoffOf(spec, backoff) }
}

function backoffOf(spec: ChildSpec, given: Backoff): CheckedBackoff {
  const checked = checkBackoff(given)
  if (!('field' in checked)) return checked
  throw supervisorError('INVALID_CHILD_SPEC', { child: titleOf(spec), ...checked })
}

/** The longest a timer can run, as in `receive … after`. */
const LONGEST = 4_294_967_295

function isDuration(value: unknown): value is number {
  if (value === Number.POSITIVE_INFINITY) return true
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= LONGEST
}

function invalid(spec: ChildSpec, field: keyof ChildSpec, expected: string): Error {
  return supervisorError('INVALID_CHILD_SPEC', { child: titleOf(spec), field, value: spec[field], expected })
}

function titleOf({ id }: ChildSpec): string {
  return typeof id === 'string' && id !== '' ? `"${id}"` : '(without id)'
}

function invalidForm(value: unknown): Error {
  const expected =
    'a child spec, a class or object with [childSpec] (a class gets it from @GenServer or @Supervisor), or [source, args, overrides]'
  return supervisorError('INVALID_CHILD_SPEC', { child: '(unknown)', field: 'child', value, expected })
}
