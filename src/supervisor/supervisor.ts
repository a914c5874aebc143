/**
 * Static supervisors: processes that start other processes in order, restart them when they crash, and stop them in reverse.
 * This file has the functions that users call. The engine is in `static-engine.ts`, requests to a running supervisor in
 * `supervisor-client.ts`.
 */
import type { Awaitable } from '../genserver/index.js'
import { type Behaviour, checkKnown, type Pid, REGISTERS } from '../kernel/index.js'
import type { FittingInit } from './child-arguments.js'
import { type Child, type ChildOverrides, type ChildSpec, SPEC_INPUT } from './child-spec.js'
import { StaticEngine } from './engine/static-engine.js'
import { engineBehaviour, type SupervisorStartOptions, startEngine } from './engine/supervisor-server.js'
import { checkForStart, type SupervisorInit, type SupervisorOptions } from './supervisor-options.js'

/**
 * Starts a supervisor and its children, and waits until all of them run. OTP's `supervisor:start_link/2,3`.
 *
 * Whether a child is restarted after its end depends on its `restart`; which siblings are restarted with it, on the `strategy`:
 *
 * | strategy | stopped, in reverse, and started again, in order |
 * | --- | --- |
 * | `'one_for_one'` | the child that ended |
 * | `'one_for_all'` | all children |
 * | `'rest_for_one'` | the child that ended and those started after it |
 *
 * | child ended for | permanent | transient | temporary |
 * | --- | --- | --- | --- |
 * | `'normal'`, `'shutdown'`, `{ shutdown: x }` | restarted, reported | stays stopped | forgotten |
 * | any other reason | restarted, reported | restarted, reported | forgotten, reported |
 *
 * After more than `intensity` restarts within `period` the supervisor stops its children and exits `'shutdown'`. Its own
 * supervisor then decides what to do. It also stops its children in reverse when its parent exits, for any reason, and by `stop`.
 *
 * If a child does not start, the children before it are stopped in reverse, and the supervisor exits
 * `{ shutdown: { failedToStartChild: id, reason } }`.
 *
 * @param init options, checked before anything is started; or a function that computes them inside the supervisor,
 *   at each of its starts, and may answer `'ignore'`
 * @param options `name` registers it; `link` (default true) links it to the current process, its parent
 * @returns the pid of the supervisor
 * @throws INVALID_SUPERVISOR_OPTION, INVALID_CHILD_SPEC, DUPLICATE_CHILD_ID when `init` is an object; START_FAILED with
 *   `details.reason`, which also ends a linked parent that does not trap exits; START_IGNORED; ALREADY_STARTED. All
 *   of them reject.
 * @example
 * const top = await startSupervisor({
 *   strategy: 'rest_for_one',
 *   children: [
 *     { id: 'store', start: () => startLink(Store) },
 *     { id: 'cache', start: () => startLink(Cache), restart: 'transient' },
 *   ],
 * })
 */
export function startSupervisor<const List extends readonly Child[] = readonly []>(
  init: FittingInit<List>,
  options: SupervisorStartOptions = {},
): Promise<Pid> {
  return startEngine(init, checkForStart, (plan) => new StaticEngine(plan, options), options)
}

/** The spec of a supervisor as a child. Its field `supervises` lets checks read the children before anything is started. */
export interface SupervisorSpec extends ChildSpec {
  readonly supervises: SupervisorInit
}

/**
 * The spec of a child that is a supervisor: linked to the supervisor above it, with no limit of time to stop.
 *
 * @param input fields that replace those of the spec; `name` registers the supervisor
 * @example
 * await startSupervisor({ children: [supervisorSpec('storage', { strategy: 'one_for_all', children: [Store, Cache] })] })
 */
export function supervisorSpec<const List extends readonly Child[] = readonly []>(
  id: string,
  init: FittingInit<List>,
  input: ChildOverrides & Pick<SupervisorStartOptions, 'name'> = {},
): SupervisorSpec {
  checkKnown('supervisorSpec', input, SPEC_INPUT)
  const { name, ...overrides } = input
  const start = (): Promise<Pid> => startSupervisor(init, { name, label: id })
  return { id, start, type: 'supervisor', ...overrides, [REGISTERS]: name, supervises: init }
}

/** The behaviour of the process that `startSupervisor` starts, for code that starts it by other means. */
export function supervisorBehaviour(
  init: () => Awaitable<SupervisorOptions | 'ignore'>,
  options: SupervisorStartOptions,
): Behaviour {
  return engineBehaviour(init, checkForStart, (plan) => new StaticEngine(plan, options))
}
