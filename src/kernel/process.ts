import type { AsyncResource } from 'node:async_hooks'
import { tellExited } from './completion.js'
import { currentProcess, scopeOf } from './context.js'
import { kernelError } from './errors.js'
import type { InitOutcome } from './init.js'
import type { Kernel } from './kernel.js'
import { type Links, linksOf, removeLink } from './links.js'
import { Mailbox } from './mailbox.js'
import { ExitMessage } from './message.js'
import { dropTimers, type MessageTimer } from './message-timer.js'
import { abandonMonitors, type Monitor } from './monitor.js'
import { Owned } from './owned.js'
import { endRoute, Pid } from './pid.js'
import { Exit, type ExitReason, formatReason, isOrderly, reasonOf } from './reason.js'
import { crashReport } from './report.js'
import type { Task } from './scheduler.js'
import type { Starter } from './starter.js'
import { abandonWaiters, attemptWaiters, queueWaiter, type Waiter } from './waiter.js'
import { tellWitnesses, type Witnesses } from './witness.js'

/** What a process does. Without `handle` it is a script and ends when `start` is done. */
export interface Body {
  start?(): InitOutcome | PromiseLike<InitOutcome>
  ready?(): void | PromiseLike<void>
  handle?(message: unknown): void | PromiseLike<void>
  exited?(reason: ExitReason): void
}

/** The processes that started a process, nearest first; shared between siblings. */
export interface Ancestry {
  readonly nearest: Pid | string
  readonly further: Ancestry | undefined
}

// Where a process stands. Numbers, since they are compared on every message.
const NEW = 0
const IDLE = 1
const BUSY = 2
const EXITING = 3
const DEAD = 4

/** Messages a process may take before others have a turn. */
const BUDGET = 256

function run(process: Process): boolean {
  return process.runInScope()
}

/**
 * One process: its mailbox, its state between turns, and its death. The one hot class of the kernel: every field is
 * set in the constructor, so that all processes have one shape.
 */
export class Process implements Task {
  readonly pid: Pid
  nextTask: Task | undefined = undefined
  nextProcess: Process | undefined = undefined
  prevProcess: Process | undefined = undefined
  readonly mailbox = new Mailbox()
  trapping = false
  links: Links = undefined
  /** Monitors this process holds. */
  monitors: Monitor | undefined = undefined
  monitoredBy: Monitor | undefined = undefined
  lastMonitoredBy: Monitor | undefined = undefined
  waiter: Waiter | undefined = undefined
  name: string | undefined = undefined
  label: unknown = undefined
  ancestry: Ancestry | undefined = undefined
  dictionary: Map<unknown, unknown> | undefined = undefined
  /** Who waits for the init to be done (proc_lib). */
  starter: Starter | undefined = undefined
  witnesses: Witnesses = undefined
  /** Timers that will send to this process. */
  timers: Set<MessageTimer> | undefined = undefined
  /** A crash reaches a caller, who decides what is said of it. */
  quiet = false
  reason: ExitReason = undefined
  #phase = NEW
  #queued = false
  #budget = BUDGET
  #deferred: Exit | undefined = undefined
  #owned: Owned | undefined = undefined
  readonly #body: Body
  readonly #scope: AsyncResource

  constructor(
    readonly kernel: Kernel,
    id: number,
    body: Body,
    readonly parent: Pid | undefined,
  ) {
    this.pid = new Pid(kernel.node, id, this)
    this.#body = body
    this.#scope = scopeOf(this)
  }

  get alive(): boolean {
    return this.#phase < EXITING
  }

  /** Dead for everyone, but its resources are still closing and its exit signals have not gone out. */
  get exiting(): boolean {
    return this.#phase === EXITING
  }

  /** Inside its handler, or a script: it takes no further message until that is done. */
  get busy(): boolean {
    return this.#phase === BUSY
  }

  get status(): 'waiting' | 'runnable' | 'running' | 'exiting' {
    if (this.#phase >= EXITING) return 'exiting'
    if (currentProcess() === this) return 'running'
    return this.#queued ? 'runnable' : 'waiting'
  }

  get body(): Body {
    return this.#body
  }

  get isScript(): boolean {
    return this.#body.handle === undefined
  }

  /** Makes it the program's own process, which runs outside the scheduler. */
  adoptOutside(): void {
    this.#phase = BUSY
  }

  deliver(message: unknown): void {
    if (this.#phase >= EXITING) {
      this.kernel.deadLetters++
      return
    }
    this.mailbox.push(message)
    if (!this.#queued && (this.#phase === IDLE || this.waiter !== undefined)) this.wake()
  }

  wake(): void {
    if (this.#queued || this.#phase >= EXITING) return
    this.#queued = true
    this.kernel.scheduler.enqueue(this)
  }

  turn(): boolean {
    this.#queued = false
    if (this.#phase >= EXITING) return false
    this.#budget = BUDGET
    return this.#scope.runInAsyncScope(run, undefined, this)
  }

  /** Called by `turn` inside the process's own async scope. */
  runInScope(): boolean {
    if (this.#phase === NEW) return this.#begin()
    const received = this.waiter !== undefined && attemptWaiters(this)
    return this.#phase === IDLE ? this.#handleMail() || received : received
  }

  /** Runs `fn` as this process, as when something it owns closes. */
  within<T>(fn: () => T): T {
    return this.#scope.runInAsyncScope(fn)
  }

  /** Registers a receive; it is done at once where a message is there and the process's share is not used up. */
  receive(waiter: Waiter, timeout: number): Promise<unknown> {
    this.surrender()
    if (timeout === 0) waiter.timedOut = true
    const share = this.#budget-- > 0
    if (share && this.waiter === undefined && waiter.attempt(this.mailbox)) return waiter.promise
    queueWaiter(this, waiter)
    if (timeout > 0 && timeout !== Number.POSITIVE_INFINITY) waiter.wait(timeout)
    if (!share || timeout === 0 || this.waiter !== waiter) this.wake()
    return waiter.promise
  }

  /** An exit signal arrives: from `exit(pid, reason)`, or over a link (semantics K01–K11). */
  exitSignal(from: Pid, reason: ExitReason, linked: boolean, acting: Process | undefined): void {
    if (this.#phase >= EXITING) return
    const toItself = from === this.pid && !linked
    if (reason === 'kill' && !linked) this.#end('killed', toItself ? undefined : acting)
    else if (this.trapping) this.deliver(new ExitMessage(from, reason))
    else if (reason !== 'normal' || toItself) this.#end(reason, toItself ? undefined : acting)
  }

  /** Acts on an exit signal that came while this process's own code was on the stack. */
  surrender(): void {
    if (this.#deferred === undefined) return
    this.die(this.#deferred.reason)
    throw this.fence()
  }

  /** Something thrown ended this process's code. */
  fail(thrown: unknown): void {
    if (this.#phase >= EXITING) {
      this.kernel.strayFailure(this, thrown)
      return
    }
    const reason = reasonOf(thrown)
    // A plain process that calls exit(reason) ends on purpose; for OTP's own behaviours any unorderly end is a crash.
    const crash = thrown instanceof Exit ? !this.isScript && !isOrderly(reason) : true
    if (crash && !this.quiet) this.kernel.report(crashReport(this, reason))
    this.die(reason)
  }

  /**
   * The end. From here on the process is dead for everyone: its name is free, messages to it are dropped, what
   * waits in its code is rejected. Exit signals go out when its resources are closed.
   */
  die(reason: ExitReason): void {
    if (this.#phase >= EXITING) return
    this.#phase = EXITING
    this.reason = reason
    this.kernel.forget(this)
    if (this.witnesses !== undefined) tellWitnesses(this)
    this.starter?.targetDies()
    this.mailbox.clear()
    if (this.timers !== undefined) dropTimers(this)
    if (this.waiter !== undefined) abandonWaiters(this, this.quietFence())
    if (this.monitors !== undefined) abandonMonitors(this)
    tellExited(this, reason)
    const closing = this.#owned?.release(this)
    if (closing === undefined) this.#bury()
    else closing.then(() => this.#bury())
  }

  /** The error that any act of a dead process's left-over code meets. */
  fence(): Error {
    return kernelError('PROCESS_DEAD', { pid: this.pid, reason: formatReason(this.reason) })
  }

  /** The same for code that was waiting: no act of its own, so no stack to show, which is most of an error's cost. */
  quietFence(): Error {
    const limit = Error.stackTraceLimit
    Error.stackTraceLimit = 0
    const error = this.fence()
    Error.stackTraceLimit = limit
    return error
  }

  get owned(): Owned {
    this.#owned ??= new Owned()
    return this.#owned
  }

  get ownedCount(): number {
    return this.#owned?.size ?? 0
  }

  #begin(): boolean {
    this.#phase = BUSY
    let outcome: InitOutcome | PromiseLike<InitOutcome>
    try {
      outcome = this.#body.start?.()
    } catch (error) {
      this.fail(error)
      return false
    }
    if (isThenable(outcome)) {
      outcome.then(
        (value) => this.#begun(value),
        (error: unknown) => this.fail(error),
      )
      return true
    }
    this.#begun(outcome)
    return false
  }

  #begun(outcome: InitOutcome): void {
    if (this.#phase !== BUSY) return
    if (this.#deferred !== undefined) this.die(this.#deferred.reason)
    else if (this.starter !== undefined && !this.starter.initialised(outcome)) return
    else if (this.isScript) this.die('normal')
    else if (this.#body.ready === undefined) this.#rest()
    else this.#continueWith(this.#body.ready)
  }

  /** Runs on after the init, before the first message. */
  #continueWith(ready: () => void | PromiseLike<void>): void {
    let result: void | PromiseLike<void>
    try {
      result = ready.call(this.#body)
    } catch (error) {
      this.fail(error)
      return
    }
    if (isThenable(result)) this.#follow(result)
    else this.#handled()
  }

  #follow(handling: PromiseLike<void>): void {
    handling.then(
      () => this.#handled(),
      (error: unknown) => this.fail(error),
    )
  }

  #handleMail(): boolean {
    const body = this.#body as Required<Body>
    while (this.#phase === IDLE) {
      if (this.#budget-- <= 0) {
        if (this.mailbox.length > 0) this.wake()
        return false
      }
      const envelope = this.mailbox.shift()
      if (envelope === undefined) return false
      this.#phase = BUSY
      let result: void | PromiseLike<void>
      try {
        result = body.handle(envelope.message)
      } catch (error) {
        this.fail(error)
        return false
      }
      if (isThenable(result)) {
        this.#follow(result)
        return true
      }
      if (this.#deferred !== undefined) this.die(this.#deferred.reason)
      if (this.#phase === BUSY) this.#phase = IDLE
    }
    return false
  }

  #handled(): void {
    if (this.#phase !== BUSY) return
    if (this.#deferred !== undefined) this.die(this.#deferred.reason)
    else this.#rest()
  }

  #rest(): void {
    this.#phase = IDLE
    if (this.mailbox.length > 0) this.wake()
  }

  /**
   * Ends this process, or notes that it must end: code on the stack cannot be cut short, and as on the BEAM a
   * running process meets a signal only when it next waits.
   */
  #end(reason: ExitReason, acting: Process | undefined): void {
    if (acting !== this) {
      this.die(reason)
      return
    }
    if (this.#deferred !== undefined) return
    this.#deferred = new Exit(reason)
    queueMicrotask(() => this.die(reason))
  }

  #bury(): void {
    this.#phase = DEAD
    endRoute(this.pid)
    this.kernel.graveyard.bury(this)
  }

  /** Tells links and monitors; called by the kernel one process at a time. */
  sendExitSignals(acting: Process | undefined): void {
    for (const other of linksOf(this)) {
      removeLink(this, other)
      other.exitSignal(this.pid, this.reason, true, acting)
    }
    for (let monitor = this.monitoredBy; monitor !== undefined; monitor = this.monitoredBy) {
      monitor.detach()
      monitor.fired(this.reason)
    }
  }
}

function isThenable<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return typeof value === 'object' && value !== null && typeof (value as PromiseLike<T>).then === 'function'
}
