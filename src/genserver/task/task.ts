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

/** How a task without a result is started. */
export type TaskOptions = Pick<SpawnOptions, 'name' | 'label'>

const TASK_OPTIONS = namesOf<TaskOptions>({ name: true, label: true })

/** What a supervisor is told of a task: its child spec. */
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

/** The values of tasks, each at its task's place. */
export type TaskValues<Tasks extends readonly Task<unknown>[]> = {
  -readonly [At in keyof Tasks]: Tasks[At] extends Task<infer T> ? T : never
}

/** The outcomes of tasks, each at its task's place; undefined for those that have not ended. */
export type TaskOutcomes<Tasks extends readonly Task<unknown>[]> = {
  -readonly [At in keyof Tasks]: Tasks[At] extends Task<infer T> ? TaskOutcome<T> | undefined : never
}

/**
 * A process that works towards one value, and the right of its owner to that value. Elixir's `Task`.
 *
 * | start it with | the process | its result |
 * | --- | --- | --- |
 * | `Task.async(fn)` | is linked with its owner: they crash together | comes by `await`, `yield` or `shutdown` |
 * | `Task.start(fn)` | stands alone | nobody hears of it |
 * | `Task.startLink(fn)` | is linked, as a supervisor's child is | nobody hears of it |
 * | `Task.asyncStream(source, fn)` | one per element, so many at a time | is read with `for await` |
 *
 * Underneath, the result is a message: a `TaskReply` with the task's `ref`, followed by the `DownMessage` of the
 * process. A server takes them in `handleInfo` and never waits. Only the owner, the process that started the task,
 * can ask for its result.
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
   * Starts a task whose result the current process, its owner, wants. They are linked: a crash of the task ends the
   * owner, or gives it an `ExitMessage` if it traps exits; the crash of the owner ends the task. Elixir's
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
   * Starts a task linked to nothing, for its effects. Its crash is reported and harms nobody; better is a supervisor
   * that stops it in time. Elixir's `Task.start/1`.
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
   * As `start`, linked with the current process: how a task is started under a supervisor. Elixir's
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
   * The spec of a task as the child of a supervisor. A task that has ended is done: it is not restarted, unless
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
   * A task that has its value already, without a process: for code that is to return a task but has nothing to wait
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
   * Waits for the values of several tasks, with one deadline for all. The first that fails ends the wait. Elixir's
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
   * Waits a while for several tasks and tells of each how it ended. Elixir's `Task.yield_many/2`.
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
   * Runs `work` in a task of its own for each element of `source`, so many at a time, and streams their results. The
   * source is read only as fast as results are. Elixir's `Task.async_stream/3`.
   *
   * The crash of a task ends the reader of the stream, or is an `{ exit }` result if the reader traps exits.
   *
   * @param source any iterable or async iterable, also an endless one
   * @returns `{ ok: value }` and `{ exit: reason }` results, read with `for await`; it counts its `progress`
   * @throws TASK_OPTION_INVALID. While it is read: TASK_STREAM_TIMEOUT, the reason of the `signal`, and what the source throws.
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
   * Waits for the value. Once only; the owner only. Elixir's `Task.await/2`.
   *
   * @param options milliseconds, or Infinity; default 5,000; or options with a `signal`. A task that is late, or whose wait was
   *   given up, goes on, but nothing of it arrives any more.
   * @throws TASK_EXITED when the task ended without a value, with its exit reason in `details.reason` and as `cause`
   *   (an owner that does not trap exits is ended by a crash before it gets here); TASK_TIMEOUT; TASK_NOT_OWNER;
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
   * Waits a while for the end of the task, and can be asked again. Elixir's `Task.yield/2`.
   *
   * @param options milliseconds, 0 to look once, or Infinity; default 5,000; or options with a `signal`
   * @returns `{ ok: value }`; `{ exit: reason }`; undefined if it has not ended
   * @throws TASK_NOT_OWNER, BAD_TIMEOUT, BAD_OPTION; the reason of the signal, after which it can be asked again, too. All of
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
   * Unlinks the task and ends it: with `'shutdown'`, and after `how` milliseconds by killing it. Elixir's
   * `Task.shutdown/2`.
   *
   * @param how milliseconds it may take (default 5,000), or `'brutal_kill'` to kill it at once
   * @returns `{ ok: value }` if it gave its value before; undefined if it ended as asked; `{ exit: reason }` if it
   *   ended in another way, with `'killed'` when the time ran out and `'noproc'` when its end was told before
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
   * Lets the task go on by itself: it is unlinked, and its result is dropped. Elixir's `Task.ignore/1`.
   *
   * @returns its outcome if it had ended by now, else undefined
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
