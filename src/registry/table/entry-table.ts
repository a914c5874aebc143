/**
 * The data of a registry: who stands under which key, found from both ends.
 *
 *     #keys    identity → Entry, or a Set of them      each Entry knows its Owner,
 *     #owners  pid      → Owner → its Entries          so it is taken out of both in O(1)
 *
 * It knows nothing of processes but their pids, and nothing of time.
 */
import type { Pid } from '../../kernel/index.js'
import { added, countOf, type Few, listOf, removed } from './one-or-many.js'

/** One registration. */
export class Entry<K, V> {
  /** Here as well as in the owner: a lookup in a large table then touches one object less. */
  readonly pid: Pid
  /** The set it stands in with others of its key; a key has none before the second comes. */
  among: Set<Entry<K, V>> | undefined = undefined

  constructor(
    readonly key: K,
    /** What the key is compared by. */
    readonly identity: unknown,
    readonly owner: Owner<K, V>,
    public value: V,
  ) {
    this.pid = owner.pid
  }
}

/** A process with at least one registration. */
export class Owner<K, V> {
  entries: Few<Entry<K, V>> = undefined
  constructor(readonly pid: Pid) {}
}

export class Table<K, V> {
  readonly #keys = new Map<unknown, Entry<K, V> | Set<Entry<K, V>>>()
  readonly #owners = new Map<Pid, Owner<K, V>>()
  #size = 0

  /** How many registrations there are. */
  get size(): number {
    return this.#size
  }

  /** The registrations under a key, oldest first. */
  at(identity: unknown): Few<Entry<K, V>> {
    return this.#keys.get(identity)
  }

  owner(pid: Pid): Owner<K, V> | undefined {
    return this.#owners.get(pid)
  }

  owners(): Iterable<Owner<K, V>> {
    return this.#owners.values()
  }

  /** The keys in use, one registration of each. */
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

  /** The registrations of one process under one key; walks the shorter of the two lists. */
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

  /** Takes a process out, with all that it registered, which is returned in that order. */
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

/** As a `Map` compares its keys. */
function sameIdentity(a: unknown, b: unknown): boolean {
  return a === b || (Number.isNaN(a) && Number.isNaN(b))
}
