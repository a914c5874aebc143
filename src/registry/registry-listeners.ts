import { isInstance, type Kernel, Pid, tell } from '../kernel/index.js'
import { registryError } from './errors.js'

/** The message that listeners of a registry get when a process registers. Elixir's `{:register, registry, key, pid, value}`. */
export class RegisterMessage<K = unknown, V = unknown> {
  readonly tag = 'register'
  constructor(
    /** The name of the registry. */
    readonly registry: string,
    readonly key: K,
    readonly pid: Pid,
    readonly value: V,
  ) {}
}

/**
 * The message that listeners of a registry get when a process unregisters from a key; with the option `tellDeaths` also
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
  return isInstance(message, RegisterMessage)
}

/**
 * Guard for `receive`: a process unregistered.
 *
 * @example
 * ```ts
 * const { key, pid } = await receive(isUnregister)
 * ```
 */
export function isUnregister(message: unknown): message is UnregisterMessage {
  return isInstance(message, UnregisterMessage)
}

/** The listeners of a registry: processes that get a message for each registration. */
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

  /** Whether the registry has listeners. */
  get present(): boolean {
    return this.#listeners.length > 0
  }

  tell(kernel: Kernel, message: RegisterMessage | UnregisterMessage): void {
    for (const listener of this.#listeners) {
      const pid = typeof listener === 'string' ? kernel.whereis(listener) : listener
      // The name of a listener that is being restarted is free. That must not fail the process that registers meanwhile.
      if (pid === undefined) kernel.deadLetter(listener, message)
      else tell(kernel, pid, message)
    }
  }
}
