/** Waiting for one task: what `await`, `yield` and `ignore` do. Mirrors the receives of Elixir's `Task`. */
import { demonitor, type ExitReason, receive, self, unlink } from '../../kernel/index.js'
import { taskError } from './errors.js'
import { endOf, type TaskOutcome, TaskReply } from './reply.js'
import type { Task } from './task.js'

/** @throws TASK_NOT_OWNER */
export function checkOwner(task: Task<unknown>): void {
  const caller = self()
  if (task.owner !== caller) throw taskError('TASK_NOT_OWNER', { task, owner: task.owner, caller })
}

/** Nothing of this task comes from now on: neither a late reply, since the monitor is its alias, nor its DOWN. */
export function release(task: Task<unknown>): void {
  demonitor(task.ref, { flush: true })
}

export function timedOut(task: Task<unknown>, timeout: number): Error {
  return taskError('TASK_TIMEOUT', { task, timeout, reason: 'timeout' })
}

export function exited(task: Task<unknown>, reason: ExitReason): Error {
  return taskError('TASK_EXITED', { task, reason }, { cause: reason })
}

export async function awaitTask<T>(task: Task<T>, timeout: number): Promise<T> {
  checkOwner(task)
  const end = await receive(endOf<T>(task.ref), { timeout })
  if (end !== undefined && !(end instanceof TaskReply)) throw exited(task, end.reason)
  release(task)
  if (end === undefined) throw timedOut(task, timeout)
  return end.value
}

export async function yieldTask<T>(task: Task<T>, timeout: number): Promise<TaskOutcome<T> | undefined> {
  checkOwner(task)
  const end = await receive(endOf<T>(task.ref), { timeout })
  if (end === undefined) return undefined
  if (!(end instanceof TaskReply)) return { exit: end.reason }
  release(task)
  return { ok: end.value }
}

export async function ignoreTask<T>(task: Task<T>): Promise<TaskOutcome<T> | undefined> {
  checkOwner(task)
  const end = await receive(endOf<T>(task.ref), { timeout: 0 })
  if (end !== undefined && !(end instanceof TaskReply)) return { exit: end.reason }
  if (task.pid !== undefined) unlink(task.pid)
  release(task)
  return end === undefined ? undefined : { ok: end.value }
}
