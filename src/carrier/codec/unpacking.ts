import { type PortableClass, portableNamed, type Terms } from '../../kernel/index.js'
import { viewOf } from './byte-view.js'
import type { Packed, Special } from './packed.js'

type Fields = Record<PropertyKey, unknown>

/** Unpacks a value. The data belong to this side, so the objects that placeholders represent are put into it. */
export class Unpacking {
  readonly #data: unknown
  readonly #specials: readonly Special[]
  readonly #terms: Terms
  readonly #made: unknown[] = []
  readonly #seen = new Set<object>()

  constructor([data, specials = []]: Exclude<Packed, readonly [unknown, undefined, string]>, terms: Terms) {
    this.#data = data
    this.#specials = specials
    this.#terms = terms
  }

  value(): unknown {
    // Errors and objects may refer to each other: all are made before any is filled.
    for (const [at, special] of this.#specials.entries()) this.#made[at] = this.#shellOf(special)
    const value = this.#found(this.#data)
    this.#walk(value)
    for (const [at, special] of this.#specials.entries()) this.#fill(this.#made[at], special)
    return value
  }

  #shellOf(special: Special): unknown {
    switch (special[0]) {
      case 'pid':
        return this.#terms.pidAt({ node: special[1], creation: special[2], id: special[3] })
      case 'ref':
        return this.#terms.referenceAt({ node: special[1], creation: special[2], id: special[3] })
      case 'view':
        return viewOf(special[1], special[2], special[3], special[4])
      case 'boxed':
        return Object(special[1])
      case 'url':
        return new URL(special[1])
      case 'symbol':
        return Symbol.for(special[1])
      case 'error':
        return shellOfError(classNamed(special[1]))
      default: {
        const { Class, make } = classNamed(special[1])
        return make === undefined ? Object.create(Class.prototype) : undefined
      }
    }
  }

  #fill(made: unknown, special: Special): void {
    if (special[0] !== 'error' && special[0] !== 'object') return
    // It was made from its fields when it was found.
    if (classNamed(special[1]).make !== undefined) return
    this.#walk(special[2])
    if (special[0] === 'object') Object.assign(made as object, special[2])
    else fillError(made as Error, special[2] as Fields)
  }

  /** Returns the object of a placeholder; any other value unchanged. */
  #found(value: unknown): unknown {
    if (!(value instanceof Number)) return value
    const at = Number(value)
    const made = this.#made[at]
    if (made !== undefined) return made
    // It is made from its fields, which must be complete before.
    const [, className, fields] = this.#specials[at] as readonly ['object', string, object]
    this.#walk(fields)
    this.#made[at] = classNamed(className).make?.(fields as never)
    return this.#made[at]
  }

  #walk(root: unknown): void {
    const todo = [root]
    for (let at = todo.pop(); todo.length > 0 || at !== undefined; at = todo.pop()) {
      if (typeof at !== 'object' || at === null || this.#seen.has(at)) continue
      this.#seen.add(at)
      if (at instanceof Map) this.#walkMap(at, todo)
      else if (at instanceof Set) this.#walkSet(at, todo)
      else if (Array.isArray(at) || Object.getPrototypeOf(at) === Object.prototype) this.#walkFields(at, todo)
    }
  }

  #walkFields(object: object, todo: unknown[]): void {
    const fields = object as Fields
    for (const key of Object.keys(fields)) {
      const item = fields[key]
      if (typeof item !== 'object' || item === null) continue
      if (item instanceof Number) fields[key] = this.#found(item)
      else todo.push(item)
    }
  }

  #walkMap(map: Map<unknown, unknown>, todo: unknown[]): void {
    const entries = [...map]
    map.clear()
    for (const [key, item] of entries) map.set(this.#found(key), this.#found(item))
    todo.push(...entries.flat())
  }

  #walkSet(set: Set<unknown>, todo: unknown[]): void {
    const items = [...set]
    set.clear()
    for (const item of items) set.add(this.#found(item))
    todo.push(...items)
  }
}

export function classNamed(name: string): PortableClass {
  const known = portableNamed(name)
  if (known === undefined)
    throw new Error(`no class is known here as ${name}: call portable() where it is defined`)
  return known
}

/** Makes a real error, with the stack that was sent. */
function shellOfError({ Class }: PortableClass): Error {
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 0
  const shell = new Error()
  Error.stackTraceLimit = stackTraceLimit
  Object.setPrototypeOf(shell, Class.prototype)
  return shell
}

const HIDDEN: readonly string[] = ['name', 'message', 'stack', 'cause', 'errors']

function fillError(error: Error, fields: Fields): void {
  for (const key of Object.keys(fields)) {
    const enumerable = !HIDDEN.includes(key)
    Object.defineProperty(error, key, { value: fields[key], enumerable, writable: true, configurable: true })
  }
}
