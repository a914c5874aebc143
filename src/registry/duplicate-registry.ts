import { checkPid, type Pid } from '../kernel/index.js'
import { Registry, registrationsOf, type ValueArgument } from './registry.js'
import type { Registration } from './table/registrations.js'

/**
 * A registry whose keys have any number of processes. A process can be registered under a key more than once. Elixir's
 * `Registry` with `keys: :duplicate`.
 *
 * @typeParam K the keys; default `string`
 * @typeParam V the value that a process registers with; default none
 * @example
 * ```ts
 * const watchers = new DuplicateRegistry<string>('watchers')
 * await watchers.startLink()
 * watchers.register('prices')
 * watchers.dispatch('prices', (all) => all.forEach(({ pid }) => send(pid, 'changed')))
 * ```
 */
export class DuplicateRegistry<K = string, V = undefined> extends Registry<K, V> {
  /** Registers the current process under `key`, also if it is registered there already. Elixir's `Registry.register/3`. */
  register(key: K, ...[value]: ValueArgument<V>): void {
    registrationsOf(this).enrol(key, value as V)
  }

  /**
   * Registers another process under `key`: one whose code does not know the registry. It is linked to the registry as if it had
   * registered itself.
   *
   * @throws NOT_ALIVE for a process that is dead; NOT_A_PID
   * @example
   * ```ts
   * workers.registerPid(spawnLink(() => resize()), 'resize')
   * ```
   */
  registerPid(pid: Pid, key: K, ...[value]: ValueArgument<V>): void {
    checkPid(pid, 'registerPid')
    registrationsOf(this).enrol(key, value as V, pid)
  }

  /** All registrations under `key`, the oldest first. `Registry.lookup/2`. */
  lookup(key: K): Registration<V>[] {
    const registrations = registrationsOf(this)
    return registrations.shown(registrations.listAt(key))
  }
}
