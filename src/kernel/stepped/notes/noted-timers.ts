import { CallRequest } from '../../calls/pending-call.js'
import type { Clock } from '../../clock.js'
import { currentProcess } from '../../context/current-process.js'
import { Waiter } from '../../mail/receive-waiter.js'
import type { Process } from '../../process/process.js'
import { type Deferred, type Expirable, type Timer, TimerWheel } from '../../schedule/timer-wheel.js'
import { routeOf } from '../../terms/pid.js'
import { MessageTimer } from '../../timers/message-timer.js'
import { OwnedTimer } from '../../timers/owned-timeout.js'
import { CLOCK } from '../next-step.js'
import { SteppedProcess, type StepsOfKernel } from '../stepped-process.js'
import { CodeTimer } from './code-timer.js'
import { DueTimers } from './due-timers.js'
import type { Accesses, AccessMode } from './step-accesses.js'

/** What its timers need of a stepped kernel. */
interface TimedKernel extends StepsOfKernel {
  readonly accesses: Accesses
  readonly ordered: Set<string>
}

/** The place of a timer that is due, and neither in the wheel nor over. */
const DUE = Number.MAX_SAFE_INTEGER

/** By whom a timer was set, as which of theirs, in which step, and with which others it keeps its order. */
interface Origin {
  readonly setter: string
  readonly key: string
  readonly step: number
  readonly group: string
  readonly isSleep: boolean
}

/**
 * Timers that go off one at a time, when they are told to, and tell which of them do not commute, and of which one can fire while others
 * still have something to do.
 *
 * Sleeps are no choice: all that are due are over at once. Nothing but its death can end a sleep, and what comes of it is a step of its
 * process, before which others can go off. See decision 25.
 */
export class NotedTimers extends TimerWheel {
  readonly #clock: Clock
  readonly #kernel: TimedKernel
  /** Those of receives and of calls, and from when on enough could have happened for them to be due: see `possible`. */
  readonly #timeouts = new Map<Timer, number>()
  /** How much time could have passed so far, in milliseconds: that of the clock, and what the steps may have taken. */
  possible = 0
  /** The time that came because nobody had anything else to do. What `main` waits for is not over before. */
  waited = 0
  readonly #due = new DueTimers()
  readonly #origins = new WeakMap<Timer, Origin>()
  readonly #counts = new Map<string, number>()
  /** The step in which one of a group went off last. */
  readonly #fired = new Map<string, number>()

  constructor(clock: Clock, kernel: TimedKernel) {
    const scheduler = {
      get idle() {
        return kernel.scheduler.idle
      },
    }
    super(clock, async () => {}, scheduler)
    this.#clock = clock
    this.#kernel = kernel
  }

  override set(timer: Timer, ms: number): void {
    super.set(timer, ms)
    const { target, deadline } = timer
    if (target instanceof Waiter || CallRequest.is(target)) this.#timeouts.set(timer, this.possible + ms)
    // In its own step or in another's.
    const current = currentProcess()
    const isOurs = current instanceof SteppedProcess && current.kernel === this.#kernel
    const setter = isOurs ? current.key : this.#kernel.actingKey
    const known = this.#origins.get(timer)
    const number = (this.#counts.get(setter) ?? 0) + 1
    if (known === undefined) this.#counts.set(setter, number)
    // Node keeps its timers by itself, in order.
    const kind = target instanceof CodeTimer ? ' of Node' : ''
    const group = `timers${kind} at ${deadline}, set at ${this.#clock.now()}`
    const name = setter === CLOCK ? `${this.#kernel.prefix}${setter}` : setter
    const key = known?.key ?? `${name} timer ${number}`
    const isSleep = target instanceof Waiter && isPlainSleep(target)
    const origin = { setter, key, step: this.#kernel.stepNumber, group, isSleep }
    this.#origins.set(timer, origin)
    // In which order they were set matters once two of different processes are due.
    this.#noteGroup(origin, 'merge')
  }

  override cancel(timer: Timer): boolean {
    this.#timeouts.delete(timer)
    const origin = this.#origins.get(timer)
    if (origin === undefined) return super.cancel(timer)
    // Also where it has gone off: in another order it had not.
    this.#kernel.note(origin.key, 'write')
    if (timer.place !== DUE) return super.cancel(timer)
    this.#remove(timer, origin)
    this.endSleeps()
    return true
  }

  /** Takes one that is due, to go off in this step. @returns the steps that had to come before */
  take(timer: Timer): number[] {
    const origin = this.#origins.get(timer) as Origin
    const causes = [origin.step, this.#fired.get(origin.group) ?? 0]
    this.#kernel.note(origin.key, 'write')
    this.#remove(timer, origin)
    this.#fired.set(origin.group, this.#kernel.stepNumber)
    noteExpiry(this.#kernel, timer)
    this.endSleeps()
    return causes
  }

  /** Wakes those whose sleep is over, and no timer stands before. @returns whether there were any */
  endSleeps(): boolean {
    let ended = false
    for (let sleeps = this.#nextSleeps(); sleeps.length > 0; sleeps = this.#nextSleeps()) {
      ended = true
      for (const timer of sleeps) {
        this.#remove(timer, this.#origins.get(timer) as Origin)
        noteExpiry(this.#kernel, timer)
        timer.target?.expired()
      }
    }
    return ended
  }

  #nextSleeps(): Timer[] {
    return this.next.filter((timer) => this.#origins.get(timer)?.isSleep === true)
  }

  /** The timers any of which can go off next. */
  get next(): Timer[] {
    if (this.#due.size === 0) return []
    return this.#due.next(
      ({ target, deadline }) => deadline > this.waited && target instanceof Waiter && isOfMain(target),
    )
  }

  /** Whether there is any whose time has come. */
  get areDue(): boolean {
    return this.#due.size > 0
  }

  /** The same in every run that gets to it by the same steps. */
  keyOf(timer: Timer): string {
    return (this.#origins.get(timer) as Origin).key
  }

  /** The process whose wait or time-out it is, or whose code it runs; undefined where it brings a message. */
  whose({ target }: Timer): SteppedProcess | undefined {
    const found = CallRequest.is(target) ? target.owner : holderOf(target)
    return found as SteppedProcess | undefined
  }

  override get size(): number {
    return super.size + this.#due.size
  }

  override *[Symbol.iterator](): Generator<Timer> {
    yield* this.#due
    yield* super[Symbol.iterator]()
  }

  override clear(): void {
    for (const timer of this.#due) timer.place = -1
    this.#due.clear()
    super.clear()
  }

  protected override expire(timer: Timer): void {
    const { group, setter, isSleep } = this.#origins.get(timer) as Origin
    timer.place = DUE
    if (this.#due.add(timer, group, setter, isSleep)) this.#kernel.ordered.add(group)
  }

  /** When a call's time counts from must not depend on who else is ready. */
  override defer(deferred: Deferred): void {
    deferred.arm()
  }

  /** What is due first and is not the time-out of a call, which no program waits for. */
  get firstWaitedFor(): Timer | undefined {
    let first: Timer | undefined
    for (const timer of this) {
      if (CallRequest.is(timer.target)) continue
      if (first === undefined || timer.deadline < first.deadline) first = timer
    }
    return first
  }

  /**
   * The time-out that is due first, if enough could have happened for it: of a call, or of a receive of any but `main`. A
   * sleep is none.
   */
  get firstTimeout(): Timer | undefined {
    let first: Timer | undefined
    for (const timer of this.#set()) {
      const { target } = timer
      if (target instanceof Waiter && (isSleep(target) || isOfMain(target))) continue
      if (first === undefined || timer.deadline < first.deadline) first = timer
    }
    return first === undefined || (this.#timeouts.get(first) ?? 0) > this.possible ? undefined : first
  }

  #remove(timer: Timer, origin: Origin): void {
    this.#timeouts.delete(timer)
    timer.place = -1
    this.#due.delete(timer, origin.group)
    this.#noteGroup(origin, 'write')
  }

  /** Sleeps stand behind what is none, and not behind each other. */
  #noteGroup({ group, isSleep }: Origin, mode: AccessMode): void {
    const ofSleeps = this.#kernel.ordered.has(group) ? 'read' : 'merge'
    this.#kernel.note(group, isSleep ? ofSleeps : mode)
  }

  *#set(): Generator<Timer> {
    for (const timer of this.#timeouts.keys()) {
      if (timer.place < 0) this.#timeouts.delete(timer)
      else if (timer.place !== DUE) yield timer
    }
  }
}

function isSleep({ clauses }: Waiter): boolean {
  return clauses?.length === 0
}

/** A sleep that no signal can end. */
function isPlainSleep(waiter: Waiter): boolean {
  return isSleep(waiter) && !waiter.abortable
}

function isOfMain({ process }: Waiter): boolean {
  return (process as SteppedProcess).key === 'main'
}

function holderOf(target: Expirable | undefined): Process | undefined {
  if (target instanceof OwnedTimer) return routeOf<Process>(target.owner)
  return target instanceof Waiter || target instanceof CodeTimer ? target.process : undefined
}

/** What changes when a timer goes off. */
function noteExpiry(kernel: TimedKernel, { target }: Timer): void {
  if (target instanceof Waiter) kernel.note(`state ${(target.process as SteppedProcess).key}`, 'write')
  else if (target instanceof OwnedTimer) noteOwner(kernel, target)
  else if (target instanceof CodeTimer && target.process !== undefined) target.process.noteState()
  else if (target instanceof MessageTimer) {
    const { destination } = target
    const whose =
      typeof destination === 'string' ? `the name ${destination}` : (destination as SteppedProcess).key
    kernel.note(`timers of ${whose}`, 'write')
  } else kernel.accesses.noteEverything()
}

function noteOwner(kernel: TimedKernel, timer: OwnedTimer): void {
  const owner = holderOf(timer)
  if (owner instanceof SteppedProcess) owner.noteState()
  else kernel.note(`state ${kernel.keyOf(timer.owner)}`, 'write')
}
