import { type Clock, Deadline } from '../../kernel/index.js'
import type { EngineStore } from '../engine/engine.js'
import type { Requests } from '../engine/requests.js'
import type { Waiting } from './waiting.js'

/** Milliseconds behind the end of a lease, until it is looked whether it is over. */
const BEHIND = 20
/** Milliseconds between two looks at a lease. */
const LEAST = 100

/**
 * Wakes those who wait for what another node has when its lease is over: by one read in the time of a lease, however many keys are waited for. It is a reason to
 * try, and decides nothing.
 */
export class LeaseWatch {
  readonly #watched = new Map<string, Deadline | undefined>()

  constructor(
    private readonly clock: Clock,
    private readonly store: EngineStore,
    private readonly requests: Requests,
    private readonly time: number,
    private readonly waiting: Waiting,
  ) {}

  watch(lease: string): void {
    if (!this.#watched.has(lease)) this.#lookIn(LEAST, lease)
  }

  stop(): void {
    for (const deadline of this.#watched.values()) deadline?.stop()
    this.#watched.clear()
  }

  #lookIn(ms: number, lease: string): void {
    this.#watched.set(lease, new Deadline(this.clock, ms, () => void this.#look(lease)))
  }

  async #look(lease: string): Promise<void> {
    if (!this.waiting.has(lease)) {
      this.#watched.delete(lease)
      return
    }
    let remaining: number | undefined
    try {
      remaining = (await this.requests.ask('read a lease', () => this.store.lease(lease)))?.remaining
    } catch {
      // Out of reach, which whoever keeps the own lease tells: it is looked again.
      remaining = this.time / 4
    }
    if (!this.#watched.has(lease)) return
    if (remaining !== undefined) {
      this.#lookIn(Math.max(LEAST, Math.min(this.time, remaining + BEHIND)), lease)
      return
    }
    this.#watched.delete(lease)
    this.waiting.wakeLease(lease)
  }
}
