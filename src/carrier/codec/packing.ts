import { MessagePort } from 'node:worker_threads'
import {
  CallRequest,
  classOf,
  errorsOf,
  isError,
  KERNEL_ERRORS,
  Pid,
  pathTo,
  portableOf,
  printed,
  Reference,
  type Terms,
} from '../../kernel/index.js'
import type { Packed, Special } from './packed.js'
import { Transfer } from './transfer.js'

const kernelError = errorsOf(KERNEL_ERRORS)

/** Bytes that each value is counted as, besides what it has. */
const WORD = 8

/** Bytes from which a copy is handed over in place of being copied once more. */
const WORTH_MOVING = 65_536

type Fields = Record<PropertyKey, unknown>
/** How a value is packed. */
export interface PackingOptions {
  /** What cannot cross becomes a text. */
  readonly lenient: boolean
  /** Memory can be shared with the other side. */
  readonly memory: boolean
}

interface Work {
  /** What is copied, and what a path is told by. */
  readonly source: object
  readonly fields: object
  readonly copy: object
}

/** A value as it crosses: data is copied, so that it stays what it is now; what is not data is listed beside it. */
export class Packing {
  readonly #root: unknown
  readonly #terms: Terms
  /** What cannot cross becomes a text. */
  readonly #lenient: boolean
  readonly #memory: boolean
  /** About how many bytes it is. */
  size = 0
  /** Told what is to be moved. */
  readonly #moves: Set<object>
  readonly #copies = new Map<object, unknown>()
  readonly #specials: Special[] = []
  readonly #todo: Work[] = []

  constructor(root: unknown, terms: Terms, { lenient, memory }: PackingOptions, moves: Set<object>) {
    this.#root = root
    this.#terms = terms
    this.#lenient = lenient
    this.#memory = memory
    this.#moves = moves
  }

  packed(): Packed {
    const data = this.#of(this.#root, undefined, undefined)
    for (let work = this.#todo.pop(); work !== undefined; work = this.#todo.pop()) this.#fill(work)
    return this.#specials.length === 0 ? [data] : [data, this.#specials]
  }

  #of(value: unknown, holder: object | undefined, key: unknown): unknown {
    if (typeof value === 'symbol') {
      const name = Symbol.keyFor(value)
      return name === undefined ? this.#refuse(value, holder, key) : this.#special(['symbol', name])
    }
    if (typeof value === 'function') return this.#refuse(value, holder, key)
    this.size += typeof value === 'string' ? value.length : WORD
    if (typeof value !== 'object' || value === null) return value
    const known = this.#copies.get(value)
    if (known !== undefined) return known
    const copy = this.#copyOf(value, holder, key)
    this.#copies.set(value, copy)
    return copy
  }

  #copyOf(value: object, holder: object | undefined, key: unknown): unknown {
    const prototype: object | null = Object.getPrototypeOf(value)
    if (Array.isArray(value)) return this.#later(value, value, new Array(value.length))
    if (isPlain(prototype)) return this.#later(value, value, {})
    if (prototype === Map.prototype) return this.#later(value, value, new Map())
    if (prototype === Set.prototype) return this.#later(value, value, new Set())
    return (
      this.#bytes(value) ??
      this.#term(value) ??
      this.#object(value, prototype, holder, key) ??
      this.#refuse(value, holder, key)
    )
  }

  #later(source: object, fields: object, copy: object): object {
    this.#todo.push({ source, fields, copy })
    return copy
  }

  #fill({ source, fields, copy }: Work): void {
    if (copy instanceof Map) {
      for (const [key, item] of fields as Map<unknown, unknown>) {
        copy.set(this.#of(key, source, undefined), this.#of(item, source, undefined))
      }
    } else if (copy instanceof Set) {
      for (const item of fields as Set<unknown>) copy.add(this.#of(item, source, undefined))
    } else {
      for (const key of Object.keys(fields)) this.#put(copy as Fields, key, (fields as Fields)[key], source)
      for (const key of Object.getOwnPropertySymbols(fields)) {
        // Structured clones leave it out without a word.
        if (Object.prototype.propertyIsEnumerable.call(fields, key)) this.#refuse(key, source, key)
      }
    }
  }

  #put(copy: Fields, key: string, item: unknown, source: object): void {
    const value = this.#of(item, source, key)
    // Assigned, it would become the prototype.
    if (key !== '__proto__') copy[key] = value
    else Object.defineProperty(copy, key, { value, enumerable: true, writable: true, configurable: true })
  }

  #special(special: Special): object {
    this.#specials.push(special)
    return new Number(this.#specials.length - 1)
  }

  #term(value: object): object | undefined {
    if (value instanceof Pid) {
      const { node, creation, id } = this.#terms.addressOf(value)
      return this.#special(['pid', node, creation, id])
    }
    if (value instanceof Reference && !CallRequest.is(value)) {
      const { node, creation, id } = this.#terms.addressOf(value)
      return this.#special(['ref', node, creation, id])
    }
    return undefined
  }

  #bytes(value: object): object | undefined {
    if (value instanceof SharedArrayBuffer) return this.#memory ? value : undefined
    if (value instanceof ArrayBuffer) return this.#kept(value.slice(0))
    if (!ArrayBuffer.isView(value)) return undefined
    if (!(value.buffer instanceof ArrayBuffer)) return this.#memory ? value : undefined
    const moved = this.#copies.get(value.buffer) as ArrayBuffer | undefined
    const { byteOffset, byteLength } = value
    const buffer = moved ?? this.#kept(value.buffer.slice(byteOffset, byteOffset + byteLength))
    const offset = moved === undefined ? 0 : byteOffset
    if (Buffer.isBuffer(value)) return this.#special(['buffer', new Uint8Array(buffer, offset, byteLength)])
    if (value instanceof DataView) return new DataView(buffer, offset, byteLength)
    const View = value.constructor as Uint8ArrayConstructor
    return new View(buffer, offset, byteLength / View.BYTES_PER_ELEMENT)
  }

  /** A copy of ours, which need not be copied again. */
  #kept(buffer: ArrayBuffer): ArrayBuffer {
    this.size += buffer.byteLength
    if (buffer.byteLength >= WORTH_MOVING) this.#moves.add(buffer)
    return buffer
  }

  #object(value: object, prototype: object | null, holder: object | undefined, key: unknown): unknown {
    if (value instanceof Transfer) return this.#transferred(value, holder, key)
    if (prototype === Date.prototype) return new Date(value as Date)
    if (prototype === RegExp.prototype) return value
    if (prototype === URL.prototype) return this.#special(['url', String(value)])
    if (BOXES.includes(prototype)) return this.#special(['boxed', value.valueOf()])
    if (value instanceof MessagePort && this.#moves.has(value)) return value
    const failed = isError(value)
    const known = portableOf(value, failed)
    if (known === undefined) return undefined
    const fields = failed ? fieldsOfError(value) : (known.fields?.(value) ?? { ...value })
    return this.#special([
      failed ? 'error' : 'object',
      known.name,
      this.#later(value, fields, Array.isArray(fields) ? [] : {}),
    ])
  }

  #transferred({ value, parts }: Transfer, holder: object | undefined, key: unknown): unknown {
    for (const part of parts) {
      // As they are: they are moved when the batch goes.
      if (part instanceof ArrayBuffer && !isDetached(part)) this.#copies.set(part, part)
      else if (!(part instanceof MessagePort)) this.#refuse(part, holder, key)
      this.#moves.add(part)
    }
    return this.#of(value, holder, key)
  }

  #refuse(value: unknown, holder: object | undefined, key: unknown): unknown {
    if (this.#lenient) return `[${explained(value).what}: ${printed(value)}]`
    throw kernelError('NOT_CLONEABLE', {
      path: this.#pathTo(value, holder, key),
      ...explained(value),
      value: printed(value),
    })
  }

  #pathTo(value: unknown, holder: object | undefined, key: unknown): string {
    if (holder === undefined) return 'message'
    const root = this.#root as object
    if (key !== undefined) return pathTo(root, holder, key)
    // What a map or a set holds.
    return typeof value === 'object' && value !== null ? pathTo(root, value) : pathTo(root, holder, '…')
  }
}

/** Data as an object literal makes it, also of another realm. */
function isPlain(prototype: object | null): boolean {
  if (prototype === Object.prototype || prototype === null) return true
  return Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, 'isPrototypeOf')
}

function isDetached(buffer: ArrayBuffer): boolean {
  try {
    new Uint8Array(buffer)
    return false
  } catch {
    return true
  }
}

const BOXES: readonly unknown[] = [Number.prototype, String.prototype, Boolean.prototype, BigInt.prototype]

/** What an error has besides its class: what it was given, also where it is not enumerable. */
function fieldsOfError(error: Error): object {
  const fields: Fields = {}
  for (const key of ['name', 'message', 'stack', 'cause', 'errors']) {
    if (Object.hasOwn(error, key)) fields[key] = error[key as keyof Error]
  }
  return Object.assign(fields, error)
}

function explained(value: unknown): { what: string; advice: string } {
  if (typeof value === 'function') return { what: 'a function', advice: 'the name of what is to be done' }
  if (typeof value === 'symbol') return { what: 'a symbol', advice: 'a symbol of `Symbol.for`' }
  if (
    value instanceof SharedArrayBuffer ||
    (ArrayBuffer.isView(value) && value.buffer instanceof SharedArrayBuffer)
  ) {
    return { what: 'memory that is shared, which another program cannot have', advice: 'a copy of it' }
  }
  if (value instanceof ArrayBuffer) return { what: 'a buffer that was moved before', advice: 'move it once' }
  if (value instanceof Promise) return { what: 'a promise', advice: 'what it comes to' }
  const name = classOf(value) ?? 'an unknown class'
  return { what: `an object of class ${name}`, advice: `call portable(${name}) where the class is defined` }
}
