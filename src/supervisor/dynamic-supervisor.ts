/**
 * Dynamic supervisors: supervisors of any number of children that are started and stopped at run time, each with its own spec.
 * This file has the functions that users call. The engine is in `dynamic-engine.ts`, requests to a running supervisor in
 * `supervisor-client.ts`.
 */
import { checkKnown, type Pid, REGISTERS } from '../kernel/index.js'
import { type ChildOverrides, type ChildSpec, SPEC_INPUT } from './child-spec.js'
import { DynamicEngine } from './engine/dynamic-engine.js'
import { type SupervisorStartOptions, startEngine } from './engine/supervisor-server.js'
import { checkDynamicSupervisor, type DynamicSupervisorInit } from './supervisor-options.js'

/**
 * Starts a supervisor without children; they are added with `startChild`. Elixir's `DynamicSupervisor.start_link/1`.
 *
 * It restarts children as a static supervisor with `'one_for_one'` does. The differences:
 *
 * | | static | dynamic |
 * | --- | --- | --- |
 * | a child is known by | its `id` | its pid; the same `id` may occur often |
 * | a child that ended for good, was terminated or answered `'ignore'` | keeps its spec (unless temporary) | is gone |
 * | its children are stopped | one by one, in reverse | all at once |
 * | one start, crash or termination among N children costs | with `'one_for_one'` O(1) | O(1) |
 * | a stray cast | crashes it | is reported |
 *
 * @param init options, checked before anything is started; or a function that computes them inside the supervisor,
 *   at each of its starts, and may answer `'ignore'`
 * @param options `name` registers it; `link` (default true) links it to the current process, its parent
 * @returns the pid of the supervisor
 * @throws INVALID_SUPERVISOR_OPTION when `init` is an object; START_FAILED, START_IGNORED, ALREADY_STARTED. All reject.
 * @example
 * const rooms = await startDynamicSupervisor({ maxChildren: 1_000, extraArguments: [config] }, { name: 'rooms' })
 * await startChild(rooms, { id: 'room', start: (config, topic) => startRoom(config, topic), args: ['tea'] })
 */
export function startDynamicSupervisor(
  init: DynamicSupervisorInit = {},
  options: SupervisorStartOptions = {},
): Promise<Pid> {
  return startEngine(init, checkDynamicSupervisor, (plan) => new DynamicEngine(plan, options), options)
}

/** The spec of a dynamic supervisor as a child. */
export interface DynamicSupervisorSpec extends ChildSpec {
  readonly supervisesDynamically: DynamicSupervisorInit
}

/**
 * The spec of a child that is a dynamic supervisor. Elixir's `DynamicSupervisor.child_spec/1`.
 *
 * @param input fields that replace those of the spec; `name` registers the supervisor
 * @example
 * await startSupervisor({ children: [dynamicSupervisorSpec('rooms', { maxChildren: 100 }, { name: 'rooms' })] })
 */
export function dynamicSupervisorSpec(
  id: string,
  init: DynamicSupervisorInit = {},
  input: ChildOverrides & Pick<SupervisorStartOptions, 'name'> = {},
): DynamicSupervisorSpec {
  checkKnown('dynamicSupervisorSpec', input, SPEC_INPUT)
  const { name, ...overrides } = input
  const start = (): Promise<Pid> => startDynamicSupervisor(init, { name, label: id })
  return { id, start, type: 'supervisor', ...overrides, [REGISTERS]: name, supervisesDynamically: init }
}
