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

/** The place of a due timer, which is neither in the wheel nor has ended. */
const DUE = Number.MAX_SAFE_INTEGER

/** The origin of a timer: who set it, in which step, its key, and the group of timers with which it keeps its order. */
interface Origin {
  readonly setter: string
  readonly key: string
  readonly step: number
  readonly group: string
  readonly isSleep: boolean
}

/**
 * Timers that fire one at a time, on request. They note which of them do not commute, and which one can fire while processes still have
 * something to do.
 *
 * Sleeps are no choice: all due sleeps end at once. Only the death of its process can end a sleep earlier, and what follows from it is a
 * step of that process, before which others can fire. See decision 25.
 */
export class NotedTimers extends TimerWheel {
  readonly #clock: Clock
  readonly #kernel: TimedKernel
  /** The time-outs of receives and calls, each with the time from which it is possible: see `possible`. */
  readonly #timeouts = new Map<Timer, number>()
  /** The time that could have passed so far, in milliseconds: the time of the clock, and the time that the steps may have taken. */
  possible = 0
  /** The time to which the clock moved because no process had anything to do. Waits of `main` do not end before it. */
  waited = 0
  readonly #due = new DueTimers()
  readonly #origins = new WeakMap<Timer, Origin>()
  readonly #counts = new Map<string, number>()
  /** The number of the step in which a timer of a group fired last. */
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
    // This can be in its own step or in another one's.
    const current = currentProcess<Process>()
    const isOurs = current instanceof SteppedProcess && current.kernel === this.#kernel
    const setter = isOurs ? current.key : this.#kernel.actingKey
    const known = this.#origins.get(timer)
    const number = (this.#counts.get(setter) ?? 0) + 1
    if (known === undefined) this.#counts.set(setter, number)
    // Node keeps its own timers separately, in order.
    const kind = target instanceof CodeTimer ? ' of Node' : ''
    const group = `timers${kind} at ${deadline}, set at ${this.#clock.now()}`
    const name = setter === CLOCK ? `${this.#kernel.prefix}${setter}` : setter
    const key = known?.key ?? `${name} timer ${number}`
    const isSleep = target instanceof Waiter && isPlainSleep(target)
    const origin = { setter, key, step: this.#kernel.stepNumber, group, isSleep }
    this.#origins.set(timer, origin)
    // The order in which they were set matters when two of different processes are due.
    this.#noteGroup(origin, 'merge')
  }

  override cancel(timer: Timer): boolean {
    this.#timeouts.delete(timer)
    const origin = this.#origins.get(timer)
    if (origin === undefined) return super.cancel(timer)
    // This is noted even if it has fired: in another order it would not have fired yet.
    this.#kernel.note(origin.key, 'write')
    if (timer.place !== DUE) return super.cancel(timer)
    this.#remove(timer, origin)
    this.endSleeps()
    return true
  }

  /**
   * Takes a due timer, which fires in this step.
   *
   * @returns the steps that had to come before
   */
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

  /**
   * Ends the sleeps whose time has come, if no other timer comes before them.
   *
   * @returns whether there were any
   */
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

  /** The timers of which any can fire next. */
  get next(): Timer[] {
    if (this.#due.size === 0) return []
    return this.#due.next(
      ({ target, deadline }) => deadline > this.waited && target instanceof Waiter && isOfMain(target),
    )
  }

  /** Whether any timer is due. */
  get areDue(): boolean {
    return this.#due.size > 0
  }

  /** Returns the key of a timer. It is the same in every run that reaches it by the same steps. */
  keyOf(timer: Timer): string {
    return (this.#origins.get(timer) as Origin).key
  }

  /** Returns the process whose wait or time-out it is, or whose code it runs; `undefined` if it sends a message. */
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

  /** The beginning of a call's time must not depend on which other processes are ready. */
  override defer(deferred: Deferred): void {
    deferred.arm()
  }

  /** The first timer that is not the time-out of a call, for which no program waits. */
  get firstWaitedFor(): Timer | undefined {
    let first: Timer | undefined
    for (const timer of this) {
      if (CallRequest.is(timer.target)) continue
      if (first === undefined || timer.deadline < first.deadline) first = timer
    }
    return first
  }

  /**
   * The first time-out, of a call or of a receive of any process but `main`, if enough time could have passed for it. A sleep is not a
   * time-out.
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

  /** Notes an access to a group. Sleeps depend on timers that are not sleeps, and not on each other. */
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

/** Whether it is a sleep that no signal can end. */
function isPlainSleep(waiter: Waiter): boolean {
  return isSleep(waiter) && !waiter.abortable
}

function isOfMain({ process }: Waiter): boolean {
  return (process as SteppedProcess).key === 'main'
}

function holderOf(target: Expirable | undefined): object | undefined {
  if (target instanceof OwnedTimer) return routeOf<Process>(target.owner)
  return target instanceof Waiter || target instanceof CodeTimer ? target.process : undefined
}

/** Notes what changes when a timer fires. */
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
