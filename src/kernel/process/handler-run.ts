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

/** The run whose handler is on the stack: until its first `await`. */
let onStack: HandlerRun | undefined

/**
 * A run of a handler while handlers are observed. It ends once: with the handler, with the process that answers a concurrent call, or with
 * its own process, whichever is first.
 */
export class HandlerRun implements HandlerEvent, DeathObserver {
  readonly kernel: Kernel
  readonly pid: Pid
  readonly startedAt: number
  failure: { readonly reason: ExitReason } | undefined = undefined
  skipped = false
  readonly #process: Process
  /** The work of this run, if it is not that the process handles the message. */
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

  // Made on demand: most observers only measure the time.
  get run(): Work {
    this.#run ??= () => this.#handle()
    return this.#run
  }
  set run(run: Work) {
    this.#run = run
  }

  /** Lets the run go on after the handler has returned, until `finish`. */
  hold(): void {
    this.#held = true
    addDeathObserver(this.#process, this)
  }

  /** Ends the run. @param reason the reason if it failed */
  finish(reason?: ExitReason): void {
    if (this.#over) return
    this.#over = true
    removeDeathObserver(this.#process, this)
    if (reason !== undefined) this.failure = { reason }
    handlerEnds.publish(this)
    // The functions of observers must not stay in memory as long as the message.
    this.#run = undefined
    if (CallRequest.is(this.message) && this.message.run === this) this.message.run = undefined
  }

  /** Ends the run of a handler that is not called. */
  skip(): void {
    this.skipped = true
    this.finish()
  }

  /** Begins another run for the same message, which was put by in this one. It is not part of the run in which it happens. */
  again(work: Work): Handled | PromiseLike<Handled> {
    const run = new HandlerRun(this.#process, this.message, this.delivery, work)
    return this.#process.enterAnew(() => run.begin())
  }

  /** Ends the run if its process dies while the handler waits. */
  died(): void {
    this.finish(this.#process.reason)
  }

  /** Begins the run, inside the functions of observers. */
  begin(): Handled | PromiseLike<Handled> {
    if (CallRequest.is(this.message)) this.message.run = this
    handlers.publish(this)
    return this.#run === undefined ? this.#handle() : this.#run()
  }

  /** Calls the handler. A crash and its report also happen inside the functions of observers. */
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

/** Runs a handler for observers. */
export function observed(
  process: Process,
  body: Required<Body>,
  envelope: Envelope,
): Handled | PromiseLike<Handled> {
  const { message } = envelope
  if (body.internal === true || body.leavesOut?.(message) === true) return body.handle(message)
  return new HandlerRun(process, message, envelope).begin()
}

/** The run whose handler is on the stack, until its first `await`; `undefined` if handlers are not observed. */
export function runOnStack(): HandlerRun | undefined {
  return onStack
}
