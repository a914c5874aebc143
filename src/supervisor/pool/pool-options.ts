/** What a pool is configured with: its limits, what its members are, and the checks of both. */
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

/** How many members a pool has, who waits for one and how long, and when a member is replaced. */
export interface PoolLimits {
  /** How many members it keeps. Default 10. */
  readonly size?: number | undefined
  /** How many more it opens while all are lent; each is closed when it comes back and nobody waits. Default 0. */
  readonly overflow?: number | undefined
  /** Whether a member is opened only when somebody asks for one. Default false: all `size` are open when the pool is up. */
  readonly lazy?: boolean | undefined
  /** Which idle member is lent first: the one that came back last (`'lifo'`, the default), or first (`'fifo'`). */
  readonly strategy?: 'lifo' | 'fifo' | undefined
  /** How many borrowers may wait for one that is lent; one more is refused with POOL_FULL. Default `Infinity`. */
  readonly queue?: number | undefined
  /** Milliseconds that one loan may take; then the member is closed under the borrower. Default `Infinity`. */
  readonly loanTimeout?: number | undefined
  /**
   * What becomes of a member whose borrower failed: `'replace'`, since nobody knows its state, or `'keep'`. Default `'replace'`
   * for resources; `'keep'` for workers, which keep their own state in order.
   */
  readonly afterFailure?: 'replace' | 'keep' | undefined
  /** Milliseconds that `open`, `reset` or `check` may take; then the member is killed and replaced. Default 10,000. */
  readonly hookTimeout?: number | undefined
  /** With `check`: milliseconds that a member must have been idle to be checked, and between two rounds. Default 30,000. */
  readonly checkAfter?: number | undefined
  /** With `check`: how many members are checked in one round. Default `Infinity`. */
  readonly checksAtOnce?: number | undefined
  /** How long it waits before it tries again to open a member, after one has failed. Default 100 ms, doubled up to 30 s. */
  readonly retry?: Backoff | undefined
}

/** What members are that are no processes: clients, connections, sockets. Each is kept by a process of its own, which closes it. */
export interface PooledResource<R> {
  /** Opens one, in the process that keeps it. */
  open(): Awaitable<R>
  /** Closes one, when its process ends. Default as `own` does: by its `end`, `close`, `destroy` and so on. */
  close?(resource: R): Awaitable<unknown>
  /** Makes one that came back ready for the next borrower. False or a throw: it is replaced. */
  reset?(resource: R): Awaitable<unknown>
  /** Whether one that has been idle is still fit. False or a throw: it is replaced, in a lazy pool when it is needed. */
  check?(resource: R): Awaitable<unknown>
  /**
   * Asked before each loan, in the pool itself: it must be quick and not wait. False or a throw: the member is replaced, and
   * another lent. An `Error` it returns refuses the borrower, who gets it; the member stays.
   *
   * @param request what `checkOut` was given as `request`
   */
  lend?(resource: R, request: unknown): unknown
  /** Gets what is sent to the process that keeps one: its timers, EXIT and DOWN messages. False or a throw: it is replaced. */
  info?(resource: R, message: unknown): Awaitable<unknown>
}

/** The member of a pool of workers, as its borrowers get it: a typed ref of a server class, else the pid. */
export type PooledRef<W> = W extends readonly [infer Class, ...unknown[]]
  ? PooledRef<Class>
  : W extends abstract new (
        ...args: never[]
      ) => infer C
    ? Ref<C & object>
    : Pid

/** What members are that are processes. */
export interface PooledWorker<W extends Child = Child> {
  /** Each member, in any form of a child. It must not register a name. */
  readonly worker: W
  /** As of a resource: asked before each loan. */
  lend?(worker: PooledRef<W>, request: unknown): unknown
}

/** Limits, and what the members are. */
export type PoolOptions<R> = PoolLimits & PooledResource<R>
/** Limits, and which worker the members are. */
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

/** The hooks as the engine calls them, whatever the members are. */
export type PoolHooks = Partial<PooledResource<unknown>>

/** Options that passed the checks, with every default filled in. */
export interface PoolPlan {
  readonly limits: Omit<{ readonly [K in keyof PoolLimits]-?: NonNullable<PoolLimits[K]> }, 'retry'> & {
    readonly retry: CheckedBackoff
  }
  readonly hooks: PoolHooks
  /** Of a pool of workers. */
  readonly worker: { readonly spec: CheckedSpec; readonly Class: ServerClass | undefined } | undefined
}

/** @throws INVALID_POOL_OPTION, with all that is wrong; INVALID_CHILD_SPEC */
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

/** The options of a pool class: what its decorator says, and what its instance does. */
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
