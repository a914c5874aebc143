import { type Clock, Deadline } from '../../kernel/index.js'
import type { EngineStore, NodeCard, StoreName } from '../engine/engine.js'
import { Pauses } from '../engine/pauses.js'
import type { Requests } from '../engine/requests.js'
import { processorTime, type Silence, silenceOf } from './silence.js'
import { StoreCheck } from './store-check.js'

/** The version of what nodes say to each other through the engine. */
export const VERSION = 2
/** Of a lease, how much an owner relies on: clocks do not run equally fast. */
const USABLE = 0.9
/** Renewals in the time of a lease. */
const RENEWALS = 3
/** Of a lease, for how long after an outage those others may join anew. They try again within a third, and one request takes a quarter at most. */
const SPARED = 2 / 3

/** The lease of this node. */
export interface OwnLease {
  readonly id: string
  revision: number
  /** By the monotonic clock of this node. */
  deadline: number
}

export interface LeaseEvents {
  /** The node has a lease, under a new identifier. */
  joined(lease: OwnLease): void
  /** The lease is void: whatever was claimed under it can be taken by others. */
  voided(): void
  /** A renewal succeeded after the deadline, or claims may be made from now on. */
  usable(): void
  /** The deadline is over. */
  overdue(why: Silence): void
  failed(error: unknown): void
}

export interface LeaseKeeperOptions {
  readonly card: NodeCard
  readonly time: number
  readonly clock: Clock
  readonly random: () => number
  /** A text that was never used. */
  readonly unique: () => string
  readonly store: EngineStore
  readonly requests: Requests
  readonly events: LeaseEvents
}

/**
 * Keeps the lease of a node. Its deadline is counted from before a renewal was sent, so that the engine always counts from later; a renewal whose outcome is not
 * known is read back, and followed by one that is known.
 */
export class LeaseKeeper {
  readonly #options: LeaseKeeperOptions
  #card: NodeCard
  readonly #pauses: Pauses
  readonly #check: StoreCheck
  #lease: OwnLease | undefined
  #store: string | undefined
  /** Claims are made from then on: before, somebody may live by the store that was there before. */
  #claimsFrom = 0
  #next: Deadline | undefined
  #turning: Promise<void> | undefined
  #overdue: Deadline | undefined
  /** Milliseconds of processor time, at the last renewal. */
  #used = 0
  #young: Deadline | undefined
  /** When the last renewal that succeeded was sent, and whether one has failed since. */
  #renewedAt = Number.POSITIVE_INFINITY
  #hasFailed = false
  #sparedUntil = Number.NEGATIVE_INFINITY
  #isStopped = false

  constructor(options: LeaseKeeperOptions) {
    const { card, time, random, store, requests } = options
    this.#check = new StoreCheck(store, requests)
    this.#options = options
    this.#card = card
    this.#pauses = new Pauses(time / 50, time / RENEWALS, random)
  }

  /** The lease, whether its deadline is over or not. */
  get lease(): OwnLease | undefined {
    return this.#lease
  }

  /** Whether what is claimed under this lease is owned at this moment. */
  isValid(id: string): boolean {
    const lease = this.#lease
    return lease !== undefined && lease.id === id && this.#options.clock.now() < lease.deadline
  }

  /** The lease to claim under; undefined while there is none, or claims cannot be made yet. */
  get usable(): OwnLease | undefined {
    const lease = this.#lease
    if (lease === undefined || this.#options.clock.now() < this.#claimsFrom) return undefined
    return this.isValid(lease.id) ? lease : undefined
  }

  /** Until when, on the clock of this node, leases of others that are over are not taken for those of dead nodes: this node has seen that the engine was away. */
  get sparesUntil(): number {
    return this.#isOutage(this.#options.clock.now()) ? Number.POSITIVE_INFINITY : this.#sparedUntil
  }

  #isOutage(now: number): boolean {
    return this.#hasFailed && now - this.#renewedAt > this.#options.time * USABLE
  }

  /** Whether what was acknowledged before this call was written in the store that the lease is in. */
  async isSameStore(): Promise<boolean> {
    return (await this.#check.name()).id === this.#store
  }

  /** The store of this lease is no more: the node joins the one that there is. */
  async distrust(lease: OwnLease): Promise<void> {
    if (this.#lease !== lease) return
    this.#next?.stop()
    this.#drop()
    await this.#turn()
  }

  /** The first lease. @param change what is said of the node beside what is known. @throws what the engine throws */
  async start(change: Partial<NodeCard> = {}): Promise<void> {
    this.#card = { ...this.#card, ...change }
    await this.#join()
    this.#schedule(this.#interval())
  }

  /** What is said of the node. */
  get card(): NodeCard {
    return this.#card
  }

  /** Says something else of the node, with a renewal that is sent at once; resolves when that was tried. */
  async describe(change: Partial<NodeCard>): Promise<void> {
    this.#card = { ...this.#card, ...change }
    // One that is on its way may have the card as it was.
    await this.#turning
    if (this.#isStopped) return
    this.#next?.stop()
    await this.#turn()
  }

  /** It is not renewed any more. */
  stop(): void {
    this.#isStopped = true
    this.#next?.stop()
    this.#overdue?.stop()
    this.#young?.stop()
    this.#lease = undefined
  }

  /** One at a time. */
  #turn(): Promise<void> {
    this.#turning ??= this.#once().finally(() => {
      this.#turning = undefined
    })
    return this.#turning
  }

  async #once(): Promise<void> {
    try {
      // It may be distrusted while it is renewed.
      do {
        if (this.#lease === undefined) await this.#join()
        else await this.#renew(this.#lease)
      } while (this.#lease === undefined && !this.#isStopped)
      this.#pauses.reset()
      this.#schedule(this.#interval())
    } catch (error) {
      if (this.#isStopped) return
      this.#hasFailed = true
      this.#options.events.failed(error)
      this.#schedule(this.#pauses.next())
    }
  }

  #tellOverdue(lease: OwnLease): void {
    const { clock, time, events } = this.#options
    this.#overdue?.stop()
    this.#overdue = undefined
    const late = clock.now() - lease.deadline
    events.overdue(silenceOf({ late, busy: processorTime(clock) - this.#used, time }))
  }

  #drop(): void {
    const lease = this.#lease
    // After a node was silent, the answer to its renewal may be there before its timer is.
    const isOverdue = lease !== undefined && this.#options.clock.now() >= lease.deadline
    if (isOverdue && this.#overdue !== undefined) this.#tellOverdue(lease)
    this.#lease = undefined
    this.#overdue?.stop()
    this.#options.events.voided()
  }

  async #join(): Promise<void> {
    const { clock, store, requests, events, unique } = this.#options
    // If the acknowledgement is lost, the lease ends by itself: nothing is ever claimed under it.
    const id = `${this.#card.node}.${unique()}`
    const sent = clock.now()
    const revision = await requests.ask('join', () => store.createLease(id, this.#card))
    const name = await this.#check.name()
    if (this.#isStopped) return
    this.#lease = { id, revision, deadline: 0 }
    this.#enter(name)
    this.#extend(this.#lease, sent)
    events.joined(this.#lease)
    if (this.usable !== undefined) events.usable()
  }

  async #renew(lease: OwnLease): Promise<void> {
    const { clock, store, requests, events } = this.#options
    const ask = () => requests.ask('renew', () => store.renewLease(lease.id, lease.revision, this.#card))
    let sent = clock.now()
    let written = await ask()
    if (written === 'refused') {
      const found = await requests.ask('read a lease', () => store.lease(lease.id))
      if (this.#lease !== lease || this.#isStopped) return
      if (found === undefined) return this.#drop()
      // It was written by a renewal whose acknowledgement was lost.
      lease.revision = found.revision
      sent = clock.now()
      written = await ask()
      if (written === 'refused') throw new Error('a renewal is refused twice')
    }
    lease.revision = written
    const isSame = await this.isSameStore()
    if (this.#lease !== lease || this.#isStopped) return
    if (!isSame) return this.#drop()
    const wasValid = this.isValid(lease.id)
    this.#extend(lease, sent)
    if (!wasValid && this.isValid(lease.id)) events.usable()
  }

  #enter(store: StoreName): void {
    if (store.id === this.#store) return
    const { clock, time, events } = this.#options
    this.#store = store.id
    if (store.age >= time) return
    const wait = time - store.age
    this.#claimsFrom = clock.now() + wait
    this.#young?.stop()
    this.#young = new Deadline(clock, wait, () => events.usable())
  }

  #extend(lease: OwnLease, sent: number): void {
    const { clock, time } = this.#options
    if (this.#isOutage(sent)) this.#sparedUntil = clock.now() + time * SPARED
    this.#hasFailed = false
    this.#renewedAt = sent
    lease.deadline = sent + time * USABLE
    this.#overdue?.stop()
    this.#used = processorTime(clock)
    this.#overdue = new Deadline(clock, Math.max(0, lease.deadline - clock.now()), () =>
      this.#tellOverdue(lease),
    )
  }

  /** Jittered, so that nodes that were started at once do not stay so. */
  #interval(): number {
    const { time, random } = this.#options
    return (time / RENEWALS) * (0.9 + random() / 10)
  }

  #schedule(ms: number): void {
    if (this.#isStopped) return
    this.#next = new Deadline(this.#options.clock, ms, () => void this.#turn())
  }
}
