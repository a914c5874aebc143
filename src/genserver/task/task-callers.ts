/**
 * The places that start the processes of tasks: the process that wants the task, or a task supervisor. Everything that a task
 * can do works the same in both.
 */
import { link, monitor, noteAwaited, type Pid, type Reference, spawn } from '../../kernel/index.js'
import type { Job, TaskPlacement } from './task-process.js'

/**
 * A place that starts the processes of tasks.
 *
 * @example
 * ```ts
 * const supervised: TaskPlace = {
 *   linked: true,
 *   start: async (body, options) => (await startChild(supervisor, {
 *     id: 'task', restart: 'temporary', start: () => spawnLink(body, { ...options, ancestry: true }),
 *   })) as Pid,
 * }
 * const task = await asyncIn(supervised, () => fetchPage(url))
 * ```
 */
export interface TaskPlace {
  /** Whether a task is linked to its owner. Elixir's `async` and `async_nolink`. */
  readonly linked: boolean
  /**
   * Starts a process that runs `body`. An error is thrown to the caller that wants the task, for instance when a supervisor has
   * reached its limit of children.
   */
  start(body: () => unknown, options: TaskPlacement): Pid | PromiseLike<Pid>
}

/** The default place: the process that wants the task starts it. */
export const here = {
  linked: true,
  start: (body: () => unknown, options: TaskPlacement): Pid => spawn(body, { ...options, ancestry: true }),
} satisfies TaskPlace

/**
 * Links the new process with the current one if the place asks for that, monitors it, and lets its work begin.
 *
 * @returns the monitor, which is also the alias that the reply is sent to
 */
export function adopt(job: Job, pid: Pid, linked: boolean): Reference {
  if (linked) link(pid)
  const ref = monitor(pid, { alias: 'demonitor' })
  noteAwaited(pid)
  job.assign(ref)
  return ref
}
