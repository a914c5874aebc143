/**
 * The data of a registry: its registrations, found by key and by process.
 *
 *     #keys    identity → Entry, or a Set of them      each Entry knows its Owner,
 *     #owners  pid      → Owner → its Entries          so it is taken out of both in O(1)
 *
 * The table uses only the pids of processes, and no time.
 */
import type { Pid } from '../../kernel/index.js'
import { added, countOf, listOf, type OneOrMany, removed } from './one-or-many.js'

/** A registration. */
export class Entry<K, V> {
  /** The pid of the owner. It is stored here too, so that a lookup in a large table reads one object less. */
  readonly pid: Pid
  /** The set of all entries of the key. A key with a single entry has no set. */
  among: Set<Entry<K, V>> | undefined = undefined

  constructor(
    readonly key: K,
    /** The value by which the key is compared. */
    readonly identity: unknown,
    readonly owner: Owner<K, V>,
    public value: V,
  ) {
    this.pid = owner.pid
  }
}

/** A process with at least one registration. */
export class Owner<K, V> {
  entries: OneOrMany<Entry<K, V>> = undefined
  constructor(readonly pid: Pid) {}
}

export class Table<K, V> {
  readonly #keys = new Map<unknown, Entry<K, V> | Set<Entry<K, V>>>()
  readonly #owners = new Map<Pid, Owner<K, V>>()
  #size = 0

  /** The number of registrations. */
  get size(): number {
    return this.#size
  }

  /** The registrations under a key, the oldest first. */
  at(identity: unknown): OneOrMany<Entry<K, V>> {
    return this.#keys.get(identity)
  }

  owner(pid: Pid): Owner<K, V> | undefined {
    return this.#owners.get(pid)
  }

  owners(): Iterable<Owner<K, V>> {
    return this.#owners.values()
  }

  /** One registration of each key. */
  *keys(): Iterable<Entry<K, V>> {
    for (const few of this.#keys.values()) {
      const [first] = few instanceof Set ? few : [few]
      if (first !== undefined) yield first
    }
  }

  /** Every registration, by key. */
  *[Symbol.iterator](): Iterator<Entry<K, V>> {
    for (const few of this.#keys.values()) yield* listOf(few)
  }

  /** The registrations of one process under one key. Searches the shorter of the two lists. */
  own(pid: Pid, identity: unknown): Entry<K, V>[] {
    const theirs = this.#owners.get(pid)?.entries
    if (theirs === undefined) return []
    const under = this.#keys.get(identity)
    return countOf(theirs) < countOf(under)
      ? listOf(theirs).filter((entry) => sameIdentity(entry.identity, identity))
      : listOf(under).filter((entry) => entry.pid === pid)
  }

  admit(owner: Owner<K, V>): void {
    this.#owners.set(owner.pid, owner)
  }

  add(owner: Owner<K, V>, key: K, identity: unknown, value: V): Entry<K, V> {
    const entry = new Entry(key, identity, owner, value)
    this.#place(entry)
    owner.entries = added(owner.entries, entry)
    this.#size++
    return entry
  }

  remove(entry: Entry<K, V>): void {
    entry.owner.entries = removed(entry.owner.entries, entry)
    this.#release(entry)
  }

  /** Removes a process with all its registrations, which are returned in the order of registration. */
  dismiss(owner: Owner<K, V>): Entry<K, V>[] {
    this.#owners.delete(owner.pid)
    const entries = listOf(owner.entries)
    owner.entries = undefined
    for (const entry of entries) this.#release(entry)
    return entries
  }

  #place(entry: Entry<K, V>): void {
    const found = this.#keys.get(entry.identity)
    if (found === undefined) {
      this.#keys.set(entry.identity, entry)
      return
    }
    let among = found
    if (!(among instanceof Set)) {
      among = new Set([among])
      ;(found as Entry<K, V>).among = among
      this.#keys.set(entry.identity, among)
    }
    entry.among = among.add(entry)
  }

  #release(entry: Entry<K, V>): void {
    entry.among?.delete(entry)
    if (entry.among === undefined || entry.among.size === 0) this.#keys.delete(entry.identity)
    this.#size--
  }
}

/** Compares two identities as a `Map` compares its keys. */
function sameIdentity(a: unknown, b: unknown): boolean {
  return a === b || (Number.isNaN(a) && Number.isNaN(b))
}
