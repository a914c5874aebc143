import { checkFunction, checkPid, type Pid, self } from '../kernel/index.js'
import { registryError } from './errors.js'
import { Registry, registrationsOf, type ValueArgument } from './registry.js'
import type { Entry } from './table/entry-table.js'
import type { OneOrMany } from './table/one-or-many.js'
import type { Registration } from './table/registrations.js'

/**
 * A registry whose keys have at most one process. Elixir's `Registry` with `keys: :unique`.
 *
 * `via(registry, key)` is the address of a server by its key.
 *
 * @typeParam K the keys; default `string`
 * @typeParam V the value that a process registers with; default none
 * @example
 * ```ts
 * const sessions = new UniqueRegistry<string, { since: number }>('sessions')
 * await sessions.startLink()
 * sessions.register('ann', { since: 2026 })
 * sessions.lookup('ann') // { pid, value: { since: 2026 } }
 * ```
 */
export class UniqueRegistry<K = string, V = undefined> extends Registry<K, V> {
  /**
   * Registers the current process under `key`, until it unregisters or dies. Elixir's `Registry.register/3`.
   *
   * @throws ALREADY_REGISTERED when the key is taken, also by the current process itself; `details.pid` has it
   */
  register(key: K, ...[value]: ValueArgument<V>): void {
    this.#enrol(self(), key, value as V)
  }

  /**
   * Registers another process under `key`: one whose code does not know the registry. It is linked to the registry as if it had
   * registered itself.
   *
   * @throws ALREADY_REGISTERED; NOT_ALIVE for a process that is dead; NOT_A_PID
   * @example
   * ```ts
   * devices.registerPid(spawnLink(() => poll(sensor)), sensor.id)
   * ```
   */
  registerPid(pid: Pid, key: K, ...[value]: ValueArgument<V>): void {
    checkPid(pid, 'registerPid')
    this.#enrol(pid, key, value as V)
  }

  /** The process under `key` and its value; `undefined` if there is none. `Registry.lookup/2`. */
  lookup(key: K): Registration<V> | undefined {
    const registrations = registrationsOf(this)
    const { kernel, table } = registrations.running
    const entry = alone(table.at(registrations.identityOf(key)))
    return entry && { pid: entry.pid, value: kernel.isolate(entry.value) }
  }

  /** The process under `key`; `undefined` if there is none. `Registry.whereis_name/1`. */
  whereis(key: K): Pid | undefined {
    return this.#at(key)?.pid
  }

  /**
   * Changes the value of the current process under `key`. Elixir's `Registry.update_value/3`.
   *
   * @param update computes the new value from the old one; if it throws, nothing changes
   * @returns both values; `undefined` if the current process is not registered under `key`
   */
  updateValue(key: K, update: (value: V) => V): { value: V; previous: V } | undefined {
    checkFunction(update, 'updateValue of a registry')
    const entry = this.#at(key)
    if (entry === undefined || entry.pid !== self()) return undefined
    const { kernel } = registrationsOf(this).running
    const previous = kernel.isolate(entry.value)
    const value = update(previous)
    entry.value = kernel.isolate(value)
    return { value, previous }
  }

  #enrol(pid: Pid, key: K, value: V): void {
    const taken = this.#at(key)
    if (taken !== undefined) {
      throw registryError('ALREADY_REGISTERED', { registry: this.name, key, pid: taken.pid })
    }
    registrationsOf(this).enrol(key, value, pid)
  }

  #at(key: K): Entry<K, V> | undefined {
    return alone(registrationsOf(this).at(key))
  }
}

/** The entry of a unique key. It is never a set, since a second registration is refused. */
const alone = <K, V>(few: OneOrMany<Entry<K, V>>): Entry<K, V> | undefined => few as Entry<K, V> | undefined
