/**
 * Tasks: processes that do one thing and, mostly, give back one value. This file is what people use and read; the
 * files beside it are how it works. The counterpart of Elixir's `Task`.
 */
import { inspect } from 'node:util'
import {
  alias,
  checkKnown,
  currentKernel,
  errorsOf,
  KERNEL_ERRORS,
  namesOf,
  type Pid,
  type Reference,
  type SpawnOptions,
  self,
  send,
  spawn,
} from '../../kernel/index.js'
import { awaitMany, type YieldManyOptions, yieldMany } from './await-many.js'
import { awaitTask, ignoreTask, type TaskWaitOptions, yieldTask } from './await-one.js'
import { adopt, here, type TaskPlace } from './task-callers.js'
import { checkWork, Job } from './task-process.js'
import { type TaskOutcome, TaskReply } from './task-reply.js'
import { shutdownTask, type TaskShutdown } from './task-shutdown.js'
import { planOf, TaskStream, type TaskStreamOptions, type ZippedOutcome } from './task-stream.js'

/** The options of a task without a result. */
export type TaskOptions = Pick<SpawnOptions, 'name' | 'label'>

const TASK_OPTIONS = namesOf<TaskOptions>({ name: true, label: true })

/** The child spec of a task. */
export interface TaskChildSpec {
  readonly id: string
  readonly start: () => Pid
  readonly restart: 'permanent' | 'transient' | 'temporary'
  readonly shutdown?: number | 'brutal_kill'
  readonly significant?: boolean
}

const SPEC_FIELDS = namesOf<TaskChildSpec>({
  id: true,
  start: true,
  restart: true,
  shutdown: true,
  significant: true,
})

/** The values of tasks, in the order of the tasks. */
export type TaskValues<Tasks extends readonly Task<unknown>[]> = {
  -readonly [At in keyof Tasks]: Tasks[At] extends Task<infer T> ? T : never
}

/** The outcomes of tasks, in the order of the tasks; undefined for a task that has not ended. */
export type TaskOutcomes<Tasks extends readonly Task<unknown>[]> = {
  -readonly [At in keyof Tasks]: Tasks[At] extends Task<infer T> ? TaskOutcome<T> | undefined : never
}

/**
 * A process that computes one value, with the right of its owner to the result. Elixir's `Task`.
 *
 * | start it with | the process | its result |
 * | --- | --- | --- |
 * | `Task.async(fn)` | is linked with its owner: a crash of one ends both | comes by `await`, `yield` or `shutdown` |
 * | `Task.start(fn)` | is not linked | is dropped |
 * | `Task.startLink(fn)` | is linked, like a supervisor's child | is dropped |
 * | `Task.asyncStream(source, fn)` | one for each element, with a limited number at a time | is read with `for await` |
 *
 * The result is sent as a message: a `TaskReply` with the task's `ref`, followed by the `DownMessage` of the
 * process. A server handles them in `handleInfo` and never waits. Only the owner, the process that started the task,
 * can await the result.
 *
 * @example
 * ```ts
 * const task = Task.async(() => fetchPage(url))
 * // … something else meanwhile …
 * const page = await task.await()
 * ```
 */
export class Task<out T> {
  /** Made by `Task.async` and its kin. */
  constructor(
    /** The process; undefined for `Task.completed`. */
    readonly pid: Pid | undefined,
    /** What the reply and the DOWN message carry. */
    readonly ref: Reference,
    /** The process that started it. */
    readonly owner: Pid,
  ) {}

  /**
   * Starts a task whose result the current process, its owner, awaits. They are linked: a crash of the task ends the
   * owner, or sends it an `ExitMessage` if it traps exits; a crash of the owner ends the task. Elixir's
   * `Task.async/1`.
   *
   * @param work what the task does; it may be async
   * @example
   * ```ts
   * const task = Task.async(() => fetchPage(url))
   * ```
   */
  static async<T>(work: () => T, ...misplaced: never[]): Task<Awaited<T>> {
    if (misplaced.length > 0) throw misplacedOptions(misplaced[0])
    const job = new Job(work, { owner: self() })
    return taken<Awaited<T>>(job, here.start(job.body, job.placement), here.linked)
  }

  /**
   * Starts a task without a link, for its effects. A crash is reported and affects no other process. A task under a supervisor is better, since the supervisor
   * stops it in order. Elixir's `Task.start/1`.
   *
   * @throws NAME_TAKEN, NAME_INVALID for `options.name`
   * @example
   * ```ts
   * Task.start(() => warmCache())
   * ```
   */
  static start(work: () => unknown, options: TaskOptions = {}): Pid {
    checkKnown('Task.start', options, TASK_OPTIONS)
    const job = new Job(work)
    return spawn(job.body, { ...job.placement, ...options, ancestry: true })
  }

  /**
   * Starts a task as `start` does, linked with the current process. Supervisors use it. Elixir's
   * `Task.start_link/1`.
   *
   * @throws NAME_TAKEN, NAME_INVALID for `options.name`
   * @example
   * ```ts
   * const spec = { id: 'warm', start: () => Task.startLink(() => warmCache()), restart: 'temporary' }
   * ```
   */
  static startLink(work: () => unknown, options: TaskOptions = {}): Pid {
    checkKnown('Task.startLink', options, TASK_OPTIONS)
    const job = new Job(work)
    return spawn(job.body, { ...job.placement, ...options, link: true, ancestry: true })
  }

  /**
   * Makes the child spec of a task. A task that has ended is not restarted, unless
   * `overrides` says so. Elixir's `Task.child_spec/1`.
   *
   * @param overrides fields that differ; `id` is the name of the function by default, `restart` `'temporary'`
   * @example
   * ```ts
   * await startSupervisor({ children: [Task.childSpec(warmCache), Cache] })
   * ```
   */
  static childSpec(work: () => unknown, overrides: Partial<TaskChildSpec> = {}): TaskChildSpec {
    checkKnown('Task.childSpec', overrides, SPEC_FIELDS)
    checkWork(work)
    const id = work.name === '' ? 'Task' : work.name
    return { id, start: () => Task.startLink(work), restart: 'temporary', ...overrides }
  }

  /**
   * Makes a task that already has its value, without a process: for code that must return a task but has nothing to wait
   * for. Elixir's `Task.completed/1`.
   *
   * @example
   * ```ts
   * const task = cached === undefined ? Task.async(load) : Task.completed(cached)
   * ```
   */
  static completed<T>(value: T): Task<T> {
    const ref = alias({ reply: true })
    send(ref, new TaskReply(ref, currentKernel().isolate(value)))
    return new Task<T>(undefined, ref, self())
  }

  /**
   * Waits for the values of several tasks, with one deadline for all. The first failure ends the wait. Elixir's
   * `Task.await_many/2`.
   *
   * @param options milliseconds for all together, or Infinity; default 5,000; or options
   * @returns the values in the order of `tasks`
   * @throws as `await`. The other tasks go on; a linked one ends with its owner.
   * @example
   * ```ts
   * const [user, orders] = await Task.awaitMany([Task.async(loadUser), Task.async(loadOrders)])
   * ```
   */
  static awaitMany<const Tasks extends readonly Task<unknown>[]>(
    tasks: Tasks,
    options: number | TaskWaitOptions = 5_000,
  ): Promise<TaskValues<Tasks>> {
    return awaitMany(tasks, options) as Promise<TaskValues<Tasks>>
  }

  /**
   * Waits for several tasks and returns the outcome of each. Elixir's `Task.yield_many/2`.
   *
   * @param options milliseconds for all together (default 5,000), or options
   * @returns in the order of `tasks`: `{ ok }`, `{ exit }`, or undefined for a task that has not ended
   * @throws TASK_NOT_OWNER, TASK_OPTION_INVALID, BAD_TIMEOUT. All of them reject.
   * @example
   * ```ts
   * const results = await Task.yieldMany(tasks, { timeout: 1_000, onTimeout: 'kill_task' })
   * ```
   */
  static yieldMany<const Tasks extends readonly Task<unknown>[]>(
    tasks: Tasks,
    options: number | YieldManyOptions = {},
  ): Promise<TaskOutcomes<Tasks>> {
    return yieldMany(tasks, options) as Promise<TaskOutcomes<Tasks>>
  }

  /**
   * Runs `work` for each element of `source`, each in a task of its own, with a limited number of tasks at a time. Returns a stream of the results. The
   * source is read only as fast as results are read. Elixir's `Task.async_stream/3`.
   *
   * A crash of a task ends the reader of the stream; if the reader traps exits, it gets a result `{ exit }` instead.
   *
   * @param source any iterable or async iterable, also an endless one
   * @returns `{ ok: value }` and `{ exit: reason }` results, read with `for await`; `progress` has the counts
   * @throws TASK_OPTION_INVALID. While it is read: TASK_STREAM_TIMEOUT, the reason of the `signal`, and errors of the source.
   * @example
   * ```ts
   * for await (const page of Task.asyncStream(urls, fetchPage, { maxConcurrency: 10, ordered: false })) {
   *   if ('ok' in page) index(page.ok)
   * }
   * ```
   */
  static asyncStream<In, Out>(
    source: Iterable<In> | AsyncIterable<In>,
    work: (input: In) => Out,
    options: TaskStreamOptions & { readonly zipInputOnExit: true },
  ): TaskStream<ZippedOutcome<In, Awaited<Out>>>
  static asyncStream<In, Out>(
    source: Iterable<In> | AsyncIterable<In>,
    work: (input: In) => Out,
    options?: TaskStreamOptions,
  ): TaskStream<TaskOutcome<Awaited<Out>>>
  static asyncStream<In>(
    source: Iterable<In> | AsyncIterable<In>,
    work: (input: In) => unknown,
    options: TaskStreamOptions = {},
  ): TaskStream<unknown> {
    return streamIn<In, unknown>(here, source, work, options)
  }

  /**
   * Waits for the value. Only the owner can call it, and only once. Elixir's `Task.await/2`.
   *
   * @param options milliseconds, or Infinity; default 5,000; or options with a `signal`. After a time-out or a cancelled wait, the task
   *   goes on, but no message of it arrives any more.
   * @throws TASK_EXITED if the task ended without a value, with its exit reason in `details.reason` and as `cause`
   *   (a crash ends an owner that does not trap exits before that); TASK_TIMEOUT; TASK_NOT_OWNER;
   *   BAD_TIMEOUT, BAD_OPTION; the reason of the signal, by default an `AbortError`. All of them reject.
   * @example
   * ```ts
   * const page = await task.await(10_000)
   * const answer = await task.await({ timeout: 10_000, signal: from().signal })
   * ```
   */
  await(options: number | TaskWaitOptions = 5_000): Promise<T> {
    return awaitTask(this, options)
  }

  /**
   * Waits for the end of the task. It can be called again. Elixir's `Task.yield/2`.
   *
   * @param options milliseconds (0: does not wait), or Infinity; default 5,000; or options with a `signal`
   * @returns `{ ok: value }`; `{ exit: reason }`; undefined if it has not ended
   * @throws TASK_NOT_OWNER, BAD_TIMEOUT, BAD_OPTION; the reason of the signal, after which it can be called again. All of
   *   them reject.
   * @example
   * ```ts
   * const result = (await task.yield(1_000)) ?? (await task.shutdown())
   * ```
   */
  yield(options: number | TaskWaitOptions = 5_000): Promise<TaskOutcome<T> | undefined> {
    return yieldTask(this, options)
  }

  /**
   * Unlinks the task and ends it: with `'shutdown'`, and after `how` milliseconds by a kill. Elixir's
   * `Task.shutdown/2`.
   *
   * @param how milliseconds it may take (default 5,000), or `'brutal_kill'` to kill it at once
   * @returns `{ ok: value }` if the task returned its value before; undefined if it ended because of this; `{ exit: reason }` if it
   *   ended in another way, with `'killed'` if the time ran out and `'noproc'` if its end was reported before
   * @throws TASK_NOT_OWNER, TASK_OPTION_INVALID. Both reject.
   * @example
   * ```ts
   * await task.shutdown('brutal_kill')
   * ```
   */
  shutdown(how: TaskShutdown = 5_000): Promise<TaskOutcome<T> | undefined> {
    return shutdownTask(this, how)
  }

  /**
   * Unlinks the task and drops its result; the task goes on. Elixir's `Task.ignore/1`.
   *
   * @returns its outcome if it has ended, else undefined
   * @throws TASK_NOT_OWNER, which rejects
   * @example
   * ```ts
   * if ((await task.yield(100)) === undefined) await task.ignore()
   * ```
   */
  ignore(): Promise<TaskOutcome<T> | undefined> {
    return ignoreTask(this)
  }

  toString(): string {
    return `Task${this.pid ?? `<completed ${this.ref}>`}`
  }

  [inspect.custom](): string {
    return this.toString()
  }
}

/**
 * As `Task.async`, with the process started by `place`: what a task supervisor's `async` and `asyncNolink` are made
 * of.
 *
 * @throws what `place.start` throws; NO_PROCESS when the process is dead before it could be linked
 */
export async function asyncIn<T>(place: TaskPlace, work: () => T): Promise<Task<Awaited<T>>> {
  const job = new Job(work, { owner: self() })
  return taken<Awaited<T>>(job, await place.start(job.body, job.placement), place.linked)
}

/**
 * As `Task.asyncStream`, with the processes started by `place`: what a task supervisor's streams are made of.
 *
 * @throws TASK_OPTION_INVALID
 */
export function streamIn<In, Result>(
  place: TaskPlace,
  source: Iterable<In> | AsyncIterable<In>,
  work: (input: In) => unknown,
  options: TaskStreamOptions = {},
): TaskStream<Result> {
  // The one place that pairs a source with the function that takes its elements.
  const take = work as (input: unknown) => unknown
  return new TaskStream<Result>(planOf(place, source, take, options))
}

/**
 * The body of a task without a result, to be run by a process that somebody else spawns. It works on behalf of the
 * current process: what a task supervisor's `startChild` is made of. It can be run again, as after a restart.
 */
export function taskBody(work: () => unknown): () => unknown {
  return new Job(work).body
}

/** What looks like options of a task would be ignored in silence. */
function misplacedOptions(value: unknown): Error {
  const expected = 'nothing but the work: a time-out is for whoever awaits it, as in task.await(1_000)'
  return errorsOf(KERNEL_ERRORS)('BAD_OPTION', {
    action: 'Task.async',
    option: 'second argument',
    value,
    expected,
  })
}

function taken<T>(job: Job, pid: Pid, linked: boolean): Task<T> {
  return new Task<T>(pid, adopt(job, pid, linked), self())
}
