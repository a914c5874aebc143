import { type Clock, Deadline, HeartwoodError } from '../../kernel/index.js'
import { ConcurrencyLimit } from '../engine/concurrency-limit.js'
import type { ClaimRecord, EngineStore } from '../engine/engine.js'
import type { Requests } from '../engine/requests.js'
import { clusterError } from '../errors.js'
import type { LeaseKeeper, OwnLease } from '../membership/lease-keeper.js'
import { type Claim, type ClaimKeeper, HeldClaim } from './claim.js'
import type { ClaimOptions, Known, Noting, Owner } from './claim-options.js'
import { ClaimWrites, remember } from './claim-writes.js'
import { LeaseWatch } from './lease-watch.js'
import { Sweeping } from './sweeping.js'
import { Waiter, Waiting } from './waiting.js'

/** Requests that are on their way at once when many keys are written. */
const AT_ONCE = 256

export interface ClaimsOptions {
  readonly node: string
  readonly time: number
  readonly clock: Clock
  readonly random: () => number
  readonly store: EngineStore
  readonly requests: Requests
  readonly keeper: LeaseKeeper
  /** Milliseconds between two looks at all claims. */
  readonly reconcile: number
  /** A failure of the engine that nobody else is told of. */
  readonly failed: (error: unknown) => void
}

/** The claims of a node. Each is written by compare-and-set; a write whose outcome is not known is read back. */
export class Claims implements ClaimKeeper {
  readonly #options: ClaimsOptions
  readonly #held = new Map<string, HeldClaim>()
  /** Keys that are being written by this node: one write at a time for each. */
  readonly #writing = new Map<string, Promise<unknown>>()
  readonly #waiting = new Waiting()
  readonly #limit = new ConcurrencyLimit(AT_ONCE)
  readonly #watch: LeaseWatch
  readonly #writes: ClaimWrites
  readonly #sweeping: Sweeping
  /** The leases that this node has had. */
  readonly #own = new Set<string>()
  readonly #usable = new Set<Waiter>()
  /** Keys that other nodes are about to write over to this one. */
  readonly expected = new Set<string>()
  #reconciling: Deadline | undefined
  /** When all claims were read last. */
  #lookedAt = Number.NEGATIVE_INFINITY
  /** Claims that were this node's then, and that it did not know of. */
  #leftBehind: ClaimRecord[] = []
  #isStopped = false

  constructor(options: ClaimsOptions) {
    const { clock, store, requests, time } = options
    this.#options = options
    this.#writes = new ClaimWrites(options)
    this.#watch = new LeaseWatch(clock, store, requests, time, this.#waiting)
    this.#sweeping = new Sweeping(store, requests, clock, options.random, options.failed)
    this.#reconcileLater()
  }

  get node(): string {
    return this.#options.node
  }

  get held(): readonly Claim[] {
    return [...this.#held.values()]
  }

  isValid(lease: string): boolean {
    return this.#options.keeper.isValid(lease)
  }

  /** @throws CLAIM_TAKEN, CLUSTER_LEFT, what the engine throws, the reason of the signal */
  async take(key: string, { wait = false, signal }: ClaimOptions): Promise<Claim> {
    return (await this.#taken(key, { wait, signal }, undefined)) as Claim
  }

  /**
   * As `take`, at once; undefined where `noting` does not want the key.
   *
   * @throws as `take`
   */
  takeNoted(key: string, noting: Noting): Promise<HeldClaim | undefined> {
    return this.#taken(key, {}, noting)
  }

  /** As `take`, for a key of which something is known. @throws as `take` */
  async takeKnown(key: string, signal: AbortSignal, known: Known | undefined): Promise<HeldClaim> {
    return (await this.#taken(key, { signal }, undefined, known)) as HeldClaim
  }

  async #taken(
    key: string,
    { wait = false, signal }: ClaimOptions,
    noting: Noting | undefined,
    known?: Known,
  ): Promise<HeldClaim | undefined> {
    const pauses = this.#writes.pauses()
    for (;;) {
      signal?.throwIfAborted()
      // Before it looks: a hint that comes while it does is a reason to look again.
      const waiter = this.#waiting.register(key)
      try {
        const found = await this.#attempt(key, signal, noting, known)
        if (found === undefined) return undefined
        if (found instanceof HeldClaim) {
          await found.held()
          return found
        }
        if (!wait) throw clusterError('CLAIM_TAKEN', { key, owner: found.node })
        waiter.lease = found.lease
        if (found.lease !== undefined) this.#watch.watch(found.lease)
        pauses.reset()
        await waiter.woken(signal)
      } catch (error) {
        if (!wait || this.#isStopped || signal?.aborted === true || HeartwoodError.is(error, 'CLAIM_TAKEN'))
          throw error
        // The engine is out of reach, or the claim was lost before it was told.
        if (!HeartwoodError.is(error, 'CLAIM_LOST')) this.#options.failed(error)
        await this.#writes.pause(pauses)
      } finally {
        this.#waiting.leave(key, waiter)
      }
    }
  }

  /** The claim, or who has the key; undefined where `noting` does not want it. */
  async #attempt(
    key: string,
    signal: AbortSignal | undefined,
    noting: Noting | undefined,
    known?: Known,
  ): Promise<HeldClaim | Owner | undefined> {
    for (let writing = this.#writing.get(key); writing !== undefined; writing = this.#writing.get(key))
      await writing
    const lease = await this.#usableLease(signal)
    // Two of one node are two owners.
    if (this.#held.has(key)) return { node: this.node, lease: undefined }
    if (this.#writing.has(key)) return this.#attempt(key, signal, noting, known)
    const obtain = () => this.#obtain(key, lease, signal, noting, known)
    const found = await this.#alone(key, () => this.#limit.run(obtain))
    if (found !== 'elsewhere') return found
    await this.#options.keeper.distrust(lease)
    return this.#attempt(key, signal, noting)
  }

  /** `'elsewhere'`: it was written in another store than the lease. */
  async #obtain(
    key: string,
    lease: OwnLease,
    signal: AbortSignal | undefined,
    noting: Noting | undefined,
    known?: Known,
  ): Promise<HeldClaim | Owner | 'elsewhere' | undefined> {
    const pauses = this.#writes.pauses()
    let record = known === undefined ? await this.#writes.read(key) : known.record
    for (let isHint = known !== undefined; ; isHint = false) {
      const owner = record?.lease
      if (
        record !== undefined &&
        owner !== undefined &&
        !this.#isOwn(owner) &&
        !(await this.#writes.isVoid(owner))
      ) {
        // It may have been given back since that was read.
        if (!isHint) return { node: record.node, lease: owner }
        record = await this.#writes.read(key)
        continue
      }
      // Also what is ours already, by an attempt that was given up, is written anew: what else that one has on its way is refused then.
      const note = noting === undefined ? record?.note : noting(record)
      if (noting !== undefined && note === undefined) return undefined
      const token = await this.#write(key, lease.id, record?.token, note)
      if (token !== 'refused') {
        const claim = { note, given: owner !== undefined && this.#isOwn(owner) }
        const isSame = await this.#options.keeper.isSameStore()
        return isSame ? this.#claimed(key, lease, token, claim) : 'elsewhere'
      }
      // Somebody was faster.
      record = await this.#writes.readAfter(key, record?.token ?? 0, pauses)
      if (this.#isStopped) throw this.#left()
      signal?.throwIfAborted()
    }
  }

  /** While it works, nothing else of this node writes the key. */
  async #alone<T>(key: string, work: () => Promise<T>): Promise<T> {
    const writing = work()
    this.#writing.set(
      key,
      writing.catch(() => {}),
    )
    try {
      return await writing
    } finally {
      this.#writing.delete(key)
    }
  }

  #claimed(key: string, lease: OwnLease, token: number, made: Pick<HeldClaim, 'note' | 'given'>): HeldClaim {
    const claim = new HeldClaim(this, key, lease.id, token, made.note)
    claim.given = made.given
    this.#held.set(key, claim)
    // The node may have had to join anew meanwhile.
    const now = this.#options.keeper.lease
    if (now !== undefined && now.id !== lease.id) void this.#retake(claim, now)
    return claim
  }

  /** Also what was taken again under a lease that is over by now, and not acknowledged: `#retake` goes on from there. */
  #isOurs({ lease }: ClaimRecord): boolean {
    return lease !== undefined && this.#isOwn(lease)
  }

  /** Whether a lease is one that this node has, or had. */
  #isOwn(lease: string): boolean {
    return this.#own.has(lease)
  }

  /** A write in the name of this node. */
  #write(key: string, lease: string | undefined, expected = 0, note?: string): Promise<number | 'refused'> {
    return this.#writes.write({ key, expected, lease, node: this.node, note })
  }

  async #usableLease(signal: AbortSignal | undefined): Promise<OwnLease> {
    for (;;) {
      if (this.#isStopped) throw this.#left()
      const { usable } = this.#options.keeper
      if (usable !== undefined) return usable
      const waiter = new Waiter()
      this.#usable.add(waiter)
      try {
        await waiter.woken(signal)
      } finally {
        this.#usable.delete(waiter)
      }
    }
  }

  /** Claims may be made, or are valid again. */
  usable(): void {
    for (const waiter of this.#usable) waiter.wake()
    for (const claim of this.#held.values()) claim.look()
  }

  /** The node has a new lease: it takes again what nobody else has taken. */
  async joined(lease: OwnLease): Promise<void> {
    remember(this.#own, lease.id)
    const rest = [...this.#held.values()].filter((claim) => claim.lease !== lease.id)
    const one = async (): Promise<void> => {
      for (let claim = rest.pop(); claim !== undefined; claim = rest.pop()) await this.#retake(claim, lease)
    }
    await Promise.all(Array.from({ length: AT_ONCE }, one))
  }

  async #retake(claim: HeldClaim, lease: OwnLease): Promise<void> {
    const { keeper } = this.#options
    const { key } = claim
    const pauses = this.#writes.pauses()
    const isOn = (): boolean => keeper.lease === lease && this.#held.get(key) === claim && !this.#isStopped
    // The token that it has: it is refused if anybody had the key in between.
    let expected = claim.token
    while (isOn()) {
      try {
        const token = await this.#write(key, lease.id, expected, claim.note)
        if (token !== 'refused') {
          if (await keeper.isSameStore()) return claim.retaken(lease.id, token)
          return void keeper.distrust(lease)
        }
        const record = await this.#writes.readAfter(key, expected, pauses)
        // Another one, unless it was an attempt of ours that was given up.
        if (record?.lease === undefined || !this.#isOwn(record.lease)) return this.#lost(claim, record)
        expected = record.token
      } catch {
        // Not known: tried again, with the same token.
        await this.#writes.pause(pauses)
      }
    }
  }

  #lost(claim: HeldClaim, record: ClaimRecord | undefined): void {
    if (this.#held.get(claim.key) === claim) this.#held.delete(claim.key)
    claim.lose(record === undefined ? 'a store that was made anew' : `node ${record.node}`)
  }

  async release(claim: HeldClaim): Promise<void> {
    const { key } = claim
    if (this.#held.get(key) !== claim) return
    this.#held.delete(key)
    try {
      await this.#alone(key, () => this.#free(key, claim.token, claim.note))
    } finally {
      this.#waiting.wake(key)
    }
  }

  async #free(key: string, token: number, note: string | undefined): Promise<void> {
    const pauses = this.#writes.pauses()
    let expected = token
    while ((await this.#write(key, undefined, expected, note)) === 'refused') {
      const record = await this.#writes.readAfter(key, expected, pauses)
      // It is another's by now, unless it was being taken again.
      if (record?.lease === undefined || !this.#isOwn(record.lease)) return
      expected = record.token
    }
  }

  /**
   * Writes a key over to another node, by one write: nobody can have it in between.
   *
   * @returns false where it was this node's no more
   * @throws what the engine throws: it is not known then whose it is
   */
  async giveTo(claim: HeldClaim, lease: string, node: string): Promise<boolean> {
    const { key } = claim
    if (this.#held.get(key) !== claim) return false
    this.#held.delete(key)
    claim.giveAway()
    const write = { key, expected: claim.token, lease, node, note: claim.note }
    return this.#alone(key, async () => (await this.#writes.write(write)) !== 'refused')
  }

  /** A hint: a key was written. */
  changed(key: string | undefined): void {
    this.#waiting.wake(key)
  }

  /** Gives all back; what the engine does not take is free when the lease is over. */
  async leave(): Promise<void> {
    this.#isStopped = true
    this.#reconciling?.stop()
    this.#watch.stop()
    this.#waiting.wake()
    for (const waiter of this.#usable) waiter.wake()
    let rest = [...this.#held.values()]
    const one = async (): Promise<void> => {
      for (let claim = rest.pop(); claim !== undefined; claim = rest.pop())
        await claim.release().catch(() => {
          // The engine is out of reach, and will be for the others: they are free when the lease is over.
          rest = []
        })
    }
    await Promise.all(Array.from({ length: AT_ONCE }, one))
  }

  #reconcileLater(): void {
    const { reconcile, clock, random } = this.#options
    const pause = reconcile * (0.75 + random() / 2)
    this.#reconciling = new Deadline(clock, pause, () => {
      void this.#reconcile().finally(() => {
        if (!this.#isStopped) this.#reconcileLater()
      })
    })
  }

  async #reconcile(): Promise<void> {
    const { clock, reconcile } = this.#options
    // Whoever supervises keys reads all claims, too: that was a look. Out of reach: whoever keeps the lease tells that.
    if (clock.now() - this.#lookedAt >= reconcile * 0.75) await this.records().catch(() => {})
    for (const { key, token, note } of this.#leftBehind.splice(0))
      if (this.#isLeftBehind(key)) await this.#alone(key, () => this.#free(key, token, note)).catch(() => {})
    await this.#sweeping.sweepIfDue()
  }

  /** All claims. Watches may miss something: each look finds what was lost, and what this node has without knowing. @throws what the engine throws */
  async records(): Promise<readonly ClaimRecord[]> {
    const { store, requests, clock } = this.#options
    const records = await requests.ask('read all claims', () => store.claims())
    this.#lookedAt = clock.now()
    this.#leftBehind = []
    for (const record of records) {
      const claim = this.#held.get(record.key)
      if (claim === undefined) {
        if (this.#isOurs(record)) this.#leftBehind.push(record)
      } else if (record.token > claim.token && !this.#isOurs(record)) this.#lost(claim, record)
    }
    this.#waiting.wake()
    return records
  }

  /** Written by an attempt that was given up: it is nobody's here, and nobody is about to make it so. */
  #isLeftBehind(key: string): boolean {
    return !this.#held.has(key) && !this.#writing.has(key) && !this.expected.has(key)
  }

  #left(): Error {
    return clusterError('CLUSTER_LEFT', { node: this.node, action: 'claim a key' })
  }
}
