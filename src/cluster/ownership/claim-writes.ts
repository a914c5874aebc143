import { type Clock, Deadline } from '../../kernel/index.js'
import type { ClaimRecord, ClaimWrite, EngineStore } from '../engine/engine.js'
import { Pauses } from '../engine/pauses.js'
import type { Requests } from '../engine/requests.js'

/** Leases of which it is known that they are void, or were ours: both is so for ever. */
const REMEMBERED = 1_000

export interface ClaimWritesOptions {
  /** Milliseconds of a lease. */
  readonly time: number
  readonly clock: Clock
  readonly random: () => number
  readonly store: EngineStore
  readonly requests: Requests
  /** Says until when leases that are over are spared. */
  readonly keeper: { readonly sparesUntil: number }
}

/** Reads and writes of claims. A write whose outcome is not known is read back. */
export class ClaimWrites {
  readonly #void = new Set<string>()
  /** Leases that are being voided: a node that died had many keys. */
  readonly #voiding = new Map<string, Promise<boolean>>()

  constructor(private readonly options: ClaimWritesOptions) {}

  read(key: string): Promise<ClaimRecord | undefined> {
    return this.options.requests.ask('read a claim', () => this.options.store.claim(key))
  }

  /**
   * Reads a claim of which a write that expected the token `refused` was refused. If the read still has that token, it is behind the writes, as of a server
   * that does not know yet that it leads the others no more: it is read again after a pause.
   */
  async readAfter(key: string, refused: number, pauses: Pauses): Promise<ClaimRecord | undefined> {
    const record = await this.read(key)
    if ((record?.token ?? 0) !== refused) return record
    await this.pause(pauses)
    return this.read(key)
  }

  /** Between attempts at one claim. */
  pauses(): Pauses {
    const { time, random } = this.options
    return new Pauses(time / 50, time / 3, random)
  }

  pause(pauses: Pauses): Promise<void> {
    return new Promise((resolve) => new Deadline(this.options.clock, pauses.next(), resolve))
  }

  async write(write: ClaimWrite): Promise<number | 'refused'> {
    try {
      return await this.options.requests.ask('write a claim', () => this.options.store.writeClaim(write))
    } catch (error) {
      // It may be written, and it may be written later: it is ours if it says so, and otherwise it is not known.
      const record = await this.read(write.key)
      const isWritten = record?.lease === write.lease && record?.note === write.note
      if (record !== undefined && record.token !== write.expected && isWritten) return record.token
      throw error
    }
  }

  /** Whether a lease is void; one whose time is over is made so, unless it is spared. */
  async isVoid(lease: string): Promise<boolean> {
    if (this.#void.has(lease)) return true
    // After an outage its node may be joining anew: it goes on with its keys then.
    if (this.options.clock.now() < this.options.keeper.sparesUntil) return false
    const voiding = this.#voiding.get(lease) ?? this.#voided(lease).finally(() => this.#voiding.delete(lease))
    this.#voiding.set(lease, voiding)
    return voiding
  }

  async #voided(lease: string): Promise<boolean> {
    if (
      (await this.options.requests.ask('void a lease', () => this.options.store.voidLease(lease))) === 'alive'
    )
      return false
    remember(this.#void, lease)
    return true
  }
}

export function remember(leases: Set<string>, lease: string): void {
  leases.add(lease)
  const [oldest] = leases
  if (leases.size > REMEMBERED && oldest !== undefined) leases.delete(oldest)
}
