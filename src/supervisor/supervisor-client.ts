/**
 * What other processes ask of a supervisor, static or dynamic. Each call waits as long as it takes: the supervisor
 * may be busy with a child that starts or stops slowly.
 */
import { call, type ServerRef } from '../genserver/index.js'
import { currentKernel, HeartwoodError, type Pid, printed } from '../kernel/index.js'
import type { Fitting } from './child-arguments.js'
import { type CheckedSpec, type Child, toChildSpec } from './child-spec.js'
import type { ChildEntry } from './engine/supervised-child.js'
import { type Answer, type Operation, SupervisorRequest } from './engine/supervisor-requests.js'
import { supervisorError } from './errors.js'

/**
 * A child that was started: its pid, together with what its start function gave as `info` if it does; `undefined`
 * if it chose not to run (`'ignore'`).
 */
export type StartedChild<Info = never> =
  | Pid
  | undefined
  | ([Info] extends [never] ? never : { readonly pid: Pid; readonly info: Info })

/** What `countChildren` counts. */
export interface ChildCounts {
  /** All children, running or not. */
  readonly specs: number
  /** Those whose process is alive. */
  readonly active: number
  readonly supervisors: number
  readonly workers: number
}

/**
 * Adds a child to a supervisor and starts it. OTP's `supervisor:start_child/2`, Elixir's
 * `DynamicSupervisor.start_child/2`.
 *
 * A child that fails to start is not added. One that answers `'ignore'` is: it can be started with `restartChild`
 * (but not a temporary one, and not under a dynamic supervisor).
 *
 * @param child in any form; checked here, before anything is sent
 * @returns its pid; `undefined` for `'ignore'`; `{ pid, info }` if its start function gave an `info`
 * @throws INVALID_CHILD_SPEC; ALREADY_STARTED with `details.pid`, when a child of this id runs or the start function
 *   found its name taken; ALREADY_PRESENT; MAX_CHILDREN; START_CHILD_FAILED with `details.reason`; and what `call`
 *   throws. All of them reject.
 * @example
 * const pid = await startChild('rooms', { id: 'lobby', start: () => startLink(Room, 'lobby') })
 */
export function startChild<Info = never, const C extends Child = Child>(
  supervisor: ServerRef,
  child: C & NoInfer<Fitting<C>>,
): Promise<StartedChild<Info>> {
  try {
    const spec = toChildSpec(child)
    return ask(supervisor, 'startChild', currentKernel().isolate(spec)) as Promise<StartedChild<Info>>
  } catch (error) {
    return Promise.reject(error)
  }
}

/**
 * Stops a child as its `shutdown` says, and waits until it is over. A static supervisor keeps its spec, unless it is
 * temporary, so that `restartChild` can bring it back; it is not restarted by itself, and never triggers
 * `autoShutdown`. OTP's `supervisor:terminate_child/2`.
 *
 * Nothing is wrong with terminating a child that does not run. One that waits for its restart is not restarted then.
 *
 * @param child its id, or its pid (a dynamic supervisor knows pids only)
 * @throws NOT_FOUND, DYNAMIC_SUPERVISOR; both reject
 * @example
 * await terminateChild('rooms', 'lobby')
 */
export function terminateChild(supervisor: ServerRef, child: string | Pid): Promise<void> {
  return ask(supervisor, 'terminateChild', child).then(() => {})
}

/**
 * Starts a child again that does not run, or that waits for its restart (`backoff`): that restart then happens at once.
 * It does not count as a restart. OTP's `supervisor:restart_child/2`.
 *
 * @param child its id; under a dynamic supervisor, where only one that waits can be restarted, the pid it had last
 * @returns as `startChild`
 * @throws NOT_FOUND, RUNNING, RESTARTING, DYNAMIC_SUPERVISOR, ALREADY_STARTED, START_CHILD_FAILED. All of them reject.
 * @example
 * await restartChild('rooms', 'lobby')
 */
export function restartChild<Info = never>(
  supervisor: ServerRef,
  child: string | Pid,
): Promise<StartedChild<Info>> {
  return ask(supervisor, 'restartChild', child) as Promise<StartedChild<Info>>
}

/**
 * Removes a child that does not run. OTP's `supervisor:delete_child/2`.
 *
 * @throws NOT_FOUND, RUNNING, RESTARTING, DYNAMIC_SUPERVISOR. All of them reject.
 * @example
 * await terminateChild('rooms', 'lobby')
 * await deleteChild('rooms', 'lobby')
 */
export function deleteChild(supervisor: ServerRef, id: string): Promise<void> {
  return ask(supervisor, 'deleteChild', id).then(() => {})
}

/**
 * The children of a supervisor; those of a static one newest first. OTP's `supervisor:which_children/1`.
 *
 * @example
 * for (const { id, pid } of await whichChildren('rooms')) console.log(id, String(pid))
 */
export function whichChildren(supervisor: ServerRef): Promise<ChildEntry[]> {
  return ask(supervisor, 'whichChildren', undefined) as Promise<ChildEntry[]>
}

/**
 * How many children there are, by kind. OTP's `supervisor:count_children/1`.
 *
 * @example
 * const { active, specs } = await countChildren('rooms')
 */
export function countChildren(supervisor: ServerRef): Promise<ChildCounts> {
  return ask(supervisor, 'countChildren', undefined) as Promise<ChildCounts>
}

/**
 * The spec of a child, with all defaults filled in. OTP's `supervisor:get_childspec/2`.
 *
 * @param child its id, or its pid (a dynamic supervisor knows pids only)
 * @throws NOT_FOUND, DYNAMIC_SUPERVISOR; both reject
 * @example
 * const { restart } = await getChildSpec('rooms', 'lobby')
 */
export function getChildSpec(supervisor: ServerRef, child: string | Pid): Promise<CheckedSpec> {
  return ask(supervisor, 'getChildSpec', child) as Promise<CheckedSpec>
}

/** Asks a supervisor and waits for its answer, however long it takes. */
export function ask(supervisor: ServerRef, operation: Operation, argument: unknown): Promise<unknown> {
  const request = new SupervisorRequest(operation, argument)
  // No function that awaits it: what a call gives is seen through where it closes a circle, and this one has no time-out.
  return call(supervisor, request, Number.POSITIVE_INFINITY).then((answer) => outcomeOf(answer as Answer))
}

function outcomeOf(answer: Answer): unknown {
  if ('ok' in answer) return answer.ok
  if ('invalid' in answer) throw answer.invalid
  const { refused, details } = answer
  // The one refusal that the kernel has a code for: a process of that name is up.
  if (refused === 'ALREADY_STARTED') throw childAlreadyStarted(details)
  throw supervisorError(refused, details, 'reason' in details ? { cause: details.reason } : undefined)
}

function childAlreadyStarted(details: Readonly<Record<string, unknown>>): HeartwoodError {
  const { supervisor, child, pid } = details
  const message = `supervisor ${printed(supervisor)}: "${printed(child)}" is already started, as ${printed(pid)}.`
  return new HeartwoodError('ALREADY_STARTED', message, { ...details })
}
