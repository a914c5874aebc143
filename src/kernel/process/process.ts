import type { Wait } from '../calls/wait-graph.js'
import type { Stores } from '../context/async-scope.js'
import { currentPlace, inHandling, type Place } from '../context/current-process.js'
import { fence, quietFence } from '../context/dead-process-error.js'
import { isThenable, promiseOf } from '../context/thenable.js'
import type { Kernel } from '../kernel.js'
import {
  type Envelope,
  Mailbox,
  PlainEnvelope,
  type SelfEnvelope,
  UNUSED,
  UndroppableEnvelope,
} from '../mail/mailbox.js'
import { submit } from '../mail/mailbox-limit.js'
import type { Waiter, Waiting } from '../mail/receive-waiter.js'
import { abandonWaiters, attemptWaiters, queueWaiter } from '../mail/waiting-line.js'
import { deliveries, handlers, hearsExits, publishDelivery } from '../report/diagnostics-channels.js'
import { reportCrash } from '../report/report.js'
import { buryWhenClosed } from '../resources/closing-descendants.js'
import { type Runnable, soon } from '../schedule/scheduler.js'
import { dropHandings } from '../shared/functions-handed-over.js'
import { tellDeathObservers } from '../signals/death-observer.js'
import { addLink, type Links, removeLink } from '../signals/link-table.js'
import { abandonMonitors, Monitor } from '../signals/monitor-record.js'
import type { ProcessStart } from '../start/process-start.js'
import type { Ancestry } from '../terms/ancestry.js'
import { Exit, type ExitReason, reasonOf, shownReason } from '../terms/exit-reason.js'
import { Pid } from '../terms/pid.js'
import { ExitMessage, type RemoteName } from '../terms/signal-messages.js'
import { dropTimers } from '../timers/message-timer.js'
import type { Body, Handled, InitOutcome } from './behaviour.js'
import { observed } from './handler-run.js'
import { BUSY, DEAD, EXITING, IDLE, NEW, RUNNING, STARTING } from './process-phase.js'
import { followScript, tellExited } from './process-script.js'
import { runTurn } from './process-turn.js'
import { ProcessBase } from './rare-fields.js'

/** The number of messages that a process may take before others run: about as many as the BEAM handles in its 4,000 reductions. */
const BUDGET = 1_000

/** The value of `#budget` while the process is queued; larger than any budget. */
const QUEUED = 1 << 20

/**
 * A process: its mailbox, its state between turns, and its death. It is the hot class of the kernel: every field is
 * set in the constructor, so that all processes have the same hidden class.
 */
export class Process extends ProcessBase implements Runnable {
  // The fields that every message uses come first, so that they are in few cache lines.
  #phase: number = NEW
  /** The number of messages that it may still take in its turn; `QUEUED` while it waits for its turn. */
  #budget = BUDGET
  /** The mailbox; shared and empty until the first message. */
  mailbox: Mailbox = UNUSED
  waiter: Waiting | undefined = undefined
  nextTask: Runnable | undefined = undefined
  /** An `Exit` with the reason for which it must end as soon as possible; when it is dead, the reason itself. */
  #ending: unknown = undefined
  /** The waits of its handler, the newest first. Some of them may have ended. */
  waits: Wait | undefined = undefined
  readonly pid: Pid
  links: Links = undefined
  /** Its index in the list of the process that it is linked to: see `Hub`. */
  linkedAt = 0
  /** The monitors that it owns. */
  monitors: Monitor | undefined = undefined
  /** The monitors that watch it, the oldest first; `prevWatching` of the oldest is the newest. */
  monitoredBy: Monitor | undefined = undefined
  nextProcess: Process | undefined = undefined
  prevProcess: Process | undefined = undefined
  name: string | undefined = undefined
  label: unknown = undefined
  ancestry: Ancestry | undefined = undefined
  /** The start that waits for its init (OTP's proc_lib). */
  starter: ProcessStart | undefined = undefined

  constructor(
    readonly kernel: Kernel,
    id: number,
    public body: Body,
    readonly parent: Pid | undefined,
    stores: Stores,
  ) {
    super(stores)
    this.pid = new Pid(kernel.node, id, this)
  }

  get alive(): boolean {
    return this.#phase < EXITING
  }

  /** Whether it is dead for all others, but its resources are still closing and its exit signals are not sent yet. */
  get exiting(): boolean {
    return this.#phase === EXITING
  }

  /** Whether it is inside its handler or is a script: it takes no other message until that has ended. */
  get busy(): boolean {
    return this.#phase === RUNNING || this.#phase === BUSY || this.#phase === STARTING
  }

  /** Whether its handler runs now: until its first `await`. */
  get onStack(): boolean {
    return this.#phase === RUNNING
  }

  /** The exit reason, when it is dead. */
  get reason(): ExitReason {
    return this.#phase >= EXITING ? this.#ending : undefined
  }

  /** Whether the code at a place, by default the running code, certainly belongs to its handler or init: see `call-cycle.ts`. */
  inHandler(place: Place = currentPlace()): boolean {
    return this.onStack || inHandling(this, place) || (this.#phase === STARTING && !this.isScript)
  }

  get isScript(): boolean {
    return this.body.handle === undefined
  }

  /** Makes it a process outside the scheduler: that of the program itself, or of a library. */
  adoptOutside(): void {
    this.#phase = BUSY
  }

  /**
   * Puts a message into the mailbox without a check of its limit: for replies, exit messages and other requested messages.
   *
   * @param offered whether the limit applies to the message, and `offer` has checked it
   */
  deliver(message: unknown, offered = false): void {
    if (this.#phase >= EXITING) this.kernel.deadLetter(this.pid, message)
    else
      this.#put(
        offered || this.bound === undefined ? new PlainEnvelope(message) : new UndroppableEnvelope(message),
      )
  }

  /** Offers a message that is its own envelope. @returns a thenable if it may have to wait for room */
  post(letter: SelfEnvelope): PromiseLike<void> | undefined {
    if (this.bound !== undefined || this.#phase >= EXITING) return submit(this, letter)
    this.#put(letter)
  }

  #put(envelope: Envelope): void {
    if (this.mailbox === UNUSED) this.mailbox = this.bound?.newMailbox(this) ?? new Mailbox()
    this.mailbox.push(envelope)
    if (deliveries.hasSubscribers) publishDelivery(this)
    if (this.#phase === IDLE || this.waiter !== undefined) this.wake()
  }

  /**
   * Delivers a message if the limit of the mailbox allows it.
   *
   * @param mayWait whether a refused message will wait for room, if the policy is `'wait'`
   * @returns false if the message was refused
   */
  offer(message: unknown, mayWait = false): boolean {
    if (this.bound !== undefined && this.#phase < EXITING && !this.bound.admits(this, mayWait)) return false
    this.deliver(message, true)
    return true
  }

  wake(): void {
    if (this.queued || this.#phase >= EXITING) return
    this.#budget = QUEUED
    this.kernel.scheduler.enqueue(this)
  }

  turn(): boolean {
    this.#budget = BUDGET
    return this.#phase < EXITING && this.enter(runTurn, this)
  }

  /** Called by `turn` inside the async scope of the process. */
  runInScope(): boolean {
    if (this.#phase === NEW) return this.#begin()
    const received = this.waiter !== undefined && attemptWaiters(this)
    return this.#phase === IDLE ? this.#handleMail() || received : received
  }

  /** Runs `fn` as this process, for example to close a resource. */
  within<T>(fn: () => T): T {
    return this.enter(fn, undefined)
  }

  // The members from here on are overridden for processes of other kernels: see `remote/remote-process.ts`.

  /** Whether it represents a process of another kernel. */
  get isRemote(): boolean {
    return false
  }

  /** Whether it is alive and can be reached. */
  get atHand(): boolean {
    return this.alive
  }

  /** Whether the connection to it is busy, so that no more should be sent. */
  get congested(): boolean {
    return false
  }

  /** Links `process` to it. */
  linkFrom(process: Process): void {
    addLink(process, this)
  }

  unlinkFrom(process: Process): void {
    removeLink(process, this)
  }

  /** Makes the monitor by which `owner` watches it. */
  newMonitor(owner: Process, object: Pid | RemoteName, tag: unknown): Monitor {
    return new Monitor(owner, object, tag)
  }

  /** Called when a call to it was given up. */
  forgetCall(_call: Monitor): void {}

  /** Begins a receive. It ends at once if a message matches and the share of the process is not used up. */
  receive(waiter: Waiter, timeout: number): Promise<unknown> {
    this.surrender()
    if (timeout === 0) waiter.timedOut = true
    const share = this.mayGoOn() && !waiter.yields
    if (share && this.waiter === undefined && waiter.attempt(this.mailbox)) return waiter.promise
    queueWaiter(this, waiter)
    if (timeout > 0 && timeout !== Number.POSITIVE_INFINITY) waiter.wait(timeout)
    if (!share || timeout === 0 || this.waiter !== waiter) this.wake()
    return waiter.promise
  }

  /** Counts a message, and checks the time at each stride. Returns false if the process has used up its share of either. */
  mayGoOn(): boolean {
    const left = this.#budget--
    return (
      left > 0 &&
      left <= BUDGET &&
      ((left & ((this.kernel.scheduler.stride ?? 8) - 1)) !== 1 || !this.interrupted())
    )
  }

  /** Whether Node's event loop or another process must run first. This process is then in the queue to continue its turn. */
  interrupted(): boolean {
    if (!this.queued && this.kernel.scheduler.interrupt?.(this) === true) this.#budget = QUEUED
    return this.queued
  }

  get left(): number {
    return this.waiter !== undefined || this.queued || this.#budget < 0 ? 0 : this.#budget
  }

  /** Whether it waits for its turn. */
  get queued(): boolean {
    return this.#budget > BUDGET
  }

  /** Handles an exit signal, from `exit(pid, reason)` or from a link (semantics K01–K11). */
  exitSignal(from: Pid, reason: ExitReason, linked: boolean, acting: Process | undefined): void {
    if (linked && this.#phase === EXITING) this.descendants?.ended(from)
    if (this.#phase >= EXITING) return
    const toItself = from === this.pid && !linked
    if (linked) this.kernel.incidents.spread(from, this.pid)
    if (reason === 'kill' && !linked) this.mustEnd('killed', toItself ? undefined : acting)
    else if (this.trapping) this.deliver(new ExitMessage(from, reason))
    else if (reason !== 'normal' || toItself) {
      if (linked && hearsExits()) this.linked = from
      this.mustEnd(reason, toItself ? undefined : acting)
    }
  }

  /** Ends the process if an exit signal came while its own code was on the stack. */
  surrender(): void {
    if (this.#ending === undefined) return
    this.#endIfDue()
    throw fence(this.pid, this.reason)
  }

  /** Handles an error that ended the code of the process. */
  fail(thrown: unknown): void {
    if (this.#phase >= EXITING) {
      this.kernel.strayFailure(this, thrown)
      return
    }
    if (this.body.failed !== undefined) {
      this.body.failed(thrown)
      return
    }
    const reason = reasonOf(thrown)
    if (!this.withoutCrashReport) reportCrash(this, thrown, reason)
    this.die(reason)
  }

  /**
   * Ends the process. From here on it is dead for all others: its name is free, messages to it are dropped, waits in its code are
   * rejected. Exit signals are sent when its resources are closed.
   */
  die(reason: ExitReason): void {
    if (this.#phase >= EXITING) return
    this.#phase = EXITING
    this.#ending = reason
    this.kernel.forget(this)
    if (this.witnesses !== undefined) tellDeathObservers(this)
    this.starter?.targetDies(reason)
    this.mailbox.clear()
    if (this.timers !== undefined) dropTimers(this)
    if (this.waiter !== undefined) abandonWaiters(this, quietFence(this))
    if (this.monitors !== undefined) abandonMonitors(this)
    if (this.handings !== undefined) dropHandings(this)
    tellExited(this, reason)
    buryWhenClosed(this, this.resources?.release())
  }

  /** Replaces the reason by a text of it: an error keeps its stack frames in memory, and may keep the state. */
  forgetReason(): void {
    this.#ending = shownReason(this.#ending)
  }

  #begin(): boolean {
    this.#phase = STARTING
    const outcome = this.body.start?.(this.kernel, this.pid, this.parent)
    if (!isThenable(outcome)) {
      this.begun(outcome)
      return false
    }
    const end = this.isScript
      ? followScript(outcome)
      : promiseOf(outcome).then(
          (value) => this.begun(value),
          (error: unknown) => this.fail(error),
        )
    if (!this.isScript || this.handling !== undefined) this.handlerEnd = end
    return true
  }

  /** Called when its init or its script has ended. */
  begun(outcome: InitOutcome): void {
    if (this.#phase !== STARTING) return
    if (this.#endIfDue()) return
    if (this.starter !== undefined && !this.starter.initialised(outcome)) return
    else if (this.isScript) this.die('normal')
    else if (this.body.ready === undefined) this.#rest()
    else this.#continueWith(this.body.ready)
  }

  /** Calls `ready` after the init, before the first message. */
  #continueWith(ready: () => Handled | PromiseLike<Handled>): void {
    let result: Handled | PromiseLike<Handled>
    this.#phase = RUNNING
    try {
      result = ready.call(this.body)
    } catch (error) {
      this.fail(error)
      return
    }
    if (this.#phase === RUNNING) this.#phase = BUSY
    if (isThenable(result)) this.#follow(result)
    else this.#handled(result)
  }

  #follow(handling: PromiseLike<Handled>): void {
    this.waitsSince = this.kernel.observers === 0 ? 0 : this.kernel.now() | 0
    const end = promiseOf(handling).then(
      (outcome) => this.#handled(outcome),
      (error: unknown) => this.fail(error),
    )
    if (this.waits !== undefined || this.handling !== undefined) this.handlerEnd = end
  }

  #handleMail(): boolean {
    const body = this.body as Required<Body>
    while (this.#phase === IDLE) {
      if (!this.mayGoOn()) {
        if (this.mailbox.length > 0) this.wake()
        return false
      }
      const envelope = this.mailbox.shift()
      if (envelope === undefined) return false
      this.#phase = RUNNING
      let result: Handled | PromiseLike<Handled>
      try {
        result = handlers.hasSubscribers ? observed(this, body, envelope) : body.handle(envelope.message)
      } catch (error) {
        this.fail(error)
        return false
      }
      if (result !== undefined) {
        if (isThenable(result)) {
          if (this.#phase === RUNNING) this.#phase = BUSY
          this.#follow(result)
          return true
        }
        if (result instanceof Exit) {
          this.fail(result)
          return false
        }
      }
      if (this.#ending !== undefined) this.#endIfDue()
      this.waits = undefined
      if (this.#phase === RUNNING) this.#phase = IDLE
    }
    return false
  }

  #handled(outcome: Handled): void {
    if (outcome instanceof Exit) this.fail(outcome)
    if (this.#phase === BUSY && !this.#endIfDue()) this.#rest()
  }

  #rest(): void {
    this.#phase = IDLE
    this.waits = undefined
    this.handling = undefined
    this.handlerEnd = undefined
    if (this.mailbox.length > 0) this.wake()
  }

  /**
   * Ends this process, or notes that it must end: code on the stack cannot be stopped, and as on the BEAM a
   * running process handles a signal when it next waits.
   */
  mustEnd(reason: ExitReason, acting: Process | undefined): void {
    if (acting !== this) {
      this.die(reason)
      return
    }
    if (this.#ending !== undefined) return
    this.#ending = new Exit(reason)
    soon(() => this.die(reason))
  }

  /** Ends a process that had to end while its code was on the stack. */
  #endIfDue(): boolean {
    if (this.#phase >= EXITING || !(this.#ending instanceof Exit)) return false
    this.die(this.#ending.reason)
    return true
  }

  /** Sends the exit signals, when all resources are closed. */
  bury(): void {
    this.kernel.exitSignalQueue.bury(this)
  }

  /** Called when all exit signals are sent. */
  allTold(): void {
    this.#phase = DEAD
  }
}
