import { checkFunction, checkPid, type Pattern, type Pid } from '../kernel/index.js'
import type { Entry } from './table/entry-table.js'
import { withLock } from './table/key-lock.js'
import { listOf } from './table/one-or-many.js'
import { type Registration, Registrations, type RegistryOptions } from './table/registrations.js'
import type { DirectorySpec } from './table/table-process.js'
import { testOf } from './value-pattern.js'

/** A registration together with its key. */
export interface KeyedRegistration<K, V> extends Registration<V> {
  readonly key: K
}

/** The parameter for the value of a registration. It is optional if the type of the value includes `undefined`. */
export type ValueArgument<V> = undefined extends V ? [value?: V] : [value: V]

type LiteralOrShape = Exclude<Pattern, (message: never) => boolean>

/** A pattern for values: a predicate, a literal, or an object of expected properties, as in `receive`. */
export type ValuePattern<V> = ((value: V) => boolean) | LiteralOrShape
/** A pattern for registrations, as objects `{ key, pid, value }`. */
export type RegistrationPattern<K, V> = ((registration: KeyedRegistration<K, V>) => boolean) | LiteralOrShape

/** Gives other files of this layer the private `Registrations` of a registry. */
export let registrationsOf: <K, V>(registry: Registry<K, V>) => Registrations<K, V>

/**
 * A table of processes by key, each with a value: the base class of `UniqueRegistry` and `DuplicateRegistry`. Elixir's `Registry`.
 *
 * - All methods except `lock` are synchronous: they read and write a table in the same thread and send no message.
 * - A process registers itself, or another (`registerPid`). Its registrations are removed at the moment of its death, so no dead process is ever seen.
 * - The time to register, to look up and to die does not depend on the number of keys.
 * - Keys are compared as a `Map` does: like `===`, and `NaN` equals itself. Literal arrays and objects would never be
 *   found again and are refused (KEY_NOT_COMPARABLE) unless the option `identity` makes them comparable.
 * - A registered process is linked to the process of the registry. When that crashes, is killed or shut down, the registrations
 *   are lost, and the registered processes end too, so that they are restarted and register again; a process that traps exits
 *   gets an `ExitMessage`. The end of a registered process does not affect the registry.
 *
 * The object is a constant of the program and can be used everywhere. The data belong to the running process, one per kernel;
 * without such a process, every method throws REGISTRY_NOT_RUNNING.
 */
export abstract class Registry<K = string, V = undefined> {
  readonly #registrations: Registrations<K, V>

  static {
    registrationsOf = (registry) => registry.#registrations
  }

  /**
   * @param name the name of the registry, under which its process is registered
   * @throws LISTENER_INVALID
   */
  constructor(
    readonly name: string,
    options: RegistryOptions<K> = {},
  ) {
    this.#registrations = new Registrations(name, options)
  }

  /**
   * Starts the process of the registry, linked to the current process. Elixir's `Registry.start_link/1`.
   *
   * @throws ALREADY_STARTED, with `details.pid`; NAME_INVALID. Both reject.
   */
  startLink(): Promise<Pid> {
    return this.#registrations.directory.start(true)
  }

  /** Starts the process of the registry without a link. */
  start(): Promise<Pid> {
    return this.#registrations.directory.start(false)
  }

  /**
   * The child spec of the registry. List it before the children that use it, in a supervisor whose strategy is
   * `'rest_for_one'` or `'one_for_all'`.
   */
  childSpec(): DirectorySpec {
    return this.#registrations.directory.childSpec
  }

  /**
   * Removes all registrations of the current process under `key`. It is no error if there are none. Elixir's
   * `Registry.unregister/2`.
   */
  unregister(key: K): void {
    this.#registrations.strike(key, this.#registrations.own(key))
  }

  /** Removes all registrations of another process under `key`. It is no error if there are none. @throws NOT_A_PID */
  unregisterPid(pid: Pid, key: K): void {
    checkPid(pid, 'unregisterPid')
    this.#registrations.strike(key, this.#registrations.own(key, pid))
  }

  /** Removes the registrations of the current process under `key` whose value matches. `Registry.unregister_match/4`. */
  unregisterMatch(key: K, pattern: ValuePattern<V>): void {
    const fits = testOf(pattern, this.name)
    const own = this.#registrations.own(key)
    this.#registrations.strike(
      key,
      own.filter((entry) => fits(entry, () => entry.value)),
    )
  }

  /** The keys of a process, in the order of registration. A key that it has twice is listed twice. `Registry.keys/2`. */
  keys(pid: Pid): K[] {
    return listOf(this.#registrations.running.table.owner(pid)?.entries).map(({ key }) => key)
  }

  /** The values of a process under a key. `Registry.values/3`. */
  values(key: K, pid: Pid): V[] {
    return this.#registrations.shown(this.#registrations.own(key, pid)).map(({ value }) => value)
  }

  /** The number of registrations. `Registry.count/1`. */
  count(): number {
    return this.#registrations.running.table.size
  }

  /**
   * Calls `fn` once, synchronously, with all registrations under `key`, the oldest first. Does not call it if there are none.
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
    const entries = this.#registrations.listAt(key)
    if (entries.length > 0) fn(this.#registrations.shown(entries))
  }

  /**
   * The registrations under `key` whose value matches. `Registry.match/4`.
   *
   * @example
   * ```ts
   * workers.match('resize', { busy: false })
   * workers.match('resize', ({ jobs }) => jobs < 3)
   * ```
   */
  match(key: K, pattern: ValuePattern<V>): Registration<V>[] {
    return this.#registrations.shown(this.#matching(key, pattern))
  }

  /** The number of registrations that `match` returns. `Registry.count_match/4`. */
  countMatch(key: K, pattern: ValuePattern<V>): number {
    return this.#matching(key, pattern).length
  }

  /**
   * All registrations that match, of any key; without a pattern all of them. It tests every registration. `Registry.select/2`.
   *
   * @example
   * ```ts
   * const idle = workers.select({ value: { busy: false } }).map(({ pid }) => pid)
   * ```
   */
  select(pattern?: RegistrationPattern<K, V>): KeyedRegistration<K, V>[] {
    const fits = pattern === undefined ? undefined : testOf(pattern, this.name)
    const selected: KeyedRegistration<K, V>[] = []
    const { kernel, table } = this.#registrations.running
    for (const entry of table) {
      const { key, pid } = entry
      let candidate: KeyedRegistration<K, V> | undefined
      const look = () => {
        candidate ??= { key, pid, value: kernel.isolate(entry.value) }
        return candidate
      }
      if (fits === undefined || fits(entry, look)) selected.push(look())
    }
    return selected
  }

  /** The number of registrations that `select` returns. `Registry.count_select/2`. */
  countSelect(pattern: RegistrationPattern<K, V>): number {
    return this.select(pattern).length
  }

  /** The metadata under `key`, of `putMeta` or of the option `meta`; `undefined` if there is none. `Registry.meta/2`. */
  meta(key: unknown): unknown {
    return this.#registrations.running.meta.get(key)
  }

  /** Stores metadata of the registry itself, for as long as its process lives. `Registry.put_meta/3`. */
  putMeta(key: unknown, value: unknown): void {
    const { kernel, meta } = this.#registrations.running
    meta.set(key, kernel.isolate(value))
  }

  /** Removes the metadata under `key`. `Registry.delete_meta/2`. */
  deleteMeta(key: unknown): void {
    this.#registrations.running.meta.delete(key)
  }

  /**
   * Runs `fn` while it holds the lock on `key`. Other callers wait in a queue. The lock is released when `fn` returns, throws, or its
   * process dies. Two flows of one process, such as two requests of a web server, also wait for each other. Locks are independent of
   * registrations: any key can be locked. Elixir's `Registry.lock/3`.
   *
   * @returns the result of `fn`
   * @throws LOCK_HELD when it is called inside the `fn` of the same lock, where it would wait for ever; the error of `fn`. Both reject.
   * @example
   * ```ts
   * const report = await reports.lock('march', () => reports.whereis('march') ?? startReport('march'))
   * ```
   */
  async lock<T>(key: K, fn: () => T | PromiseLike<T>): Promise<T> {
    checkFunction(fn, 'lock of a registry')
    return withLock(this.name, this.#registrations.running.pid, key, this.#registrations.identityOf(key), fn)
  }

  toString(): string {
    return `registry ${this.name}`
  }

  #matching(key: K, pattern: ValuePattern<V>): Entry<K, V>[] {
    const fits = testOf(pattern, this.name)
    return this.#registrations.listAt(key).filter((entry) => fits(entry, () => entry.value))
  }
}
