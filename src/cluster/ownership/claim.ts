import { clusterError } from '../errors.js'

/**
 * `'held'`: this node owns the key. `'paused'`: the time is over and the engine has not answered, or the lease is being renewed; do not act under the claim.
 * `'lost'`: another node has the key. `'released'`: this node gave the key back.
 */
export type ClaimState = 'held' | 'paused' | 'lost' | 'released'

/**
 * A key that this node owns, while `valid()` is true. Other nodes get it when it is released, or when this node is silent for the time of a lease.
 *
 * @example
 * ```ts
 * import { local, startCluster } from 'heartwood/cluster'
 *
 * const cluster = await startCluster({ engine: local() })
 * const claim = await cluster.claim('nightly report')
 * if (claim.valid()) console.log('the report, under', claim.fence() > 0)
 * await claim.release()
 * await cluster.leave()
 * ```
 */
export interface Claim {
  readonly key: string
  /** The node that owns it. */
  readonly node: string
  readonly state: ClaimState
  /** The fencing token, in every state. It grows with each owner, and when the node joins again. */
  readonly token: number
  /** Fires with `CLAIM_LOST` when another node has the key; not when it is released. */
  readonly signal: AbortSignal
  /** Whether this node owns the key at this moment. It reads the clock once, and says nothing about the next moment. */
  valid(): boolean
  /**
   * Returns the token for writes.
   *
   * @throws CLAIM_NOT_HELD if the claim is not valid at this moment
   */
  fence(): number
  /**
   * Resolves when the claim is valid: at once, or when the engine is back.
   *
   * @throws CLAIM_LOST if another node has the key, CLAIM_NOT_HELD if it was released
   */
  held(): Promise<void>
  /**
   * Releases the key, so that another node can get it at once. The claim is not valid from this call on.
   *
   * @throws ENGINE_TIMEOUT, ENGINE_UNREACHABLE if the engine does not answer: the key is then free when the engine is back or the lease is over
   */
  release(): Promise<void>
}

/** What a claim asks of those that keep it. */
export interface ClaimKeeper {
  readonly node: string
  isValid(lease: string): boolean
  release(claim: HeldClaim): Promise<void>
}

/** A claim of this node. */
export class HeldClaim implements Claim {
  readonly key: string
  readonly #keeper: ClaimKeeper
  readonly #abort = new AbortController()
  #lease: string
  #token: number
  #end: 'lost' | 'released' | undefined
  #owner = 'nobody'
  /** What is kept with the key; it is written with the next write of the claim. */
  note: string | undefined
  /** The key was this node's before it was claimed: its former owner wrote it over. */
  given = false
  #waiting: (() => void)[] = []

  constructor(keeper: ClaimKeeper, key: string, lease: string, token: number, note?: string) {
    this.#keeper = keeper
    this.key = key
    this.#lease = lease
    this.#token = token
    this.note = note
  }

  get node(): string {
    return this.#keeper.node
  }

  get lease(): string {
    return this.#lease
  }

  get token(): number {
    return this.#token
  }

  get signal(): AbortSignal {
    return this.#abort.signal
  }

  get state(): ClaimState {
    return this.#end ?? (this.valid() ? 'held' : 'paused')
  }

  valid(): boolean {
    return this.#end === undefined && this.#keeper.isValid(this.#lease)
  }

  fence(): number {
    if (!this.valid()) throw this.#notHeld()
    return this.#token
  }

  async held(): Promise<void> {
    while (!this.valid()) {
      if (this.#end === 'lost') throw this.#lost()
      if (this.#end === 'released') throw this.#notHeld()
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
  }

  async release(): Promise<void> {
    if (this.#end !== undefined) return
    this.#finish('released')
    await this.#keeper.release(this)
  }

  /** It is taken again, under a new lease. */
  retaken(lease: string, token: number): void {
    this.#lease = lease
    this.#token = token
    this.look()
  }

  /** Those that wait look whether it is valid. */
  look(): void {
    for (const resolve of this.#waiting.splice(0)) resolve()
  }

  /** It is written over to another node. */
  giveAway(): void {
    this.#finish('released')
  }

  /** Another node has the key. */
  lose(owner: string): void {
    if (this.#end !== undefined) return
    this.#owner = owner
    this.#finish('lost')
    this.#abort.abort(this.#lost())
  }

  #finish(end: 'lost' | 'released'): void {
    this.#end = end
    this.look()
  }

  #lost(): Error {
    return clusterError('CLAIM_LOST', { key: this.key, owner: this.#owner })
  }

  #notHeld(): Error {
    return clusterError('CLAIM_NOT_HELD', { key: this.key, state: this.state })
  }
}
