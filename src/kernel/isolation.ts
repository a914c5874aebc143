import { Pid } from './pid.js'
import { Reference } from './reference.js'

/** What a sent message shares with its sender: everything, everything but frozen, or nothing. */
export type MessageIsolation = 'share' | 'freeze' | 'clone'

/** Plain data can be frozen or copied; instances of classes (sockets, pids, replies) pass as they are. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null || Array.isArray(value)
}

/** Freezes plain objects and arrays all the way down, so that a shared message cannot be changed by either side. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value) || !isPlain(value)) return value
  Object.freeze(value)
  for (const key of Reflect.ownKeys(value)) deepFreeze((value as Record<PropertyKey, unknown>)[key])
  return value
}

/** A copy of plain data, maps, sets and dates; cycles and sharing inside the message are kept. */
export function deepClone<T>(value: T): T {
  return cloned(value, new Map()) as T
}

function cloned(value: unknown, seen: Map<object, unknown>): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Pid || value instanceof Reference) return value
  const known = seen.get(value)
  if (known !== undefined) return known
  if (value instanceof Date || ArrayBuffer.isView(value) || value instanceof ArrayBuffer) {
    return structuredClone(value)
  }
  if (value instanceof Map) {
    const copy = new Map<unknown, unknown>()
    seen.set(value, copy)
    for (const [key, item] of value) copy.set(cloned(key, seen), cloned(item, seen))
    return copy
  }
  if (value instanceof Set) {
    const copy = new Set<unknown>()
    seen.set(value, copy)
    for (const item of value) copy.add(cloned(item, seen))
    return copy
  }
  if (!isPlain(value)) return value
  const copy: Record<PropertyKey, unknown> | unknown[] = Array.isArray(value)
    ? []
    : Object.create(Object.getPrototypeOf(value))
  seen.set(value, copy)
  for (const key of Reflect.ownKeys(value)) {
    if (Array.isArray(value) && key === 'length') continue
    ;(copy as Record<PropertyKey, unknown>)[key] = cloned((value as Record<PropertyKey, unknown>)[key], seen)
  }
  return copy
}
