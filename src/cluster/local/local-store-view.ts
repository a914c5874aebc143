import type {
  ClaimRecord,
  ClaimWrite,
  EngineStore,
  Hints,
  LeaseRecord,
  NodeCard,
  StoreName,
} from '../engine/engine.js'
import type { LocalStore } from './local-store.js'

/** The store of a program as one node has it. */
export class LocalStoreView implements EngineStore {
  #hints: Hints | undefined
  #inbox: string | undefined

  constructor(private readonly store: LocalStore) {}

  async name(): Promise<StoreName> {
    return this.store.name()
  }

  async createLease(id: string, card: NodeCard): Promise<number> {
    return this.store.create(id, card)
  }

  async renewLease(id: string, revision: number, card: NodeCard): Promise<number | 'refused'> {
    return this.store.renew(id, revision, card)
  }

  async lease(id: string): Promise<LeaseRecord | undefined> {
    return this.store.lease(id)
  }

  async leases(): Promise<readonly LeaseRecord[]> {
    return this.store.leases()
  }

  async voidLease(id: string): Promise<'void' | 'alive'> {
    return this.store.lease(id) === undefined ? 'void' : 'alive'
  }

  async endLease(id: string): Promise<void> {
    this.store.end(id)
  }

  async claim(key: string): Promise<ClaimRecord | undefined> {
    return this.store.claim(key)
  }

  async claims(): Promise<readonly ClaimRecord[]> {
    return this.store.claims()
  }

  async sweep(age: number): Promise<void> {
    this.store.sweep(age)
  }

  async writeClaim(write: ClaimWrite): Promise<number | 'refused'> {
    return this.store.write(write)
  }

  watch(hints: Hints): void {
    this.#hints = hints
    this.store.watchers.add(hints)
  }

  async publish(topic: string, text: string): Promise<void> {
    for (const hints of this.store.watchers) hints.message(topic, text)
  }

  receive(inbox: string, _longest: number, take: (bytes: Uint8Array) => void): void {
    this.#inbox = inbox
    this.store.inboxes.set(inbox, take)
  }

  /** It arrives later, as from any server. */
  post(inbox: string, bytes: Uint8Array): void {
    const copy = Uint8Array.from(bytes)
    queueMicrotask(() => this.store.inboxes.get(inbox)?.(copy))
  }

  async close(): Promise<void> {
    if (this.#inbox !== undefined) this.store.inboxes.delete(this.#inbox)
    if (this.#hints !== undefined) this.store.watchers.delete(this.#hints)
  }
}
