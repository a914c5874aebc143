/** Cluster supervisors: workers by key, each once in the cluster. This file is the way in; `coordinator.ts` does the work. */
import { type Callbacks, type ServerClass, startLink } from '../../genserver/index.js'
import { currentKernel, get, isRevoked, type Pid, processKey, put } from '../../kernel/index.js'
import {
  type ChildOverrides,
  type ChildSpec,
  childSpec,
  dynamicSupervisorSpec,
  type SupervisorOptions,
  supervisorSpec,
} from '../../supervisor/index.js'
import { type Cluster, clusterOf } from '../cluster.js'
import { coordinator, coordinatorName } from './coordinator.js'
import {
  type ClusterSupervisorOptions,
  checkOptions,
  planOf,
  type SupervisionPlan,
} from './supervision-plan.js'

/** Where its supervisor keeps the pid of the first child, for the second. */
const WORKERS = processKey<Pid>('the supervisor of keyed workers')

/** The options of a cluster supervisor as a child. */
export interface ClusterSupervisorInput extends ClusterSupervisorOptions {
  /** The node of the supervisor, in a program with several. Default the current one. */
  readonly on?: Cluster | undefined
}

/**
 * The spec of a cluster supervisor as a child: on all nodes that have it in their tree together, a key has one worker.
 *
 * A key is started by the first message to it (`clusterRef`), or because `keys` lists it. It runs on the node that a rendezvous hash says,
 * by the weights of the nodes, and moves when that one dies, stops or is joined by another. The node must be up before it: put `clusterSpec` first.
 *
 * @param child the class of the workers, or their callbacks; `init` gets `{ key, state }`, see `Keyed`. `handOver()` of it returns what the next one gets
 * @throws CLUSTER_OPTION_INVALID; when it starts, CLUSTER_ABSENT
 *
 * OTP: none; `Horde.DynamicSupervisor` and `Horde.Registry` of Elixir, Akka's cluster sharding.
 *
 * @example
 * ```ts
 * import { clusterSpec, clusterSupervisorSpec, clusterRef, local } from 'heartwood/cluster'
 *
 * await startSupervisor({
 *   children: [clusterSpec({ engine: local() }), clusterSupervisorSpec(Checker, { keys: ['example.com'] })],
 * })
 * await clusterRef(Checker, 'example.com').call.check()
 * ```
 */
export function clusterSupervisorSpec(
  child: ServerClass | Callbacks<unknown, never>,
  options: ClusterSupervisorInput = {},
  overrides: ChildOverrides = {},
): ChildSpec {
  if (isRevoked(options)) checkOptions('clusterSupervisorSpec', options)
  const { on, ...rest } = options ?? {}
  const plan = planOf('clusterSupervisorSpec', child, rest)
  return supervisorSpec(plan.name, () => treeOf(plan, on), overrides)
}

function treeOf(plan: SupervisionPlan, given: Cluster | undefined): SupervisorOptions {
  const cluster = given ?? clusterOf(currentKernel(), plan.cluster)
  const workers = dynamicSupervisorSpec('workers')
  const startWorkers = async (): Promise<Pid> => {
    const pid = (await workers.start()) as Pid
    put(WORKERS, pid)
    return pid
  }
  const start = (): Promise<Pid> =>
    startLink(coordinator(plan, cluster, get(WORKERS) as Pid), undefined, {
      name: coordinatorName(plan, cluster),
      label: `cluster supervisor ${plan.name}`,
    })
  return {
    strategy: 'one_for_all',
    children: [
      { ...workers, start: startWorkers },
      { id: 'keys', start, shutdown: plan.shutdown },
    ],
  }
}

/** The options of the decorator. */
export interface ClusterSupervisorClassOptions extends ClusterSupervisorInput {
  /** The class of the workers. A function returns it if it is declared further down. */
  readonly child: ServerClass | (() => ServerClass)
}

/**
 * Makes a class a cluster supervisor, as `clusterSupervisorSpec` does. List it among the children of another supervisor.
 *
 * @throws CLUSTER_OPTION_INVALID
 * @example
 * ```ts
 * @ClusterSupervisor({ child: Checker, keys: () => targets.names() })
 * class Checkers {}
 * ```
 */
export function ClusterSupervisor(options: ClusterSupervisorClassOptions) {
  if (isRevoked(options)) checkOptions('ClusterSupervisor', options)
  const { child, ...rest } = options ?? {}
  const { on: _, ...plain } = rest
  checkOptions('ClusterSupervisor', plain)
  return (Class: abstract new (...args: never[]) => object, _context?: unknown): void => {
    const spec = (): ChildSpec => clusterSupervisorSpec(classOf(child), rest, { id: Class.name })
    Object.defineProperty(Class, childSpec, { configurable: true, value: spec })
  }
}

/** A class is asked for nothing; what gives one is. */
function classOf(child: ClusterSupervisorClassOptions['child']): ServerClass {
  const isClass = typeof child === 'function' && child.prototype !== undefined
  return isClass || typeof child !== 'function' ? (child as ServerClass) : (child as () => ServerClass)()
}

/** The key of what there is but one of. */
export const THE_ONE = 'the one'

/**
 * Makes a server class run once in the whole cluster. Write it above `@GenServer` or `defineServer`. `clusterRef(Class)` reaches the server from any node.
 *
 * @throws CLUSTER_OPTION_INVALID
 * @example
 * ```ts
 * @Singleton()
 * @GenServer()
 * class Leader {
 *   @Call() who() { return currentClaim().node }
 * }
 * ```
 */
export function Singleton(options: Omit<ClusterSupervisorInput, 'keys'> = {}) {
  if (isRevoked(options)) checkOptions('Singleton', options)
  const { on: _, ...plain } = options ?? {}
  checkOptions('Singleton', plain)
  return (Class: abstract new (...args: never[]) => object, _context?: unknown): void => {
    const spec = (): ChildSpec => singletonSpec(Class as ServerClass, options)
    Object.defineProperty(Class, childSpec, { configurable: true, value: spec })
  }
}

/**
 * The spec of a server that runs once in the whole cluster, as `@Singleton` without decorators.
 *
 * @throws CLUSTER_OPTION_INVALID; at its start, CLUSTER_ABSENT
 */
export function singletonSpec(
  Class: ServerClass,
  options: Omit<ClusterSupervisorInput, 'keys'> = {},
  overrides: ChildOverrides = {},
): ChildSpec {
  if (isRevoked(options)) checkOptions('singletonSpec', options)
  return clusterSupervisorSpec(Class, { ...options, keys: [THE_ONE] }, overrides)
}
