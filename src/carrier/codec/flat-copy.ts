/** Objects that are looked for among those copied already, one by one; a message with more is packed with a table. */
const MOST = 24

/** It has more than simple data, or more of it than this can do. */
export const NOT_FLAT: unique symbol = Symbol('not flat')

/**
 * A copy of object literals and arrays that hold nothing but each other and primitive values: most messages. It makes no tables, as packing
 * does, which would take several times as long.
 */
export class FlatCopy {
  /** About how many bytes it is. */
  size = 0
  #seen: object[] = []
  /** The first list was made for the message: it has no properties of its own. */
  #made = false

  of(value: unknown): unknown {
    this.#begin(false)
    return this.#copy(value)
  }

  /** The same of the fields of a portable class: a list of them was made for the message. */
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
    // What is there twice must be one object there, too.
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
      // A hole: an array may be nothing else, billions of them.
      if (item === undefined && !(at in list)) return NOT_FLAT
      const copied = this.#copy(item)
      if (copied === NOT_FLAT) return NOT_FLAT
      copy.push(copied)
    }
    // Properties that no list has.
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
