import { actor } from '../context/current-kernel.js'
import { runAs } from '../context/own-callback.js'
import { checkTime } from '../errors/time-checks.js'
import type { Process } from '../process/process.js'
import type { Closer } from '../resources/resource-closer.js'
import { type Expirable, Timer } from '../schedule/timer-wheel.js'
import type { Pid } from '../terms/pid.js'

/** What `setTimeout` and `setInterval` of `heartwood/timers` give: Node's `Timeout`, owned by a process. */
export class OwnedTimer implements Expirable, Closer {
  readonly #timer = new Timer(this)
  readonly #process: Process
  #run: () => void
  readonly #ms: number
  readonly #repeats: boolean
  #held = true

  constructor(process: Process, run: () => void, ms: number, repeats: boolean) {
    // As Node has it: nothing is sooner than 1 ms.
    this.#ms = Math.max(1, Math.ceil(ms))
    checkTime(this.#ms, repeats ? 'setInterval' : 'setTimeout')
    this.#process = process
    this.#run = run
    this.#repeats = repeats
    this.#arm()
    process.owned.add(this, this)
  }

  /** Whose it is. */
  get owner(): Pid {
    return this.#process.pid
  }

  /** Called by the kernel's timers. */
  expired(): void {
    this.#disarmed()
    if (this.#repeats) this.#arm()
    else this.#process.owned.delete(this)
    runAs(this.#process, this.#run)
  }

  /** Starts its time anew. */
  refresh(): this {
    if (!this.#process.alive) return this
    this.#cancel()
    this.#arm()
    this.#process.owned.add(this, this)
    return this
  }

  /** The program need not go on for this timer. */
  unref(): this {
    this.#hold(false)
    return this
  }

  /** The program goes on for this timer, as it does at first. */
  ref(): this {
    this.#hold(true)
    return this
  }

  hasRef(): boolean {
    return this.#held
  }

  /** It will not fire (any more). */
  close(): this {
    this.#cancel()
    this.#process.resources?.delete(this)
    // Whoever keeps the timer shall not keep what its process had.
    if (!this.#process.alive) this.#run = () => {}
    return this
  }

  [Symbol.dispose](): void {
    this.close()
  }

  #arm(): void {
    const { timers } = this.#process.kernel
    if (!this.#held) timers.unheld++
    timers.set(this.#timer, this.#ms)
  }

  #cancel(): void {
    if (this.#process.kernel.timers.cancel(this.#timer)) this.#disarmed()
  }

  #disarmed(): void {
    if (!this.#held) this.#process.kernel.timers.unheld--
  }

  #hold(held: boolean): void {
    if (held === this.#held) return
    const { timers } = this.#process.kernel
    this.#held = held
    if (this.#timer.place < 0) return
    timers.unheld += held ? -1 : 1
    timers.rest()
  }
}

/** What `setImmediate` of `heartwood/timers` gives: Node's `Immediate`, owned by a process. */
export class OwnedImmediate implements Closer {
  readonly #process: Process
  readonly #immediate: NodeJS.Immediate

  constructor(process: Process, run: () => void) {
    this.#process = process
    this.#immediate = setImmediate(() => {
      process.owned.delete(this)
      runAs(process, run)
    })
    process.owned.add(this, this)
  }

  close(): void {
    clearImmediate(this.#immediate)
    this.#process.resources?.delete(this)
  }

  [Symbol.dispose](): void {
    this.close()
  }
}

/**
 * Calls `callback` once after `ms` milliseconds on the kernel's clock, as the current process; not if the process is
 * dead by then. A throw in it ends the process. Node's `setTimeout`; exported as that by `heartwood/timers`.
 *
 * @param ms at least 1 (default 1); fractions are rounded up
 * @throws BAD_TIME for Infinity or NaN, PROCESS_DEAD
 * @example
 * ```ts
 * import { setTimeout } from 'heartwood/timers'
 * setTimeout(() => refresh(), 30_000)
 * ```
 */
export function ownedTimeout<A extends unknown[]>(
  callback: (...args: A) => void,
  ms = 1,
  ...args: A
): OwnedTimer {
  return new OwnedTimer(actor(), () => callback(...args), ms, false)
}

/** Calls `callback` every `ms` milliseconds, else as `ownedTimeout`. Node's `setInterval`. @throws BAD_TIME, PROCESS_DEAD */
export function ownedInterval<A extends unknown[]>(
  callback: (...args: A) => void,
  ms = 1,
  ...args: A
): OwnedTimer {
  return new OwnedTimer(actor(), () => callback(...args), ms, true)
}

/** Calls `callback` in the next turn of Node's loop, else as `ownedTimeout`. Node's `setImmediate`. @throws PROCESS_DEAD */
export function ownedImmediate<A extends unknown[]>(
  callback: (...args: A) => void,
  ...args: A
): OwnedImmediate {
  return new OwnedImmediate(actor(), () => callback(...args))
}

/** Ends an owned timer; nothing happens for one that is over, or for none. Node's `clearTimeout` and its like. */
export function clearOwned(timer: OwnedTimer | OwnedImmediate | undefined | null): void {
  timer?.close()
}
