import { type Expirable, Kernel, MachineClock, Timer, VirtualClock } from '../kernel/index.js'

/** The milliseconds in which an ending thread or program must be gone. */
export const GONE_WITHIN = 5_000

/** Milliseconds in which a spare must have loaded its module: one in an endless loop would keep a core busy for ever. */
export const SPARE_LOADED_WITHIN = 60_000

/** The time that an isolated server has for its end. */
export class EndLimit {
  readonly #timer: Timer

  constructor(
    private readonly kernel: Kernel,
    owner: Expirable,
  ) {
    this.#timer = new Timer(owner)
  }

  /** Starts the time. A timer that is set already would be in the wheel twice. */
  begin(ms = GONE_WITHIN): void {
    this.kernel.timers.cancel(this.#timer)
    this.kernel.timers.set(this.#timer, ms)
  }

  over(): void {
    this.kernel.timers.cancel(this.#timer)
  }
}

/** A kernel for time limits of threads: they live in the time of the machine, whatever a test does with that of its kernel. */
export function machineTimeOf(kernel: Kernel): Kernel {
  return kernel.clock instanceof VirtualClock ? new Kernel({ clock: new MachineClock() }) : kernel
}
