import type { Clock } from '../../kernel/index.js'
import type { EngineStore } from '../engine/engine.js'
import type { Requests } from '../engine/requests.js'

/** Milliseconds after which a released key is forgotten: no request lives so long. */
const RELEASED = 86_400_000
/** Milliseconds, about, between two sweeps of a node. */
const EVERY = 3_600_000

/** Released keys leave their tokens behind, for a while. One node after the other sweeps them up, each now and then. */
export class Sweeping {
  #at: number

  constructor(
    private readonly store: EngineStore,
    private readonly requests: Requests,
    private readonly clock: Clock,
    private readonly random: () => number,
    private readonly failed: (error: unknown) => void,
  ) {
    this.#at = clock.now() + EVERY * random()
  }

  async sweepIfDue(): Promise<void> {
    if (this.clock.now() < this.#at) return
    this.#at = this.clock.now() + EVERY * (0.5 + this.random())
    // It can be done the next time.
    await this.requests.ask('sweep', () => this.store.sweep(RELEASED)).catch(this.failed)
  }
}
