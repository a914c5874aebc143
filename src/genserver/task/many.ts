/** Waiting for several tasks at once, with one deadline for all. */
import { currentKernel, DownMessage, isTimeout, type Reference, receive } from '../../kernel/index.js'
import { taskError } from './errors.js'
import { type TaskOutcome, TaskReply } from './reply.js'
import { shutdownTask } from './shutdown.js'
import type { Task } from './task.js'
import { checkOwner, exited, ignoreTask, release, timedOut } from './waiting.js'

type Tasks = readonly Task<unknown>[]

/** What `Task.yieldMany` waits for, and what becomes of the tasks that are late. */
export interface YieldManyOptions {
  /** Milliseconds for all of them together, or Infinity; default 5,000. */
  readonly timeout?: number
  /** Returns when so many tasks have ended, whatever the rest does; default all. */
  readonly limit?: number
  /**
   * What is done with the tasks that are late, if it was the time that ran out: nothing, so that they can be asked
   * again (the default); `ignore()`; or `shutdown('brutal_kill')`.
   */
  readonly onTimeout?: 'nothing' | 'ignore' | 'kill_task'
}

/** The tasks that are still awaited, in the order they were given. */
class Pending {
  readonly #tasks: Map<Reference, Task<unknown>>
  readonly #deadline: number
  readonly #timeout: number

  constructor(tasks: Tasks, timeout: number) {
    for (const task of tasks) checkOwner(task)
    this.#tasks = new Map(tasks.map((task) => [task.ref, task]))
    this.#timeout = timeout
    this.#deadline = currentKernel().now() + timeout
  }

  get size(): number {
    return this.#tasks.size
  }

  /** The next task to end, no longer pending; undefined when the time is up. */
  async next(): Promise<[Task<unknown>, TaskReply | DownMessage] | undefined> {
    const end = await receive(
      (message: unknown): message is TaskReply | DownMessage =>
        (message instanceof TaskReply || message instanceof DownMessage) && this.#tasks.has(message.ref),
      { timeout: this.#left() },
    )
    if (end === undefined) return undefined
    const task = this.#tasks.get(end.ref) as Task<unknown>
    this.#tasks.delete(end.ref)
    if (end instanceof TaskReply) release(task)
    return [task, end]
  }

  releaseAll(): void {
    for (const task of this.#tasks.values()) release(task)
  }

  #left(): number {
    // Passed on as it is, so that a wrong one is refused by its own value.
    if (!isTimeout(this.#timeout)) return this.#timeout
    return Math.max(0, this.#deadline - currentKernel().now())
  }
}

export async function awaitMany(tasks: Tasks, timeout: number): Promise<unknown[]> {
  const pending = new Pending(tasks, timeout)
  const values = new Map<Task<unknown>, unknown>()
  while (pending.size > 0) {
    const [task, end] = (await pending.next()) ?? [tasks.find((it) => !values.has(it)) as Task<unknown>]
    if (end instanceof TaskReply) {
      values.set(task, end.value)
      continue
    }
    pending.releaseAll()
    throw end === undefined ? timedOut(task, timeout) : exited(task, end.reason)
  }
  return tasks.map((task) => values.get(task))
}

export async function yieldMany(
  tasks: Tasks,
  options: number | YieldManyOptions,
): Promise<(TaskOutcome<unknown> | undefined)[]> {
  const {
    timeout = 5_000,
    limit = tasks.length,
    onTimeout = 'nothing',
  } = typeof options === 'object' ? options : { timeout: options }
  checkOptions(limit, onTimeout)
  const pending = new Pending(tasks, timeout)
  const outcomes = new Map<Task<unknown>, TaskOutcome<unknown> | undefined>()
  let isLate = false
  while (pending.size > 0 && outcomes.size < limit && !isLate) {
    const ended = await pending.next()
    if (ended === undefined) isLate = true
    else outcomes.set(ended[0], outcomeOf(ended[1]))
  }
  if (isLate && onTimeout !== 'nothing') {
    for (const task of tasks) {
      if (outcomes.has(task)) continue
      outcomes.set(
        task,
        await (onTimeout === 'ignore' ? ignoreTask(task) : shutdownTask(task, 'brutal_kill')),
      )
    }
  }
  return tasks.map((task) => outcomes.get(task))
}

function outcomeOf(end: TaskReply | DownMessage): TaskOutcome<unknown> {
  return end instanceof TaskReply ? { ok: end.value } : { exit: end.reason }
}

function checkOptions(limit: number, onTimeout: string): void {
  const action = 'Task.yieldMany'
  if (!(Number.isInteger(limit) && limit >= 0) && limit !== Number.POSITIVE_INFINITY) {
    const expected = 'a whole number of tasks'
    throw taskError('TASK_OPTION_INVALID', { action, option: 'limit', expected, value: limit })
  }
  if (!['nothing', 'ignore', 'kill_task'].includes(onTimeout)) {
    const expected = "'nothing', 'ignore' or 'kill_task'"
    throw taskError('TASK_OPTION_INVALID', { action, option: 'onTimeout', expected, value: onTimeout })
  }
}
