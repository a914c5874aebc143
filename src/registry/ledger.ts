import { type Kernel, type Pid, self } from '../kernel/index.js'
import { Directory } from './directory.js'
import { type Few, listOf } from './few.js'
import { type Identity, identityOf } from './key.js'
import { Listeners, RegisterMessage, UnregisterMessage } from './listener.js'
import { Running } from './running.js'
import type { Entry } from './table.js'

/** What a registry may be given. */
export interface RegistryOptions<K> {
  /** Processes that get a `RegisterMessage` or `UnregisterMessage` whenever a process registers or unregisters. */
  readonly listeners?: readonly (Pid | string)[]
  /**
   * Makes what a key is compared by, for keys that are arrays or objects: `([room, seat]) => room + '/' + seat`.
   * Default: the key itself, compared as a `Map` does.
   */
  readonly identity?: Identity<K>
  /** Metadata that is there from every start on; see `meta`. */
  readonly meta?: Iterable<readonly [key: unknown, value: unknown]>
}

/** A process under a key, and the value it registered with. */
export interface Registration<V> {
  readonly pid: Pid
  readonly value: V
}

/** A registry that runs. */
class RunningRegistry<K, V> extends Running<K, V> {
  readonly meta: Map<unknown, unknown>

  constructor(kernel: Kernel, pid: Pid, meta: Iterable<readonly [unknown, unknown]> = []) {
    super(kernel, pid, true)
    this.meta = new Map(meta)
  }
}

/** What the registries are made of: keys become identities here, and listeners hear of what happens. */
export class Ledger<K, V> {
  readonly directory: Directory<RunningRegistry<K, V>>
  readonly #identity: Identity<K> | undefined
  readonly #listeners: Listeners

  constructor(
    readonly name: string,
    options: RegistryOptions<K>,
  ) {
    this.#identity = options.identity
    this.#listeners = new Listeners(name, options.listeners)
    this.directory = new Directory(
      'registry',
      name,
      (kernel, pid) => new RunningRegistry<K, V>(kernel, pid, options.meta),
    )
  }

  get running(): RunningRegistry<K, V> {
    return this.directory.running
  }

  identityOf(key: K): unknown {
    return identityOf(this.name, key, this.#identity)
  }

  /** The registrations under a key. */
  at(key: K): Few<Entry<K, V>> {
    return this.running.table.at(this.identityOf(key))
  }

  listAt(key: K): Entry<K, V>[] {
    return listOf(this.at(key))
  }

  /**
   * What callers see of entries: copies, since the value of an entry may change; and values are isolated on their way
   * out as on their way in, as messages are.
   */
  shown(entries: readonly Entry<K, V>[]): Registration<V>[] {
    const { kernel } = this.running
    return entries.map(({ pid, value }) => ({ pid, value: kernel.isolate(value) }))
  }

  /** Those of one process, the current one unless told otherwise. */
  own(key: K, pid: Pid = self()): Entry<K, V>[] {
    return this.running.table.own(pid, this.identityOf(key))
  }

  /**
   * What is told when somebody registers under a key. Whoever is told looks for himself: keys that are objects may share
   * theirs.
   */
  expected(key: K): string {
    const identity = this.identityOf(key)
    const text = typeof identity === 'object' ? 'an object' : String(identity)
    return `${this.name} has ${typeof identity} ${text}`
  }

  /** Registers the current process. */
  enrol(key: K, value: V): void {
    const { running } = this
    const entry = running.enrol(self(), key, this.identityOf(key), value)
    if (entry === undefined) return
    const { names } = running.kernel
    if (names.expecting) names.tell(this.expected(key))
    if (!this.#listeners.present) return
    this.#listeners.tell(
      running.kernel,
      new RegisterMessage(this.name, key, entry.pid, running.kernel.isolate(value)),
    )
  }

  /** Takes registrations of the current process back. */
  strike(key: K, entries: readonly Entry<K, V>[]): void {
    if (entries.length === 0) return
    const { running } = this
    running.strike(entries)
    if (this.#listeners.present) {
      this.#listeners.tell(running.kernel, new UnregisterMessage(this.name, key, self()))
    }
  }
}
