/**
 * Task supervisors: where tasks run whose crash must not be missed and whose end must be in time. A dynamic
 * supervisor underneath; this file is what tasks are started with there.
 */
import { inspect } from 'node:util'
import {
  type Addressed,
  addressOf,
  asyncIn,
  type ServerRef,
  streamIn,
  type Task,
  type TaskOutcome,
  type TaskPlace,
  type TaskStream,
  type TaskStreamOptions,
  taskBody,
  type ZippedOutcome,
} from '../genserver/index.js'
import { checkKnown, namesOf, Pid, printed, type Stores, spawnLink, storesOfNow } from '../kernel/index.js'
import { type ChildOverrides, type Restart, type Shutdown, SPEC_INPUT, toChildSpec } from './child-spec.js'
import {
  type DynamicSupervisorSpec,
  dynamicSupervisorSpec,
  startDynamicSupervisor,
} from './dynamic-supervisor.js'
import type { SupervisorStartOptions } from './engine/supervisor-server.js'
import { startChild, terminateChild, whichChildren } from './supervisor-client.js'
import type { DynamicSupervisorOptions } from './supervisor-options.js'

/** How a task supervisor is started: its name, and how many tasks and restarts there may be. */
export interface TaskSupervisorOptions
  extends Pick<DynamicSupervisorOptions, 'maxChildren' | 'intensity' | 'period'>,
    Pick<SupervisorStartOptions, 'name'> {}

const START_OPTIONS = namesOf<TaskSupervisorOptions>({
  maxChildren: true,
  intensity: true,
  period: true,
  name: true,
})

/** How the supervisor stops a task. */
export interface SupervisedTaskOptions {
  /** Milliseconds to end in when the supervisor stops, or `'brutal_kill'`. Default 5,000. */
  readonly shutdown?: Shutdown | undefined
}

/** As `SupervisedTaskOptions`, for a task without a result. */
export interface TaskChildOptions extends SupervisedTaskOptions {
  /** When it runs again: `'temporary'`, the default: never; `'transient'`: after a crash; `'permanent'`: always. */
  readonly restart?: Restart | undefined
}

/** How a stream of supervised tasks runs. */
export interface SupervisedStreamOptions extends TaskStreamOptions, SupervisedTaskOptions {}

type Source<In> = Iterable<In> | AsyncIterable<In>

/**
 * A supervisor of tasks. Elixir's `Task.Supervisor`.
 *
 * | | linked with the caller | a crash of the task |
 * | --- | --- | --- |
 * | `async`, `asyncStream` | yes: they live and die together | ends the caller, unless it traps exits |
 * | `asyncNolink`, `asyncStreamNolink` | no | is a result: `{ exit }`, or TASK_EXITED from `await` |
 * | `startChild` | no | is reported; the task runs again if its `restart` says so |
 *
 * In any case the task is a child of the supervisor, which stops it when it stops itself. All that takes a server
 * takes a `TaskSupervisor` too: `countChildren(tasks)`, `stop(tasks)`.
 *
 * @example
 * ```ts
 * await startSupervisor({ children: [TaskSupervisor.childSpec({ name: 'tasks' }), WebServer] })
 * const tasks = TaskSupervisor.ref('tasks')
 * const page = await (await tasks.asyncNolink(() => fetchPage(url))).yield(2_000)
 * ```
 */
export class TaskSupervisor implements Addressed {
  readonly #server: ServerRef

  /** Made by `TaskSupervisor.startLink` and `TaskSupervisor.ref`. */
  constructor(server: ServerRef) {
    this.#server = server
  }

  /**
   * Starts a supervisor of tasks, linked with the current process. Elixir's `Task.Supervisor.start_link/1`.
   *
   * @param options `name`; `maxChildren` (default `Infinity`); `intensity` (3) and `period` (5,000 ms), which count
   *   the restarts of tasks started with another `restart` than `'temporary'`
   * @throws INVALID_SUPERVISOR_OPTION, ALREADY_STARTED. Both reject.
   * @example
   * ```ts
   * const tasks = await TaskSupervisor.startLink({ maxChildren: 100 })
   * ```
   */
  static async startLink(input: TaskSupervisorOptions = {}): Promise<TaskSupervisor> {
    checkKnown('TaskSupervisor.startLink', input, START_OPTIONS)
    const { name, ...limits } = input
    const pid = await startDynamicSupervisor(limits, { name, label: 'task supervisor' })
    return new TaskSupervisor(typeof name === 'string' ? name : pid)
  }

  /**
   * A task supervisor that runs already, or will by the time it is used: by name, by pid, or as one of the partitions
   * of a partition supervisor. Any dynamic supervisor will do.
   *
   * @throws SERVER_REF_INVALID
   * @example
   * ```ts
   * const task = await TaskSupervisor.ref(partition('tasks', self())).async(() => fetchPage(url))
   * ```
   */
  static ref(server: ServerRef): TaskSupervisor {
    addressOf(server, 'TaskSupervisor.ref')
    return new TaskSupervisor(server)
  }

  /**
   * The spec of a task supervisor as a child. Elixir's `Task.Supervisor.child_spec/1`.
   *
   * @param options as for `startLink`, and fields of the spec that shall be others; `id` is the name by default
   * @example
   * ```ts
   * await startSupervisor({ children: [TaskSupervisor.childSpec({ name: 'tasks', maxChildren: 100 })] })
   * ```
   */
  static childSpec(options: TaskSupervisorOptions & ChildOverrides = {}): DynamicSupervisorSpec {
    checkKnown('TaskSupervisor.childSpec', options, [...START_OPTIONS, ...SPEC_INPUT])
    const { maxChildren, intensity, period, id, ...overrides } = options
    const { name } = options
    const named = typeof name === 'string' ? name : 'TaskSupervisor'
    return dynamicSupervisorSpec(id ?? named, { maxChildren, intensity, period }, overrides)
  }

  /** What messages are addressed to at this moment. */
  get target(): Pid | string {
    return addressOf(this.#server, 'TaskSupervisor')
  }

  /**
   * Starts a task here whose result the current process wants, and links the two. Elixir's `Task.Supervisor.async/3`.
   *
   * @returns the task, to be awaited by the current process
   * @throws MAX_CHILDREN, INVALID_CHILD_SPEC for `shutdown`, TASK_OPTION_INVALID, and what `call` throws. All reject.
   * @example
   * ```ts
   * const task = await tasks.async(() => fetchPage(url))
   * const page = await task.await()
   * ```
   */
  async async<T>(work: () => T, options: SupervisedTaskOptions = {}): Promise<Task<Awaited<T>>> {
    checkKnown('async', options, ['shutdown'])
    return asyncIn(this.#place(true, options), work)
  }

  /**
   * As `async`, without the link: a crash of the task is no more than its result, and the task goes on when its owner
   * dies. What a server uses that is to outlive its tasks. Elixir's `Task.Supervisor.async_nolink/3`.
   *
   * @throws as `async`
   * @example
   * ```ts
   * const task = await tasks.asyncNolink(() => fetchPage(url))
   * const outcome = await task.yield(1_000) // { ok: page }, { exit: reason }, or undefined
   * ```
   */
  async asyncNolink<T>(work: () => T, options: SupervisedTaskOptions = {}): Promise<Task<Awaited<T>>> {
    checkKnown('asyncNolink', options, ['shutdown'])
    return asyncIn(this.#place(false, options), work)
  }

  /**
   * As `Task.asyncStream`, with the tasks run here. Elixir's `Task.Supervisor.async_stream/4`.
   *
   * @param options as for `Task.asyncStream`, and `shutdown` of each task
   * @throws TASK_OPTION_INVALID, INVALID_CHILD_SPEC. While it is read: MAX_CHILDREN, which ends the tasks that run;
   *   TASK_STREAM_TIMEOUT; and what the source throws.
   * @example
   * ```ts
   * for await (const page of tasks.asyncStream(urls, fetchPage, { maxConcurrency: 10 })) console.log(page)
   * ```
   */
  asyncStream<In, Out>(
    source: Source<In>,
    work: (input: In) => Out,
    options: SupervisedStreamOptions & { readonly zipInputOnExit: true },
  ): TaskStream<ZippedOutcome<In, Awaited<Out>>>
  asyncStream<In, Out>(
    source: Source<In>,
    work: (input: In) => Out,
    options?: SupervisedStreamOptions,
  ): TaskStream<TaskOutcome<Awaited<Out>>>
  asyncStream<In>(
    source: Source<In>,
    work: (input: In) => unknown,
    options: SupervisedStreamOptions = {},
  ): TaskStream<unknown> {
    return streamIn<In, unknown>(this.#place(true, options), source, work, options)
  }

  /**
   * As `asyncStream`, without the link: crashes of tasks are `{ exit }` results also for a reader that does not trap
   * exits. Elixir's `Task.Supervisor.async_stream_nolink/4`.
   *
   * @throws as `asyncStream`
   * @example
   * ```ts
   * const pages = await tasks.asyncStreamNolink(urls, fetchPage, { onTimeout: 'kill_task' }).toArray()
   * ```
   */
  asyncStreamNolink<In, Out>(
    source: Source<In>,
    work: (input: In) => Out,
    options: SupervisedStreamOptions & { readonly zipInputOnExit: true },
  ): TaskStream<ZippedOutcome<In, Awaited<Out>>>
  asyncStreamNolink<In, Out>(
    source: Source<In>,
    work: (input: In) => Out,
    options?: SupervisedStreamOptions,
  ): TaskStream<TaskOutcome<Awaited<Out>>>
  asyncStreamNolink<In>(
    source: Source<In>,
    work: (input: In) => unknown,
    options: SupervisedStreamOptions = {},
  ): TaskStream<unknown> {
    return streamIn<In, unknown>(this.#place(false, options), source, work, options)
  }

  /**
   * Starts a task for its effects; nobody hears of its result. Elixir's `Task.Supervisor.start_child/3`.
   *
   * @param options `restart` (default `'temporary'`) and `shutdown` (default 5,000 ms)
   * @returns its pid; it changes with each restart
   * @throws as `async`
   * @example
   * ```ts
   * await tasks.startChild(() => sendMail(order), { restart: 'transient' })
   * ```
   */
  async startChild(work: () => unknown, options: TaskChildOptions = {}): Promise<Pid> {
    checkKnown('startChild', options, ['restart', 'shutdown'])
    const { restart = 'temporary', shutdown } = options
    const body = taskBody(work)
    const label = work.name === '' ? 'task' : `task ${work.name}`
    // One that is restarted outlives the work of whoever started it.
    const stores = restart === 'temporary' ? storesOfNow() : undefined
    return this.#start(body, label, { restart, shutdown }, stores)
  }

  /** The tasks that run at this moment. Elixir's `Task.Supervisor.children/1`. */
  async children(): Promise<Pid[]> {
    const entries = await whichChildren(this)
    return entries.flatMap(({ pid }) => (pid instanceof Pid ? [pid] : []))
  }

  /**
   * Ends a task, as its `shutdown` says, and waits until it is over. Elixir's `Task.Supervisor.terminate_child/2`.
   *
   * @throws NOT_FOUND, which rejects
   */
  async terminateChild(task: Pid): Promise<void> {
    await terminateChild(this, task)
  }

  toString(): string {
    return `TaskSupervisor(${printed(this.#server)})`
  }

  [inspect.custom](): string {
    return this.toString()
  }

  #place(linked: boolean, options: SupervisedTaskOptions): TaskPlace {
    if (typeof options !== 'object' || options === null)
      checkKnown('a supervised task', options, ['shutdown'])
    const { shutdown } = options
    // Refused now, where a stream is made, and not when it is read.
    if (shutdown !== undefined) toChildSpec({ id: 'task', start: () => 'ignore', shutdown })
    const fields = { restart: 'temporary', shutdown } as const
    return { linked, start: (body, { label, stores }) => this.#start(body, label, fields, stores) }
  }

  async #start(body: () => unknown, label: unknown, fields: TaskChildOptions, stores: Stores): Promise<Pid> {
    const start = (): Pid => spawnLink(body, { ancestry: true, label, stores })
    return (await startChild(this, { ...fields, id: 'task', start })) as Pid
  }
}
