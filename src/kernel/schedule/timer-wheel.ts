import type { Alarm, Clock } from '../clock.js'
import { runOutside } from '../context/current-process.js'
import type { Runnable, Scheduler } from './scheduler.js'

/** What a timer is for. */
export interface Expirable {
  /** The time has come; the timer is no longer set. */
  expired(): void
}

/** What sets its timer when nothing is left to run, if it still wants one: see `Timers.defer`. */
export interface Deferred {
  arm(): void
}

const SLOT_BITS = 5
const SLOTS = 1 << SLOT_BITS
/** Enough for any time that a number can hold exactly: 32¹¹ ms. A deadline beyond the last level would never be reached. */
const LEVELS = 11

/** So many that are due at the same time go off at once. */
const AT_ONCE = 256

/** After so many more it is asked whether others are to have their turns. */
const STRIDE = 32

/** A timer in the wheel, or the head of a slot's ring. */
export class Timer {
  prev: Timer = this
  next: Timer = this
  deadline = 0
  /** Level and slot in one number; -1 when not set. */
  place = -1
  constructor(readonly target: Expirable | undefined) {}
}

/**
 * All timers of a kernel in a hierarchical wheel: setting and cancelling are O(1) whatever their number, and one
 * alarm of the clock serves them all.
 *
 *     level 0: 32 slots of 1 ms   ┐ a timer sits on the level of the highest digit (base 32) in which its
 *     level 1: 32 slots of 32 ms  │ deadline differs from the time reached; when that slot's time comes, its
 *     …        level 10: 32¹⁰ ms  ┘ timers move down, in order, so that equal deadlines fire in start order
 */
export class TimerWheel implements Alarm, Runnable {
  nextTask: Runnable | undefined = undefined
  readonly #clock: Clock
  readonly #settled: () => Promise<void>
  readonly #scheduler: Pick<Scheduler, 'idle' | 'interrupt'>
  readonly #slots: Timer[] = []
  /** One bit per slot that holds a timer, one word per level. */
  readonly #occupied = new Int32Array(LEVELS)
  /**
   * Where the wheel's time begins, on the clock. A virtual clock may have a fraction of a millisecond, always the same:
   * counted from here its time is whole, and a timer of 10 ms is due after 10 and not after 11.
   */
  readonly #origin: number
  /** The time up to which timers have fired. The wheel's time, as all deadlines. */
  #reached = 0
  #alarm = Number.POSITIVE_INFINITY
  #held = true
  #size = 0
  readonly #ring = (): void => this.#expire()
  #deferred: Deferred[] = []
  /** Others have their turns before the rest of those that are due. */
  #interrupted = false
  /** How many of those set are no reason for the program to go on. */
  unheld = 0

  /** @param scheduler idle when nothing is about to run, after which `rest` would be called */
  constructor(clock: Clock, settled: () => Promise<void>, scheduler: Pick<Scheduler, 'idle' | 'interrupt'>) {
    this.#scheduler = scheduler
    this.#clock = clock
    this.#settled = settled
    this.#origin = clock.now()
    for (let slot = 0; slot < LEVELS * SLOTS; slot++) this.#slots.push(new Timer(undefined))
    clock.join?.(this)
  }

  get size(): number {
    return this.#size
  }

  /** Those that are set, in no order. */
  *[Symbol.iterator](): Generator<Timer> {
    for (const head of this.#slots) for (let at = head.next; at !== head; at = at.next) yield at
  }

  /** Sets `timer` to fire `ms` from now, never earlier: fractions are rounded up, here and nowhere else. */
  set(timer: Timer, ms: number): void {
    // Who asked first is first, also at the same millisecond.
    if (this.#deferred.length > 0) this.#arm()
    timer.deadline = Math.ceil(this.#now()) + Math.ceil(ms)
    this.#insert(timer)
    this.#size++
    if (timer.deadline < this.#alarm) this.#setAlarm(timer.deadline)
    else if (!this.#held && this.#scheduler.idle) this.rest()
  }

  /**
   * As `set` by `deferred.arm()`, once nothing is left to run: most calls are answered before, and never look at the
   * clock. Its time counts from then, which is a slice of the scheduler later at most.
   */
  defer(deferred: Deferred): void {
    if (this.#scheduler.idle) deferred.arm()
    else this.#deferred.push(deferred)
  }

  /** Returns false when it was not set (any more). */
  cancel(timer: Timer): boolean {
    if (timer.place < 0) return false
    this.#remove(timer)
    this.#size--
    // Nothing will run that could come to rest; a program must not wait for an alarm left over.
    if (this.#size === 0 && this.#scheduler.idle) this.rest()
    return true
  }

  /** Whole milliseconds left. */
  remaining(timer: Timer): number {
    return Math.max(0, Math.floor(timer.deadline - this.#now()))
  }

  /**
   * When the first timer is due. Exact, where the alarm may be left over from a cancelled timer, or be for a slot of the
   * wheel whose timers are due later. Looks through one slot; the next ring moves those timers to where it is not needed.
   */
  due(): number | undefined {
    const slot = this.#nextSlot()
    if (slot === undefined) return undefined
    if (slot.level === 0) return this.#origin + slot.at
    let due = Number.POSITIVE_INFINITY
    const head = this.#slots[slot.place] as Timer
    for (let at = head.next; at !== head; at = at.next) due = Math.min(due, at.deadline)
    return this.#origin + due
  }

  ring(): void {
    this.#alarm = Number.POSITIVE_INFINITY
    this.#held = true
    runOutside(this.#ring)
  }

  /** Goes on with those that are due after an interruption. */
  turn(): boolean {
    this.#interrupted = false
    this.#expire()
    return false
  }

  settled(): Promise<void> {
    return this.#settled()
  }

  /**
   * Called when nothing is left to run, or Node has a go. A program goes on for a timer that is set, but not for an alarm left over
   * from a cancelled one; deciding it here and not at each cancel keeps the cost out of every call.
   */
  rest(): void {
    if (this.#deferred.length > 0) this.#arm()
    const wanted = this.#size > this.unheld
    if (wanted === this.#held || this.#alarm === Number.POSITIVE_INFINITY) return
    this.#held = wanted
    this.#clock.hold(this, wanted)
  }

  /** Gives up an alarm that is left over, as when nothing may run any more: until it rings Node keeps the kernel, and all it knows. */
  dropLeftOver(): void {
    if (this.#size > 0 || this.#deferred.length > 0) return
    this.#clock.clearAlarm(this)
    this.#alarm = Number.POSITIVE_INFINITY
  }

  /** Sets all of it back, as when the kernel is done with. */
  clear(): void {
    for (const head of this.#slots) while (head.next !== head) this.cancel(head.next)
    this.#clock.clearAlarm(this)
    this.#alarm = Number.POSITIVE_INFINITY
  }

  /** The time of that one has come, and it is set no more. */
  protected expire(timer: Timer): void {
    timer.target?.expired()
  }

  #arm(): void {
    const deferred = this.#deferred
    this.#deferred = []
    for (const each of deferred) each.arm()
  }

  #now(): number {
    return this.#clock.now() - this.#origin
  }

  #setAlarm(at: number): void {
    this.#alarm = at
    this.#held = true
    this.#clock.setAlarm(this, this.#origin + at)
  }

  #insert(timer: Timer): void {
    const deadline = timer.deadline
    let level = 0
    let width = 1
    // Division, not shifts: times outgrow 32 bits.
    while (
      level < LEVELS - 1 &&
      Math.floor(deadline / (width * SLOTS)) !== Math.floor(this.#reached / (width * SLOTS))
    ) {
      level++
      width *= SLOTS
    }
    const slot = Math.floor(deadline / width) % SLOTS
    timer.place = level * SLOTS + slot
    this.#occupied[level] = (this.#occupied[level] ?? 0) | (1 << slot)
    const head = this.#slots[timer.place] as Timer
    timer.prev = head.prev
    timer.next = head
    head.prev.next = timer
    head.prev = timer
  }

  #remove(timer: Timer): void {
    const { prev, next, place } = timer
    prev.next = next
    next.prev = prev
    if (prev === next) {
      const level = place >> SLOT_BITS
      this.#occupied[level] = (this.#occupied[level] ?? 0) & ~(1 << (place & (SLOTS - 1)))
    }
    timer.prev = timer
    timer.next = timer
    timer.place = -1
  }

  /** The next slot that holds anything, and when its time comes. Lower levels come first by construction. */
  #nextSlot(): { level: number; place: number; at: number } | undefined {
    let width = 1
    for (let level = 0; level < LEVELS; level++, width *= SLOTS) {
      const bits = this.#occupied[level] ?? 0
      if (bits === 0) continue
      const slot = 31 - Math.clz32(bits & -bits)
      const block = Math.floor(this.#reached / (width * SLOTS)) * width * SLOTS
      return { level, place: level * SLOTS + slot, at: block + slot * width }
    }
    return undefined
  }

  #expire(): void {
    // Then a turn goes on with it.
    if (this.#interrupted) return
    const now = this.#now()
    let expired = 0
    let next = this.#nextSlot()
    for (; next !== undefined && next.at <= now; next = this.#nextSlot()) {
      this.#reached = Math.max(this.#reached, next.at)
      const head = this.#slots[next.place] as Timer
      while (head.next !== head) {
        const timer = head.next
        this.#remove(timer)
        // Those of a higher level only move down, also when they are due: an interruption must find all of one time in one slot.
        if (timer.deadline > this.#reached || next.level > 0) this.#insert(timer)
        else {
          this.#size--
          this.expire(timer)
          expired++
          if (expired <= AT_ONCE || expired % STRIDE !== 0 || this.#scheduler.interrupt?.(this) !== true)
            continue
          this.#interrupted = true
          return
        }
      }
    }
    this.#reached = Math.max(this.#reached, Math.floor(now))
    // What expired may have set a nearer alarm meanwhile.
    if (next !== undefined && next.at < this.#alarm) this.#setAlarm(next.at)
    this.rest()
  }
}
