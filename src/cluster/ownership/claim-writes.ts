import type { ClaimRecord, ClaimWrite, EngineStore } from '../engine/engine.js'
import type { Requests } from '../engine/requests.js'

/** Leases of which it is known that they are void, or were ours: both is so for ever. */
const REMEMBERED = 1_000

/** Reads and writes of claims. A write whose outcome is not known is read back. */
export class ClaimWrites {
  readonly #void = new Set<string>()
  /** Leases that are being voided: a node that died had many keys. */
  readonly #voiding = new Map<string, Promise<boolean>>()

  constructor(
    private readonly store: EngineStore,
    private readonly requests: Requests,
  ) {}

  read(key: string): Promise<ClaimRecord | undefined> {
    return this.requests.ask('read a claim', () => this.store.claim(key))
  }

  async write(write: ClaimWrite): Promise<number | 'refused'> {
    try {
      return await this.requests.ask('write a claim', () => this.store.writeClaim(write))
    } catch (error) {
      // It may be written, and it may be written later: it is ours if it says so, and otherwise it is not known.
      const record = await this.read(write.key)
      const isWritten = record?.lease === write.lease && record?.note === write.note
      if (record !== undefined && record.token !== write.expected && isWritten) return record.token
      throw error
    }
  }

  /** Whether a lease is void; one whose time is over is made so. */
  async isVoid(lease: string): Promise<boolean> {
    if (this.#void.has(lease)) return true
    const voiding = this.#voiding.get(lease) ?? this.#voided(lease).finally(() => this.#voiding.delete(lease))
    this.#voiding.set(lease, voiding)
    return voiding
  }

  async #voided(lease: string): Promise<boolean> {
    if ((await this.requests.ask('void a lease', () => this.store.voidLease(lease))) === 'alive') return false
    remember(this.#void, lease)
    return true
  }
}

export function remember(leases: Set<string>, lease: string): void {
  leases.add(lease)
  const [oldest] = leases
  if (leases.size > REMEMBERED && oldest !== undefined) leases.delete(oldest)
}
