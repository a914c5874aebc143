import { type Kernel, Pid, tell } from '../kernel/index.js'
import { registryError } from './errors.js'

/** Sent to a registry's listeners when a process registers. Elixir's `{:register, registry, key, pid, value}`. */
export class RegisterMessage<K = unknown, V = unknown> {
  readonly tag = 'register'
  constructor(
    /** The registry's name. */
    readonly registry: string,
    readonly key: K,
    readonly pid: Pid,
    readonly value: V,
  ) {}
}

/**
 * Sent to a registry's listeners when a process takes its registrations under a key back; with the option `tellDeaths` also
 * when it dies. Elixir's `{:unregister, registry, key, pid}`.
 */
export class UnregisterMessage<K = unknown> {
  readonly tag = 'unregister'
  constructor(
    readonly registry: string,
    readonly key: K,
    readonly pid: Pid,
    /** Whether the registration ended with its process. */
    readonly died: boolean = false,
  ) {}
}

/**
 * Guard for `receive`: a process registered.
 *
 * @example
 * ```ts
 * const { key, pid } = await receive(isRegister)
 * ```
 */
export function isRegister(message: unknown): message is RegisterMessage {
  return message instanceof RegisterMessage
}

/**
 * Guard for `receive`: a process took back what it had registered.
 *
 * @example
 * ```ts
 * const { key, pid } = await receive(isUnregister)
 * ```
 */
export function isUnregister(message: unknown): message is UnregisterMessage {
  return message instanceof UnregisterMessage
}

/** The processes that hear of every registration. */
export class Listeners {
  readonly #listeners: readonly (Pid | string)[]

  constructor(registry: string, listeners: readonly (Pid | string)[] = []) {
    for (const value of listeners) {
      if (!(value instanceof Pid) && typeof value !== 'string') {
        throw registryError('LISTENER_INVALID', { registry, value })
      }
    }
    this.#listeners = listeners
  }

  /** Whether there is anybody to tell. */
  get present(): boolean {
    return this.#listeners.length > 0
  }

  tell(kernel: Kernel, message: RegisterMessage | UnregisterMessage): void {
    for (const listener of this.#listeners) {
      const pid = typeof listener === 'string' ? kernel.whereis(listener) : listener
      // A listener that is being restarted is no failure of whoever registers just then.
      if (pid === undefined) kernel.lose(listener, message)
      else tell(kernel, pid, message)
    }
  }
}
