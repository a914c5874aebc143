/**
 * Static supervisors: processes that start other processes in order, start them again when they crash, and stop
 * them in reverse. This file is the way in; `static-engine.ts` does the work, `supervisor-client.ts` asks a running one.
 */
import type { Awaitable } from '../genserver/index.js'
import { type Behaviour, checkKnown, type Pid, REGISTERS } from '../kernel/index.js'
import type { FittingInit } from './child-arguments.js'
import { type Child, type ChildOverrides, type ChildSpec, SPEC_INPUT } from './child-spec.js'
import { StaticEngine } from './engine/static-engine.js'
import { engineBehaviour, type SupervisorStartOptions, startEngine } from './engine/supervisor-server.js'
import { checkSupervisor, type SupervisorInit, type SupervisorOptions } from './supervisor-options.js'

/**
 * Starts a supervisor and its children, and waits until all of them are up. OTP's `supervisor:start_link/2,3`.
 *
 * A child that ends is started again as its `restart` says, its siblings with it as the `strategy` says:
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
 * More than `intensity` restarts within `period` and it stops its children and exits `'shutdown'`, for its own
 * supervisor to see to. It stops in good order, too, when its parent exits, for whatever reason, and by `stop`.
 *
 * If the nth child does not start, those before it are stopped in reverse and the supervisor exits
 * `{ shutdown: { failedToStartChild: id, reason } }`.
 *
 * @param init options, checked before anything is started; or a function that computes them inside the supervisor,
 *   at each of its starts, and may answer `'ignore'`
 * @param options `name` registers it; `link` (default true) links it to the current process, its parent
 * @returns its pid
 * @throws INVALID_SUPERVISOR_OPTION, INVALID_CHILD_SPEC, DUPLICATE_CHILD_ID for options given as such; START_FAILED with
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
  return startEngine(init, checkSupervisor, (plan) => new StaticEngine(plan, options), options)
}

/** The spec of a supervisor as a child. What it supervises is there to be looked at before anything is started. */
export interface SupervisorSpec extends ChildSpec {
  readonly supervises: SupervisorInit
}

/**
 * The spec of a child that is a supervisor: linked to the one above it, and given all the time it needs to stop.
 *
 * @param overrides fields of the spec that shall be others; `name` registers the supervisor
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

/** What `startSupervisor` starts, for whoever starts it by other means. */
export function supervisorBehaviour(
  init: () => Awaitable<SupervisorOptions | 'ignore'>,
  options: SupervisorStartOptions,
): Behaviour {
  return engineBehaviour(init, checkSupervisor, (plan) => new StaticEngine(plan, options))
}
