import { checkKnown, errorsOf, KERNEL_ERRORS, type Kernel, Pid, self } from '../../kernel/index.js'
import { Listeners, RegisterMessage, UnregisterMessage } from '../registry-listeners.js'
import { TopicPattern, type TopicPatterns } from '../topic-patterns.js'
import { type Identity, identityOf } from './composite-key.js'
import type { Entry } from './entry-table.js'
import { listOf, type OneOrMany } from './one-or-many.js'
import { TableIncarnation } from './table-incarnation.js'
import { checkName, Directory } from './table-process.js'

const kernelError = errorsOf(KERNEL_ERRORS)

/** The options of a registry. */
export interface RegistryOptions<K> {
  /** Processes that get a `RegisterMessage` or `UnregisterMessage` each time a process registers or unregisters. */
  readonly listeners?: readonly (Pid | string)[]
  /**
   * Whether listeners also get an `UnregisterMessage` with `died` true for each key of a process that dies. It comes before the DOWN and
   * EXIT messages of that death. Default false, as in Elixir, where a listener monitors the processes that it needs to know of.
   */
  readonly tellDeaths?: boolean
  /**
   * A function from a key to the value by which it is compared, for keys that are arrays or objects: `([room, seat]) => room + '/' + seat`.
   * Default: the key itself, compared as a `Map` does.
   */
  readonly identity?: Identity<K>
  /** Metadata that each start of the registry begins with; see the method `meta`. */
  readonly meta?: Iterable<readonly [key: unknown, value: unknown]>
}

/** A registered process and its value. */
export interface Registration<V> {
  readonly pid: Pid
  readonly value: V
}

/** One incarnation of a registry. */
class RegistryIncarnation<K, V> extends TableIncarnation<K, V> {
  readonly meta: Map<unknown, unknown>
  /** The patterns among the keys of a pub/sub; `undefined` before the first one. */
  patterns: TopicPatterns | undefined = undefined
  readonly #registrations: Registrations<K, V>

  constructor(
    kernel: Kernel,
    pid: Pid,
    registrations: Registrations<K, V>,
    meta: Iterable<readonly [unknown, unknown]> = [],
  ) {
    super(kernel, pid, true)
    this.meta = new Map(meta)
    this.#registrations = registrations
  }

  begin(): void {
    this.#registrations.presence?.begin()
  }

  heard(message: unknown): boolean {
    return this.#registrations.presence?.heard(message) === true
  }

  override strike(entries: readonly Entry<K, V>[]): void {
    super.strike(entries)
    if (this.patterns !== undefined) this.#forget(entries)
  }

  override left(entries: readonly Entry<K, V>[]): void {
    if (this.patterns !== undefined) this.#forget(entries)
    this.#registrations.left(this.kernel, entries)
  }

  /** Removes the patterns that have no more subscribers. */
  #forget(entries: readonly Entry<K, V>[]): void {
    for (const { identity } of entries) {
      if (identity instanceof TopicPattern && this.table.at(identity) === undefined)
        this.patterns?.remove(identity)
    }
  }
}

/** The mechanism of the registries: it turns keys into identities, changes the table and informs listeners. */
export class Registrations<K, V> {
  /** Additional callbacks of the process, for a pub/sub of several nodes. */
  presence: { begin(): void; heard(message: unknown): boolean } | undefined = undefined
  readonly directory: Directory<RegistryIncarnation<K, V>>
  readonly #identity: Identity<K> | undefined
  readonly #listeners: Listeners
  readonly #tellsDeaths: boolean

  constructor(
    readonly name: string,
    options: RegistryOptions<K>,
  ) {
    checkName(name)
    checkKnown(`the registry ${name}`, options, ['listeners', 'tellDeaths', 'identity', 'meta'])
    this.#identity = options.identity
    this.#listeners = new Listeners(name, options.listeners)
    this.#tellsDeaths = options.tellDeaths === true
    this.directory = new Directory(
      'registry',
      name,
      (kernel, pid) => new RegistryIncarnation<K, V>(kernel, pid, this, options.meta),
    )
  }

  get running(): RegistryIncarnation<K, V> {
    return this.directory.running
  }

  identityOf(key: K): unknown {
    return identityOf(this.name, key, this.#identity)
  }

  /** The registrations under a key. */
  at(key: K): OneOrMany<Entry<K, V>> {
    return this.running.table.at(this.identityOf(key))
  }

  listAt(key: K): Entry<K, V>[] {
    return listOf(this.at(key))
  }

  /**
   * The copies of entries that callers get, since the value of an entry may change. Values are isolated as messages are, both when they
   * are stored and when they are read.
   */
  shown(entries: readonly Entry<K, V>[]): Registration<V>[] {
    const { kernel } = this.running
    return entries.map(({ pid, value }) => ({ pid, value: kernel.isolate(value) }))
  }

  /** The entries of one process under a key; by default of the current process. */
  own(key: K, pid: Pid = self()): Entry<K, V>[] {
    return this.running.table.own(pid, this.identityOf(key))
  }

  /**
   * The word under which the kernel wakes callers that wait for a registration under a key. They look up the key again, since all keys
   * that are objects share one word.
   */
  expected(key: K): string {
    const identity = this.identityOf(key)
    const text = typeof identity === 'object' ? 'an object' : String(identity)
    return `${this.name} has ${typeof identity} ${text}`
  }

  /** Registers a process; by default the current one. @throws NOT_ALIVE */
  enrol(key: K, value: V, pid: Pid = self()): void {
    const { running } = this
    const entry = running.enrol(pid, key, this.identityOf(key), value)
    if (entry === undefined) throw kernelError('NOT_ALIVE', { pid, action: 'registered' })
    const { names } = running.kernel
    if (names.expecting) names.tell(this.expected(key))
    if (!this.#listeners.present) return
    this.#listeners.tell(
      running.kernel,
      new RegisterMessage(this.name, key, entry.pid, running.kernel.isolate(value)),
    )
  }

  /** Removes registrations of one process under one key. */
  strike(key: K, entries: readonly Entry<K, V>[]): void {
    const [first] = entries
    if (first === undefined) return
    const { running } = this
    running.strike(entries)
    if (this.#listeners.present) {
      this.#listeners.tell(running.kernel, new UnregisterMessage(this.name, key, first.pid))
    }
  }

  /** Informs listeners of the entries of a process that died. Runs inside that death. */
  left(kernel: Kernel, entries: readonly Entry<K, V>[]): void {
    if (!this.#tellsDeaths || !this.#listeners.present) return
    const keys = new Map(entries.map((entry) => [entry.identity, entry]))
    for (const { key, pid } of keys.values()) {
      this.#listeners.tell(kernel, new UnregisterMessage(this.name, key, pid, true))
    }
  }
}
