/**
 * The process between a stream and its tasks. It starts them, times them out and collects how they end, so that
 * neither their replies nor their exits ever come near the mailbox of whoever reads the stream.
 *
 *     consumer ──link── keeper ──link (or only a monitor)── task, task, task …
 *
 * The consumer hands it assignments and asks for what has ended; the keeper lives as long as the stream. It mirrors
 * `stream_monitor` of Elixir's `Task.Supervised`.
 */
import {
  type Behaviour,
  CallRequest,
  cancelTimer,
  DownMessage,
  ExitMessage,
  type ExitReason,
  exit,
  isThenable,
  monitor,
  type Pid,
  type Reference,
  self,
  startTimer,
  TimeoutMessage,
  trapExit,
  unlink,
} from '../../kernel/index.js'
import type { Progress } from './stream-progress.js'
import { adopt, type TaskPlace } from './task-callers.js'
import { type Callers, Job } from './task-process.js'
import { type TaskOutcome, TaskReply } from './task-reply.js'

/** What the consumer asks for. */
export const NEXT = Symbol('what has ended since')
export const STOP = Symbol('stop')
/** Sent by the consumer when its source has something: the answer to NEXT is due, though nothing may have ended. */
export const WAKE = Symbol('wake')

/** One task to be started. */
export class Assignment {
  constructor(
    readonly position: number,
    readonly work: () => unknown,
  ) {}
}

/** One task that ended. `refused`: it was never started. */
export interface Ended {
  readonly position: number
  readonly outcome: TaskOutcome<unknown>
  readonly timedOut: boolean
  readonly refused?: { readonly thrown: unknown }
}

/** The answer to NEXT: an envelope, since the kernel has isolated what is in it before. */
export class Batch {
  constructor(readonly ended: readonly Ended[]) {}
}

export interface KeeperOptions {
  readonly place: TaskPlace
  readonly consumer: Pid
  readonly callers: Callers
  /** Of the function that is run for each element; what the tasks are called. */
  readonly name: string
  /** Whether the consumer traps exits: then the crash of a linked task is a result, else it ends both. */
  readonly trapping: boolean
  readonly timeout: number
  readonly progress: Progress
}

interface Running {
  readonly position: number
  readonly pid: Pid
  readonly timer: Reference | undefined
  reply: TaskReply | undefined
  timedOut: boolean
}

export class Keeper implements Behaviour {
  /** What goes between it and its consumer is no message of the program. */
  readonly internal = true
  readonly #options: KeeperOptions
  readonly #running = new Map<Reference, Running>()
  #ended: Ended[] = []
  #asking: CallRequest | undefined = undefined
  #stopping: CallRequest | undefined = undefined
  #consumer: Reference | undefined = undefined

  constructor(options: KeeperOptions) {
    this.#options = options
  }

  start(): undefined {
    trapExit(this.#options.trapping)
    this.#consumer = monitor(this.#options.consumer)
  }

  handle(message: unknown): undefined | PromiseLike<undefined> {
    if (message instanceof Assignment) return this.#launch(message)
    if (message instanceof TaskReply) this.#replied(message)
    else if (message instanceof DownMessage) this.#down(message)
    else if (this.#isConsumersExit(message)) this.#abandoned(message.reason)
    else if (message instanceof TimeoutMessage) this.#expired(message)
    else if (message === WAKE) this.#answer()
    else if (CallRequest.is(message)) this.#called(message)
    // What is left are the exits of its tasks, told by their DOWN as well, and messages of strangers.
  }

  /** The exit message comes before the DOWN, which waits until what the keeper's tasks own is closed. */
  endsOnExitOf(pid: Pid): boolean {
    return pid === this.#options.consumer
  }

  #isConsumersExit(message: unknown): message is ExitMessage {
    return message instanceof ExitMessage && this.endsOnExitOf(message.from)
  }

  #launch({ position, work }: Assignment): undefined | PromiseLike<undefined> {
    if (this.#stopping !== undefined) return
    const { place, callers, name } = this.#options
    const job = new Job(work, { owner: self(), callers, name })
    try {
      const started = place.start(job.body, job.placement)
      if (!isThenable(started)) return this.#watch(position, job, started)
      return started
        .then((pid) => this.#watch(position, job, pid))
        .then(undefined, (thrown: unknown) => this.#refuse(position, thrown))
    } catch (thrown) {
      return this.#refuse(position, thrown)
    }
  }

  #watch(position: number, job: Job, pid: Pid): undefined {
    const { place, timeout, progress } = this.#options
    const ref = adopt(job, pid, place.linked)
    const timer = timeout === Number.POSITIVE_INFINITY ? undefined : startTimer(timeout, self(), ref)
    this.#running.set(ref, { position, pid, timer, reply: undefined, timedOut: false })
    progress.begun()
  }

  #refuse(position: number, thrown: unknown): undefined {
    this.#finish({ position, outcome: { exit: thrown }, timedOut: false, refused: { thrown } })
  }

  /** The task is not over before its process is, so that no more than agreed run at any time. */
  #replied(reply: TaskReply): void {
    const task = this.#running.get(reply.ref)
    if (task !== undefined) task.reply = reply
  }

  #expired({ message: ref }: TimeoutMessage): void {
    const task = this.#running.get(ref as Reference)
    if (task === undefined || task.timedOut) return
    task.timedOut = true
    unlink(task.pid)
    exit(task.pid, 'kill')
  }

  #down({ ref, reason }: DownMessage): void {
    if (ref === this.#consumer) this.#abandoned(reason)
    const task = this.#running.get(ref)
    if (task === undefined) return
    this.#running.delete(ref)
    if (task.timer !== undefined) cancelTimer(task.timer)
    const { position, timedOut } = task
    const outcome =
      task.reply === undefined ? { exit: timedOut ? 'timeout' : reason } : { ok: task.reply.value }
    this.#options.progress.ended('ok' in outcome)
    this.#finish({ position, outcome, timedOut: timedOut && task.reply === undefined })
    this.#endWhenIdle()
  }

  #finish(ended: Ended): void {
    this.#ended.push(ended)
    this.#answer()
  }

  #called(request: CallRequest): void {
    if (request.payload === NEXT) {
      this.#asking = request
      if (this.#ended.length > 0) this.#answer()
    } else if (request.payload === STOP) this.#stop(request)
  }

  #answer(): void {
    if (this.#asking === undefined) return
    const batch = new Batch(this.#ended)
    this.#ended = []
    this.#asking.reply(batch)
    this.#asking = undefined
  }

  /** Kills what runs, and answers when the last one is dead. */
  #stop(request: CallRequest): void {
    trapExit(true)
    this.#stopping = request
    for (const { pid } of this.#running.values()) exit(pid, 'kill')
    this.#endWhenIdle()
  }

  #endWhenIdle(): void {
    if (this.#stopping === undefined || this.#running.size > 0) return
    // First, so that a consumer that traps exits finds no message of a keeper it never heard of.
    unlink(this.#options.consumer)
    this.#stopping.reply(undefined)
    exit('normal')
  }

  /** Tasks linked with the keeper belong to the consumer and go with it; also, by the link, when it ended normally. */
  #abandoned(reason: ExitReason): never {
    if (this.#options.place.linked) for (const { pid } of this.#running.values()) exit(pid, reason)
    exit('shutdown')
  }
}
