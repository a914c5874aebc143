/** Who keeps the event loop: the time that handlers take, measured only while somebody looks at processes. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { type HandlerEvent, KERNEL_CHANNELS, type Kernel, type Pid } from '../../kernel/index.js'
import type { Rates } from './message-rates.js'

/** Looks nearer to each other say little. */
const LEAST = 500
/** Nobody has looked for so long, in milliseconds: then nothing is measured any more. */
const UNSEEN = 10_000

/** What is known of processes from more than one look. */
export interface Measures {
  readonly rates: Rates
  readonly times: HandlerTimes
}

interface Taken {
  /** Milliseconds since it is measured. */
  sum: number
  /** As of the look before. */
  seen: number
  at: number
  percent: number | null
}

/**
 * How much of a core each process takes in its handlers: up to their first `await`, for what runs after it is not told apart
 * from the work of others. Of scripts nothing is known.
 */
export class HandlerTimes {
  readonly #taken = new Map<Pid, Taken>()
  #measures = false
  #lookedAt = 0
  readonly #heard = (event: unknown): void => {
    const handler = event as HandlerEvent
    if (handler.kernel !== this.kernel) return
    // Where nothing is handled it costs nothing, so that this is soon enough.
    if (this.kernel.now() - this.#lookedAt > UNSEEN) this.stop()
    else this.#measure(handler)
  }

  constructor(private readonly kernel: Kernel) {}

  /** Somebody looks: what is handled from now on is measured. */
  looked(): void {
    this.#lookedAt = this.kernel.now()
    if (this.#measures) return
    this.#measures = true
    subscribe(KERNEL_CHANNELS.handlerStart, this.#heard)
  }

  /** Percent of one core since it was last looked at; null at the first look. */
  of(pid: Pid): number | null {
    const now = this.kernel.now()
    const taken = this.#of(pid)
    const passed = now - taken.at
    if (passed >= LEAST) {
      taken.percent = ((taken.sum - taken.seen) / passed) * 100
      taken.seen = taken.sum
      taken.at = now
    }
    return taken.percent
  }

  sweep(): void {
    for (const pid of this.#taken.keys()) if (!this.kernel.isAlive(pid)) this.#taken.delete(pid)
  }

  stop(): void {
    if (!this.#measures) return
    this.#measures = false
    unsubscribe(KERNEL_CHANNELS.handlerStart, this.#heard)
    this.#taken.clear()
  }

  #measure(handler: HandlerEvent): void {
    const { pid, run } = handler
    handler.run = () => {
      const began = this.kernel.clock.now()
      try {
        return run()
      } finally {
        this.#of(pid).sum += this.kernel.clock.now() - began
      }
    }
  }

  #of(pid: Pid): Taken {
    let taken = this.#taken.get(pid)
    if (taken === undefined) {
      taken = { sum: 0, seen: 0, at: this.kernel.now(), percent: null }
      this.#taken.set(pid, taken)
    }
    return taken
  }
}
