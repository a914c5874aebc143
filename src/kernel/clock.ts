import { performance as hooks } from 'node:perf_hooks'

/** An alarm of a clock: the timers of one kernel. */
export interface Alarm {
  /** Called at the set time, or earlier; the alarm then reads the clock and sets itself again if needed. */
  ring(): void
  /** Resolves when everything that was ready to run has run. A clock that can wait uses it; time does not move meanwhile. */
  settled(): Promise<void>
  /**
   * The time of its next work, on its clock; undefined if it has none. For an alarm that may ring too
   * early, or without need because its timer was cancelled: a virtual clock does not move for such a ring.
   * Default: the set time.
   */
  due?(): number | undefined
}

/**
 * The time of a kernel, injected. Nothing else in Heartwood reads the machine's time, so a test with
 * its own clock decides when things happen.
 */
export interface Clock {
  /** Called once for each alarm, before it is set: a clock that waits for ready work must know all alarms. */
  join?(alarm: Alarm): void
  /** Called when an alarm will not be set again. */
  leave?(alarm: Alarm): void
  /** Milliseconds that only grow, from any start. */
  now(): number
  /** Milliseconds since 1970, for records that people read. */
  wallTime(): number
  /**
   * Milliseconds by which the scheduler measures its slices. Default the machine's own. A test clock computes them,
   * so that the order of processes does not depend on the speed of the machine.
   */
  sliceTime?(): number
  /** Milliseconds of processor time that the program has used. Default the machine's own count. A simulated program uses none. */
  processorTime?(): number
  /** Sets `alarm` to ring once at `at` (in the time of `now`); replaces an earlier setting. */
  setAlarm(alarm: Alarm, at: number): void
  /** Cancels the setting of `alarm`. */
  clearAlarm(alarm: Alarm): void
  /** Sets whether a set alarm alone keeps the program running. */
  hold(alarm: Alarm, held: boolean): void
}

/** setTimeout cannot wait longer; the alarm then rings early and is set again. */
const LONGEST = 2 ** 31 - 1

/** The machine's own time: Node's clock, or a fake that replaced it. */
export class SystemClock implements Clock {
  readonly #timeouts = new Map<Alarm, NodeJS.Timeout>()

  now(): number {
    return performance.now()
  }

  wallTime(): number {
    return Date.now()
  }

  setAlarm(alarm: Alarm, at: number): void {
    this.clearAlarm(alarm)
    const delay = Math.min(Math.max(1, Math.ceil(at - this.now())), LONGEST)
    const timeout = this.start(() => {
      this.#timeouts.delete(alarm)
      alarm.ring()
    }, delay)
    this.#timeouts.set(alarm, timeout)
  }

  clearAlarm(alarm: Alarm): void {
    const timeout = this.#timeouts.get(alarm)
    if (timeout === undefined) return
    this.stop(timeout)
    this.#timeouts.delete(alarm)
  }

  hold(alarm: Alarm, held: boolean): void {
    const timeout = this.#timeouts.get(alarm)
    if (held) timeout?.ref()
    else timeout?.unref()
  }

  protected start(run: () => void, ms: number): NodeJS.Timeout {
    return setTimeout(run, ms)
  }

  protected stop(timeout: NodeJS.Timeout): void {
    clearTimeout(timeout)
  }
}

/** What a test that fakes Node's time leaves on its fakes: what was there before, under its name after a `_`. */
interface Faked {
  readonly clock?: Readonly<Record<string, unknown>>
}

/** Node's own, also where this module is loaded when it is faked already. */
function genuine<F extends object>(name: string, held: F): F {
  return ((held as Faked).clock?.[`_${name}`] as F | undefined) ?? held
}

const ownTimeout = genuine('setTimeout', setTimeout)
const ownClear = genuine('clearTimeout', clearTimeout)
const ownNow = hooks.now.bind(hooks)
const ownDate = genuine('Date', Date)

/** Node's `setImmediate`, whatever is in its place: turns of the event loop are no time. */
export const nodeImmediate: typeof setImmediate = genuine('setImmediate', setImmediate)

/** Node's `process.nextTick`. Timers go off from it: what they put off to the next tick then comes before their promises, as in Node. */
export const nodeTick: (run: () => void) => void = genuine('nextTick', process.nextTick)

/** How many turns of Node's loop Heartwood itself waits for, in all kernels of the program: they are no work of anybody's. */
export const ownTurns = { pending: 0 }

/** One turn of Node's event loop, with all microtasks before and after it. */
export function turnOfLoop(): Promise<void> {
  ownTurns.pending++
  return new Promise((resolve) => {
    nodeImmediate(() => {
      ownTurns.pending--
      resolve()
    })
  })
}

/** The machine's time, whatever a test has put in the place of Node's. */
export class MachineClock extends SystemClock {
  override now(): number {
    return ownNow()
  }

  override wallTime(): number {
    return ownDate.now()
  }

  protected override start(run: () => void, ms: number): NodeJS.Timeout {
    return ownTimeout(run, ms)
  }

  protected override stop(timeout: NodeJS.Timeout): void {
    ownClear(timeout)
  }
}

/** What is in the place of `setTimeout` at this moment. */
export function timerInPlace(): object {
  return globalThis.setTimeout
}

const ownHighResolution = process.hrtime.bind(process)

/**
 * Milliseconds of the machine, whole, in 32 bits: the same in all threads of a program, where `performance.now()` begins
 * in each at 0. It begins anew after 49 days: only differences say something, and `| 0` makes them right.
 */
export function machineMilliseconds(): number {
  const [seconds, nanoseconds] = ownHighResolution()
  return (seconds * 1_000 + Math.floor(nanoseconds / 1_000_000)) | 0
}

/** The machine's monotonic time, for what is about the machine whatever clock a kernel has: the scheduler's slice. */
export function machineNow(): number {
  return ownNow()
}
