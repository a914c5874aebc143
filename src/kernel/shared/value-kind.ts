/** Distinguishes objects that do something (things) from values. */
import { AsyncLocalStorage } from 'node:async_hooks'
import { types } from 'node:util'
import { handlerOf } from './stand-in.js'

/**
 * The kind of an object. `'plain'`: an object literal or an array. `'value'`: it stays as it is. `'record'`: its contents decide.
 * `'thing'`: any other.
 */
type Kind = 'plain' | 'value' | 'record' | 'thing'

const KINDS = new WeakMap<object, Kind>()

/** Whether an object is an object literal or an array: then its members count, and not the object itself. */
export function isPlain(object: object): boolean {
  return kindOf(object) === 'plain'
}

/**
 * Whether the methods of an object do something. Dates, errors, buffers, rows, and everything else that is distinguished only by its
 * contents, are values: they are compared, cloned and sent, which is not possible with a stand-in.
 */
export function isThing(object: object): boolean {
  const kind = kindOf(object)
  if (kind === 'thing') return true
  // The first element decides, since all are of one kind.
  if (types.isSet(object) || types.isMap(object)) {
    const [first] = object.values()
    return isPart(first)
  }
  return kind !== 'value' && !Array.isArray(object) && hasParts(object)
}

/**
 * Whether a stand-in is possible for an object that a worker passes on. It is not for an object that Node or V8 know by more than its
 * properties, and not for one whose private fields other objects of its class read.
 */
export function isLendable(object: object): boolean {
  return isThing(object) && !hasSlots(object)
}

/** Whether a member of an object or array does something: it is a function, or can be listened to, iterated or closed. */
export function isPart(value: unknown): boolean {
  if (typeof value === 'function') return !isClass(value)
  // It is an entry of a map, as its iterator returns it.
  if (Array.isArray(value)) return value.length === 2 && value.some(isPart)
  if (typeof value !== 'object' || value === null) return false
  if (handlerOf(value) !== undefined) return true
  return kindOf(value) === 'thing' && isActive(value)
}

function isActive(value: object): boolean {
  return ACTIVE.some((key) => typeof (value as Record<PropertyKey, unknown>)[key] === 'function')
}

const ACTIVE = ['on', 'then', Symbol.asyncIterator, 'close', 'end', 'release', 'destroy', 'disconnect']

/** Whether a function is a class. A class is identified by itself, and does nothing until an instance of it is made. */
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
    kind = Array.isArray(object) || isRoot(prototype) ? 'plain' : kindOfInstances(object, prototype)
    KINDS.set(prototype, kind)
  }
  return kind
}

/** Whether an object is `Object.prototype`, of any realm: a test runner or a `vm` context has one of its own. */
function isRoot(prototype: object): boolean {
  return Object.getPrototypeOf(prototype) === null && isNative(prototype)
}

function kindOfInstances(object: object, prototype: object): Kind {
  if (looksInside(prototype) && !isActive(prototype)) return 'value'
  if (types.isNativeError(object) || prototype instanceof Error) return 'value'
  if (types.isUint8Array(object) || isOfThePlatform(prototype)) return 'value'
  const classes = classesOf(prototype)
  if (
    classes.some((each) => Object.hasOwn(each, 'valueOf')) ||
    'toJSON' in prototype ||
    Symbol.toPrimitive in prototype
  )
    return 'record'
  return classes.some((each) => Reflect.ownKeys(each).some((key) => key !== 'constructor'))
    ? 'thing'
    : 'record'
}

/** Whether a prototype belongs to a class of JavaScript or Node, such as `Map`, `URL` or `AbortSignal`. */
function isOfThePlatform(prototype: object): boolean {
  const maker: unknown = Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value
  if (typeof maker !== 'function') return false
  const known = (globalThis as Record<string, unknown>)[maker.name]
  return known === maker || (known !== undefined && isNative(prototype))
}

const SLOTTED = new WeakMap<object, boolean>()

function hasSlots(object: object): boolean {
  const prototype: object | null = Object.getPrototypeOf(object)
  if (prototype === null) return false
  let has = SLOTTED.get(prototype)
  if (has === undefined) {
    // Other code uses only the methods of what can be iterated.
    has = !('next' in prototype) && classesOf(prototype).some(isSlotted)
    SLOTTED.set(prototype, has)
  }
  return has
}

/**
 * Whether a prototype belongs to a class that is not written in JavaScript, such as `Map` or a handle of Node, or that declares to be one
 * of the web's, such as the `FormData` of a package.
 */
function isSlotted(prototype: object): boolean {
  if (prototype === EventTarget.prototype) return false
  if (prototype === AsyncLocalStorage.prototype || Object.hasOwn(prototype, Symbol.toStringTag)) return true
  return isNative(prototype)
}

/** Whether a prototype belongs to a class that is not written in JavaScript. */
function isNative(prototype: object): boolean {
  return sourceOf(prototype)?.endsWith('{ [native code] }') === true
}

/** Whether code of a class reads private fields of an object other than `this`, for example to compare or add two. */
function looksInside(prototype: object): boolean {
  return classesOf(prototype).some((each) => LOOKS_INSIDE.test(sourceOf(each) ?? ''))
}

const LOOKS_INSIDE = /(?<!\bthis\??)\.#|#[\w$]+\s+in\b|__(?:classP|p)rivate\w*\((?!this\b)/

/** Returns the prototype and those above it, without the root. */
function classesOf(prototype: object): object[] {
  const all: object[] = []
  for (let at = prototype; ; ) {
    const above: object | null = Object.getPrototypeOf(at)
    if (above === null) return all
    all.push(at)
    at = above
  }
}

function sourceOf(prototype: object): string | undefined {
  const maker: unknown = Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value
  return typeof maker === 'function' ? Function.prototype.toString.call(maker) : undefined
}
