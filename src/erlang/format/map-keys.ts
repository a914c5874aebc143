/** Compares keys of a map that are different values but may be the same term: a BEAM has no such map. */
import * as tag from './tags.js'

const ZERO = `${String.fromCharCode(tag.NEW_FLOAT)}${'\0'.repeat(8)}`
const MINUS_ZERO = `${String.fromCharCode(tag.NEW_FLOAT)}\x80${'\0'.repeat(7)}`

/** Returns an object that compares the keys of a map as they are written; `undefined` if no two can be the same. */
export function keysToCompare(map: ReadonlyMap<unknown, unknown>): MapKeys | undefined {
  return areDistinct(map) ? undefined : new MapKeys()
}

class MapKeys {
  readonly #written = new Set<string>()

  isNew(bytes: Buffer, start: number, end: number): boolean {
    const before = this.#written.size
    // `0.0` and `-0.0` are one key.
    const key = bytes.toString('latin1', start, end).replaceAll(MINUS_ZERO, ZERO)
    return this.#written.add(key).size > before
  }
}

/** Whether the map itself distinguishes all keys: they are only texts, or only integers. */
function areDistinct(map: ReadonlyMap<unknown, unknown>): boolean {
  let kind: string | undefined
  for (const key of map.keys()) {
    const isSimple = typeof key === 'string' || Number.isSafeInteger(key)
    if (!isSimple || typeof key !== (kind ?? typeof key)) return map.size < 2
    kind = typeof key
  }
  return true
}
