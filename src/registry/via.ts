import type { Addressed } from '../genserver/index.js'
import type { NameKeeper, Pid } from '../kernel/index.js'
import { printed } from '../kernel/index.js'
import { registryError } from './errors.js'
import { ledgerOf } from './registry.js'
import { UniqueRegistry } from './unique-registry.js'

/** A key of a registry as the address of a server: whichever process has the key when a message is sent. */
export interface Via extends Addressed {
  /** The process, at this moment. */
  whereis(): Pid | undefined
}

/** A `Via` that a server can be started under: `{ name: via(…) }`. */
export interface ViaName extends Via, NameKeeper {}

/**
 * A key of a registry in place of a process name, wherever one is taken: in `call`, `cast`, `stop`, `ref(Class, …)`,
 * and as `name` of what is started. Elixir's `{:via, Registry, {registry, key}}` and `{registry, key, value}`.
 *
 * A server started under it is registered before its `init` runs, by itself, so it counts as any other registered
 * process; if the key is taken, the start rejects with ALREADY_STARTED. A call to a key that nobody has rejects with
 * CALL_NOPROC, a cast is dropped.
 *
 * @param value what a server that is started under this name registers with; needed for that unless it may be undefined
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
  if (!(registry instanceof UniqueRegistry)) {
    throw registryError('REGISTRY_NOT_UNIQUE', {
      registry: (registry as { name?: unknown } | undefined)?.name,
      found: printed((registry as object | undefined)?.constructor),
    })
  }
  return new RegistryName(registry, key, value as V)
}

class RegistryName<K, V> implements ViaName {
  readonly #registry: UniqueRegistry<K, V>
  readonly #key: K
  readonly #value: V

  constructor(registry: UniqueRegistry<K, V>, key: K, value: V) {
    // A key that can never be found is refused here, and not when a message gets lost.
    ledgerOf(registry).identityOf(key)
    this.#registry = registry
    this.#key = key
    this.#value = value
  }

  /** For a key that nobody has: its printed form, under which no process is found, so that errors name it. */
  get target(): Pid | string {
    const running = ledgerOf(this.#registry).directory.peek()
    if (running === undefined) return `${this} (the registry is not running)`
    return this.whereis() ?? this.toString()
  }

  get expected(): string {
    return ledgerOf(this.#registry).expected(this.#key)
  }

  /** The registry's process must run before one is started under this name. */
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
    const ledger = ledgerOf(this.#registry)
    return Object.is(ledger.identityOf(other.#key), ledger.identityOf(this.#key))
  }

  toString(): string {
    const key = typeof this.#key === 'string' ? `"${this.#key}"` : printed(this.#key)
    return `via(${this.#registry.name}, ${key})`
  }
}
