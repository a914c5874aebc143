/** What must not be shown: values marked as secret, keys that sound like it, passwords in URLs. */
import { inspect } from 'node:util'

/** What is shown in place of a secret. */
export const REDACTED = '[redacted]'

/**
 * A value that shows itself to nobody who does not ask: logs, reports, errors, JSON and `util.inspect` have
 * `[redacted]` for it, and `reveal` the value.
 *
 * @example
 * ```ts
 * const key = new Secret('k-123')
 * console.log(`${key}`, key.reveal().length) // [redacted] 5
 * ```
 */
export class Secret<T> {
  readonly #value: T

  constructor(value: T) {
    this.#value = value
  }

  /** The value. Keep it no longer than the call that needs it. */
  reveal(): T {
    return this.#value
  }

  toString(): string {
    return REDACTED
  }

  toJSON(): string {
    return REDACTED
  }

  [inspect.custom](): string {
    return REDACTED
  }
}

/** Keys whose values are secrets wherever they turn up. */
const SECRET_KEY =
  /pass(word|wd|phrase)|secret|token|authorization|cookie|credential|api[-_]?key|private[-_]?key/i

/** Whether the value under this key is better not shown. */
export function soundsSecret(key: string): boolean {
  return SECRET_KEY.test(key)
}

/** The user and password part of a URL: `postgres://pulse:secret@db/pulse`. */
const URL_PASSWORD = /(\/\/[^:/?#@\s]*):[^@/?#\s]+@/g

/** Text without the passwords that URLs in it carry: connection strings get into messages and states easily. */
export function withoutSecrets(text: string): string {
  return text.includes('@') ? text.replace(URL_PASSWORD, '$1:[redacted]@') : text
}
