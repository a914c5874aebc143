import type { ClaimState } from '../cluster/index.js'
import type { Kernel } from '../kernel/index.js'
import type { CronClaim, CronLedger, Noting } from './cron-claim.js'

interface Kept {
  note: string | undefined
  isHeld: boolean
}

/** Keys of a program that is in no cluster: its own, always. */
export class SoloClaims implements CronLedger {
  readonly #kernel: Kernel
  readonly #kept = new Map<string, Kept>()
  #token = 0

  constructor(kernel: Kernel) {
    this.#kernel = kernel
  }

  async take(key: string, noting: Noting): Promise<CronClaim | 'taken' | undefined> {
    const kept = this.#kept.get(key)
    if (kept?.isHeld === true) return 'taken'
    const note = noting(kept?.note)
    if (note === undefined) return undefined
    const now: Kept = { note, isHeld: true }
    this.#kept.set(key, now)
    // Microseconds, so that those of the next program are greater.
    this.#token = Math.max(this.#token + 1, this.#kernel.clock.wallTime() * 1000)
    return new SoloClaim(key, this.#kernel.node, this.#token, now)
  }
}

class SoloClaim implements CronClaim {
  readonly signal = new AbortController().signal
  readonly #kept: Kept

  constructor(
    readonly key: string,
    readonly node: string,
    readonly token: number,
    kept: Kept,
  ) {
    this.#kept = kept
  }

  get note(): string | undefined {
    return this.#kept.note
  }

  set note(note: string | undefined) {
    this.#kept.note = note
  }

  get state(): ClaimState {
    return this.#kept.isHeld ? 'held' : 'released'
  }

  valid(): boolean {
    return this.#kept.isHeld
  }

  fence(): number {
    return this.token
  }

  async held(): Promise<void> {}

  async release(): Promise<void> {
    this.#kept.isHeld = false
  }
}
