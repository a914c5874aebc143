/**
 * Where the processes of tasks are made. Here, by the process that wants the task, or elsewhere: a task supervisor is
 * a place, and everything a task can do works the same under it.
 */
import { link, monitor, type Pid, type Reference, spawn } from '../../kernel/index.js'
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
  /** Whether a task and whoever wants its result die together. Elixir's `async` and `async_nolink`. */
  readonly linked: boolean
  /**
   * Starts a process that runs `body`. A throw or rejection, as when a supervisor has all the children it may have,
   * is passed on to whoever wanted the task.
   */
  start(body: () => unknown, options: TaskPlacement): Pid | PromiseLike<Pid>
}

/** The process that wants the task starts it. */
export const here = {
  linked: true,
  start: (body: () => unknown, options: TaskPlacement): Pid => spawn(body, { ...options, ancestry: true }),
} satisfies TaskPlace

/**
 * Links the new process with the current one if the place says so, watches it, and lets its work begin.
 *
 * @returns the monitor, which is the alias that the reply comes through
 */
export function adopt(job: Job, pid: Pid, linked: boolean): Reference {
  if (linked) link(pid)
  const ref = monitor(pid, { alias: 'demonitor' })
  job.assign(ref)
  return ref
}
