/** The options of a pool: its limits, its members, and the checks of both. */
import { type Awaitable, isServerClass, type Ref, type ServerClass } from '../../genserver/index.js'
import { type Pid, REGISTERS, type Rules, read, rules } from '../../kernel/index.js'
import { type CheckedSpec, type Child, toChildSpec } from '../child-spec.js'
import { supervisorError } from '../errors.js'
import {
  type Backoff,
  backoff,
  backoffMistakes,
  type CheckedBackoff,
  withDefaults,
} from '../restart-backoff.js'

/** The limits of a pool: the number of members and of waiting borrowers, times, and when a member is replaced. */
export interface PoolLimits {
  /** The number of members that the pool keeps. Default 10. */
  readonly size?: number | undefined
  /** The number of members beyond `size` that are opened while all are lent. Each is closed when it comes back and no borrower waits. Default 0. */
  readonly overflow?: number | undefined
  /** Whether a member is opened only when a borrower needs one. Default false: all `size` members are open when the pool has started. */
  readonly lazy?: boolean | undefined
  /** Which idle member is lent next: the one that came back last (`'lifo'`, the default), or first (`'fifo'`). */
  readonly strategy?: 'lifo' | 'fifo' | undefined
  /** The number of borrowers that may wait while all members are lent. One more is refused with POOL_FULL. Default `Infinity`. */
  readonly queue?: number | undefined
  /** Milliseconds that a loan may last. After that the member is closed, and the borrower gets LOAN_LOST. Default `Infinity`. */
  readonly loanTimeout?: number | undefined
  /**
   * What happens to a member whose borrower failed: `'replace'`, since its state is unknown, or `'keep'`. Default `'replace'`
   * for resources; `'keep'` for workers, which manage their own state.
   */
  readonly afterFailure?: 'replace' | 'keep' | undefined
  /** Milliseconds that `open`, `reset` or `check` may take. After that the member is killed and replaced. Default 10,000. */
  readonly hookTimeout?: number | undefined
  /** With `check`: milliseconds that a member must be idle before it is checked, and milliseconds between two rounds of checks. Default 30,000. */
  readonly checkAfter?: number | undefined
  /** With `check`: the highest number of members that one round checks. Default `Infinity`. */
  readonly checksAtOnce?: number | undefined
  /** The wait after a failed opening before the next attempt. Default 100 ms, doubled up to 30 s. */
  readonly retry?: Backoff | undefined
}

/** Hooks for members that are no processes: clients, connections, sockets. Each member is owned by its own process, which closes it. */
export interface PooledResource<R> {
  /** Opens a resource, in the process that owns it. */
  open(): Awaitable<R>
  /** Closes a resource when its process ends. Default as `own` does: by its `end`, `close`, `destroy` and so on. */
  close?(resource: R): Awaitable<unknown>
  /** Prepares a resource that came back for the next borrower. If it returns false or throws, the resource is replaced. */
  reset?(resource: R): Awaitable<unknown>
  /** Checks a resource that has been idle. If it returns false or throws, the resource is replaced; in a lazy pool when it is needed. */
  check?(resource: R): Awaitable<unknown>
  /**
   * Called before each loan, in the server of the pool, so it must be fast and synchronous. If it returns false or throws, the member is
   * replaced and another one is lent. If it returns an `Error`, the borrower gets that error, and the member stays.
   *
   * @param request the option `request` of `checkOut`
   */
  lend?(resource: R, request: unknown): unknown
  /** Gets the messages to the process that owns the resource: timers, EXIT and DOWN messages. If it returns false or throws, the resource is replaced. */
  info?(resource: R, message: unknown): Awaitable<unknown>
}

/** The type of a worker for its borrowers: a typed ref of a server class; for other workers the pid. */
export type PooledRef<W> = W extends readonly [infer Class, ...unknown[]]
  ? PooledRef<Class>
  : W extends abstract new (
        ...args: never[]
      ) => infer C
    ? Ref<C & object>
    : Pid

/** Options for members that are processes. */
export interface PooledWorker<W extends Child = Child> {
  /** The child that each member runs, in any form. It must not register a name. */
  readonly worker: W
  /** Called before each loan, like `lend` of a resource. */
  lend?(worker: PooledRef<W>, request: unknown): unknown
}

/** The options of a pool of resources. */
export type PoolOptions<R> = PoolLimits & PooledResource<R>
/** The options of a pool of workers. */
export type WorkerPoolOptions<W extends Child = Child> = PoolLimits & PooledWorker<W>

/** Options of a pool of either kind. */
export type AnyPoolOptions = PoolOptions<unknown> | WorkerPoolOptions

export const POOL_LIMIT_RULES: Rules = {
  size: rules.wholeNumber(0),
  overflow: rules.wholeNumber(0),
  lazy: rules.flag,
  strategy: rules.oneOf(['lifo', 'fifo']),
  queue: rules.orValue(rules.wholeNumber(0), Number.POSITIVE_INFINITY, 'Infinity'),
  loanTimeout: rules.milliseconds,
  afterFailure: rules.oneOf(['replace', 'keep']),
  hookTimeout: rules.orValue(rules.finiteMilliseconds(1), Number.POSITIVE_INFINITY, 'Infinity'),
  checkAfter: rules.finiteMilliseconds(1),
  checksAtOnce: rules.orValue(rules.wholeNumber(1), Number.POSITIVE_INFINITY, 'Infinity'),
  retry: backoff,
}

const HOOK_RULES: Rules = {
  open: rules.action,
  close: rules.action,
  reset: rules.action,
  check: rules.action,
  lend: rules.action,
  info: rules.action,
}

const RULES: Rules = {
  ...POOL_LIMIT_RULES,
  ...HOOK_RULES,
  worker: { expected: 'a child, as a supervisor would list it', fits: (value) => value !== null },
}

/** The hooks as the server of the pool calls them, for members of any type. */
export type PoolHooks = Partial<PooledResource<unknown>>

/** Options that passed the checks, with every default filled in. */
export interface PoolPlan {
  readonly limits: Omit<{ readonly [K in keyof PoolLimits]-?: NonNullable<PoolLimits[K]> }, 'retry'> & {
    readonly retry: CheckedBackoff
  }
  readonly hooks: PoolHooks
  /** Only for a pool of workers. */
  readonly worker: { readonly spec: CheckedSpec; readonly Class: ServerClass | undefined } | undefined
}

/** Checks the options of a pool and makes a plan of them. @throws INVALID_POOL_OPTION, with all mistakes; INVALID_CHILD_SPEC */
export function checkPool(given: unknown): PoolPlan {
  if (!rules.isRecord(given)) {
    throw invalid([{ field: 'options', value: given, expected: 'an object of options' }])
  }
  const mistakes = [...rules.mistakesIn(given, RULES)]
  const { worker, ...rest } = given as PoolLimits & PoolHooks & { readonly worker?: Child }
  const isOfWorkers = worker !== undefined
  if (isOfWorkers) {
    for (const hook of ['open', 'close', 'reset', 'check', 'info'] as const) {
      if (rest[hook] === undefined) continue
      mistakes.push({ field: hook, value: rest[hook], expected: 'absent where the members are workers' })
    }
  } else if (rest.open === undefined) {
    mistakes.push({ field: 'open', value: undefined, expected: 'a function, where no worker is given' })
  }
  if (rules.isRecord(rest.retry) && !mistakes.some(({ field }) => field.startsWith('retry'))) {
    for (const mistake of backoffMistakes(rest.retry)) mistakes.push({ ...mistake, field: 'retry.max' })
  }
  if (mistakes.length > 0) throw invalid(mistakes)
  return {
    limits: limitsOf(rest, isOfWorkers),
    hooks: rest,
    worker: isOfWorkers ? checkWorker(worker) : undefined,
  }
}

function checkWorker(child: Child): PoolPlan['worker'] {
  const spec = { ...toChildSpec(child), restart: 'temporary', significant: false } as const
  if (spec[REGISTERS] !== undefined) {
    const expected = 'one without a name: every member runs it'
    throw invalid([
      { field: 'worker', value: `one with the name ${String(spec[REGISTERS])}`, expected, said: true },
    ])
  }
  const Class: unknown = Array.isArray(child) ? child[0] : child
  return { spec, Class: isServerClass(Class) ? Class : undefined }
}

function limitsOf(given: PoolLimits, isOfWorkers: boolean): PoolPlan['limits'] {
  const {
    size = 10,
    overflow = 0,
    lazy = false,
    strategy = 'lifo',
    queue = Number.POSITIVE_INFINITY,
    loanTimeout = Number.POSITIVE_INFINITY,
    afterFailure = isOfWorkers ? 'keep' : 'replace',
    hookTimeout = 10_000,
    checkAfter = 30_000,
    checksAtOnce = Number.POSITIVE_INFINITY,
    retry = {},
  } = given
  const sizes = { size, overflow, lazy, strategy, queue, afterFailure }
  return { ...sizes, loanTimeout, hookTimeout, checkAfter, checksAtOnce, retry: withDefaults(retry) }
}

function invalid(mistakes: Parameters<typeof rules.mistakeDetails>[0]): Error {
  return supervisorError('INVALID_POOL_OPTION', rules.mistakeDetails(mistakes))
}

/** The options of a pool class: the limits of its decorator, and the methods of its instance as hooks. */
export function optionsOfClass(limits: PoolLimits, instance: object): AnyPoolOptions {
  const options: Record<string, unknown> = { ...limits }
  for (const hook of Object.keys(HOOK_RULES)) {
    const method: unknown = read(instance, hook)
    if (typeof method === 'function') options[hook] = method.bind(instance)
  }
  const worker: unknown = read(instance, 'worker')
  if (typeof worker === 'function') options.worker = worker.call(instance)
  return options as unknown as AnyPoolOptions
}
