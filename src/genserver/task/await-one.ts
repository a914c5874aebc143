/** Waiting for one task: the work of `await`, `yield` and `ignore`. Mirrors the receives of Elixir's `Task`. */
import {
  type Clause,
  checkKnown,
  type DownMessage,
  demonitor,
  type ExitReason,
  inCircle,
  noteWaitForEnd,
  on,
  receiveRef,
  self,
  unlink,
} from '../../kernel/index.js'
import { taskError } from './errors.js'
import { isEndOf, outcomeOf, type StartedTask, type TaskOutcome, TaskReply } from './task-reply.js'

/** @throws TASK_NOT_OWNER */
export function checkOwner(task: StartedTask<unknown>): void {
  const caller = self()
  if (task.owner !== caller) throw taskError('TASK_NOT_OWNER', { task, owner: task.owner, caller })
}

/** Makes sure that no message of this task arrives any more: no late reply, since the monitor is its alias, and no DOWN. */
export function release(task: StartedTask<unknown>): undefined {
  demonitor(task.ref, { flush: true })
}

/** @param cycle the circle of processes that waited for each other then, if they did */
export function timedOut(task: StartedTask<unknown>, timeout: number, cycle: string | undefined): Error {
  const why = cycle === undefined ? { why: LATE } : { why: inCircle(cycle), cycle }
  return taskError('TASK_TIMEOUT', { task, timeout, reason: 'timeout', ...why })
}

const LATE = 'Wait longer, or use yield and shutdown where a task may be late.'

export function exited(task: StartedTask<unknown>, reason: ExitReason): Error {
  return taskError('TASK_EXITED', { task, reason }, { cause: reason })
}

/**
 * Receives the end of a task. It calls `over` at the moment of the reply, before the promise of the receive is settled: a
 * server that waits in a callback goes on handling messages, and would handle the DOWN of the task next.
 */
function endOf<T>(task: StartedTask<T>, over: () => void): Clause<TaskReply<T> | DownMessage> {
  return on(isEndOf<T>(task.ref), (end) => {
    if (end instanceof TaskReply) over()
    return end
  })
}

/** The options of waiting for a task. */
export interface TaskWaitOptions {
  /** Milliseconds to wait, or Infinity. Default 5,000. */
  readonly timeout?: number | undefined
  /** Ends the wait when the signal fires, with its reason. The task goes on. */
  readonly signal?: AbortSignal | undefined
}

/** Reads the options of a wait; a number is its timeout. */
export function waitOptions(options: number | TaskWaitOptions): {
  readonly timeout: number
  readonly signal: AbortSignal | undefined
} {
  if (typeof options !== 'object' || options === null) return { timeout: options, signal: undefined }
  checkKnown('the wait for a task', options, ['timeout', 'signal'])
  return { timeout: options.timeout ?? 5_000, signal: options.signal }
}

export async function awaitTask<T>(task: StartedTask<T>, options: number | TaskWaitOptions): Promise<T> {
  checkOwner(task)
  const { timeout, signal } = waitOptions(options)
  const wait = noteWaitForEnd(() => [task.pid], timeout)
  let cycle: string | undefined
  const over = (): undefined => release(task)
  const onTimeout = (): undefined => {
    cycle = wait?.circle()
    return over()
  }
  const limits = { timeout, onTimeout, signal, onAbort: over }
  let end: TaskReply<T> | DownMessage | undefined
  try {
    end = await receiveRef(task.ref, endOf(task, over), limits)
  } finally {
    wait?.over()
  }
  if (end === undefined) throw timedOut(task, timeout, cycle)
  if (!(end instanceof TaskReply)) throw exited(task, end.reason)
  return end.value
}

export async function yieldTask<T>(
  task: StartedTask<T>,
  options: number | TaskWaitOptions,
): Promise<TaskOutcome<T> | undefined> {
  checkOwner(task)
  const end = endOf(task, () => release(task))
  const limits = waitOptions(options)
  const wait = noteWaitForEnd(() => [task.pid], limits.timeout)
  try {
    return outcomeOf(await receiveRef(task.ref, end, limits))
  } finally {
    wait?.over()
  }
}

export async function ignoreTask<T>(task: StartedTask<T>): Promise<TaskOutcome<T> | undefined> {
  checkOwner(task)
  const over = (): undefined => {
    if (task.pid !== undefined) unlink(task.pid)
    release(task)
  }
  return outcomeOf(await receiveRef(task.ref, endOf(task, over), { timeout: 0, onTimeout: over }))
}
