import { actor } from '../context/current-kernel.js'
import { runAs } from '../context/own-callback.js'
import { checkTime } from '../errors/time-checks.js'
import type { Process } from '../process/process.js'
import type { Closer } from '../resources/resource-closer.js'
import { type Expirable, Timer } from '../schedule/timer-wheel.js'
import type { Pid } from '../terms/pid.js'

/** The result of `setTimeout` and `setInterval` of `heartwood/timers`: like Node's `Timeout`, but owned by a process. */
export class OwnedTimer implements Expirable, Closer {
  readonly #timer = new Timer(this)
  readonly #process: Process
  #run: () => void
  readonly #ms: number
  readonly #repeats: boolean
  #held = true

  constructor(process: Process, run: () => void, ms: number, repeats: boolean) {
    // As in Node, the shortest time is 1 ms.
    this.#ms = Math.max(1, Math.ceil(ms))
    checkTime(this.#ms, repeats ? 'setInterval' : 'setTimeout')
    this.#process = process
    this.#run = run
    this.#repeats = repeats
    this.#arm()
    process.owned.add(this, this)
  }

  /** The owner. */
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

  /** Starts the timer again with its full time. */
  refresh(): this {
    if (!this.#process.alive) return this
    this.#cancel()
    this.#arm()
    this.#process.owned.add(this, this)
    return this
  }

  /** Lets the program end while this timer is active. */
  unref(): this {
    this.#hold(false)
    return this
  }

  /** Keeps the program alive while this timer is active. This is the default. */
  ref(): this {
    this.#hold(true)
    return this
  }

  hasRef(): boolean {
    return this.#held
  }

  /** Stops the timer. */
  close(): this {
    this.#cancel()
    this.#process.resources?.delete(this)
    // A kept timer must not keep the data of its dead process in memory.
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

/** The result of `setImmediate` of `heartwood/timers`: like Node's `Immediate`, but owned by a process. */
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
 * Calls `callback` once after `ms` milliseconds of the kernel's clock, as the current process; not if that has died. An error in it
 * crashes the process. Node's `setTimeout`; `heartwood/timers` exports it under that name.
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

/** Calls `callback` every `ms` milliseconds, otherwise as `ownedTimeout` does. Node's `setInterval`. @throws BAD_TIME, PROCESS_DEAD */
export function ownedInterval<A extends unknown[]>(
  callback: (...args: A) => void,
  ms = 1,
  ...args: A
): OwnedTimer {
  return new OwnedTimer(actor(), () => callback(...args), ms, true)
}

/** Calls `callback` in the next turn of Node's event loop, otherwise as `ownedTimeout` does. Node's `setImmediate`. @throws PROCESS_DEAD */
export function ownedImmediate<A extends unknown[]>(
  callback: (...args: A) => void,
  ...args: A
): OwnedImmediate {
  return new OwnedImmediate(actor(), () => callback(...args))
}

/** Stops an owned timer. Nothing happens if it has ended or is undefined. Node's `clearTimeout`, `clearInterval` and `clearImmediate`. */
export function clearOwned(timer: OwnedTimer | OwnedImmediate | undefined | null): void {
  timer?.close()
}
