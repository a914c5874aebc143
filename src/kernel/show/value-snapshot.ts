/**
 * Any value as plain, bounded data that JSON can hold: what reports show of states and messages.
 *
 * A report must come out whatever it is about: a cycle, a getter that throws, a proxy that lies, a state of a
 * gigabyte. So nothing of the value is called, getters are named and not run, and depth, breadth, length and total
 * size are capped.
 */
import { types } from 'node:util'
import type { PrivateField } from './inspector-session.js'
import { PrivateFields } from './private-fields.js'
import { classOf, inherits, isError, isRevoked, keysOf, nameOf, read, tryRead } from './safe-read.js'
import { cut, oneLine, safeText } from './safe-text.js'
import { hides, hidesPath, isSecret, REDACTED, shownKey, soundsSecret } from './secrets.js'

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
  /** Objects whose `#private` fields are shown; 0 for none. Default 20. */
  readonly privates: number
}

export const LIMITS: Limits = { depth: 5, breadth: 50, length: 2_000, size: 1_000, privates: 20 }

export const LONGEST_KEY = 200

/** Objects that have a symbol are shown as this text: what a layer above knows of them. */
const shownAs = new Map<symbol, string>()

/** Has all objects that have `mark`, as their own or inherited, shown as `text` and not by what they hold. */
export function showAs(mark: symbol, text: string): void {
  shownAs.set(mark, text)
}

/** Objects with this property are shown as their `toString` says. */
export const SHOWN_BY_NAME = Symbol.for('heartwood.shown-by-name')

/**
 * Returns a limited copy of any value, which is safe to serialise. Values under keys that sound secret are replaced, and so
 * are secrets in texts.
 *
 * @example
 * snapshot({ user: 'ada', password: 'x', big: 10n }) // { user: 'ada', password: '[redacted]', big: '10n' }
 */
export function snapshot(value: unknown, limits: Partial<Limits> = {}): unknown {
  return snapshotBelow([], value, limits)
}

/** The same of what stands below these keys. */
export function snapshotBelow(
  path: readonly string[],
  value: unknown,
  limits: Partial<Limits> = {},
): unknown {
  const made = new Snapshot({ ...LIMITS, ...(isRevoked(limits) ? undefined : limits) }, [...path])
  try {
    return made.of(value)
  } finally {
    made.close()
  }
}

/** A snapshot as JSON. */
export function jsonOf(shown: unknown): string {
  return typeof shown === 'string' ? shown : (JSON.stringify(shown) ?? String(shown))
}

/** What an error says of itself on one line: its name and message. */
export function errorLine(error: Error, length = LIMITS.length): string {
  const name = errorText(error, 'name', 200) ?? 'Error'
  const message = errorText(error, 'message', length) ?? ''
  return `${name}: ${message}`
}

/** A property of an error as text, also one that a getter makes; undefined where it has none. */
export function errorText(error: object, key: string, length = LIMITS.length): string | undefined {
  const found = tryRead(error, key)
  if (found === undefined) return `[${key} is unreadable]`
  const { value } = found
  if (value === undefined) return undefined
  if (typeof value === 'string') return safeText(value, length)
  return cut(jsonOf(snapshot(value, { depth: 1, breadth: 5, length: 200, size: 20, privates: 0 })), length)
}

const LONGEST_STACK = 8_000

/** The stack of an error for people, one line each: what its message says cannot pass for a line of its own. */
export function stackLines(error: Error): string[] {
  return linesOfStack(errorText(error, 'stack', LONGEST_STACK) ?? errorLine(error))
}

/** The same of a stack that is text already. */
export function linesOfStack(stack: string): string[] {
  const frames = stack.search(/\n\s+at /)
  const head = frames === -1 ? stack : stack.slice(0, frames)
  return [
    oneLine(head),
    ...(frames === -1
      ? []
      : stack
          .slice(frames + 1)
          .split('\n')
          .map(oneLine)),
  ]
}

/** Larger than any number that is read as one. */
const HUGE = 10n ** 100n

const byteLengthOf = Object.getOwnPropertyDescriptor(
  Object.getPrototypeOf(Uint8Array.prototype),
  'byteLength',
)?.get
export const mapSize = Object.getOwnPropertyDescriptor(Map.prototype, 'size')?.get
export const setSize = Object.getOwnPropertyDescriptor(Set.prototype, 'size')?.get
const sourceOf = Object.getOwnPropertyDescriptor(RegExp.prototype, 'source')?.get
const hrefOf = Object.getOwnPropertyDescriptor(URL.prototype, 'href')?.get

/** Fields of a record that name what another of its fields is: `{ name: 'authorization', value: 'x' }`. */
const NAMING = ['name', 'key', 'header', 'field', 'id']
export const NAMED = new Set(['value', 'val', 'v', 'content', 'data', 'text'])

class Snapshot {
  #left: number
  readonly #above: object[] = []
  readonly #privates: PrivateFields

  constructor(
    private readonly limits: Limits,
    /** The keys that lead to the value at hand. */
    private readonly path: string[],
  ) {
    this.#left = limits.size
    this.#privates = new PrivateFields(limits.privates)
  }

  close(): void {
    this.#privates.close()
  }

  of(value: unknown): unknown {
    try {
      return this.#of(value)
    } catch (error) {
      // A proxy's trap, most likely; that it cannot be read is what there is to say.
      return `[unreadable: ${isError(error) ? errorText(error, 'message', 200) : typeof error}]`
    }
  }

  #of(value: unknown): unknown {
    this.#left--
    switch (typeof value) {
      case 'string':
        return safeText(value, this.limits.length)
      case 'bigint':
        return value < HUGE && value > -HUGE ? `${value}n` : '[bigint of more than 100 digits]'
      case 'number':
        return Number.isFinite(value) ? value : String(value)
      case 'symbol':
        return symbolText(value)
      case 'function':
        return `[function ${nameOf(value) ?? 'without a name'}]`
      case 'object':
        return value === null ? null : this.#object(value)
      default:
        return value
    }
  }

  #object(value: object): unknown {
    if (isSecret(value)) return REDACTED
    if (this.#above.includes(value)) return '[circular]'
    const whole = shownAtOnce(value, this.limits.length)
    if (whole !== undefined) return whole
    const isList = Array.isArray(value)
    if (this.#above.length >= this.limits.depth) return isList ? `[array of ${value.length}]` : '[object]'
    this.#above.push(value)
    try {
      if (isList) return this.#list(value)
      if (types.isSet(value))
        return { set: this.#items(Set.prototype.values.call(value), setSize?.call(value)) }
      if (types.isMap(value)) return { map: this.#entries(value) }
      return this.#record(value)
    } finally {
      this.#above.pop()
    }
  }

  #list(values: readonly unknown[]): unknown[] {
    const shown: unknown[] = []
    const { length } = values
    // Names and values in turn, as `rawHeaders` has them, or one pair.
    const pairs = length % 2 === 0
    let secret = false
    for (let at = 0; at < length; at++) {
      if (this.#full(shown.length)) {
        shown.push(`… ${length - at} more`)
        break
      }
      const { value, isGetter } = entryAt(values, at)
      const hidden = secret && hides('secret', value)
      shown.push(isGetter ? '[getter]' : hidden ? REDACTED : this.of(value))
      secret = pairs && at % 2 === 0 && isSecretName(value)
    }
    return shown
  }

  #entries(map: Map<unknown, unknown>): unknown[] {
    const shown: unknown[] = []
    for (const [key, value] of Map.prototype.entries.call(map)) {
      if (this.#full(shown.length)) {
        shown.push(`… ${Number(mapSize?.call(map)) - shown.length} more`)
        break
      }
      const name = typeof key === 'string' ? shownKey(cut(key, LONGEST_KEY)) : this.of(key)
      shown.push([name, typeof key === 'string' ? this.#under(key, value) : this.of(value)])
    }
    return shown
  }

  #items(values: Iterable<unknown>, size: unknown): unknown[] {
    const shown: unknown[] = []
    for (const value of values) {
      if (this.#full(shown.length)) {
        shown.push(`… ${Number(size) - shown.length} more`)
        break
      }
      shown.push(this.of(value))
    }
    return shown
  }

  #record(value: object): Record<string, unknown> {
    // No prototype, so that a key such as "__proto__" is a key like any other.
    const shown: Record<string, unknown> = Object.create(null)
    const { first, count } = keysOf(value, this.limits.breadth)
    const { fields, note } = types.isProxy(value) ? { fields: [] } : this.#privates.of(value, count)
    const named = nameIn(value, fields)
    let at = 0
    // Where a class has such, they are its state.
    for (const field of fields) {
      if (this.#full(at)) break
      at++
      shown[freeKey(shown, `#${field.name}`)] = this.#field(field.name, field.value, named)
    }
    for (const key of first) {
      if (this.#full(at)) break
      at++
      const property = Object.getOwnPropertyDescriptor(value, key)
      const as = freeKey(shown, key)
      if (property === undefined) shown[as] = '[gone]'
      else if (!('value' in property)) shown[as] = '[getter]'
      else shown[as] = this.#field(key, property.value, named)
    }
    const all = count + fields.length
    if (at < all) shown['…'] = `${all - at} more`
    if (note !== undefined) shown['#…'] = note
    return shown
  }

  /** @param named whether a record says that its other field is a secret */
  #field(key: string, value: unknown, named: boolean): unknown {
    return named && NAMED.has(key.toLowerCase()) && hides('secret', value)
      ? REDACTED
      : this.#under(key, value)
  }

  /** A value that stands under a key. */
  #under(key: string, value: unknown): unknown {
    if (hides(key, value)) return REDACTED
    this.path.push(key)
    try {
      return hidesPath(this.path) ? REDACTED : this.of(value)
    } finally {
      this.path.pop()
    }
  }

  #full(count: number): boolean {
    return count >= this.limits.breadth || this.#left <= 0
  }
}

/** What has no parts that are shown. Bytes come first: each of them has a key. */
export function shownAtOnce(value: object, length: number): string | undefined {
  if (ArrayBuffer.isView(value)) {
    const bytes = types.isDataView(value) ? read(value, 'byteLength') : byteLengthOf?.call(value)
    return `[${classOf(value) ?? 'bytes'} of ${String(bytes)} bytes]`
  }
  if (types.isAnyArrayBuffer(value))
    return `[${classOf(value) ?? 'ArrayBuffer'} of ${value.byteLength} bytes]`
  if (types.isDate(value)) {
    const time = Date.prototype.getTime.call(value)
    return Number.isNaN(time) ? 'Invalid Date' : new Date(time).toISOString()
  }
  if (types.isRegExp(value)) return safeText(`/${sourceOf?.call(value)}/${flagsOf(value)}`, length)
  if (types.isBoxedPrimitive(value)) return boxed(value, length)
  if (isError(value)) return errorLine(value, length)
  if (types.isPromise(value) || types.isWeakMap(value) || types.isWeakSet(value)) {
    return `[${classOf(value) ?? 'Promise'}]`
  }
  if (types.isProxy(value)) return undefined
  if (inherits(value, URL.prototype)) return safeText(String(hrefOf?.call(value)), length)
  if (SHOWN_BY_NAME in value) return cut(String(value), length)
  for (const [mark, text] of shownAs) if (mark in value) return text
  return undefined
}

/** A key as it is shown, where that is not taken: a class and its base may both have a `#state`. */
function freeKey(shown: object, key: string): string {
  const as = shownKey(cut(key, LONGEST_KEY))
  let free = as
  for (let more = 2; free in shown; more++) free = `${as} (${more})`
  return free
}

/** An entry of a list; one that a getter would make is not made. */
export function entryAt(
  values: readonly unknown[],
  at: number,
): { readonly value: unknown; readonly isGetter: boolean } {
  const property = Object.getOwnPropertyDescriptor(values, at)
  const isGetter = property !== undefined && !('value' in property)
  return { value: property?.value, isGetter }
}

/** Whether a record says that its other field is a secret. */
export function nameIn(value: object, privates: readonly PrivateField[]): boolean {
  return (
    NAMING.some((key) => isSecretName(Object.getOwnPropertyDescriptor(value, key)?.value)) ||
    privates.some((field) => NAMING.includes(field.name) && isSecretName(field.value))
  )
}

/** A text that is a name and no sentence, of something secret. */
export function isSecretName(text: unknown): boolean {
  return typeof text === 'string' && text.length <= 60 && /^[\w.-]+$/.test(text) && soundsSecret(text)
}

/** What a symbol is called. A description that is no name may be anything. */
function symbolText(symbol: symbol): string {
  const { description = '' } = symbol
  return /^[\p{L}\p{P}$ ]{0,60}$/u.test(description) || Symbol.keyFor(symbol) !== undefined
    ? `Symbol(${safeText(description, 60)})`
    : `Symbol(${REDACTED})`
}

function flagsOf(pattern: RegExp): string {
  const flags = read(pattern, 'flags')
  return typeof flags === 'string' ? flags.slice(0, 10) : ''
}

/** A primitive in a coat, as `new String('x')`: each character of it has a key. */
function boxed(value: object, length: number): string {
  if (types.isStringObject(value)) return safeText(String.prototype.valueOf.call(value), length)
  if (types.isNumberObject(value)) return String(Number.prototype.valueOf.call(value))
  if (types.isBooleanObject(value)) return String(Boolean.prototype.valueOf.call(value))
  if (types.isSymbolObject(value)) return symbolText(Symbol.prototype.valueOf.call(value))
  return '[bigint]'
}
