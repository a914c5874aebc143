/**
 * Any value as plain, bounded data that JSON can hold: what reports show of states and messages.
 *
 * A report must come out whatever it is about: a cycle, a getter that throws, a proxy that lies, a state of a
 * gigabyte. So nothing of the value is called, getters are named and not run, and depth, breadth, length and total
 * size are capped.
 */
import { pino } from 'pino'
import { Pid, Reference } from '../kernel/index.js'
import { REDACTED, Secret, soundsSecret, withoutSecrets } from './secrets.js'

/** How much of a value is shown. */
export interface Limits {
  /** Levels of nesting. Default 5. */
  readonly depth: number
  /** Entries of one object, array, map or set. Default 50. */
  readonly breadth: number
  /** Characters of one string. Default 2,000. */
  readonly length: number
  /** Values in all. Default 1,000. */
  readonly size: number
}

export const LIMITS: Limits = { depth: 5, breadth: 50, length: 2_000, size: 1_000 }

/** Characters that an address with a password in it may have. */
const LONGEST_URL = 1_000

/**
 * A bounded copy of `value`, safe to serialise. Values under keys that sound secret are replaced, and so are the
 * passwords in URLs.
 *
 * @example
 * snapshot({ user: 'ada', password: 'x', big: 10n }) // { user: 'ada', password: '[redacted]', big: '10n' }
 */
export function snapshot(value: unknown, limits: Partial<Limits> = {}): unknown {
  return new Snapshot({ ...LIMITS, ...limits }).of(value, 0)
}

/** A string cut to `length` characters, saying how much is missing. */
export function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length)}… (${text.length - length} more characters)`
}

/** A string without secrets, cut to `length`. What is looked through is little more than what is shown. */
export function safeText(text: string, length: number): string {
  // A password at the cut must be seen as a whole, or half of it would be shown.
  const near = withoutSecrets(text.length <= length ? text : text.slice(0, length + LONGEST_URL))
  return text.length <= length ? near : `${near.slice(0, length)}… (${text.length - length} more characters)`
}

class Snapshot {
  #left: number
  readonly #above: object[] = []

  constructor(private readonly limits: Limits) {
    this.#left = limits.size
  }

  of(value: unknown, depth: number): unknown {
    try {
      return this.#of(value, depth)
    } catch (error) {
      // A proxy's trap, most likely; that it cannot be read is what there is to say.
      return `[unreadable: ${error instanceof Error ? cut(String(error.message), 200) : typeof error}]`
    }
  }

  #of(value: unknown, depth: number): unknown {
    this.#left--
    switch (typeof value) {
      case 'string':
        return safeText(value, this.limits.length)
      case 'bigint':
        return cut(`${value}n`, this.limits.length)
      case 'number':
        return Number.isFinite(value) ? value : String(value)
      case 'symbol':
        return String(value)
      case 'function':
        return `[function ${this.#nameOf(value)}]`
      case 'object':
        return value === null ? null : this.#object(value, depth)
      default:
        return value
    }
  }

  #object(value: object, depth: number): unknown {
    if (value instanceof Pid || value instanceof Reference) return String(value)
    if (value instanceof Secret) return REDACTED
    if (this.#above.includes(value)) return '[circular]'
    if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString()
    if (value instanceof RegExp) return cut(RegExp.prototype.toString.call(value), this.limits.length)
    if (value instanceof Error) return safeText(`${value.name}: ${value.message}`, this.limits.length)
    if (value instanceof Promise || value instanceof WeakMap || value instanceof WeakSet) {
      return `[${value.constructor.name}]`
    }
    if (ArrayBuffer.isView(value)) return `[${value.constructor.name} of ${value.byteLength} bytes]`
    if (value instanceof ArrayBuffer) return `[ArrayBuffer of ${value.byteLength} bytes]`
    if (pino.symbols.streamSym in value) return '[logger]'
    if (depth >= this.limits.depth) return Array.isArray(value) ? `[array of ${value.length}]` : '[object]'
    this.#above.push(value)
    try {
      if (Array.isArray(value)) return this.#list(value, value.length, depth)
      if (value instanceof Set) return { set: this.#list(value, value.size, depth) }
      if (value instanceof Map) return { map: this.#list(value, value.size, depth) }
      return this.#record(value, depth)
    } finally {
      this.#above.pop()
    }
  }

  #list(values: Iterable<unknown>, size: number, depth: number): unknown[] {
    const shown: unknown[] = []
    for (const value of values) {
      if (shown.length >= this.limits.breadth || this.#left <= 0) {
        shown.push(`… ${size - shown.length} more`)
        break
      }
      shown.push(this.of(value, depth + 1))
    }
    return shown
  }

  #record(value: object, depth: number): Record<string, unknown> {
    // No prototype, so that a key such as "__proto__" is a key like any other.
    const shown: Record<string, unknown> = Object.create(null)
    const keys = Object.keys(value)
    let count = 0
    for (const key of keys) {
      if (count >= this.limits.breadth || this.#left <= 0) {
        shown['…'] = `${keys.length - count} more`
        break
      }
      count++
      shown[cut(key, 200)] = soundsSecret(key) ? REDACTED : this.#property(value, key, depth)
    }
    return shown
  }

  #property(holder: object, key: string, depth: number): unknown {
    const property = Object.getOwnPropertyDescriptor(holder, key)
    if (property === undefined) return '[gone]'
    return 'value' in property ? this.of(property.value, depth + 1) : '[getter]'
  }

  #nameOf(fn: object): string {
    const name = Object.getOwnPropertyDescriptor(fn, 'name')?.value
    return typeof name === 'string' && name !== '' ? cut(name, 100) : 'without a name'
  }
}
