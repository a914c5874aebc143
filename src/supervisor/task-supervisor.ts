/**
 * Task supervisors: supervisors of tasks, so that a crash is reported and no task outlives its supervisor. Each one is a dynamic
 * supervisor; this file has the functions that start tasks there.
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
import {
  checkKnown,
  isRevoked,
  namesOf,
  Pid,
  printed,
  type Stores,
  spawnLink,
  storesOfNow,
} from '../kernel/index.js'
import { type ChildOverrides, type Restart, type Shutdown, SPEC_INPUT, toChildSpec } from './child-spec.js'
import {
  type DynamicSupervisorSpec,
  dynamicSupervisorSpec,
  startDynamicSupervisor,
} from './dynamic-supervisor.js'
import type { SupervisorStartOptions } from './engine/supervisor-server.js'
import { startChild, terminateChild, whichChildren } from './supervisor-client.js'
import type { DynamicSupervisorOptions } from './supervisor-options.js'

/** The options of a task supervisor: its name, and the highest numbers of tasks and of restarts. */
export interface TaskSupervisorOptions
  extends Pick<DynamicSupervisorOptions, 'maxChildren' | 'intensity' | 'period'>,
    Pick<SupervisorStartOptions, 'name'> {}

const START_OPTIONS = namesOf<TaskSupervisorOptions>({
  maxChildren: true,
  intensity: true,
  period: true,
  name: true,
})

/** The options of a supervised task. */
export interface SupervisedTaskOptions {
  /** How the supervisor stops the task: milliseconds before it is killed, or `'brutal_kill'`. Default 5,000. */
  readonly shutdown?: Shutdown | undefined
}

/** The options of a supervised task without a result. */
export interface TaskChildOptions extends SupervisedTaskOptions {
  /** When the task is restarted: `'temporary'`, the default: never; `'transient'`: after a crash; `'permanent'`: always. */
  readonly restart?: Restart | undefined
}

/** The options of a stream of supervised tasks. */
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
 * In all cases the task is a child of the supervisor, which stops its tasks when it stops. All functions that take a server
 * also take a `TaskSupervisor`: `countChildren(tasks)`, `stop(tasks)`.
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
   * @param input `name`; `maxChildren` (default `Infinity`); `intensity` (3) and `period` (5,000 ms), which count
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
   * A reference to a task supervisor: by name, by pid, or as a partition of a partition supervisor. The supervisor need not run
   * yet. Any dynamic supervisor can be used.
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
   * @param options the options of `startLink`, and fields that replace those of the spec; `id` is the name by default
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

  /** The pid or name that messages are sent to at this moment. */
  get target(): Pid | string {
    return addressOf(this.#server, 'TaskSupervisor')
  }

  /**
   * Starts a task under this supervisor, linked to the current process, which awaits its result. Elixir's `Task.Supervisor.async/3`.
   *
   * @returns the task; only the current process can await it
   * @throws MAX_CHILDREN, INVALID_CHILD_SPEC for `shutdown`, TASK_OPTION_INVALID, and the errors of `call`. All reject.
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
   * Starts a task as `async` does, but without the link. A crash of the task is only a result, and the task goes on when its owner
   * dies. For servers that must survive a crash of their tasks. Elixir's `Task.Supervisor.async_nolink/3`.
   *
   * @throws the errors of `async`
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
   * Runs a task for each input, as `Task.asyncStream` does, under this supervisor. Elixir's `Task.Supervisor.async_stream/4`.
   *
   * @param options the options of `Task.asyncStream`, and `shutdown` for each task
   * @throws TASK_OPTION_INVALID, INVALID_CHILD_SPEC. While the stream is read: MAX_CHILDREN, which ends the tasks that run;
   *   TASK_STREAM_TIMEOUT; and errors of the source.
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
   * Runs a task for each input as `asyncStream` does, but without links. A crash of a task is a result `{ exit }`, also for a reader
   * that does not trap exits. Elixir's `Task.Supervisor.async_stream_nolink/4`.
   *
   * @throws the errors of `asyncStream`
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
   * Starts a task without a result, for its effects. Elixir's `Task.Supervisor.start_child/3`.
   *
   * @param options `restart` (default `'temporary'`) and `shutdown` (default 5,000 ms)
   * @returns the pid of the task; it changes with each restart
   * @throws the errors of `async`
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
    // A task that can be restarted outlives the work of the process that started it, so it does not get that work's stores.
    const stores = restart === 'temporary' ? storesOfNow() : undefined
    return this.#start(body, label, { restart, shutdown }, stores)
  }

  /** The pids of the tasks that run at this moment. Elixir's `Task.Supervisor.children/1`. */
  async children(): Promise<Pid[]> {
    const entries = await whichChildren(this)
    return entries.flatMap(({ pid }) => (pid instanceof Pid ? [pid] : []))
  }

  /**
   * Stops a task as its `shutdown` says, and waits until it has ended. Elixir's `Task.Supervisor.terminate_child/2`.
   *
   * @throws NOT_FOUND. It rejects.
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
    if (typeof options !== 'object' || options === null || isRevoked(options))
      checkKnown('a supervised task', options, ['shutdown'])
    const { shutdown } = options
    // A wrong `shutdown` is refused here, when a stream is made, and not later, when the stream is read.
    if (shutdown !== undefined) toChildSpec({ id: 'task', start: () => 'ignore', shutdown })
    const fields = { restart: 'temporary', shutdown } as const
    return { linked, start: (body, { label, stores }) => this.#start(body, label, fields, stores) }
  }

  async #start(body: () => unknown, label: unknown, fields: TaskChildOptions, stores: Stores): Promise<Pid> {
    const start = (): Pid => spawnLink(body, { ancestry: true, label, stores })
    return (await startChild(this, { ...fields, id: 'task', start })) as Pid
  }
}
