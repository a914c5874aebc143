/** The most objects that are searched one by one among those copied already; a message with more is packed with a table. */
const MOST = 24

/** The result for a value with more than simple data, or with too much of it. */
export const NOT_FLAT: unique symbol = Symbol('not flat')

/**
 * Copies object literals and arrays that contain only each other and primitive values: most messages. It makes no tables, as packing does,
 * which would take several times as long.
 */
export class FlatCopy {
  /** The approximate size in bytes. */
  size = 0
  #seen: object[] = []
  /** Whether the first list was made for the message: then it has no further properties. */
  #made = false

  of(value: unknown): unknown {
    this.#begin(false)
    return this.#copy(value)
  }

  /** Does the same for the fields of a portable class, for which a list may have been made. */
  ofFields(fields: object): unknown {
    this.#begin(Array.isArray(fields))
    return this.#copy(fields)
  }

  #begin(made: boolean): void {
    this.size = 0
    this.#made = made
    if (this.#seen.length > 0) this.#seen = []
  }

  #copy(value: unknown): unknown {
    this.size += 8
    if (typeof value === 'string') {
      this.size += value.length
      return value
    }
    if (typeof value === 'symbol' || typeof value === 'function') return NOT_FLAT
    if (typeof value !== 'object' || value === null) return value
    // An object that occurs twice must be one object on the other side, too.
    if (this.#seen.length >= MOST || this.#seen.includes(value)) return NOT_FLAT
    const prototype: unknown = Object.getPrototypeOf(value)
    if (prototype === Array.prototype) return this.#list(value as unknown[])
    return prototype === Object.prototype ? this.#record(value as Record<string, unknown>) : NOT_FLAT
  }

  #list(list: readonly unknown[]): unknown {
    this.#seen.push(list)
    const isMade = this.#made
    this.#made = false
    const copy: unknown[] = []
    const { length } = list
    for (let at = 0; at < length; at++) {
      const item = list[at]
      // It is a hole: an array may consist of billions of them.
      if (item === undefined && !(at in list)) return NOT_FLAT
      const copied = this.#copy(item)
      if (copied === NOT_FLAT) return NOT_FLAT
      copy.push(copied)
    }
    // The array has further properties.
    return isMade || Object.keys(list).length === copy.length ? copy : NOT_FLAT
  }

  #record(record: Readonly<Record<string, unknown>>): unknown {
    this.#seen.push(record)
    const copy: Record<string, unknown> = {}
    for (const key of Object.keys(record)) {
      const copied = this.#copy(record[key])
      if (copied === NOT_FLAT || key === '__proto__') return NOT_FLAT
      copy[key] = copied
    }
    return Object.getOwnPropertySymbols(record).length === 0 ? copy : NOT_FLAT
  }
}
