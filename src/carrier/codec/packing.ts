import { MessagePort } from 'node:worker_threads'
import {
  CallRequest,
  errorsOf,
  HeartwoodError,
  isError,
  KERNEL_ERRORS,
  Pid,
  pathTo,
  portableOf,
  printed,
  Reference,
  type Terms,
} from '../../kernel/index.js'
import { viewOf, viewType } from './byte-view.js'
import { holdsObjects, isDeeper } from './depth.js'
import { explained } from './explained.js'
import { type Fields, fieldOf, fieldsOfError, Unreadable } from './fields.js'
import type { Packed, Special } from './packed.js'
import { Transfer } from './transfer.js'

const kernelError = errorsOf(KERNEL_ERRORS)

/** The bytes that each value counts besides its contents. */
const WORD = 8

/** The size in bytes from which a copy is moved instead of being copied once more. */
const WORTH_MOVING = 65_536

/**
 * Bytes of a message at most. The engine writes a clone into one block of less than 2 GiB, and a text may take two bytes for each that is
 * counted here; what is moved or shared is not counted.
 */
export const LARGEST = 536_870_912

/** Objects in each other at most. The engine calls itself for each, and in a main thread gives up at some 1,600 (Node 20 to 26). */
const DEEPEST = 1_000

/**
 * The limit of depth while packing. A value that makes a new object each time it is read has no end; and the path on which an object is
 * found first may be longer than the one that V8 takes.
 */
const MOST_ON_A_WAY = 20_000
const MOST_OBJECTS = 4_000_000

/** The copy of an object that was met more than once. */
class Again {
  constructor(readonly copy: unknown) {}
}

/** The options of packing. */
export interface PackingOptions {
  /** Whether values that cannot be sent are replaced by a text. */
  readonly lenient: boolean
  /** Whether memory can be shared with the other side. */
  readonly memory: boolean
  /** Whether the parts of a `transfer` are moved; false if it is only checked whether a value can be sent. */
  readonly moving: boolean
}

interface Work {
  /** The object that is copied, by which its path is found for messages. */
  readonly source: object
  readonly fields: object
  readonly copy: object
  /** The number of objects that contain it, on the path on which it was found first. */
  readonly depth: number
}

/** Packs a value for another kernel: data is copied, so that later changes have no effect on it; what is not data is listed beside it. */
export class Packing {
  readonly #root: unknown
  readonly #terms: Terms
  /** Whether values that cannot be sent are replaced by a text. */
  readonly #lenient: boolean
  readonly #memory: boolean
  /** About how many bytes it is. */
  size = 0
  packed: Packed = [undefined]
  /** The objects to move with it. */
  moves: ReadonlySet<object> | undefined
  #moves: Set<object> | undefined
  readonly #moving: boolean
  /** Whether it has parts that its sender wants to move. */
  #transfers = false
  /** Whether a part of it threw when it was read: then all of it is read with care, which takes longer. */
  readonly #careful: boolean
  #depth = 0
  #deepest = 0
  /** The copies of objects that occur more than once. */
  readonly #again: object[] = []
  readonly #copies = new Map<object, unknown>()
  readonly #specials: Special[] = []
  readonly #todo: Work[] = []

  constructor(root: unknown, terms: Terms, { lenient, memory, moving }: PackingOptions, careful = false) {
    this.#root = root
    this.#terms = terms
    this.#lenient = lenient
    this.#memory = memory
    this.#moving = moving
    this.#careful = careful
  }

  /**
   * Packs a value.
   *
   * @throws NOT_CLONEABLE unless it is lenient
   */
  static of(root: unknown, terms: Terms, options: PackingOptions): Packing {
    try {
      return new Packing(root, terms, options).#pack()
    } catch (error) {
      if (!options.lenient && HeartwoodError.is(error, 'NOT_CLONEABLE')) throw error
      const again = new Packing(root, terms, options, true)
      try {
        return again.#pack()
      } catch (error) {
        if (!options.lenient && HeartwoodError.is(error, 'NOT_CLONEABLE')) throw error
        again.packed = [again.#unreadable(error, undefined, undefined)]
        return again
      }
    }
  }

  #pack(): this {
    const packed = this.#copied()
    if (this.#mayBeDeep() && isDeeper(packed, DEEPEST)) this.#refuseDepth()
    this.packed = this.#moved(packed)
    return this
  }

  /**
   * Whether V8 may nest too deep for this value. V8 goes as deep as the longest path that it takes. Between two objects that occur more
   * than once, such a path is no longer than the longest one on which objects were found here; it does not go on through objects that
   * contain none. So most messages need no second pass.
   */
  #mayBeDeep(): boolean {
    if (this.#copies.size <= DEEPEST) return false
    // One of those may be at its end.
    const most = (DEEPEST - 1) / (this.#deepest + 2) - 1
    return this.#again.length > most && this.#again.filter(holdsObjects).length > most
  }

  #copied(): Packed {
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
    if (known !== undefined) {
      if (known instanceof Again) return known.copy
      this.#again.push(known as object)
      this.#copies.set(value, new Again(known))
      return known
    }
    const copy = this.#careful ? this.#copyWithCare(value, holder, key) : this.#copyOf(value, holder, key)
    this.#copies.set(value, copy)
    return copy
  }

  #copyWithCare(value: object, holder: object | undefined, key: unknown): unknown {
    try {
      if (value instanceof Unreadable) return this.#unreadable(value.error, holder, key)
      return this.#copyOf(value, holder, key)
    } catch (error) {
      if (HeartwoodError.is(error, 'NOT_CLONEABLE')) throw error
      return this.#unreadable(error, holder, key)
    }
  }

  #checkSize(): void {
    if (this.size > LARGEST) this.#refuseAll(`larger than ${LARGEST} bytes`, 'it in several messages')
    if (this.#copies.size > MOST_OBJECTS)
      this.#refuseAll(`more than ${MOST_OBJECTS} objects`, 'it in several messages')
  }

  #copyOf(value: object, holder: object | undefined, key: unknown): unknown {
    const prototype: object | null = Object.getPrototypeOf(value)
    if (Array.isArray(value)) return this.#later(value, value, [])
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
    this.#todo.push({ source, fields, copy, depth: this.#depth + 1 })
    return copy
  }

  #fill({ source, fields, copy, depth }: Work): void {
    this.#depth = depth
    if (depth > this.#deepest) this.#deepest = depth
    if (depth > MOST_ON_A_WAY) this.#refuseDepth()
    if (copy instanceof Map) {
      for (const [key, item] of fields as Map<unknown, unknown>) {
        copy.set(this.#of(key, source, undefined), this.#of(item, source, undefined))
      }
    } else if (copy instanceof Set) {
      for (const item of fields as Set<unknown>) copy.add(this.#of(item, source, undefined))
    } else {
      for (const key of Object.keys(fields)) {
        const item = this.#careful ? fieldOf(fields, key) : (fields as Fields)[key]
        this.#put(copy as Fields, key, item, source)
      }
      for (const key of Object.getOwnPropertySymbols(fields)) {
        // Structured clones would leave it out silently.
        if (Object.prototype.propertyIsEnumerable.call(fields, key)) this.#refuse(key, source, key)
      }
      // The array has holes at its end.
      if (Array.isArray(copy) && Array.isArray(fields)) copy.length = fields.length
    }
    this.#checkSize()
  }

  #put(copy: Fields, key: string, item: unknown, source: object): void {
    const value = this.#of(item, source, key)
    // An assignment would set the prototype.
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
    if (value instanceof ArrayBuffer)
      return isDetached(value) ? undefined : this.#kept(value, 0, value.byteLength)
    if (!ArrayBuffer.isView(value)) return undefined
    if (!(value.buffer instanceof ArrayBuffer)) return this.#memory ? value : undefined
    if (isDetached(value.buffer)) return undefined
    const known = this.#copies.get(value.buffer)
    const moved = (known instanceof Again ? known.copy : known) as ArrayBuffer | undefined
    const { byteOffset, byteLength } = value
    const buffer = moved ?? this.#kept(value.buffer, byteOffset, byteLength)
    const offset = moved === undefined ? 0 : byteOffset
    const type = viewType(value)
    // Node's channel between programs hands out the views of all messages of a frame on the one buffer of that frame. A buffer is copied out of it.
    if (!this.#memory || type === 'Buffer') return this.#special(['view', type, buffer, offset, byteLength])
    return viewOf(type, buffer, offset, byteLength)
  }

  /** Moves a copy made here, which need not be copied again. */
  #kept(original: ArrayBuffer, offset: number, length: number): ArrayBuffer {
    this.size += length
    this.#checkSize()
    const buffer = original.slice(offset, offset + length)
    if (length >= WORTH_MOVING) this.#move(buffer)
    return buffer
  }

  #move(part: object): void {
    this.#moves ??= new Set()
    this.#moves.add(part)
  }

  #object(value: object, prototype: object | null, holder: object | undefined, key: unknown): unknown {
    if (value instanceof Transfer) return this.#transferred(value, holder, key)
    if (prototype === Date.prototype) return new Date(value as Date)
    if (prototype === RegExp.prototype) return value
    if (prototype === URL.prototype) return this.#special(['url', String(value)])
    if (BOXES.includes(prototype)) return this.#special(['boxed', value.valueOf()])
    if (value instanceof MessagePort && this.#moves?.has(value) === true) return value
    const failed = isError(value)
    const known = portableOf(value, failed)
    if (known === undefined) return undefined
    const fields = failed
      ? fieldsOfError(value, known, this.#careful)
      : (known.fields?.(value) ?? { ...value })
    return this.#special([
      failed ? 'error' : 'object',
      known.name,
      this.#later(value, fields, Array.isArray(fields) ? [] : {}),
    ])
  }

  #transferred({ value, parts }: Transfer, holder: object | undefined, key: unknown): unknown {
    // Nothing can be moved to another program: buffers are copied like others, ports are refused.
    if (this.#memory && !this.#lenient) {
      for (const part of parts) {
        if (part instanceof ArrayBuffer && !isDetached(part)) this.#copies.set(part, part)
        else if (!(part instanceof MessagePort)) this.#refuse(part, holder, key)
        this.#move(part)
        this.#transfers = true
      }
    }
    return this.#of(value, holder, key)
  }

  /** Moves the parts now. So a part that cannot be moved is the failure of this message, and a refused message moves nothing. */
  #moved(packed: Packed): Packed {
    this.moves = this.#moves
    if (!this.#transfers || !this.#moving) return packed
    const parts = [...(this.#moves ?? [])]
    try {
      const [ours, moved] = structuredClone([packed, parts], { transfer: parts as ArrayBuffer[] }) as [
        Packed,
        object[],
      ]
      this.moves = new Set(moved)
      return ours
    } catch (error) {
      return this.#refuseAll(`with parts that cannot be moved: ${printed(error)}`, 'parts that are here')
    }
  }

  #refuseDepth(): never {
    return this.#refuseAll(`nested deeper than ${DEEPEST} objects`, 'it as a list')
  }

  #refuseAll(what: string, advice: string): never {
    throw kernelError('NOT_CLONEABLE', { path: 'message', what, advice })
  }

  #unreadable(error: unknown, holder: object | undefined, key: unknown): unknown {
    if (this.#lenient) return `[cannot be read: ${printed(error)}]`
    const path = holder === undefined ? 'message' : pathTo(this.#root as object, holder, key ?? '…')
    throw kernelError(
      'NOT_CLONEABLE',
      { path, what: `not readable (${printed(error)})`, advice: 'a copy of what can be read' },
      { cause: error },
    )
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
    // These are the members of a map or a set.
    return typeof value === 'object' && value !== null ? pathTo(root, value) : pathTo(root, holder, '…')
  }
}

/** Whether an object has the prototype of an object literal, also of another realm. */
function isPlain(prototype: object | null): boolean {
  if (prototype === Object.prototype || prototype === null) return true
  return Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, 'isPrototypeOf')
}

function isDetached(buffer: ArrayBuffer): boolean {
  if (buffer.byteLength > 0) return false
  try {
    new Uint8Array(buffer)
    return false
  } catch {
    return true
  }
}

const BOXES: readonly unknown[] = [Number.prototype, String.prototype, Boolean.prototype, BigInt.prototype]
