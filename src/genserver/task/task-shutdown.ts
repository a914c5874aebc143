/** Shutting a task down, with the messages that it may have sent by then. Mirrors Elixir's `Task.shutdown/2`. */
import {
  currentKernel,
  type DownMessage,
  type ExitReason,
  exit,
  monitor,
  on,
  type Pid,
  type Reference,
  receive,
  unlink,
} from '../../kernel/index.js'
import { checkOwner, ignoreTask, release } from './await-one.js'
import { isEndOf, outcomeOf, type StartedTask, type TaskOutcome, TaskReply } from './task-reply.js'
import { checkTimeout } from './timeout-check.js'

/** The milliseconds that a task may take to end before it is killed, or `'brutal_kill'`. */
export type TaskShutdown = number | 'brutal_kill'

export async function shutdownTask<T>(
  task: StartedTask<T>,
  how: TaskShutdown,
): Promise<TaskOutcome<T> | undefined> {
  checkOwner(task)
  // The options are checked before anything is sent: a refused call must not stop the task.
  if (how !== 'brutal_kill') checkTimeout('task.shutdown', how)
  const { pid } = task
  if (pid === undefined) return ignoreTask(task)
  // This is a second monitor. The task's own monitor may be gone, and then only this one reports that the process is dead.
  const watch = monitor(pid)
  unlink(pid)
  const expected = how === 'brutal_kill' ? 'killed' : 'shutdown'
  exit(pid, how === 'brutal_kill' ? 'kill' : 'shutdown')
  const end = await ending(task, watch, how === 'brutal_kill' ? Number.POSITIVE_INFINITY : how)
  if (end.reply !== undefined) return outcomeOf(end.reply)
  // The process had ended before. The DOWN of its own monitor tells how, unless it was received already.
  const reason = end.reason === 'noproc' && end.own !== undefined ? end.own.reason : end.reason
  return reason === expected ? undefined : { exit: reason }
}

/** The messages of a task that have arrived when its process is dead. */
interface End<T> {
  reply: TaskReply<T> | undefined
  /** The DOWN message of the task's own monitor. */
  own: DownMessage | undefined
  reason: ExitReason
}

/**
 * Waits for the end of the process, and kills it after a grace time. Each receive begins at the moment when the one before it is
 * over: a server that waits in a callback would handle every message that no receive waits for.
 */
function ending<T>(task: StartedTask<T>, watch: Reference, grace: number): Promise<End<T>> {
  const { ref } = task
  const deadline = currentKernel().now() + grace
  const end: End<T> = { reply: undefined, own: undefined, reason: undefined }
  const isPart = (message: unknown): message is TaskReply<T> | DownMessage =>
    isEndOf<T>(ref)(message) || isEndOf(watch)(message)
  const part = on(isPart, (message): End<T> | Promise<End<T>> => {
    if (message instanceof TaskReply) end.reply = message
    else if (message.ref === ref) end.own = message
    else {
      release(task)
      end.reason = message.reason
      return end
    }
    return wait(Math.max(0, deadline - currentKernel().now()))
  })
  const kill = (): Promise<End<T>> => {
    exit(task.pid as Pid, 'kill')
    return wait(Number.POSITIVE_INFINITY)
  }
  const wait = (timeout: number): Promise<End<T>> => receive([part], { timeout, onTimeout: kill })
  return wait(grace)
}
