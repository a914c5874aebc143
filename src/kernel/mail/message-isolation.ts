import { kernelError } from '../errors/errors.js'
import { pathTo } from './path-in-message.js'

/**
 * How a sent message is isolated from its sender: `'share'`: not at all; `'freeze'`: it is shared and frozen; `'clone'`: it is copied.
 *
 * Only data is isolated. Values with code are passed as they are, since neither a copy nor a frozen object would work:
 *
 * | in a message | `'freeze'` | `'clone'` |
 * | --- | --- | --- |
 * | plain objects and arrays, of any depth, with cycles, symbols as keys, hidden fields | frozen | copied |
 * | an accessor (`get x()`) | left alone, not called | called; the copy has its value |
 * | `Map`, `Set`, `Date`, `RegExp`, `ArrayBuffer` | shared: JavaScript cannot freeze them | copied |
 * | `Buffer`, typed arrays, `DataView` | shared: JavaScript cannot freeze them | copied, with the bytes they show |
 * | `SharedArrayBuffer`, and views of one | shared | shared, as intended |
 * | instances of other classes (errors, URLs, sockets, pids, subclasses of the above) | shared | shared |
 * | functions, symbols, promises, `WeakMap` | shared | shared |
 * | a value that cannot be read or frozen (an accessor that throws, a revoked proxy) | NOT_ISOLATED at the sender | NOT_ISOLATED at the sender |
 */
export type MessageIsolation = 'share' | 'freeze' | 'clone'

/** The message for the receiver. @throws NOT_ISOLATED */
export function isolated<T>(message: T, how: MessageIsolation): T {
  if (how === 'share') return message
  return how === 'freeze' ? deepFreeze(message) : deepClone(message)
}

/** The objects that arrived frozen and are known to be deeply frozen. An object that its sender froze may contain others that are not. */
const known = new WeakSet<object>()

/**
 * Freezes plain objects and arrays deeply, so that neither side can change a shared message.
 *
 * @throws NOT_ISOLATED
 */
function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || known.has(value)) return value
  let at: object = value
  try {
    const again = Object.isFrozen(value) && isPlain(value)
    // No recursion, since a message may be deeper than the stack.
    const todo: object[] = [value]
    /** The objects that arrived frozen. All others are done when they are frozen. */
    let seen: Set<object> | undefined
    for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
      at = next
      if (!isPlain(next) || seen?.has(next) === true) continue
      if (Object.isFrozen(next)) {
        if (known.has(next)) continue
        seen ??= new Set()
        seen.add(next)
      } else Object.freeze(next)
      pushFields(next, todo)
    }
    if (again) known.add(value)
  } catch (thrown) {
    throw notIsolated('frozen', value, at, undefined, thrown)
  }
  return value
}

/** Adds the objects in the fields of a plain object. Accessors are not called. */
function pushFields(value: object, todo: object[]): void {
  for (const key of Reflect.ownKeys(value)) {
    const item = Object.getOwnPropertyDescriptor(value, key)?.value
    if (typeof item === 'object' && item !== null) todo.push(item)
  }
}

/**
 * A copy of plain data, maps, sets, dates and bytes; cycles and sharing inside the message are kept.
 *
 * @throws NOT_ISOLATED
 */
function deepClone<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value
  return new Copying(value).copy as T
}

/** The copying of a message. Copies are made empty and filled one after the other, so a message may be deeper than the stack. */
class Copying {
  readonly copy: unknown
  readonly #copies = new Map<object, object>()
  readonly #todo: object[] = []

  constructor(root: object) {
    let at = root
    let key: unknown
    const reads = (next: unknown): void => {
      key = next
    }
    try {
      this.copy = this.#of(root)
      for (let next = this.#todo.pop(); next !== undefined; next = this.#todo.pop()) {
        at = next
        key = undefined
        this.#fill(next, this.#copies.get(next) as object, reads)
      }
    } catch (thrown) {
      throw notIsolated('copied', root, at, key, thrown)
    }
  }

  #of(value: unknown): unknown {
    if (typeof value !== 'object' || value === null) return value
    const known = this.#copies.get(value)
    if (known !== undefined) return known
    const copy = emptyCopy(value)
    if (copy === undefined) return wholeCopy(value)
    this.#copies.set(value, copy)
    this.#todo.push(value)
    return copy
  }

  /** Fills a copy. @param reads called with each key before it is read, for the message of an error */
  #fill(value: object, copy: object, reads: (key: unknown) => void): void {
    if (copy instanceof Map) {
      for (const [key, item] of value as Map<unknown, unknown>) copy.set(this.#of(key), this.#of(item))
    } else if (copy instanceof Set) {
      for (const item of value as Set<unknown>) copy.add(this.#of(item))
    } else {
      this.#fillFields(value as Fields, copy as Fields, reads)
    }
  }

  #fillFields(value: Fields, copy: Fields, reads: (key: unknown) => void): void {
    const list = Array.isArray(value)
    for (const key of Reflect.ownKeys(value)) {
      reads(key)
      if (list && key === 'length') copy.length = value.length
      // An assignment to `__proto__` would set the prototype; and a hidden field must stay hidden.
      else if (key === '__proto__' || !isEnumerable.call(value, key)) {
        const enumerable = isEnumerable.call(value, key)
        const item = this.#of(value[key])
        Object.defineProperty(copy, key, { value: item, enumerable, writable: true, configurable: true })
      } else copy[key] = this.#of(value[key])
    }
  }
}

type Fields = Record<PropertyKey, unknown>

const isEnumerable = Object.prototype.propertyIsEnumerable

/** Whether an object is plain data, which can be frozen or copied. It may come from another realm (`vm`, a test runner). */
function isPlain(value: object): boolean {
  const prototype: object | null = Object.getPrototypeOf(value)
  if (prototype === Object.prototype || prototype === Array.prototype || prototype === null) return true
  // `Array.prototype` is itself an array; `Object.prototype` has no prototype, and the method `isPrototypeOf`.
  if (Array.isArray(prototype)) return Array.isArray(value)
  return Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, 'isPrototypeOf')
}

/** The empty copy of a container; `undefined` for any other value. */
function emptyCopy(value: object): object | undefined {
  const prototype: object | null = Object.getPrototypeOf(value)
  if (prototype === Object.prototype) return {}
  if (prototype === Map.prototype) return new Map()
  if (prototype === Set.prototype) return new Set()
  if (!isPlain(value)) return undefined
  return Array.isArray(value) ? [] : Object.create(prototype)
}

/** The copy of a value without inner values; the value itself if it has code or is meant to be shared. */
function wholeCopy(value: object): object {
  const prototype: object = Object.getPrototypeOf(value)
  if (prototype === Date.prototype) return new Date(value as Date)
  if (prototype === RegExp.prototype) {
    const copy = new RegExp(value as RegExp)
    copy.lastIndex = (value as RegExp).lastIndex
    return copy
  }
  if (prototype === ArrayBuffer.prototype) return structuredClone(value)
  if (!ArrayBuffer.isView(value) || !(value.buffer instanceof ArrayBuffer)) return value
  if (prototype === Buffer.prototype) return Buffer.from(value as Buffer)
  const { buffer, byteOffset, byteLength } = value
  if (prototype === DataView.prototype) return new DataView(buffer.slice(byteOffset, byteOffset + byteLength))
  // A subclass has its own prototype, without this field.
  return Object.hasOwn(prototype, 'BYTES_PER_ELEMENT') ? (value as Uint8Array).slice() : value
}

function notIsolated(what: string, root: object, at: object, key: unknown, thrown: unknown): Error {
  const details = { what, path: pathTo(root, at, key), reason: thrown }
  return kernelError('NOT_ISOLATED', details, { cause: thrown })
}
