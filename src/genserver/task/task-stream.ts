/** Many tasks over one source, so many at a time, with their results as an async iterable. */
import { availableParallelism } from 'node:os'
import {
  Callers,
  checkKnown,
  currentKernel,
  exitOf,
  HeartwoodError,
  inCircle,
  isAlive,
  isSignal,
  mayGoOn,
  type Pid,
  processInfo,
  receive,
  self,
  send,
  sleep,
  sparedValue,
  storesOfNow,
} from '../../kernel/index.js'
import { taskError } from './errors.js'
import { Progress, type TaskStreamProgress } from './stream-progress.js'
import { Assignment, Batch, type Ended, Keeper, NEXT, STOP, WAKE } from './stream-runner.js'
import { isSource, Source } from './stream-source.js'
import type { TaskPlace } from './task-callers.js'
import { checkTimeout } from './timeout-check.js'

/** The options of a stream of tasks. */
export interface TaskStreamOptions {
  /** The number of tasks that run at a time. Default the number of cores. Choose more for tasks that mostly wait. */
  readonly maxConcurrency?: number
  /**
   * `true`, the default: results come in the order of the source, so a slow task delays the results after it, which
   * are kept meanwhile. `false`: in the order in which the tasks end.
   */
  readonly ordered?: boolean
  /** Milliseconds a task may take, counted from its own start, or Infinity; default 5,000. */
  readonly timeout?: number
  /**
   * What happens when a task is late; the task is killed in either case. `'exit'`, the default: the stream fails with
   * TASK_STREAM_TIMEOUT. `'kill_task'`: the task's result is `{ exit: 'timeout' }`.
   */
  readonly onTimeout?: 'exit' | 'kill_task'
  /** Whether `{ exit }` results also have the `input` of their task. Default false. */
  readonly zipInputOnExit?: boolean
  /** Ends the stream when the signal fires: the reader gets the signal's reason instead of the next result, and the running tasks are killed. */
  readonly signal?: AbortSignal | undefined
}

/** The result of one task of a stream with `zipInputOnExit`. */
export type ZippedOutcome<In, Out> = { readonly ok: Out } | { readonly exit: unknown; readonly input: In }

/** What a stream is made of. */
export interface TaskStreamPlan {
  readonly source: Iterable<unknown> | AsyncIterable<unknown>
  /** Takes the elements of this very source. */
  readonly work: (input: unknown) => unknown
  readonly place: TaskPlace
  readonly options: Required<Omit<TaskStreamOptions, 'signal'>> & Pick<TaskStreamOptions, 'signal'>
}

/**
 * The results of tasks, to be read with `for await`. Returned by `Task.asyncStream`.
 *
 * No task starts before it is read. The process that reads it is the owner of the tasks. The stream takes an element from the source
 * only when a task can start, and takes none while the reader handles a result; tasks whose elements were taken
 * before run meanwhile. When the reader leaves the loop, the running
 * tasks are killed. Reading it again starts again, if the source can be read again.
 */
export class TaskStream<out Result> implements AsyncIterable<Result> {
  readonly #plan: TaskStreamPlan
  #progress = new Progress()

  /** Made by `Task.asyncStream`. */
  constructor(plan: TaskStreamPlan) {
    this.#plan = plan
  }

  /**
   * The progress of the stream; of the latest reading, if there are several.
   *
   * @example
   * ```ts
   * const { started, succeeded, failed } = stream.progress
   * ```
   */
  get progress(): TaskStreamProgress {
    return this.#progress.snapshot()
  }

  [Symbol.asyncIterator](): AsyncGenerator<Result, void, undefined> {
    // A generator, but a result that is at hand does not go through it, which would take four promises.
    let reading: Reading | undefined
    const results = this.#read((begun) => {
      reading = begun
    })
    const next = results.next.bind(results)
    const leave = results.return.bind(results)
    const fail = results.throw.bind(results)
    /** What was asked for and is not done: the next result comes after it. */
    let awaited = 0
    results.next = (): Promise<IteratorResult<Result, void>> => {
      const ready = awaited === 0 ? reading?.atHand() : undefined
      if (ready !== undefined) return sparedValue({ done: false, value: ready.result as Result })
      awaited++
      return next().then(
        (step) => {
          awaited--
          return step
        },
        (error: unknown) => {
          awaited--
          throw error
        },
      )
    }
    results.return = (value) => {
      awaited = Number.POSITIVE_INFINITY
      return leave(value)
    }
    results.throw = (error) => {
      awaited = Number.POSITIVE_INFINITY
      return fail(error)
    }
    return results
  }

  async *#read(begins: (reading: Reading) => void): AsyncGenerator<Result, void, undefined> {
    this.#progress = new Progress()
    const reading = new Reading(this.#plan, this.#progress)
    begins(reading)
    try {
      for (let next = await reading.next(); next !== undefined; next = await reading.next()) {
        yield next.result as Result
      }
    } finally {
      await reading.close()
    }
  }

  /** Reads all results into an array. Elixir's `Enum.to_list/1`. */
  async toArray(): Promise<Result[]> {
    const results: Result[] = []
    for await (const result of this) results.push(result)
    return results
  }
}

/** A result to be handed out. */
interface Ready {
  readonly result: unknown
}

/**
 * The consumer's side of one reading: it decides when the next element is taken and what is handed out. It mirrors
 * `stream_reduce` of Elixir's `Task.Supervised`.
 */
class Reading {
  readonly #plan: TaskStreamPlan
  readonly #progress: Progress
  readonly #consumer = self()
  readonly #source: Source<unknown>
  readonly #keeper: Pid
  #free: number
  #started = 0
  #delivered = 0
  /** What the keeper has told of, and how many of it were looked at. */
  #batch: readonly Ended[] = []
  #looked = 0
  /** The result to be handed out next, if it is there. */
  #ready: Ready | undefined = undefined
  /** Results to be handed out later, by position; without `ordered` by the order in which they came. */
  readonly #results = new Map<number, unknown>()
  #settled = 0
  /** Whether nothing more is handed out. */
  #over = false
  /** What `atHand` has met, for `next` to tell. */
  #failure: { readonly thrown: unknown } | undefined = undefined
  /** The elements of tasks that are not over, when a failure is to name its element. */
  readonly #inputs = new Map<number, unknown>()

  constructor(plan: TaskStreamPlan, progress: Progress) {
    this.#plan = plan
    this.#progress = progress
    this.#free = plan.options.maxConcurrency
    this.#source = new Source(plan.source, () => send(this.#keeper, WAKE))
    const keeper = new Keeper({
      place: plan.place,
      consumer: this.#consumer,
      callers: Callers.here(),
      name: plan.work.name,
      trapping: processInfo(this.#consumer, 'trapExit') === true,
      timeout: plan.options.timeout,
      progress,
    })
    this.#keeper = currentKernel().spawnBehaviour(keeper, {
      link: true,
      label: 'task stream',
      stores: storesOfNow(),
      ancestry: true,
    })
  }

  /** The next result, if nothing has to be waited for. All else, such as the end and failures, is for `next`. */
  atHand(): Ready | undefined {
    if (this.#over || this.#failure !== undefined || !isAlive(this.#consumer)) return undefined
    if (self() !== this.#consumer) return undefined
    try {
      while (mayGoOn()) {
        const step = this.#step()
        if (typeof step === 'object') return step
        if (step !== 'more') return undefined
      }
    } catch (thrown) {
      this.#failure = { thrown }
    }
    return undefined
  }

  /** The next result; undefined at the end. */
  async next(): Promise<Ready | undefined> {
    const caller = self()
    if (caller !== this.#consumer) {
      throw taskError('TASK_NOT_OWNER', { task: 'the stream', owner: this.#consumer, caller })
    }
    if (this.#failure !== undefined) throw this.#failure.thrown
    for (;;) {
      // However many can be started or handed out at once, others have their turns in between.
      if (!mayGoOn()) await sleep(0)
      const step = this.#step()
      if (typeof step === 'object') return step
      if (step === 'end') return undefined
      if (step === 'wait') this.#settle(await this.#collect())
    }
  }

  #step(): Ready | 'more' | 'wait' | 'end' {
    const { signal } = this.#plan.options
    if (signal?.aborted === true) throw signal.reason
    const ready = this.#deliver()
    if (ready !== undefined) return ready
    const taken = this.#free > 0 ? this.#source.take() : undefined
    if (taken !== undefined) this.#start(taken.input)
    else if (this.#source.ended && this.#started === this.#delivered) return 'end'
    else {
      const ended = this.#nextOfBatch()
      if (ended === undefined) return 'wait'
      this.#settle(ended)
    }
    return 'more'
  }

  /** Kills what runs, and lets the source clean up. */
  async close(): Promise<void> {
    this.#over = true
    try {
      await this.#stopKeeper()
    } finally {
      await this.#source.close()
    }
  }

  #deliver(): Ready | undefined {
    const ready = this.#ready ?? this.#kept()
    if (ready === undefined) return undefined
    this.#ready = undefined
    this.#delivered++
    this.#progress.delivered()
    return ready
  }

  #kept(): Ready | undefined {
    const at = this.#delivered
    if (this.#results.size === 0 || !this.#results.has(at)) return undefined
    const result = this.#results.get(at)
    this.#results.delete(at)
    return { result }
  }

  #start(input: unknown): void {
    const { work, options } = this.#plan
    const position = this.#started++
    this.#free--
    if (options.zipInputOnExit) this.#inputs.set(position, input)
    // For the task it is a message like any other.
    const isolated = currentKernel().isolate(input)
    send(this.#keeper, new Assignment(position, () => work(isolated)))
  }

  #settle(ended: Ended | undefined): void {
    if (ended === undefined) return
    const { onTimeout, ordered, timeout, zipInputOnExit } = this.#plan.options
    const { position, outcome, refused, timedOut, cycle } = ended
    if (refused !== undefined) throw refused.thrown
    if (timedOut && onTimeout === 'exit') {
      const why = cycle === undefined ? { why: LATE } : { why: inCircle(cycle), cycle }
      throw taskError('TASK_STREAM_TIMEOUT', { timeout, position, reason: 'timeout', ...why })
    }
    this.#free++
    const zipped = zipInputOnExit && 'exit' in outcome
    const result = zipped ? { ...outcome, input: this.#inputs.get(position) } : outcome
    if (zipInputOnExit) this.#inputs.delete(position)
    const at = ordered ? position : this.#settled
    if (at === this.#delivered) this.#ready = { result }
    else this.#results.set(at, result)
    this.#settled++
  }

  #nextOfBatch(): Ended | undefined {
    if (this.#looked < this.#batch.length) return this.#batch[this.#looked++]
    this.#batch = []
    this.#looked = 0
    return undefined
  }

  /** Waits until a task ends, or the source has its next element. */
  async #collect(): Promise<Ended | undefined> {
    const { signal } = this.#plan.options
    try {
      const timeout = Number.POSITIVE_INFINITY
      const limits = signal === undefined ? { timeout } : { timeout, signal }
      const batch = await currentKernel().request(this.#keeper, NEXT, limits)
      this.#batch = (batch as Batch).ended
      this.#looked = 0
      return this.#nextOfBatch()
    } catch (error) {
      if (signal?.aborted === true) throw signal.reason
      if (!isKeeperGone(error)) throw error
      const { reason } = error.details
      throw taskError('TASK_STREAM_EXITED', { reason }, { cause: reason })
    }
  }

  async #stopKeeper(): Promise<void> {
    // The keeper is linked, so it ends with a consumer that dies; only the clean-up of its loop still runs.
    if (!isAlive(this.#consumer)) return
    try {
      await currentKernel().request(this.#keeper, STOP, { timeout: Number.POSITIVE_INFINITY })
    } catch (error) {
      if (!isKeeperGone(error)) throw error
      // A consumer that traps exits hears of it by the error, and never knew this process.
      await receive(exitOf(this.#keeper), { timeout: 0 })
    }
  }
}

const LATE = 'Wait longer, or use onTimeout: \'kill_task\' to get it as { exit: "timeout" }.'

function isKeeperGone(error: unknown): error is HeartwoodError {
  return HeartwoodError.is(error, 'CALL_SERVER_EXITED') || HeartwoodError.is(error, 'CALL_NOPROC')
}

/** The plan of a stream, with defaults filled in. @throws TASK_OPTION_INVALID */
export function planOf(
  place: TaskPlace,
  source: Iterable<unknown> | AsyncIterable<unknown>,
  work: (input: unknown) => unknown,
  options: TaskStreamOptions,
): TaskStreamPlan {
  checkKnown('Task.asyncStream', options, STREAM_OPTIONS)
  const {
    maxConcurrency = availableParallelism(),
    ordered = true,
    timeout = 5_000,
    onTimeout = 'exit',
    zipInputOnExit = false,
    signal,
  } = options
  if (!isSource(source)) throw invalid('source', 'an iterable or async iterable', source)
  if (typeof work !== 'function') throw invalid('the work', 'a function', work)
  const isCount = Number.isInteger(maxConcurrency) || maxConcurrency === Number.POSITIVE_INFINITY
  if (!isCount || maxConcurrency < 1) {
    throw invalid('maxConcurrency', 'a whole number from 1, or Infinity', maxConcurrency)
  }
  if (onTimeout !== 'exit' && onTimeout !== 'kill_task') {
    throw invalid('onTimeout', "'exit' or 'kill_task'", onTimeout)
  }
  checkTimeout('Task.asyncStream', timeout, 'timeout')
  if (signal !== undefined && !isSignal(signal)) throw invalid('signal', 'an AbortSignal', signal)
  const checked = { maxConcurrency, ordered, timeout, onTimeout, zipInputOnExit, signal }
  return { place, source, work, options: checked }
}

/** `shutdown` is one of supervised streams. */
const STREAM_OPTIONS = [
  'maxConcurrency',
  'ordered',
  'timeout',
  'onTimeout',
  'zipInputOnExit',
  'signal',
  'shutdown',
]

function invalid(option: string, expected: string, value: unknown): Error {
  return taskError('TASK_OPTION_INVALID', { action: 'Task.asyncStream', option, expected, value })
}
