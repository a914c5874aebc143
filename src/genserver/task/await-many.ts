/** `awaitMany` and `yieldMany`: waiting for several tasks at once, with one deadline for all. */
import {
  checkKnown,
  currentKernel,
  DownMessage,
  isList,
  isTimeout,
  type NotedWait,
  noteWaitForEnd,
  on,
  Pid,
  Reference,
  read,
  receive,
  takeNow,
  type WaitOptions,
} from '../../kernel/index.js'
import {
  checkOwner,
  exited,
  ignoreTask,
  release,
  type TaskWaitOptions,
  timedOut,
  waitOptions,
} from './await-one.js'
import { taskError } from './errors.js'
import { outcomeOf, type StartedTask, type TaskOutcome, TaskReply } from './task-reply.js'
import { shutdownTask } from './task-shutdown.js'

type Tasks = readonly StartedTask<unknown>[]

/** The options of `Task.yieldMany`: how long it waits, and what happens to the tasks that are late. */
export interface YieldManyOptions {
  /** Milliseconds for all tasks together, or Infinity. Default 5,000. */
  readonly timeout?: number
  /** Ends the wait when the signal fires, with its reason. The tasks go on, and can be waited for again. */
  readonly signal?: AbortSignal | undefined
  /** The number of ended tasks after which the wait is over. Default: all. */
  readonly limit?: number
  /**
   * What happens to the tasks that have not ended when the time is up: nothing, so that they can be waited for again (the
   * default); `ignore()`; or `shutdown('brutal_kill')`.
   */
  readonly onTimeout?: 'nothing' | 'ignore' | 'kill_task'
}

/** The tasks that have not ended yet, in the order given. */
class Pending {
  readonly #tasks: Map<Reference, StartedTask<unknown>>
  readonly #deadline: number
  readonly #timeout: number
  readonly #signal: AbortSignal | undefined
  #noted: NotedWait | undefined = undefined

  constructor(tasks: Tasks, { timeout, signal }: { timeout: number; signal: AbortSignal | undefined }) {
    for (const task of tasks) checkOwner(task)
    this.#tasks = new Map(tasks.map((task) => [task.ref, task]))
    this.#timeout = timeout
    this.#signal = signal
    this.#deadline = currentKernel().now() + (isTimeout(timeout) ? timeout : 0)
  }

  get size(): number {
    return this.#tasks.size
  }

  /**
   * Receives the ends of tasks until `told` returns true, or the time is up. Messages that have arrived are received at once, and
   * each receive begins at the moment when the one before it is over: a server that waits in a callback goes on handling
   * messages, and would handle every message that no receive waits for.
   *
   * @param late called at the moment when the time is up
   * @param onAbort called at the moment when the signal ends the wait
   */
  async take(
    told: (task: StartedTask<unknown>, end: TaskReply | DownMessage) => boolean,
    late: () => void,
    onAbort: () => void,
  ): Promise<void> {
    const isEnd = (message: unknown): message is TaskReply | DownMessage =>
      (message instanceof TaskReply || message instanceof DownMessage) && this.#tasks.has(message.ref)
    const each = on(isEnd, (first): undefined | Promise<undefined> => {
      for (let end: TaskReply | DownMessage | undefined = first; end !== undefined; end = takeNow(isEnd)) {
        const task = this.#tasks.get(end.ref) as StartedTask<unknown>
        this.#tasks.delete(end.ref)
        if (end instanceof TaskReply) release(task)
        if (told(task, end) || this.size === 0) return undefined
      }
      return wait()
    })
    const onTimeout = (): undefined => {
      late()
    }
    const wait = (): Promise<undefined> => {
      const options: WaitOptions = { timeout: this.#left(), onTimeout, signal: this.#signal, onAbort }
      return receive([each], options)
    }
    if (this.size === 0) return
    this.#noted = noteWaitForEnd(() => this.all.map(({ pid }) => pid), this.#timeout)
    try {
      await wait()
    } finally {
      this.#noted?.over()
    }
  }

  /** The circle that the wait is in now, as words. */
  get circle(): string | undefined {
    return this.#noted?.circle()
  }

  get all(): StartedTask<unknown>[] {
    return [...this.#tasks.values()]
  }

  releaseAll(): void {
    for (const task of this.#tasks.values()) release(task)
  }

  #left(): number {
    // A wrong value is passed on unchanged, so that the error shows it.
    if (!isTimeout(this.#timeout)) return this.#timeout
    return Math.max(0, this.#deadline - currentKernel().now())
  }
}

export async function awaitMany(tasks: Tasks, options: number | TaskWaitOptions): Promise<unknown[]> {
  checkTasks('Task.awaitMany', tasks)
  const limits = waitOptions(options)
  const pending = new Pending(tasks, limits)
  const values = new Map<StartedTask<unknown>, unknown>()
  let failure: Error | undefined
  const fail = (error: Error): true => {
    failure = error
    pending.releaseAll()
    return true
  }
  const late = () => tasks.find((it) => !values.has(it)) as StartedTask<unknown>
  await pending.take(
    (task, end) => {
      if (!(end instanceof TaskReply)) return fail(exited(task, end.reason))
      values.set(task, end.value)
      return false
    },
    () => fail(timedOut(late(), limits.timeout, pending.circle)),
    () => pending.releaseAll(),
  )
  if (failure !== undefined) throw failure
  return tasks.map((task) => values.get(task))
}

export async function yieldMany(
  tasks: Tasks,
  options: number | YieldManyOptions,
): Promise<(TaskOutcome<unknown> | undefined)[]> {
  checkTasks('Task.yieldMany', tasks)
  if (typeof options === 'object') {
    checkKnown('Task.yieldMany', options, ['timeout', 'signal', 'limit', 'onTimeout'])
  }
  const {
    timeout = 5_000,
    signal = undefined,
    limit = tasks.length,
    onTimeout = 'nothing',
  } = typeof options === 'object' ? options : { timeout: options }
  checkOptions(limit, onTimeout)
  const pending = new Pending(tasks, { timeout, signal })
  const outcomes = new Map<StartedTask<unknown>, TaskOutcome<unknown> | undefined>()
  const isEnough = (task: StartedTask<unknown>, end: TaskReply | DownMessage): boolean => {
    outcomes.set(task, outcomeOf(end))
    return outcomes.size >= limit
  }
  let leaving: Promise<void>[] = []
  const leave = async (task: StartedTask<unknown>): Promise<void> => {
    outcomes.set(task, await (onTimeout === 'ignore' ? ignoreTask(task) : shutdownTask(task, 'brutal_kill')))
  }
  const late = (): void => {
    if (onTimeout !== 'nothing') leaving = pending.all.map(leave)
  }
  if (limit > 0) await pending.take(isEnough, late, () => {})
  await Promise.all(leaving)
  return tasks.map((task) => outcomes.get(task))
}

function checkTasks(action: string, tasks: unknown): void {
  const isTask = (each: unknown): boolean =>
    read(each, 'owner') instanceof Pid && read(each, 'ref') instanceof Reference
  if (isList(tasks) && tasks.every(isTask)) return
  throw taskError('TASK_OPTION_INVALID', {
    action,
    option: 'its tasks',
    expected: 'a list of tasks',
    value: tasks,
  })
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
