import type { Alarm, Clock } from '../clock.js'
import { runOutside } from '../context/no-process.js'
import type { Runnable, Scheduler } from './scheduler.js'

/** The target of a timer. */
export interface Expirable {
  /** Called when the timer fires; it is no longer set then. */
  expired(): void
}

/** An object that sets its timer when no task is ready any more, if it still needs one: see `TimerWheel.defer`. */
export interface Deferred {
  arm(): void
}

const SLOT_BITS = 5
const SLOTS = 1 << SLOT_BITS
/** The number of levels, enough for any exact number: 32¹¹ ms. A deadline beyond the last level would never be reached. */
const LEVELS = 11

/** The number of timers with the same time that fire without an interruption. */
const AT_ONCE = 256

/** After this many more timers the scheduler is asked whether other tasks must run. */
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
 * A hierarchical wheel with all timers of a kernel. Setting and cancelling are O(1) for any number of timers, and one
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
   * The time of the clock at which the time of the wheel begins. A virtual clock may have a constant fraction of a millisecond:
   * counted from here its time is whole, and a timer of 10 ms fires after 10 ms and not after 11.
   */
  readonly #origin: number
  /** The time up to which timers have fired, in the time of the wheel, like all deadlines. */
  #reached = 0
  #alarm = Number.POSITIVE_INFINITY
  #held = true
  #size = 0
  readonly #ring = (): void => this.#expire()
  #deferred: Deferred[] = []
  /** Whether other tasks run before the rest of the due timers. */
  #interrupted = false
  /** The number of set timers that do not keep the program alive. */
  unheld = 0

  /** @param scheduler the scheduler: it calls `rest` when it becomes idle */
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

  /** All set timers, in no particular order. */
  *[Symbol.iterator](): Generator<Timer> {
    for (const head of this.#slots) for (let at = head.next; at !== head; at = at.next) yield at
  }

  /** Sets `timer` to fire in `ms` milliseconds and never earlier: fractions are rounded up, only here. */
  set(timer: Timer, ms: number): void {
    // Deferred timers were requested earlier, so they fire first at the same millisecond.
    if (this.#deferred.length > 0) this.#arm()
    timer.deadline = Math.ceil(this.#now()) + Math.ceil(ms)
    this.#insert(timer)
    this.#size++
    if (timer.deadline < this.#alarm) this.#setAlarm(timer.deadline)
    else if (!this.#held && this.#scheduler.idle) this.rest()
  }

  /**
   * Calls `deferred.arm()`, which sets a timer, when no task is ready any more. Most calls are answered before that and never read the
   * clock. The time counts from then, which is at most one slice of the scheduler later.
   */
  defer(deferred: Deferred): void {
    if (this.#scheduler.idle) deferred.arm()
    else this.#deferred.push(deferred)
  }

  /** Cancels a timer. Returns false if it was not set. */
  cancel(timer: Timer): boolean {
    if (timer.place < 0) return false
    this.#remove(timer)
    this.#size--
    // No task will run and call `rest`, and the program must not wait for the alarm of a cancelled timer.
    if (this.#size === 0 && this.#scheduler.idle) this.rest()
    return true
  }

  /** The whole milliseconds that are left. */
  remaining(timer: Timer): number {
    return Math.max(0, Math.floor(timer.deadline - this.#now()))
  }

  /**
   * The exact time of the first timer. The alarm may be earlier: left over from a cancelled timer, or for a slot whose timers are due
   * later. Searches one slot; the next ring moves its timers down, after which the search is not needed.
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

  /** Continues with the due timers after an interruption. */
  turn(): boolean {
    this.#interrupted = false
    this.#expire()
    return false
  }

  settled(): Promise<void> {
    return this.#settled()
  }

  /**
   * Called when no task is ready, or when Node's event loop runs. A set timer keeps the program alive, but the alarm of a cancelled timer
   * must not. To decide this here, and not at each cancel, keeps the cost out of every call.
   */
  rest(): void {
    if (this.#deferred.length > 0) this.#arm()
    const wanted = this.#size > this.unheld
    if (wanted === this.#held || this.#alarm === Number.POSITIVE_INFINITY) return
    this.#held = wanted
    this.#clock.hold(this, wanted)
  }

  /** Clears the alarm of a cancelled timer, at the end of a system. Until it rings, Node would keep the kernel in memory. */
  dropLeftOver(): void {
    if (this.#size > 0 || this.#deferred.length > 0) return
    this.#clock.clearAlarm(this)
    this.#alarm = Number.POSITIVE_INFINITY
  }

  /** Cancels all timers, when the kernel is no longer used. */
  clear(): void {
    for (const head of this.#slots) while (head.next !== head) this.cancel(head.next)
    this.#clock.clearAlarm(this)
    this.#alarm = Number.POSITIVE_INFINITY
  }

  /** Fires a timer, which is no longer set. */
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
    // Division and not shifts, since times have more than 32 bits.
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

  /** The next slot with timers, and its time. Lower levels come first by construction. */
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
    // A turn continues with the due timers.
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
        // Timers of a higher level only move down, also if they are due: at an interruption all timers with the same time must be in one slot.
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
    // A fired timer may have set an earlier alarm meanwhile.
    if (next !== undefined && next.at < this.#alarm) this.#setAlarm(next.at)
    this.rest()
  }
}
