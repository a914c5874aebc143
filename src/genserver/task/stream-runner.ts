/**
 * The keeper: the process between a stream and its tasks. It starts the tasks, enforces their timeouts and collects their ends,
 * so that neither their replies nor their exits reach the mailbox of the process that reads the stream.
 *
 *     consumer ──link── keeper ──link (or only a monitor)── task, task, task …
 *
 * The consumer sends the keeper assignments and asks for the tasks that have ended. The keeper lives as long as the stream. It
 * mirrors `stream_monitor` of Elixir's `Task.Supervised`.
 */
import {
  type Behaviour,
  type Callers,
  CallRequest,
  cancelTimer,
  currentKernel,
  DownMessage,
  ExitMessage,
  type ExitReason,
  exit,
  isAlive,
  isThenable,
  monitor,
  noteAwaited,
  notePutBy,
  type Pid,
  type Reference,
  self,
  spawnAtOnce,
  startTimer,
  TimeoutMessage,
  trapExit,
  unlink,
} from '../../kernel/index.js'
import type { Progress } from './stream-progress.js'
import { adopt, here, type TaskPlace } from './task-callers.js'
import { Job } from './task-process.js'
import { type TaskOutcome, TaskReply } from './task-reply.js'

/** The request of the consumer for the tasks that have ended. */
export const NEXT = Symbol('what has ended since')
export const STOP = Symbol('stop')
/** Sent by the consumer when its source has a new element. The keeper must then answer NEXT, even if no task has ended. */
export const WAKE = Symbol('wake')

/** The order to start one task. */
export class Assignment {
  constructor(
    readonly position: number,
    readonly work: () => unknown,
  ) {}
}

/** A task that ended. `refused` means that it was never started. */
export interface Ended {
  readonly position: number
  readonly outcome: TaskOutcome<unknown>
  readonly timedOut: boolean
  readonly refused?: { readonly thrown: unknown }
  /** The circle of processes that waited for each other when its time was over. */
  readonly cycle?: string | undefined
}

/** The answer to NEXT. It is an envelope of its own, since the kernel has isolated its content already. */
export class Batch {
  constructor(readonly ended: readonly Ended[]) {}
}

export interface KeeperOptions {
  readonly place: TaskPlace
  readonly consumer: Pid
  readonly callers: Callers
  /** The name of the function that runs for each element. The tasks are labelled with it. */
  readonly name: string
  /** Whether the consumer traps exits. If it does, the crash of a linked task is a result; otherwise it ends keeper and consumer. */
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
  cycle: string | undefined
}

/** Tasks in which a circle of calls is looked for. */
const MOST = 64

export class Keeper implements Behaviour {
  /** Messages between the keeper and its consumer do not count as messages of the program. */
  readonly internal = true
  readonly #options: KeeperOptions
  readonly #running = new Map<Reference, Running>()
  #ended: Ended[] = []
  #asking: CallRequest | undefined = undefined
  #stopping: CallRequest | undefined = undefined
  #consumer: Reference | undefined = undefined
  /** The task of which it is asked whether it is in a circle. */
  #late: Pid | undefined = undefined
  /** Whether it runs the tasks that it starts itself at once, where nothing else is ready. */
  #atOnce = false

  constructor(options: KeeperOptions) {
    this.#options = options
  }

  start(): undefined {
    this.#atOnce = this.#options.place === here && currentKernel().scheduler.runsAtOnce !== undefined
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
    // All other messages are dropped: the exits of its tasks, which their DOWN reports as well, and messages of strangers.
  }

  /** The exit of the consumer ends the keeper. The consumer's DOWN comes later: when the resources of the keeper's tasks are closed. */
  endsOnExitOf(pid: Pid): boolean {
    return pid === this.#options.consumer
  }

  /** The consumer waits for one of the tasks that run. */
  likelyAnswerers(call: CallRequest): readonly Pid[] | undefined {
    if (call !== this.#asking) return undefined
    if (this.#late !== undefined) return [this.#late]
    const pids: Pid[] = []
    for (const { pid } of this.#running.values()) if (pids.push(pid) >= MOST) break
    return pids
  }

  get limitsTime(): boolean {
    return this.#options.timeout !== Number.POSITIVE_INFINITY
  }

  #isConsumersExit(message: unknown): message is ExitMessage {
    return message instanceof ExitMessage && this.endsOnExitOf(message.from)
  }

  #launch({ position, work }: Assignment): undefined | PromiseLike<undefined> {
    if (this.#stopping !== undefined) return
    const { place, callers, name } = this.#options
    const job = new Job(work, { owner: self(), callers, name })
    if (this.#atOnce) return this.#run(position, job)
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

  /**
   * Starts a task and, if nothing else is ready, runs it inside this call. One that does not wait has ended then: it had a process, linked
   * and monitored as any other, but its result and its end need no messages, and its time no timer.
   */
  #run(position: number, job: Job): undefined {
    const { progress } = this.#options
    progress.begun()
    const options = { label: job.label, link: true, ancestry: true }
    const task = spawnAtOnce(job.body, options, (ref) => job.hold(ref))
    job.letGo()
    // By the link, a crash ends a keeper that does not trap exits.
    if (!isAlive(self())) return
    if (task.end === undefined) this.#await(position, task, task.pid, job.reply)
    else this.#end(position, job.reply, task.end.reason, false)
  }

  #watch(position: number, job: Job, pid: Pid): undefined {
    const { place, progress } = this.#options
    this.#await(position, adopt(job, pid, place.linked), pid, undefined)
    progress.begun()
  }

  #await(position: number, ref: Reference, pid: Pid, reply: TaskReply | undefined): void {
    const { timeout } = this.#options
    const timer = timeout === Number.POSITIVE_INFINITY ? undefined : startTimer(timeout, self(), ref)
    this.#running.set(ref, { position, pid, timer, reply, timedOut: false, cycle: undefined })
    noteAwaited(pid)
    // A task that was run at once may have made a call by now.
    if (this.#asking !== undefined && this.#running.size <= MOST) notePutBy(this.#asking)
  }

  #refuse(position: number, thrown: unknown): undefined {
    this.#finish({ position, outcome: { exit: thrown }, timedOut: false, refused: { thrown } })
  }

  /** A task counts as running until its process has ended, so that the limit of tasks at a time holds. */
  #replied(reply: TaskReply): void {
    const task = this.#running.get(reply.ref)
    if (task !== undefined) task.reply = reply
  }

  #expired({ message: ref }: TimeoutMessage): void {
    const task = this.#running.get(ref as Reference)
    if (task === undefined || task.timedOut) return
    task.timedOut = true
    if (task.reply === undefined) task.cycle = this.#circleThrough(task.pid)
    unlink(task.pid)
    exit(task.pid, 'kill')
  }

  /** The circle that the consumer waits in by this task, as words. */
  #circleThrough(task: Pid): string | undefined {
    if (this.#asking === undefined) return undefined
    this.#late = task
    const cycle = currentKernel().circleThrough(this.#asking)
    this.#late = undefined
    return typeof cycle === 'string' ? cycle : undefined
  }

  #down({ ref, reason }: DownMessage): void {
    if (ref === this.#consumer) this.#abandoned(reason)
    const task = this.#running.get(ref)
    if (task === undefined) return
    this.#running.delete(ref)
    if (task.timer !== undefined) cancelTimer(task.timer)
    this.#end(task.position, task.reply, reason, task.timedOut, task.cycle)
    this.#endWhenIdle()
  }

  #end(
    position: number,
    reply: TaskReply | undefined,
    reason: ExitReason,
    late: boolean,
    cycle?: string,
  ): void {
    const timedOut = late && reply === undefined
    this.#options.progress.ended(reply !== undefined)
    const outcome = reply === undefined ? { exit: timedOut ? 'timeout' : reason } : { ok: reply.value }
    this.#finish({ position, outcome, timedOut, cycle })
  }

  #finish(ended: Ended): void {
    this.#ended.push(ended)
    this.#answer()
  }

  #called(request: CallRequest): void {
    if (request.payload === NEXT) {
      this.#asking = request
      if (this.#ended.length > 0) this.#answer()
      else if (this.#running.size <= MOST) notePutBy(request)
    } else if (request.payload === STOP) this.#stop(request)
  }

  #answer(): void {
    if (this.#asking === undefined) return
    const batch = new Batch(this.#ended)
    this.#ended = []
    this.#asking.reply(batch)
    this.#asking = undefined
  }

  /** Kills the running tasks and answers when the last one is dead. */
  #stop(request: CallRequest): void {
    trapExit(true)
    this.#stopping = request
    for (const { pid } of this.#running.values()) exit(pid, 'kill')
    this.#endWhenIdle()
  }

  #endWhenIdle(): void {
    if (this.#stopping === undefined || this.#running.size > 0) return
    // The keeper unlinks first, so that a consumer that traps exits gets no exit message of a process it does not know.
    unlink(this.#options.consumer)
    this.#stopping.reply(undefined)
    exit('normal')
  }

  /** Ends the tasks when the consumer has ended. Linked tasks end with the consumer by the link, also after a normal exit. */
  #abandoned(reason: ExitReason): never {
    if (this.#options.place.linked) for (const { pid } of this.#running.values()) exit(pid, reason)
    exit('shutdown')
  }
}
