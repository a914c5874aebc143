/**
 * The job of a task, separate from the process that runs it: a task supervisor starts the process, and only then can the
 * owner monitor it and tell it where to send the result.
 */
import {
  Callers,
  currentKernel,
  DownMessage,
  demonitor,
  exit,
  formatReason,
  isAbandonment,
  isAlive,
  isOrderly,
  isThenable,
  monitor,
  type Pid,
  printed,
  processInfo,
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

/** The options with which the process of a task is spawned. */
export interface TaskPlacement {
  readonly label: unknown
  /** The contents of the AsyncLocalStorage stores at the place where the task was asked for. The task runs with them. */
  readonly stores: Stores
}

/** The receiver of a job's result, and the name of its work. */
export interface JobOptions {
  /** The process that will `assign` the job. Without an owner the result is dropped. */
  readonly owner?: Pid
  readonly callers?: Callers
  /** The name of the work. Default: the name of the function. */
  readonly name?: string
}

/** @throws TASK_OPTION_INVALID when the work is not a function */
export function checkWork(work: unknown): void {
  if (typeof work === 'function') return
  const details = { action: 'a task', option: 'its work', expected: 'a function', value: work }
  throw taskError('TASK_OPTION_INVALID', details)
}

export class Job {
  readonly callers: Callers
  /** The function that the process of the task runs. */
  readonly body = (): undefined | PromiseLike<undefined> => this.#begin()
  readonly #work: () => unknown
  readonly #name: string
  readonly #owner: Pid | undefined
  /** The owner's monitor of the task, which is also an alias: when the owner stops monitoring, a late reply is dropped. */
  #replyTo: Reference | undefined = undefined
  /** The process of the task, if it began before the job was assigned. */
  #waiting: Pid | undefined = undefined
  /** Whether the result is put into `reply` instead of sent: while the owner itself runs the job. */
  #inHand = false
  /** The result, if the owner has it in hand. */
  reply: TaskReply | undefined = undefined

  /** @throws TASK_OPTION_INVALID when the work is not a function */
  constructor(work: () => unknown, options: JobOptions = {}) {
    checkWork(work)
    this.#work = work
    this.#name = options.name ?? work.name
    this.#owner = options.owner
    this.callers = options.callers ?? Callers.here()
  }

  /** The label of the process in logs. */
  get label(): string {
    return this.#name === '' ? 'task' : `task ${this.#name}`
  }

  /** The options that its process is spawned with. Must be read in the process that wants the task. */
  get placement(): TaskPlacement {
    return { label: this.label, stores: storesOfNow() }
  }

  /** Called when the owner monitors the process: the work may begin. */
  assign(replyTo: Reference): void {
    this.#replyTo = replyTo
    if (this.#waiting !== undefined) send(this.#waiting, this)
  }

  /** As `assign`, by an owner that runs the process itself, inside the code that starts it: until `letGo` the result is left in `reply`. */
  hold(replyTo: Reference): void {
    this.#replyTo = replyTo
    this.#inHand = true
  }

  letGo(): void {
    this.#inHand = false
  }

  #begin(): undefined | PromiseLike<undefined> {
    this.callers.keep()
    return this.#owner === undefined || this.#replyTo !== undefined ? this.#run() : this.#await(this.#owner)
  }

  /** Waits until the job is assigned: a process that a supervisor started may run before its owner monitors it. */
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
    // The process was killed meanwhile: nobody waits for the result, and nothing has to be reported.
    if (to === undefined || !isAlive(self())) return
    // The kernel passes the envelope on unchanged, so its content is isolated here.
    const reply = new TaskReply(to, currentKernel().isolate(value))
    if (this.#inHand) this.reply = reply
    else send(to, reply)
  }

  /** Reports the crash as the crash of a task, which says more than that of a plain process, and ends the process with it. */
  #fail(thrown: unknown): never {
    const pid = self()
    // The process was killed meanwhile: this is code that still runs after its end, not a crash.
    if (!isAlive(pid)) throw thrown
    const reason = reasonOf(thrown)
    // The task was started for a call whose caller gave up. That is not a crash of the task, nor of its owner.
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
