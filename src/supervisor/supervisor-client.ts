/**
 * Requests to a running supervisor, static or dynamic. They have no time-out: the supervisor may be busy with a child that
 * starts or stops slowly.
 */
import { call, type ServerRef } from '../genserver/index.js'
import { currentKernel, HeartwoodError, type Pid, printed } from '../kernel/index.js'
import type { Fitting } from './child-arguments.js'
import { type CheckedSpec, type Child, toChildSpec } from './child-spec.js'
import type { ChildEntry } from './engine/supervised-child.js'
import { type Answer, type Operation, SupervisorRequest } from './engine/supervisor-requests.js'
import { supervisorError } from './errors.js'

/**
 * The result of starting a child: its pid; `{ pid, info }` if its start function returned an `info`; `undefined`
 * if its start function returned `'ignore'`.
 */
export type StartedChild<Info = never> =
  | Pid
  | undefined
  | ([Info] extends [never] ? never : { readonly pid: Pid; readonly info: Info })

/** The result of `countChildren`. */
export interface ChildCounts {
  /** The number of all children, running or not. */
  readonly specs: number
  /** The number of children whose process is alive. */
  readonly active: number
  readonly supervisors: number
  readonly workers: number
}

/**
 * Adds a child to a supervisor and starts it. OTP's `supervisor:start_child/2`, Elixir's
 * `DynamicSupervisor.start_child/2`.
 *
 * A child that fails to start is not added. A child that returns `'ignore'` is added, and can be started with `restartChild`;
 * except for a temporary child and for any child of a dynamic supervisor, which are not added.
 *
 * @param child the child, in any form; it is checked before anything is sent
 * @returns the pid; `undefined` for `'ignore'`; `{ pid, info }` if the start function returned an `info`
 * @throws INVALID_CHILD_SPEC; ALREADY_STARTED with `details.pid`, when a child with this id runs or the name of the new
 *   process is taken; ALREADY_PRESENT; MAX_CHILDREN; START_CHILD_FAILED with `details.reason`; and the errors of
 *   `call`. All of them reject.
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
 * Stops a child as its `shutdown` says, and waits until it has ended. The child is not restarted, and its end never triggers
 * `autoShutdown`. A static supervisor keeps the spec of a child that is not temporary, so that `restartChild` can start it
 * again. OTP's `supervisor:terminate_child/2`.
 *
 * For a child that does not run, nothing happens. A child that waits for its restart is not restarted any more.
 *
 * @param child the id or the pid of the child (a dynamic supervisor knows pids only)
 * @throws NOT_FOUND, DYNAMIC_SUPERVISOR. Both reject.
 * @example
 * await terminateChild('rooms', 'lobby')
 */
export function terminateChild(supervisor: ServerRef, child: string | Pid): Promise<void> {
  return ask(supervisor, 'terminateChild', child).then(() => {})
}

/**
 * Starts a child that does not run, or one that waits for its restart (`backoff`) without the rest of the wait. This start does not count
 * as a restart. OTP's `supervisor:restart_child/2`.
 *
 * @param child the id of the child. Under a dynamic supervisor its last pid: only a child that waits can be restarted there
 * @returns the same as `startChild`
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
 * Removes a child that does not run, with its spec. OTP's `supervisor:delete_child/2`.
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
 * A list of the children of a supervisor; for a static supervisor the newest first. OTP's `supervisor:which_children/1`.
 *
 * @example
 * for (const { id, pid } of await whichChildren('rooms')) console.log(id, String(pid))
 */
export function whichChildren(supervisor: ServerRef): Promise<ChildEntry[]> {
  return ask(supervisor, 'whichChildren', undefined) as Promise<ChildEntry[]>
}

/**
 * The number of children, by kind. OTP's `supervisor:count_children/1`.
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
 * @param child the id or the pid of the child (a dynamic supervisor knows pids only)
 * @throws NOT_FOUND, DYNAMIC_SUPERVISOR; both reject
 * @example
 * const { restart } = await getChildSpec('rooms', 'lobby')
 */
export function getChildSpec(supervisor: ServerRef, child: string | Pid): Promise<CheckedSpec> {
  return ask(supervisor, 'getChildSpec', child) as Promise<CheckedSpec>
}

/** Sends a request to a supervisor and waits for the answer without a time-out. */
export function ask(supervisor: ServerRef, operation: Operation, argument: unknown): Promise<unknown> {
  const request = new SupervisorRequest(operation, argument)
  // No function that awaits it: what a call gives is seen through where it closes a circle, and this one has no time-out.
  return call(supervisor, request, Number.POSITIVE_INFINITY).then((answer) => outcomeOf(answer as Answer))
}

function outcomeOf(answer: Answer): unknown {
  if ('ok' in answer) return answer.ok
  if ('invalid' in answer) throw answer.invalid
  const { refused, details } = answer
  // The only refusal whose code is one of the kernel's: a process of that name runs.
  if (refused === 'ALREADY_STARTED') throw childAlreadyStarted(details)
  throw supervisorError(refused, details, 'reason' in details ? { cause: details.reason } : undefined)
}

function childAlreadyStarted(details: Readonly<Record<string, unknown>>): HeartwoodError {
  const { supervisor, child, pid } = details
  const message = `supervisor ${printed(supervisor)}: "${printed(child)}" is already started, as ${printed(pid)}.`
  return new HeartwoodError('ALREADY_STARTED', message, { ...details })
}
