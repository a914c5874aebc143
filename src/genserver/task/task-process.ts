/**
 * The work of a task, told apart from the process that does it: a task supervisor starts the process elsewhere, and
 * only then can its owner watch it and say where the result shall go.
 */
import {
  currentKernel,
  DownMessage,
  demonitor,
  exit,
  formatReason,
  get,
  isAbandonment,
  isAlive,
  isOrderly,
  isThenable,
  monitor,
  type Pid,
  printed,
  processInfo,
  put,
  type Reference,
  reasonOf,
  receive,
  type Stores,
  self,
  send,
  storesOfNow,
  unlink,
} from '../../kernel/index.js'
import { taskError } from './errors.js'
import { TaskReply } from './task-reply.js'

/** Where a task keeps its callers in the process dictionary; Elixir's key. */
const CALLERS = '$callers'

/**
 * The processes on whose behalf the current one works, nearest first: for a task the process that started it, and
 * that one's callers. Not its ancestors, which for a supervised task are supervisors. Elixir's `$callers`.
 *
 * @returns an empty list where no task is involved
 * @example
 * ```ts
 * const me = self()
 * await Task.async(() => callers()[0] === me).await() // true
 * ```
 */
export function callers(): readonly Pid[] {
  return Callers.listed(get(CALLERS))
}

/** The callers of a task: each list ends in that of its caller, so that tasks within tasks, however deep, cost the same each. */
export class Callers {
  private constructor(
    readonly nearest: Pid,
    /** Those of the nearest, as its dictionary has them. */
    readonly further: unknown,
  ) {}

  /** Of a task that the current process starts. */
  static here(): Callers {
    return new Callers(self(), get(CALLERS))
  }

  /** @param kept as a dictionary has them, where a program may put a list of its own, as in Elixir */
  static listed(kept: unknown): readonly Pid[] {
    const all: Pid[] = []
    let at = kept
    for (; at instanceof Callers; at = at.further) all.push(at.nearest)
    return Array.isArray(at) ? all.concat(at as readonly Pid[]) : all
  }
}

/** What the process of a task is spawned with. */
export interface TaskPlacement {
  readonly label: unknown
  /** What AsyncLocalStorage stores hold where the task was asked for: it is the work of whoever did. */
  readonly stores: Stores
}

/** Whom a job's result goes to, if anyone. */
export interface JobOptions {
  /** The process that will `assign` the job; without it the result is dropped. */
  readonly owner?: Pid
  readonly callers?: Callers
  /** What the work is called; default the name of the function. */
  readonly name?: string
}

/** @throws TASK_OPTION_INVALID when the work is no function */
export function checkWork(work: unknown): void {
  if (typeof work === 'function') return
  const details = { action: 'a task', option: 'its work', expected: 'a function', value: work }
  throw taskError('TASK_OPTION_INVALID', details)
}

export class Job {
  readonly callers: Callers
  /** What the process of the task runs. */
  readonly body = (): undefined | PromiseLike<undefined> => this.#begin()
  readonly #work: () => unknown
  readonly #name: string
  readonly #owner: Pid | undefined
  /** A monitor of the task that is an alias as well: when the owner stops watching, a late reply reaches nobody. */
  #replyTo: Reference | undefined = undefined
  /** The process that began before it was assigned. */
  #waiting: Pid | undefined = undefined

  /** @throws TASK_OPTION_INVALID when the work is no function */
  constructor(work: () => unknown, options: JobOptions = {}) {
    checkWork(work)
    this.#work = work
    this.#name = options.name ?? work.name
    this.#owner = options.owner
    this.callers = options.callers ?? Callers.here()
  }

  /** What logs call the process. */
  get label(): string {
    return this.#name === '' ? 'task' : `task ${this.#name}`
  }

  /** What its process is spawned with; asked for where the task is wanted. */
  get placement(): TaskPlacement {
    return { label: this.label, stores: storesOfNow() }
  }

  /** The owner watches the process: its work may begin. */
  assign(replyTo: Reference): void {
    this.#replyTo = replyTo
    if (this.#waiting !== undefined) send(this.#waiting, this)
  }

  #begin(): undefined | PromiseLike<undefined> {
    put(CALLERS, this.callers)
    return this.#owner === undefined || this.#replyTo !== undefined ? this.#run() : this.#await(this.#owner)
  }

  /** Started elsewhere, the process may run before its owner watches it. */
  async #await(owner: Pid): Promise<undefined> {
    this.#waiting = self()
    const watch = monitor(owner)
    const message = await receive(
      (it: unknown): it is Job | DownMessage =>
        it === this || (it instanceof DownMessage && it.ref === watch),
    )
    if (message instanceof DownMessage) exit({ shutdown: message.reason })
    demonitor(watch, { flush: true })
    return this.#run()
  }

  #run(): undefined | PromiseLike<undefined> {
    let result: unknown
    try {
      result = this.#work()
    } catch (thrown) {
      return this.#fail(thrown)
    }
    if (!isThenable(result)) return this.#reply(result)
    return result.then(
      (value) => this.#reply(value),
      (thrown: unknown) => this.#fail(thrown),
    )
  }

  #reply(value: unknown): undefined {
    const to = this.#replyTo
    // Killed meanwhile: nobody waits for it, and it is no act of the user's code that would have to be told.
    if (to === undefined || !isAlive(self())) return
    // The envelope passes the kernel as it is, so what it carries is isolated here.
    send(to, new TaskReply(to, currentKernel().isolate(value)))
  }

  /** Reports the crash as a task's, which says more than that of a bare process, and ends the process with it. */
  #fail(thrown: unknown): never {
    const pid = self()
    // Killed meanwhile: this is left-over code, and no crash.
    if (!isAlive(pid)) throw thrown
    const reason = reasonOf(thrown)
    // It was begun for a call whose caller gave up: that is no crash, and none of its owner's.
    const abandoned = isAbandonment(thrown)
    if (abandoned && this.#owner !== undefined) unlink(this.#owner)
    if (!abandoned && !isOrderly(reason)) {
      const label = processInfo(pid, 'label')
      currentKernel().report({
        level: 'error',
        kind: 'task',
        message: `${label === undefined ? 'task' : printed(label)} ${pid} terminating: ${formatReason(reason)}`,
        pid,
        name: processInfo(pid, 'registeredName'),
        label,
        reason,
        incident: currentKernel().incidents.of(pid, reason),
        starter: this.callers.nearest,
        callers: Callers.listed(this.callers),
        function: this.#name === '' ? 'anonymous' : this.#name,
      })
    }
    exit(reason)
  }
}
