import { checkFunction, checkPid, matcherOf, type Pattern, type Pid } from '../kernel/index.js'
import type { Entry } from './table/entry-table.js'
import { withLock } from './table/key-lock.js'
import { listOf } from './table/one-or-many.js'
import { Ledger, type Registration, type RegistryOptions } from './table/registrations.js'
import type { DirectorySpec } from './table/table-process.js'

/** A registration with its key. */
export interface KeyedRegistration<K, V> extends Registration<V> {
  readonly key: K
}

/** The value of a registration; may be left out where it may be `undefined`. */
export type ValueArgument<V> = undefined extends V ? [value?: V] : [value: V]

type LiteralOrShape = Exclude<Pattern, (message: never) => boolean>

/** Which values are meant: a predicate, a literal, or an object of expected properties, as in `receive`. */
export type ValuePattern<V> = ((value: V) => boolean) | LiteralOrShape
/** Which registrations are meant, by `{ key, pid, value }`. */
export type RegistrationPattern<K, V> = ((registration: KeyedRegistration<K, V>) => boolean) | LiteralOrShape

/** The way from a registry to what it is made of, for the other files of this layer. */
export let ledgerOf: <K, V>(registry: Registry<K, V>) => Ledger<K, V>

/**
 * A place where processes are found by key, each with a value: what `UniqueRegistry` and `DuplicateRegistry` have in
 * common. Elixir's `Registry`.
 *
 * - Everything but `lock` is synchronous: it reads and writes a table in the same thread and asks no process.
 * - A process registers itself, or another (`registerPid`). Its registrations are gone in the moment it dies, so no dead process is ever seen.
 * - Registering, looking up and dying take the same time whatever the number of keys.
 * - Keys are compared as a `Map` does: like `===`, and `NaN` equals itself. Literal arrays and objects would never be
 *   found again and are refused (KEY_NOT_COMPARABLE) unless the option `identity` makes them comparable.
 * - A registered process is linked to the registry's. When that one crashes, is killed or shut down, the registrations
 *   are lost, and the processes that rely on them end too, to be started and registered anew; those that trap exits
 *   get an `ExitMessage`. In the other direction nothing happens: registered processes come and go.
 *
 * The object is a constant of the program, shared by all who use the registry. The data are with the running process,
 * one per kernel; where there is none, every method throws REGISTRY_NOT_RUNNING.
 */
export abstract class Registry<K = string, V = undefined> {
  readonly #ledger: Ledger<K, V>

  static {
    ledgerOf = (registry) => registry.#ledger
  }

  /**
   * @param name what its process is registered as
   * @throws LISTENER_INVALID
   */
  constructor(
    readonly name: string,
    options: RegistryOptions<K> = {},
  ) {
    this.#ledger = new Ledger(name, options)
  }

  /**
   * Starts the registry's process, linked to the current one. Elixir's `Registry.start_link/1`.
   *
   * @throws ALREADY_STARTED, with `details.pid`; NAME_INVALID. Both reject.
   */
  startLink(): Promise<Pid> {
    return this.#ledger.directory.start(true)
  }

  /** As `startLink`, without the link. */
  start(): Promise<Pid> {
    return this.#ledger.directory.start(false)
  }

  /**
   * What a supervisor starts it by. List it before the children that use it, in a supervisor whose strategy is
   * `'rest_for_one'` or `'one_for_all'`.
   */
  childSpec(): DirectorySpec {
    return this.#ledger.directory.childSpec
  }

  /**
   * Takes back all that the current process has registered under `key`. Nothing registered is no error. Elixir's
   * `Registry.unregister/2`.
   */
  unregister(key: K): void {
    this.#ledger.strike(key, this.#ledger.own(key))
  }

  /** As `unregister`, of another process. Nothing registered, as of a dead one, is no error. @throws NOT_A_PID */
  unregisterPid(pid: Pid, key: K): void {
    checkPid(pid, 'unregisterPid')
    this.#ledger.strike(key, this.#ledger.own(key, pid))
  }

  /** Takes back what the current process has registered under `key` with such a value. `Registry.unregister_match/4`. */
  unregisterMatch(key: K, pattern: ValuePattern<V>): void {
    const matches = matcherOf(pattern)
    const own = this.#ledger.own(key)
    this.#ledger.strike(
      key,
      own.filter((entry) => matches(entry.value)),
    )
  }

  /** The keys a process is registered under, in that order; one it has twice is there twice. `Registry.keys/2`. */
  keys(pid: Pid): K[] {
    return listOf(this.#ledger.running.table.owner(pid)?.entries).map(({ key }) => key)
  }

  /** The values a process has under a key. `Registry.values/3`. */
  values(key: K, pid: Pid): V[] {
    return this.#ledger.shown(this.#ledger.own(key, pid)).map(({ value }) => value)
  }

  /** How many registrations there are. `Registry.count/1`. */
  count(): number {
    return this.#ledger.running.table.size
  }

  /**
   * Calls `fn` once, here and now, with all registrations under `key`, oldest first; not at all if there are none.
   * Elixir's `Registry.dispatch/3`.
   *
   * @example
   * ```ts
   * rooms.dispatch('lobby', (registrations) => {
   *   for (const { pid } of registrations) send(pid, 'closing')
   * })
   * ```
   */
  dispatch(key: K, fn: (registrations: readonly Registration<V>[]) => void): void {
    checkFunction(fn, 'dispatch of a registry')
    const entries = this.#ledger.listAt(key)
    if (entries.length > 0) fn(this.#ledger.shown(entries))
  }

  /**
   * The registrations under `key` whose value fits. `Registry.match/4`.
   *
   * @example
   * ```ts
   * workers.match('resize', { busy: false })
   * workers.match('resize', ({ jobs }) => jobs < 3)
   * ```
   */
  match(key: K, pattern: ValuePattern<V>): Registration<V>[] {
    return this.#ledger.shown(this.#matching(key, pattern))
  }

  /** How many `match` would give. `Registry.count_match/4`. */
  countMatch(key: K, pattern: ValuePattern<V>): number {
    return this.#matching(key, pattern).length
  }

  /**
   * All registrations that fit, of any key; without a pattern simply all. It looks at every one. `Registry.select/2`.
   *
   * @example
   * ```ts
   * const idle = workers.select({ value: { busy: false } }).map(({ pid }) => pid)
   * ```
   */
  select(pattern?: RegistrationPattern<K, V>): KeyedRegistration<K, V>[] {
    const matches = pattern === undefined ? undefined : matcherOf(pattern)
    const selected: KeyedRegistration<K, V>[] = []
    const { kernel, table } = this.#ledger.running
    for (const { key, pid, value } of table) {
      const candidate = { key, pid, value: kernel.isolate(value) }
      if (matches === undefined || matches(candidate)) selected.push(candidate)
    }
    return selected
  }

  /** How many `select` would give. `Registry.count_select/2`. */
  countSelect(pattern: RegistrationPattern<K, V>): number {
    return this.select(pattern).length
  }

  /** What `putMeta` stored under `key`, or the option `meta`; undefined if nothing. `Registry.meta/2`. */
  meta(key: unknown): unknown {
    return this.#ledger.running.meta.get(key)
  }

  /** Stores something about the registry itself, for as long as its process lives. `Registry.put_meta/3`. */
  putMeta(key: unknown, value: unknown): void {
    const { kernel, meta } = this.#ledger.running
    meta.set(key, kernel.isolate(value))
  }

  /** Removes what `putMeta` stored. `Registry.delete_meta/2`. */
  deleteMeta(key: unknown): void {
    this.#ledger.running.meta.delete(key)
  }

  /**
   * Runs `fn` while no other process holds the lock on `key`; whoever comes later waits in line. The lock is given back
   * when `fn` is done, also by throwing, and when the process dies. Two flows of one process, such as two requests of a web server, wait for each
   * other, too. Locks have nothing to do with registrations: any
   * key can be locked. Elixir's `Registry.lock/3`.
   *
   * @returns what `fn` returns
   * @throws LOCK_HELD inside the `fn` of the same lock, which would wait for ever; what `fn` throws. Both reject.
   * @example
   * ```ts
   * const report = await reports.lock('march', () => reports.whereis('march') ?? startReport('march'))
   * ```
   */
  async lock<T>(key: K, fn: () => T | PromiseLike<T>): Promise<T> {
    checkFunction(fn, 'lock of a registry')
    return withLock(this.name, this.#ledger.running.pid, key, this.#ledger.identityOf(key), fn)
  }

  toString(): string {
    return `registry ${this.name}`
  }

  #matching(key: K, pattern: ValuePattern<V>): Entry<K, V>[] {
    const matches = matcherOf(pattern)
    return this.#ledger.listAt(key).filter((entry) => matches(entry.value))
  }
}
