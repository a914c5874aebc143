import type { Clock } from '../../kernel/index.js'
import type { ClaimRecord, ClaimWrite, Hints, LeaseRecord, NodeCard, StoreName } from '../engine/engine.js'

interface Lease {
  revision: number
  ends: number
  card: NodeCard
}

/** What the nodes of one program have in common. It does what an engine promises, at once. */
export class LocalStore {
  readonly #clock: Clock
  readonly #leases = new Map<string, Lease>()
  readonly #claims = new Map<string, ClaimRecord & { readonly at: number }>()
  readonly watchers = new Set<Hints>()
  readonly inboxes = new Map<string, (bytes: Uint8Array) => void>()
  #name = 1
  #made = Number.NEGATIVE_INFINITY
  /** Microseconds: more than it will ever write, so that those of the next program are greater. */
  #token: number

  constructor(
    clock: Clock,
    /** Milliseconds of a lease. */
    readonly time: number,
  ) {
    this.#clock = clock
    this.#token = clock.wallTime() * 1000
  }

  name(): StoreName {
    return { id: String(this.#name), age: this.#clock.now() - this.#made }
  }

  create(id: string, card: NodeCard): number {
    const revision = ++this.#token
    this.#leases.set(id, { revision, ends: this.#clock.now() + this.time, card })
    return revision
  }

  renew(id: string, revision: number, card: NodeCard): number | 'refused' {
    const lease = this.#alive(id)
    if (lease?.revision !== revision) return 'refused'
    lease.revision = ++this.#token
    lease.ends = this.#clock.now() + this.time
    lease.card = card
    return lease.revision
  }

  lease(id: string): LeaseRecord | undefined {
    const lease = this.#alive(id)
    if (lease === undefined) return undefined
    const { revision, card, ends } = lease
    return { id, revision, card, remaining: ends - this.#clock.now() }
  }

  leases(): readonly LeaseRecord[] {
    return [...this.#leases.keys()].flatMap((id) => this.lease(id) ?? [])
  }

  end(id: string): void {
    this.#leases.delete(id)
  }

  claim(key: string): ClaimRecord | undefined {
    return this.#claims.get(key)
  }

  claims(): readonly ClaimRecord[] {
    return [...this.#claims.values()]
  }

  write({ key, expected, lease, node, note }: ClaimWrite): number | 'refused' {
    if ((this.#claims.get(key)?.token ?? 0) !== expected) return 'refused'
    const token = ++this.#token
    this.#claims.set(key, { key, lease, node, token, note, at: this.#clock.now() })
    for (const hints of this.watchers) hints.changed(key)
    return token
  }

  sweep(age: number): void {
    const before = this.#clock.now() - age
    for (const { key, lease, note, at } of this.#claims.values())
      if (lease === undefined && note === undefined && at < before) this.#claims.delete(key)
  }

  lose(): void {
    this.#leases.clear()
    this.#claims.clear()
    this.#name++
    this.#made = this.#clock.now()
  }

  /** Time that is over is over: nothing renews it. */
  #alive(id: string): Lease | undefined {
    const lease = this.#leases.get(id)
    if (lease === undefined || lease.ends > this.#clock.now()) return lease
    this.#leases.delete(id)
    return undefined
  }
}
