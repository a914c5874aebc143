import { CallRequest } from '../../calls/pending-call.js'
import type { Clock } from '../../clock.js'
import { Waiter } from '../../mail/receive-waiter.js'
import { type Deferred, Timer, TimerWheel } from '../../schedule/timer-wheel.js'
import { MessageTimer } from '../../timers/message-timer.js'
import type { SteppedProcess } from '../stepped-process.js'
import type { AccessMode } from './step-accesses.js'

/** Timers that tell which of them do not commute, and of which one can fire while others still have something to do. */
export class NotedTimers extends TimerWheel {
  readonly #clock: Clock
  readonly #note: (thing: string, mode: AccessMode) => void
  /** Those of receives and of calls, and from when on enough could have happened for them to be due: see `possible`. */
  readonly #timeouts = new Map<Timer, number>()
  /** How much time could have passed so far, in milliseconds: that of the clock, and what the steps may have taken. */
  possible = 0

  constructor(clock: Clock, note: (thing: string, mode: AccessMode) => void, idle: () => boolean) {
    super(clock, async () => {}, idle)
    this.#clock = clock
    this.#note = note
  }

  override set(timer: Timer, ms: number): void {
    super.set(timer, ms)
    const { target } = timer
    if (target instanceof Waiter || CallRequest.is(target)) this.#timeouts.set(timer, this.possible + ms)
    // These only wake the process that waits, or let it go on; at the same millisecond any may be the first.
    if (target instanceof Waiter || CallRequest.is(target)) return
    const receiver = target instanceof MessageTimer ? ` of ${destinationOf(target)}` : ''
    this.#note(`timers${receiver} at ${timer.deadline}`, 'write')
  }

  override cancel(timer: Timer): boolean {
    this.#timeouts.delete(timer)
    return super.cancel(timer)
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

  /** Fires all that is due by the time of the clock, but for what `main` sleeps for or would receive: it waits for the others. */
  fireEarly(): void {
    const late = [...this.#set()].filter(({ target }) => target instanceof Waiter && isOfMain(target))
    for (const timer of late) this.cancel(timer)
    this.ring()
    for (const timer of late) this.set(timer, Math.max(0, timer.deadline - this.#clock.now()))
  }

  *#set(): Generator<Timer> {
    for (const timer of this.#timeouts.keys()) {
      if (timer.place < 0) this.#timeouts.delete(timer)
      else yield timer
    }
  }
}

function isSleep({ clauses }: Waiter): boolean {
  return clauses?.length === 0
}

function isOfMain({ process }: Waiter): boolean {
  return (process as SteppedProcess).key === 'main'
}

function destinationOf({ destination }: MessageTimer): string {
  return typeof destination === 'string' ? destination : (destination as SteppedProcess).key
}
