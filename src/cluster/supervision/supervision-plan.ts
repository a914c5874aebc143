import { type Awaitable, type Callbacks, isServerClass, type ServerClass } from '../../genserver/index.js'
import { type Mistake, type Rules, rules } from '../../kernel/index.js'
import { type Backoff, backoffMistakes, type CheckedBackoff, withDefaults } from '../../supervisor/index.js'
import { LABELS } from '../cluster-options.js'
import { clusterError } from '../errors.js'
import { keysMistake } from '../key.js'

/** The argument of a worker's `init`: its key, and the state that the previous worker handed over. */
export interface Keyed<State = unknown> {
  readonly key: string
  /** The result of `handOver` of the previous worker; undefined for a worker that starts without state. */
  readonly state: State | undefined
}

/** The keys to run, or a function that returns them and is called from time to time. */
export type Keys = readonly string[] | (() => Awaitable<readonly string[]>)

/** The options of a cluster supervisor, which runs each worker once in the cluster. */
export interface ClusterSupervisorOptions {
  /** The name of the supervisor on all nodes. Default that of the worker's class. */
  readonly name?: string | undefined
  /** The name of the cluster; default that of the first node in the program. */
  readonly cluster?: string | undefined
  /** The keys to run; other keys are refused. Without it, a key runs from its first message on. */
  readonly keys?: Keys | undefined
  /** The argument of `init` instead of `{ key, state }`. */
  readonly args?: ((keyed: Keyed) => unknown) | undefined
  /** The labels that a node must have to take keys; default none. */
  readonly where?: Readonly<Record<string, string>> | undefined
  /** `'transient'`: a worker that ends normally is done, and its key is free. Default `'permanent'`. */
  readonly restart?: 'permanent' | 'transient' | undefined
  /** The number of restarts of one key that are allowed within `period`. With one more, the key is parked on this node and tried on others. Default 3. */
  readonly intensity?: number | undefined
  /** Milliseconds. Default 5,000. */
  readonly period?: number | undefined
  /** The wait before a restart. Default from 100 ms to 30 s. */
  readonly backoff?: Backoff | undefined
  /** Milliseconds for which a node does not try a parked key again. Default 60,000. */
  readonly parkFor?: number | undefined
  /** Milliseconds that `init` of a worker may take. One that takes longer is killed, and counts as a crash. Default 10,000. */
  readonly initTimeout?: number | undefined
  /** Milliseconds that a worker may take to finish its message and hand over its state. Default 5,000. */
  readonly handOverTimeout?: number | undefined
  /** The highest number of bytes of the state that is handed over. Default 1 MiB. */
  readonly maxState?: number | undefined
  /** Whether keys move to nodes that join; default true. */
  readonly rebalance?: boolean | undefined
  /** Milliseconds, approximately, between two checks of what should run. Default 30,000. */
  readonly reconcile?: number | undefined
  /** Milliseconds for handing all keys to other nodes when the node stops. Default 8,000. */
  readonly shutdown?: number | undefined
}

type Settled = Omit<ClusterSupervisorOptions, 'cluster' | 'keys' | 'args' | 'backoff'>

/** Options that passed the checks, with every default filled in. */
export type SupervisionPlan = { readonly [K in keyof Settled]-?: NonNullable<Settled[K]> } & {
  readonly child: ServerClass | Callbacks<unknown, never>
  readonly cluster: string | undefined
  readonly keys: Keys | undefined
  readonly args: ((keyed: Keyed) => unknown) | undefined
  readonly backoff: CheckedBackoff
}

export const CLUSTER_SUPERVISOR_RULES: Rules = {
  name: {
    expected: 'a name of 1 to 60 characters',
    fits: (value) => typeof value === 'string' && value.length > 0 && value.length <= 60,
  },
  cluster: rules.text,
  keys: {
    expected: 'a list of keys, or a function that gives one',
    fits: (value) => typeof value === 'function' || Array.isArray(value),
  },
  args: rules.action,
  where: LABELS,
  restart: rules.oneOf(['permanent', 'transient']),
  intensity: rules.wholeNumber(0),
  period: rules.finiteMilliseconds(1),
  backoff: { expected: '{ initial: 100, max: 30_000 }', fits: rules.isRecord },
  parkFor: rules.finiteMilliseconds(1),
  initTimeout: rules.finiteMilliseconds(1),
  handOverTimeout: rules.finiteMilliseconds(1),
  maxState: rules.wholeNumber(0, 64 * 2 ** 20),
  rebalance: rules.flag,
  reconcile: rules.finiteMilliseconds(100),
  shutdown: rules.finiteMilliseconds(100),
}

/** @throws CLUSTER_OPTION_INVALID */
export function checkOptions(action: string, options: ClusterSupervisorOptions): void {
  const mistakes = rules.isRecord(options)
    ? [...rules.mistakesIn(options, CLUSTER_SUPERVISOR_RULES)]
    : [{ field: 'options', value: options, expected: 'an object of options' }]
  const keys = mistakes.length === 0 && Array.isArray(options.keys) ? options.keys : []
  const mistake = keysMistake('keys', keys)
  if (mistake !== undefined) mistakes.push(mistake)
  if (mistakes.length === 0 && options.backoff !== undefined)
    mistakes.push(...backoffMistakes(options.backoff))
  refuse(action, mistakes)
}

function refuse(action: string, mistakes: readonly Mistake[]): void {
  if (mistakes.length === 0) return
  throw clusterError('CLUSTER_OPTION_INVALID', {
    action,
    problems: mistakes.map(rules.mistakeText).join('; '),
  })
}

/** @throws CLUSTER_OPTION_INVALID */
export function planOf(
  action: string,
  child: ServerClass | Callbacks<unknown, never>,
  options: ClusterSupervisorOptions,
): SupervisionPlan {
  checkOptions(action, options)
  const mistakes: Mistake[] = []
  const isClass = typeof child === 'function'
  if (isClass ? !isServerClass(child) : !rules.isRecord(child))
    mistakes.push({ field: 'child', value: child, expected: 'a server class, or callbacks' })
  const name = options.name ?? (isClass ? child.name : undefined)
  if (name === undefined)
    mistakes.push({ field: 'name', value: name, expected: 'a name, since callbacks have none' })
  refuse(action, mistakes)
  return {
    child,
    name: name as string,
    cluster: options.cluster,
    keys: options.keys,
    args: options.args,
    where: options.where ?? {},
    restart: options.restart ?? 'permanent',
    intensity: options.intensity ?? 3,
    period: options.period ?? 5_000,
    backoff: withDefaults(options.backoff ?? {}),
    parkFor: options.parkFor ?? 60_000,
    initTimeout: options.initTimeout ?? 10_000,
    handOverTimeout: options.handOverTimeout ?? 5_000,
    maxState: options.maxState ?? 2 ** 20,
    rebalance: options.rebalance ?? true,
    reconcile: options.reconcile ?? 30_000,
    shutdown: options.shutdown ?? 8_000,
  }
}
