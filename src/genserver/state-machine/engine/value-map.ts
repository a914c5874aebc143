import { types } from 'node:util'
import { same } from './callback-result.js'

/** The depth of an outline, and the number of elements that it contains. */
const DEPTH = 3
const WIDTH = 8

/** A map that compares keys by value: `['retry', 1]` is the same key as another `['retry', 1]`. */
export class ValueMap<V> extends Map<unknown, V> {
  /** The keys that are objects, by outline. Only keys with the same outline are compared. */
  readonly #alike = new Map<string, Set<unknown>>()
  /** The outline of each key at the time when it was added; the key may be changed later. */
  readonly #outlines = new Map<unknown, string>()

  /** Returns the equal key in the map; the given key if there is none. */
  keyOf(key: unknown): unknown {
    if (!isObject(key) || this.has(key)) return key
    for (const each of this.#alike.get(outlineOf(key, DEPTH)) ?? []) if (same(each, key)) return each
    return key
  }

  override set(key: unknown, value: V): this {
    if (isObject(key) && !this.has(key)) {
      const outline = outlineOf(key, DEPTH)
      const alike = this.#alike.get(outline) ?? new Set()
      this.#alike.set(outline, alike.add(key))
      this.#outlines.set(key, outline)
    }
    return super.set(key, value)
  }

  override delete(key: unknown): boolean {
    const outline = this.#outlines.get(key)
    if (outline !== undefined) {
      this.#outlines.delete(key)
      const alike = this.#alike.get(outline)
      alike?.delete(key)
      if (alike?.size === 0) this.#alike.delete(outline)
    }
    return super.delete(key)
  }
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

/** Returns an outline of a value: a text that is the same for equal values and nearly always different for others. */
function outlineOf(value: unknown, depth: number): string {
  if (typeof value === 'number') return value === 0 ? '0' : `${value}`
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'symbol' || typeof value === 'function') return typeof value
  if (!isObject(value)) return String(value)
  if (depth === 0) return 'object'
  if (types.isDate(value)) return `date ${value.getTime()}`
  const keys = Object.keys(value)
    .sort()
    .slice(0, WIDTH)
    .map((key) => `${key}:${outlineOf((value as Record<string, unknown>)[key], depth - 1)}`)
  return `{${keys.join()}}`
}
