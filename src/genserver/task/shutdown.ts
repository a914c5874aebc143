/** Ending a task before it is done, and what may be in the mailbox by then. Mirrors Elixir's `Task.shutdown/2`. */
import { DownMessage, exit, monitor, type Pid, type Reference, receive, unlink } from '../../kernel/index.js'
import { type TaskOutcome, TaskReply } from './reply.js'
import type { Task } from './task.js'
import { checkTimeout } from './timeout.js'
import { checkOwner, ignoreTask, release } from './waiting.js'

/** How long the task may take to end, in milliseconds, before it is killed; or killed at once. */
export type TaskShutdown = number | 'brutal_kill'

export async function shutdownTask<T>(task: Task<T>, how: TaskShutdown): Promise<TaskOutcome<T> | undefined> {
  checkOwner(task)
  // Checked before anything is sent: a task must not be stopped by a call that is refused.
  if (how !== 'brutal_kill') checkTimeout('task.shutdown', how)
  const { pid } = task
  if (pid === undefined) return ignoreTask(task)
  // A second monitor: the task's own may be gone already, and then only this one tells that the process is.
  const watch = monitor(pid)
  unlink(pid)
  const expected = how === 'brutal_kill' ? 'killed' : 'shutdown'
  exit(pid, how === 'brutal_kill' ? 'kill' : 'shutdown')
  const reason = await ending(pid, watch, how === 'brutal_kill' ? Number.POSITIVE_INFINITY : how)
  if (reason === 'noproc') return wasOver(task, expected)
  release(task)
  return (await replyOf(task)) ?? (reason === expected ? undefined : { exit: reason })
}

/** Waits for the end, but with a grace time, after which the process is killed. */
async function ending(pid: Pid, watch: Reference, grace: number): Promise<unknown> {
  const down = (message: unknown): message is DownMessage =>
    message instanceof DownMessage && message.ref === watch
  const orderly = await receive(down, { timeout: grace })
  if (orderly !== undefined) return orderly.reason
  exit(pid, 'kill')
  return (await receive(down)).reason
}

/** The process had ended before: its own DOWN tells how, unless that was taken already. */
async function wasOver<T>(task: Task<T>, expected: string): Promise<TaskOutcome<T> | undefined> {
  const reply = await replyOf(task)
  const down = await receive(
    (message: unknown): message is DownMessage => message instanceof DownMessage && message.ref === task.ref,
    { timeout: 0 },
  )
  release(task)
  if (reply !== undefined) return reply
  const reason = down === undefined ? 'noproc' : down.reason
  return reason === expected ? undefined : { exit: reason }
}

async function replyOf<T>(task: Task<T>): Promise<TaskOutcome<T> | undefined> {
  const reply = await receive(
    (message: unknown): message is TaskReply<T> => message instanceof TaskReply && message.ref === task.ref,
    { timeout: 0 },
  )
  return reply === undefined ? undefined : { ok: reply.value }
}
