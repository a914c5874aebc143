/**
 * Pools: sets of members that are lent to one borrower at a time. A pool is a static supervisor with two children: the dynamic
 * supervisor of the members, and the server that lends them (`pool-server.ts`). This file has the functions that users call.
 */
import {
  type Addressed,
  type Awaitable,
  addressOf,
  type ServerRef,
  startLink,
} from '../../genserver/index.js'
import {
  checkKnown,
  get,
  type NameKeeper,
  type Pid,
  type ProcessKey,
  put,
  REGISTERS,
  read,
} from '../../kernel/index.js'
import { type Child, type ChildOverrides, type ChildSpec, SPEC_INPUT } from '../child-spec.js'
import { dynamicSupervisorSpec } from '../dynamic-supervisor.js'
import type { SupervisorStartOptions } from '../engine/supervisor-server.js'
import { supervisorError } from '../errors.js'
import { type SupervisorSpec, startSupervisor, supervisorSpec } from '../supervisor.js'
import type { SupervisorOptions } from '../supervisor-options.js'
import {
  type AnyPoolOptions,
  checkPool,
  type PooledRef,
  type PoolOptions,
  type PoolPlan,
  type WorkerPoolOptions,
} from './pool-options.js'
import { PoolRef } from './pool-ref.js'
import { poolServer } from './pool-server.js'

/** Options, or a function that computes them inside the pool's supervisor at each of its starts. */
export type PoolInit<O> = O | (() => Awaitable<O>)

type Naming = Pick<SupervisorStartOptions, 'name'>

/**
 * Starts a pool, linked to the current process, and waits until it runs; if it is not lazy, until its members are open.
 *
 * The pool is a supervisor with two children: the server that lends, and a dynamic supervisor of the members. A member that ends is
 * replaced; if that fails, the next attempt comes after the wait of `retry`. When the server ends, the members end with it.
 *
 * @param init the members, by `open` or `worker`, and the limits of the pool
 * @param options `name` registers the pool; `link` (default true) links it to the current process, its parent
 * @throws INVALID_POOL_OPTION; START_FAILED with POOL_OPEN_FAILED as `details.reason` when a member cannot be opened;
 *   ALREADY_STARTED. All of them reject.
 * @example
 * ```ts
 * const db = await startPool({ size: 5, open: () => connect(url), close: (client) => client.end() })
 * const rows = await db.run((client) => client.query('select 1'))
 * ```
 */
export function startPool<const W extends Child>(
  init: PoolInit<WorkerPoolOptions<W>>,
  options?: Omit<SupervisorStartOptions, 'label'>,
): Promise<PoolRef<PooledRef<W>>>
export function startPool<R>(
  init: PoolInit<PoolOptions<R>>,
  options?: Omit<SupervisorStartOptions, 'label'>,
): Promise<PoolRef<R>>
export async function startPool(
  init: PoolInit<AnyPoolOptions>,
  options: Omit<SupervisorStartOptions, 'label'> = {},
): Promise<PoolRef<unknown>> {
  checkKnown('startPool', options, ['name', 'link'])
  const { name, link } = options
  const place = new PoolPlace()
  await startSupervisor(treeOf(init, name, place), { link, label: labelOf(name) })
  return new PoolRef(name === undefined ? place : (name as ServerRef))
}

/**
 * The spec of a pool as a child.
 *
 * @param id the id of the child, and the name that the pool is registered under
 * @param init the members, by `open` or `worker`, and the limits of the pool
 * @param input fields that replace those of the spec; `name`: another name
 * @throws INVALID_POOL_OPTION when `init` is an object
 * @example
 * ```ts
 * await startSupervisor({
 *   children: [poolSpec('db', { size: 5, open: () => connect(url), close: (client) => client.end() }), WebServer],
 * })
 * const rows = await poolRef<Client>('db').run((client) => client.query('select 1'))
 * ```
 */
export function poolSpec<const W extends Child>(
  id: string,
  init: PoolInit<WorkerPoolOptions<W>>,
  input?: ChildOverrides & Naming,
): SupervisorSpec
export function poolSpec<R>(
  id: string,
  init: PoolInit<PoolOptions<R>>,
  input?: ChildOverrides & Naming,
): SupervisorSpec
export function poolSpec(
  id: string,
  init: PoolInit<AnyPoolOptions>,
  input: ChildOverrides & Naming = {},
): SupervisorSpec {
  checkKnown('poolSpec', input, SPEC_INPUT)
  const { name = id, ...overrides } = input
  return supervisorSpec(id, treeOf(init, name), overrides)
}

/** The key under which a pool class has the name of its pool. */
export const POOL_NAME: unique symbol = Symbol.for('heartwood.pool')

/** The type of the members of a pool class, for their borrowers. */
export type MemberOf<C> = C extends { open(): infer R }
  ? Awaited<R>
  : C extends { worker(): infer W }
    ? PooledRef<W>
    : unknown

/**
 * A reference to a pool: by the class that `@Pool` decorates, by name or by pid. The pool need not run yet.
 *
 * @throws POOL_CLASS_INVALID, SERVER_REF_INVALID
 * @example
 * ```ts
 * const db = poolRef(Db)
 * const cache = poolRef<Redis>('cache')
 * ```
 */
export function poolRef<C extends object>(Class: abstract new (...args: never[]) => C): PoolRef<MemberOf<C>>
export function poolRef<R = unknown>(server: ServerRef): PoolRef<R>
export function poolRef(target: ServerRef | (abstract new (...args: never[]) => object)): PoolRef<unknown> {
  if (typeof target !== 'function') {
    addressOf(target, 'poolRef')
    return new PoolRef(target)
  }
  const name = read(target, POOL_NAME)
  if (name === undefined) throw supervisorError('POOL_CLASS_INVALID', { value: target })
  return new PoolRef(name as ServerRef)
}

/** The options of a pool's supervisor before it runs, for the plan of a tree. */
export function plannedPool(name: string | NameKeeper | undefined): SupervisorOptions {
  return tree(undefined, name)
}

/** The address of the server of an unnamed pool. Its pid changes with each restart. */
class PoolPlace implements Addressed {
  pid: Pid | undefined = undefined

  get target(): Pid {
    return this.pid as Pid
  }
}

function treeOf(init: PoolInit<AnyPoolOptions>, name: SupervisorStartOptions['name'], place?: PoolPlace) {
  if (typeof init === 'function') return async () => tree(checkPool(await init()), name, place)
  return tree(checkPool(init), name, place)
}

/** The key in the process dictionary of the pool's supervisor for the pid of its first child, which the second one needs. */
const MEMBERS = Symbol('the supervisor of the members') as ProcessKey<Pid>

function tree(
  plan: PoolPlan | undefined,
  name: SupervisorStartOptions['name'],
  place?: PoolPlace,
): SupervisorOptions {
  const members = dynamicSupervisorSpec('members')
  const startMembers = async (): Promise<Pid> => {
    const pid = (await members.start()) as Pid
    put(MEMBERS, pid)
    return pid
  }
  const startServer = async (): Promise<Pid> => {
    const server = poolServer(plan as PoolPlan, get(MEMBERS) as Pid)
    const pid = await startLink(server, undefined, { name, label: labelOf(name) })
    if (place !== undefined) place.pid = pid
    return pid
  }
  const server: ChildSpec = {
    id: 'pool',
    start: startServer,
    [REGISTERS]: name,
  }
  return {
    strategy: 'one_for_all',
    children: [{ ...members, start: startMembers }, server],
  }
}

function labelOf(name: SupervisorStartOptions['name']): string {
  return typeof name === 'string' ? name : 'pool'
}
