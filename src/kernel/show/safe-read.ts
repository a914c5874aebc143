/**
 * The one door through which values of others are looked at: what was thrown, sent, returned, or given as a label.
 *
 * Such a value may be a proxy that throws or was revoked, have getters that throw, claim any class, and be of any size.
 * Nothing here throws, whatever it gets, and nothing here does more work for a larger value. So: no `instanceof`, no
 * `String(value)` and no `value.key` on a value of others; ask here.
 */
import { types } from 'node:util'

/** Prototypes that are followed. A proxy can make up a new one for ever. */
const LONGEST_CHAIN = 100

export function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function'
}

/** Whether that prototype is in the value's chain: `instanceof` for values of others. */
export function inherits(value: unknown, prototype: object): boolean {
  if (!isObject(value)) return false
  try {
    let at: unknown = Object.getPrototypeOf(value)
    for (let steps = 0; isObject(at) && steps < LONGEST_CHAIN; steps++) {
      if (at === prototype) return true
      at = Object.getPrototypeOf(at)
    }
  } catch {
    // A proxy that does not tell is not known to be one.
  }
  return false
}

/** Whether a value can be asked for its class: not a proxy that was revoked, or throws. */
export function isAskable(value: unknown): boolean {
  try {
    if (isObject(value)) Object.getPrototypeOf(value)
    return true
  } catch {
    return false
  }
}

/**
 * Whether a value is an error, of this realm or another: `node:vm` and test runners have realms of their own, whose
 * errors are no `instanceof Error` here.
 */
export function isError(value: unknown): value is Error {
  if (types.isNativeError(value) || inherits(value, Error.prototype)) return true
  // No native error in Node, and of the realm that Node itself was loaded in.
  return isObject(value) && read(value, Symbol.toStringTag) === 'DOMException'
}

/** Whether it is a proxy that was revoked: whoever asks anything else of it gets an error of the engine. */
export function isRevoked(value: unknown): boolean {
  try {
    Array.isArray(value)
    return false
  } catch {
    return true
  }
}

/** `instanceof`, of a value of others: no instance is what cannot be asked. */
export function isInstance<T>(value: unknown, Class: abstract new (...args: never[]) => T): value is T {
  try {
    return value instanceof Class
  } catch {
    return false
  }
}

/** `Array.isArray`, of a value of others. */
export function isList(value: unknown): value is readonly unknown[] {
  return !isRevoked(value) && Array.isArray(value)
}

/** A property, inherited or a getter; undefined also when it cannot be read. */
export function read(value: unknown, key: PropertyKey): unknown {
  return tryRead(value, key)?.value
}

/** The same, where it matters that a property could not be read: undefined then. */
export function tryRead(value: unknown, key: PropertyKey): { readonly value: unknown } | undefined {
  if (!isObject(value)) return { value: undefined }
  try {
    return { value: (value as Record<PropertyKey, unknown>)[key] }
  } catch {
    // A getter or a trap threw: that the property is unreadable is all there is to know.
    return undefined
  }
}

/** Properties that are looked at: what has more, and is read so far, counts as readable. */
const MOST = 100

/**
 * Whether code that looks at a value can read it: its properties, those of what is in it, and the getters of its class, which are called.
 * For an error of such code, where it matters whose fault that is.
 */
export function isReadable(value: unknown, left = { properties: MOST }): boolean {
  // Functions have properties that always throw.
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return true
  const keys: PropertyKey[] = []
  try {
    let at: object | null = value
    for (let steps = 0; at !== null && at !== Object.prototype && steps < LONGEST_CHAIN; steps++) {
      keys.push(...Reflect.ownKeys(at).slice(0, left.properties))
      at = Object.getPrototypeOf(at)
    }
  } catch {
    // A trap threw.
    return false
  }
  for (const key of keys) {
    if (left.properties-- <= 0) return true
    const found = tryRead(value, key)
    if (found === undefined || !isReadable(found.value, left)) return false
  }
  return true
}

/** A property that the value itself has as data: no getter runs. */
export function ownData(value: unknown, key: PropertyKey): unknown {
  if (!isObject(value)) return undefined
  try {
    return Object.getOwnPropertyDescriptor(value, key)?.value
  } catch {
    // A trap threw.
    return undefined
  }
}

/** Whether the value itself has that property, enumerable or not. */
export function hasOwn(value: unknown, key: PropertyKey): boolean {
  try {
    return isObject(value) && Object.hasOwn(value, key)
  } catch {
    // A trap threw.
    return false
  }
}

/** The name of a value's class, as far as one can be found without running anything. */
export function classOf(value: unknown): string | undefined {
  try {
    let at: unknown = value
    for (let steps = 0; isObject(at) && steps < LONGEST_CHAIN; steps++) {
      const maker = ownData(at, 'constructor')
      if (typeof maker === 'function') return nameOf(maker)
      at = Object.getPrototypeOf(at)
    }
  } catch {
    // A proxy that does not tell.
  }
  return undefined
}

/** The name of a function or class; undefined where it has none that can be read. */
export function nameOf(fn: unknown): string | undefined {
  const name = ownData(fn, 'name')
  return typeof name === 'string' && name !== '' ? name.slice(0, 100) : undefined
}

/** What has so many keys that their listing is kept. */
const MANY = 1_000
/** Of those, the keys that are kept: more than a report shows of one value. */
const KEPT = 100

interface Keys {
  readonly first: readonly string[]
  readonly count: number
}

const known = new WeakMap<object, Keys>()

/**
 * The first of the value's own enumerable keys, and how many there are.
 *
 * V8 lists the keys of a large object as a whole, also for a `for … in` that stops at the first: 10⁶ take a third of a
 * second, and there is no way to have fewer. So a large object is listed once in its life. Later the keys found then are
 * told, for as long as they are there.
 *
 * @throws what a proxy's traps throw
 */
export function keysOf(value: object, limit: number): Keys {
  const before = known.get(value)
  if (before?.first.every((key) => Object.hasOwn(value, key)) === true) {
    return { first: before.first.slice(0, limit), count: before.count }
  }
  const keys = Object.keys(value)
  const count = keys.length
  if (count > MANY) known.set(value, { first: keys.slice(0, KEPT), count })
  return { first: keys.slice(0, limit), count }
}
