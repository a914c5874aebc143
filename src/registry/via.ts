import type { Addressed } from '../genserver/index.js'
import type { NameKeeper, Pid } from '../kernel/index.js'
import { isInstance, printed, read } from '../kernel/index.js'
import { registryError } from './errors.js'
import { registrationsOf } from './registry.js'
import { UniqueRegistry } from './unique-registry.js'

/** A key of a registry as the address of a server. It is resolved each time a message is sent. */
export interface Via extends Addressed {
  /** The process that has the key at this moment. */
  whereis(): Pid | undefined
}

/** A `Via` that a server can be started under: `{ name: via(…) }`. */
export interface ViaName extends Via, NameKeeper {}

/**
 * A key of a registry as a process name, for all functions that take one: `call`, `cast`, `stop`, `ref(Class, …)`,
 * and the option `name` of a start. Elixir's `{:via, Registry, {registry, key}}` and `{registry, key, value}`.
 *
 * A server that is started under such a name registers itself before its `init` runs, like any other registered process. If the key
 * is taken, the start rejects with ALREADY_STARTED. A call to a key without a process rejects with CALL_NOPROC, and a cast to it is
 * dropped.
 *
 * @param value the value with which a server started under this name registers; optional if the type of values includes `undefined`
 * @throws REGISTRY_NOT_UNIQUE for a registry with duplicate keys; KEY_NOT_COMPARABLE
 * @example
 * ```ts
 * await startLink(Session, { user: 'ann' }, { name: via(sessions, 'ann') })
 * await ref(Session, via(sessions, 'ann')).call.greet()
 * ```
 */
export function via<K, V>(registry: UniqueRegistry<K, V>, key: K, value: NoInfer<V>): ViaName
export function via<K, V>(registry: UniqueRegistry<K, V>, key: K): undefined extends V ? ViaName : Via
export function via<K, V>(registry: UniqueRegistry<K, V>, key: K, value?: V): ViaName {
  if (!isInstance<UniqueRegistry<K, V>>(registry, UniqueRegistry)) {
    throw registryError('REGISTRY_NOT_UNIQUE', {
      registry: read(registry, 'name'),
      found: printed(read(registry, 'constructor')),
    })
  }
  return new RegistryName(registry, key, value as V)
}

class RegistryName<K, V> implements ViaName {
  readonly #registry: UniqueRegistry<K, V>
  readonly #key: K
  readonly #value: V

  constructor(registry: UniqueRegistry<K, V>, key: K, value: V) {
    // A key that can never be found is refused here; later the messages to it would only get lost.
    registrationsOf(registry).identityOf(key)
    this.#registry = registry
    this.#key = key
    this.#value = value
  }

  /** The pid of the process. While the key has none: a text under which no process is found, so that errors show it. */
  get target(): Pid | string {
    const running = registrationsOf(this.#registry).directory.peek()
    if (running === undefined) return `${this} (the registry is not running)`
    return this.whereis() ?? this.toString()
  }

  get expected(): string {
    return registrationsOf(this.#registry).expected(this.#key)
  }

  /** The name of the registry, whose process must run before a server is started under this name. */
  get keptBy(): string {
    return this.#registry.name
  }

  whereis(): Pid | undefined {
    return this.#registry.whereis(this.#key)
  }

  register(): void {
    const registry: UniqueRegistry<K, unknown> = this.#registry as UniqueRegistry<K, unknown>
    registry.register(this.#key, this.#value)
  }

  isSame(other: NameKeeper): boolean {
    if (!(other instanceof RegistryName) || other.#registry !== this.#registry) return false
    const registrations = registrationsOf(this.#registry)
    return Object.is(registrations.identityOf(other.#key), registrations.identityOf(this.#key))
  }

  toString(): string {
    const key = typeof this.#key === 'string' ? `"${this.#key}"` : printed(this.#key)
    return `via(${this.#registry.name}, ${key})`
  }
}
