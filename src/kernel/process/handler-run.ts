import { CallRequest } from '../calls/pending-call.js'
import { isThenable, promiseOf } from '../context/thenable.js'
import type { Kernel } from '../kernel.js'
import type { Envelope } from '../mail/mailbox.js'
import { type HandlerEvent, handlerEnds, handlers } from '../report/diagnostics-channels.js'
import { addDeathObserver, type DeathObserver, removeDeathObserver } from '../signals/death-observer.js'
import { Exit, type ExitReason, reasonOf } from '../terms/exit-reason.js'
import type { Pid } from '../terms/pid.js'
import type { Body, Handled } from './behaviour.js'
import type { Process } from './process.js'

type Work = () => Handled | PromiseLike<Handled>

/** The run whose handler is on the stack, up to its first `await`. */
let onStack: HandlerRun | undefined

/**
 * A run of a handler that somebody watches. It ends once: with the handler, with what answers the call beside it, or with its
 * process, whichever is first.
 */
export class HandlerRun implements HandlerEvent, DeathObserver {
  readonly kernel: Kernel
  readonly pid: Pid
  readonly startedAt: number
  failure: { readonly reason: ExitReason } | undefined = undefined
  skipped = false
  readonly #process: Process
  /** What is done in place of what the process does with the message. */
  readonly #work: Work | undefined
  #run: Work | undefined = undefined
  #held = false
  #over = false

  constructor(
    process: Process,
    readonly message: unknown,
    readonly delivery: object,
    work?: Work,
  ) {
    this.kernel = process.kernel
    this.pid = process.pid
    this.startedAt = process.kernel.now()
    this.#process = process
    this.#work = work
  }

  // Made for whoever asks: most only want to know how long it takes.
  get run(): Work {
    this.#run ??= () => this.#handle()
    return this.#run
  }
  set run(run: Work) {
    this.#run = run
  }

  /** It goes on after the handler has returned, until `finish`. */
  hold(): void {
    this.#held = true
    addDeathObserver(this.#process, this)
  }

  /** @param reason why it failed, if it did */
  finish(reason?: ExitReason): void {
    if (this.#over) return
    this.#over = true
    removeDeathObserver(this.#process, this)
    if (reason !== undefined) this.failure = { reason }
    handlerEnds.publish(this)
    // What was put around it is not kept for as long as its message is.
    this.#run = undefined
    if (CallRequest.is(this.message) && this.message.run === this) this.message.run = undefined
  }

  /** Nothing of its handler has run, and nothing will. */
  skip(): void {
    this.skipped = true
    this.finish()
  }

  /** Begins another run for the same message, which was put by in this one. It is in nothing of the run that it happens in. */
  again(work: Work): Handled | PromiseLike<Handled> {
    const run = new HandlerRun(this.#process, this.message, this.delivery, work)
    return this.#process.enterAnew(() => run.begin())
  }

  /** Its process is dead, while the handler waits. */
  died(): void {
    this.finish(this.#process.reason)
  }

  /** Begins it, as whoever watches wants. */
  begin(): Handled | PromiseLike<Handled> {
    if (CallRequest.is(this.message)) this.message.run = this
    handlers.publish(this)
    return this.#run === undefined ? this.#handle() : this.#run()
  }

  /** All of it happens inside what a subscriber put around it, also a crash, and what is reported of that. */
  #handle(): Handled | PromiseLike<Handled> {
    const outer = onStack
    onStack = this
    try {
      const { body } = this.#process as { body: Required<Body> }
      const result = this.#work === undefined ? body.handle(this.message) : this.#work()
      if (!isThenable(result)) {
        this.#ended(result)
        return undefined
      }
      addDeathObserver(this.#process, this)
      return promiseOf(result).then(
        (outcome) => this.#ended(outcome),
        (thrown: unknown) => this.#failed(thrown),
      )
    } catch (thrown) {
      this.#failed(thrown)
      return undefined
    } finally {
      onStack = outer
    }
  }

  #ended(outcome: Handled): undefined {
    if (outcome instanceof Exit) this.#failed(outcome)
    else if (!this.#process.alive) this.finish(this.#process.reason)
    else if (!this.#held) this.finish()
  }

  #failed(thrown: unknown): undefined {
    this.finish(reasonOf(thrown))
    this.#process.fail(thrown)
  }
}

/** Runs a handler as its subscribers want it, and tells of its end. */
export function observed(
  process: Process,
  body: Required<Body>,
  envelope: Envelope,
): Handled | PromiseLike<Handled> {
  const { message } = envelope
  if (body.internal === true || body.leavesOut?.(message) === true) return body.handle(message)
  return new HandlerRun(process, message, envelope).begin()
}

/** The run whose handler is on the stack, up to its first `await`; undefined while nobody watches. */
export function runOnStack(): HandlerRun | undefined {
  return onStack
}
