/** Which objects are things that do something, and which are values. */

/** `'plain'`: an object literal or an array. `'value'`: stays as it is. `'record'`: by what it holds. `'thing'`: any other. */
type Kind = 'plain' | 'value' | 'record' | 'thing'

const KINDS = new WeakMap<object, Kind>([
  [Object.prototype, 'plain'],
  [Array.prototype, 'plain'],
])

/** Whether it is an object literal or an array, whose members count and not itself. */
export function isPlain(object: object): boolean {
  return kindOf(object) === 'plain'
}

/**
 * Whether the methods of an object do something. Dates, errors, buffers, rows and what else is told apart only by what
 * it holds are values: they are compared, cloned and sent, which a stand-in cannot be.
 */
export function isThing(object: object): boolean {
  const kind = kindOf(object)
  if (kind === 'thing') return true
  // By their first, since all are of one kind.
  if (object instanceof Set || object instanceof Map) {
    const [first] = object.values()
    return isPart(first)
  }
  return kind !== 'value' && !Array.isArray(object) && hasParts(object)
}

/** Whether a member of an object or array does something: it is a function, or can be listened to, iterated or closed. */
export function isPart(value: unknown): boolean {
  if (typeof value === 'function') return !isClass(value)
  // An entry of a map, as its iterator gives it.
  if (Array.isArray(value)) return value.length === 2 && value.some(isPart)
  if (typeof value !== 'object' || value === null || kindOf(value) !== 'thing') return false
  return ACTIVE.some((key) => typeof (value as Record<PropertyKey, unknown>)[key] === 'function')
}

const ACTIVE = ['on', 'then', Symbol.asyncIterator, 'close', 'end', 'release', 'destroy', 'disconnect']

/** A class, of whoever: it is told by its identity, and does nothing until somebody makes one of it. */
export function isClass(fn: object): boolean {
  return Object.getOwnPropertyDescriptor(fn, 'prototype')?.writable === false
}

function hasParts(object: object): boolean {
  for (const key of Object.keys(object)) if (isPart((object as Record<string, unknown>)[key])) return true
  return false
}

function kindOf(object: object): Kind {
  const prototype: object | null = Object.getPrototypeOf(object)
  if (prototype === null) return 'plain'
  let kind = KINDS.get(prototype)
  if (kind === undefined) {
    kind = Array.isArray(object) ? 'plain' : kindOfInstances(prototype)
    KINDS.set(prototype, kind)
  }
  return kind
}

function kindOfInstances(prototype: object): Kind {
  if (prototype instanceof Error || prototype instanceof Uint8Array || isOfThePlatform(prototype))
    return 'value'
  if (
    prototype.valueOf !== Object.prototype.valueOf ||
    'toJSON' in prototype ||
    Symbol.toPrimitive in prototype
  )
    return 'record'
  for (let at = prototype; at !== null && at !== Object.prototype; at = Object.getPrototypeOf(at)) {
    if (Reflect.ownKeys(at).some((key) => key !== 'constructor')) return 'thing'
  }
  return 'record'
}

/** Of a class that JavaScript or Node has for everybody, as `Map`, `URL` or `AbortSignal`. */
function isOfThePlatform(prototype: object): boolean {
  const maker: unknown = Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value
  return typeof maker === 'function' && (globalThis as Record<string, unknown>)[maker.name] === maker
}
