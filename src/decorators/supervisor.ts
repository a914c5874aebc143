/** `@Supervisor` and `@DynamicSupervisor`: classes that name a part of the tree, and the scope it lives in. */
import { COPY, PLANNED, type Planned, SCOPE } from '../application/index.js'
import type { Awaitable, ServerClass } from '../genserver/index.js'
import { copyAsSent, type IsolableClass, isolateHere, startElsewhere } from '../isolation/index.js'
import { currentKernel, get, Pid, put, type Rules, rules } from '../kernel/index.js'
import {
  type Backoff,
  CHILD_RULES,
  type Child,
  type ChildSpec,
  childSpec,
  DYNAMIC_SUPERVISOR_RULES,
  type DynamicSupervisorOptions as DynamicFlags,
  dynamicSupervisorSpec,
  type FittingChildren,
  type SupervisorOptions as Flags,
  type Restart,
  type Shutdown,
  SUPERVISOR_RULES,
  supervisorBehaviour,
  supervisorSpec,
} from '../supervisor/index.js'
import type { Bindings } from './injection/bindings.js'
import { markInjectable } from './injection/class-dependencies.js'
import { ContainerScopes, currentScope } from './injection/container-scopes.js'
import {
  ISOLATED_CLASS_RULES,
  type IsolatedClassOptions,
  isolateAs,
  plannedIsolation,
} from './isolated-class.js'
import { recordRole } from './recorded-metadata.js'
import type { ClassContext } from './standard-mode.js'
import { checkCalled, checkOptions, decorating, isWithheld, orFunction } from './usage-check.js'

/** What a supervisor class is as a child, and what its scope provides. */
export interface Supervised {
  /** The name its process is registered under. */
  readonly name?: string | undefined
  /** The id among the children of the supervisor above. Default the name, else the name of the class. */
  readonly id?: string | undefined
  /** Default `'permanent'`. */
  readonly restart?: Restart | undefined
  /** Milliseconds to stop in, or `'brutal_kill'`. Default `Infinity`: as long as its children need. */
  readonly shutdown?: Shutdown | undefined
  /** Default false. */
  readonly significant?: boolean | undefined
  /** How long it waits before it is started again; default not at all. */
  readonly backoff?: Backoff | undefined
  /** What everything below can have injected; made afresh for each incarnation, disposed of when it exits. */
  readonly bindings?: Bindings | undefined
}

/** The options of a supervisor class. With `isolate`, the supervisor, its children and its bindings are in a thread or program of their own. */
export interface SupervisorClassOptions extends Supervised, IsolatedClassOptions, Omit<Flags, 'children'> {
  /** The children. They start in this order and stop in reverse. A function returns the list if a class is declared further down. */
  readonly children?: readonly Child[] | (() => readonly Child[]) | undefined
}

/** The same, where the compiler compares what children are given with what their `init` takes. */
interface CheckedChildren<List extends readonly Child[]> extends Omit<SupervisorClassOptions, 'children'> {
  readonly children?:
    | (List & FittingChildren<List>)
    | ((() => List) & (() => FittingChildren<List>))
    | undefined
}

/** The options of a dynamic supervisor class. */
export interface DynamicSupervisorClassOptions extends Supervised, DynamicFlags {}

export const SUPERVISED_RULES: Rules = {
  name: rules.processName,
  id: rules.text,
  ...CHILD_RULES,
  bindings: { expected: 'bindings', fits: () => true },
}

const CLASS_RULES: Rules = {
  ...SUPERVISOR_RULES,
  ...SUPERVISED_RULES,
  ...ISOLATED_CLASS_RULES,
  children: orFunction({ ...rules.list, expected: 'an array of children' }),
}

const DYNAMIC_CLASS_RULES: Rules = { ...DYNAMIC_SUPERVISOR_RULES, ...SUPERVISED_RULES }

/** A supervisor class may compute its flags and children when it starts. OTP's `init/1`. */
interface Initialised<F> {
  init(args: unknown): Awaitable<Partial<F> | 'ignore' | undefined>
}

/**
 * Makes a class a supervisor of `children`. Elixir's `use Supervisor`.
 *
 * The class may be empty. If it has an `init(args)`, Heartwood makes an instance in the supervisor's own scope at each start,
 * and the result of `init` is added to the options, for example children that depend on an injected configuration.
 *
 * @throws DECORATOR_OPTION_INVALID; DECORATED_TWICE
 * @example
 * ```ts
 * @Supervisor({
 *   strategy: 'rest_for_one',
 *   children: [Collector, Checkers, WebServer],
 *   bindings: (bind) => bind(Store).to(SqliteStore),
 * })
 * class Root {}
 * ```
 */
export function Supervisor<const List extends readonly Child[] = readonly []>(
  options: CheckedChildren<List> = {},
  ...misplaced: never[]
) {
  checkCalled('Supervisor', options, misplaced)
  return (Class: ServerClass, context?: ClassContext): void => {
    decorating(Class, () => {
      recordRole(Class, '@Supervisor', context)
      checkOptions('Supervisor', Class.name, options, CLASS_RULES)
      if (isWithheld(Class)) return
      const { children, ...rest } = options
      const flags = (): Flags => ({ ...flagsOf(rest), children: listed(children) })
      const made = decorateSupervisor(Class, options, (id, args, scopes) => {
        const init = async (): Promise<Flags | 'ignore'> => started(Class, id, scopes, flags(), args)
        const spec = supervisorSpec(id, init, childOf(options))
        const isolated = plannedIsolation(Class, args, options)
        const planned = () => ({
          copy: COPY,
          supervises: flags(),
          isolated,
          again: () => again(Class, id, scopes, flags(), args),
        })
        return { spec: isolatedSpec(Class, args, spec, options), planned }
      })
      isolateAs('Supervisor', Class as IsolableClass, options, (args) => {
        const { id, scopes } = made
        const init = async (): Promise<Flags | 'ignore'> => started(Class, id, scopes, flags(), args)
        return supervisorBehaviour(init, { name: options.name, label: id })
      })
    })
  }
}

/**
 * Makes a class a dynamic supervisor: its children are added with `startChild` and removed with `terminateChild`. Elixir's
 * `use DynamicSupervisor`.
 *
 * @throws DECORATOR_OPTION_INVALID; DECORATED_TWICE
 * @example
 * ```ts
 * @DynamicSupervisor({ name: 'checkers', maxChildren: 1_000 })
 * class Checkers {}
 * await startChild('checkers', child(Checker, target))
 * ```
 */
export function DynamicSupervisor(options: DynamicSupervisorClassOptions = {}, ...misplaced: never[]) {
  checkCalled('DynamicSupervisor', options, misplaced)
  return (Class: ServerClass, context?: ClassContext): void => {
    decorating(Class, () => {
      recordRole(Class, '@DynamicSupervisor', context)
      checkOptions('DynamicSupervisor', Class.name, options, DYNAMIC_CLASS_RULES)
      if (isWithheld(Class)) return
      decorateSupervisor(Class, options, (id, args, scopes) => {
        const flags = flagsOf(options)
        const init = async (): Promise<DynamicFlags | 'ignore'> => started(Class, id, scopes, flags, args)
        const spec = dynamicSupervisorSpec(id, init, childOf(options))
        const anew = () => again(Class, id, scopes, flags, args)
        return { spec, planned: () => ({ copy: COPY, supervisesDynamically: flags, again: anew }) }
      })
    })
  }
}

/** A spec, and what is known of the child beforehand; asked for late, when all classes are declared. */
interface Parts {
  readonly spec: ChildSpec
  readonly planned: () => Planned
}

/** Gives a class its child spec, and what a plan must know of it. */
export function decorateSupervisor(
  Class: ServerClass,
  { id, name, bindings }: Supervised,
  partsOf: (id: string, args: unknown, scopes: ContainerScopes | undefined) => Parts,
  builds: ServerClass | undefined = hasInit(Class) ? Class : undefined,
): { readonly id: string; readonly scopes: ContainerScopes | undefined } {
  markInjectable(Class)
  const scope = bindings === undefined ? undefined : new ContainerScopes(bindings)
  const own = id ?? name ?? Class.name
  Object.defineProperty(Class, childSpec, {
    configurable: true,
    value(args?: unknown): ChildSpec {
      const { spec, planned } = partsOf(own, args, scope)
      return {
        ...spec,
        [PLANNED]: {
          ...planned(),
          args,
          builds,
          computes: hasInit(Class),
          scope,
          source: Class,
        } satisfies Planned,
      } as ChildSpec
    },
  })
  return { id: own, scopes: scope }
}

/** Runs inside the supervisor at each start: opens its scope, and asks the class for what it adds. */
async function started<F extends object>(
  Class: ServerClass,
  id: string,
  scopes: ContainerScopes | undefined,
  flags: F,
  args: unknown,
): Promise<F | 'ignore'> {
  if (scopes !== undefined) openScope(id, scopes)
  return computed(Class, flags, args)
}

/** The same in a supervisor that runs: its scope takes the bindings of the new code. */
async function again<F extends object>(
  Class: ServerClass,
  id: string,
  scopes: ContainerScopes | undefined,
  flags: F,
  args: unknown,
): Promise<F | 'ignore'> {
  const scope = get(SCOPE)
  if (scope !== undefined) scope.follow(scopes ?? NO_BINDINGS)
  else if (scopes !== undefined) openScope(id, scopes)
  return computed(Class, flags, args)
}

const NO_BINDINGS = new ContainerScopes(undefined)

/** What the class adds, in the scope that there is. */
async function computed<F extends object>(
  Class: ServerClass,
  flags: F,
  args: unknown,
): Promise<F | 'ignore'> {
  if (!hasInit(Class)) return flags
  const instance = (await currentScope().build(Class)) as Initialised<F>
  const more = await instance.init(args)
  return more === 'ignore' ? 'ignore' : { ...flags, ...more }
}

/** The process that opens a scope owns what it makes, which is therefore disposed of however the process ends. */
export function openScope(name: string, scopes: ContainerScopes): void {
  put(SCOPE, scopes.open({ name, parent: currentScope() }))
}

function hasInit(Class: ServerClass): boolean {
  return typeof (Class.prototype as Partial<Initialised<object>>).init === 'function'
}

export function childOf(options: Supervised): Omit<Supervised, 'id' | 'bindings'> {
  const { name, restart, shutdown, significant, backoff } = options
  return { name, restart, shutdown, significant, backoff }
}

/** The spec of a supervisor that runs isolated, if it does. In a test it is a process of its kernel. */
function isolatedSpec(
  Class: ServerClass,
  args: unknown,
  spec: ChildSpec,
  { name, isolate, blockedFor, heapLimit, warm }: SupervisorClassOptions,
): ChildSpec {
  if (isolate === undefined) return spec
  const how = { isolate, blockedFor, heapLimit, warm }
  const start = async (): Promise<unknown> => {
    const kernel = currentKernel()
    if (kernel.isolation === 'real')
      return startElsewhere(Class as IsolableClass, { args, name, label: spec.id }, how)
    // For the mistakes that it would find.
    copyAsSent(args, kernel, how)
    const pid = await spec.start()
    if (pid instanceof Pid) isolateHere(kernel, pid, how)
    return pid
  }
  return { ...spec, start } as ChildSpec
}

/** The options that are the supervisor's own. */
export function flagsOf<O extends Supervised>(options: O): Omit<O, keyof Supervised> {
  const {
    name: _name,
    id: _id,
    restart: _restart,
    shutdown: _shutdown,
    significant: _significant,
    backoff: _backoff,
    ...rest
  } = options
  const { bindings: _bindings, ...common } = rest
  const flags = common as IsolatedClassOptions
  const { isolate: _i, module: _m, blockedFor: _b, heapLimit: _h, warm: _w, ...own } = flags
  return own as Omit<O, keyof Supervised>
}

function listed(children: SupervisorClassOptions['children']): readonly Child[] {
  return typeof children === 'function' ? children() : (children ?? [])
}
