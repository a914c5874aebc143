import { checkKnown, isError, portableOf, type Terms } from '../../kernel/index.js'
import { FlatCopy, NOT_FLAT } from './flat-copy.js'
import type { Packed } from './packed.js'
import { LARGEST, Packing } from './packing.js'
import { classNamed, Unpacking } from './unpacking.js'

/**
 * Encodes values for structured clones, between kernels of one program, threads and programs. Pids, references, errors and objects of
 * portable classes arrive as what they are; see `Packing` for all other kinds.
 */
export class StructuredCodec {
  readonly #memory: boolean
  readonly #moving: boolean
  readonly #copy = new FlatCopy()
  readonly #moves = new Set<object>()
  #size = 0

  /**
   * @param input.memory whether memory can be shared with the other side, as between threads; default true
   * @param input.moving whether the parts of a `transfer` are moved; false where it is only looked whether a value can cross; default true
   */
  constructor(input: { readonly memory?: boolean; readonly moving?: boolean } = {}) {
    checkKnown('new StructuredCodec', input, ['memory', 'moving'])
    this.#memory = input.memory ?? true
    this.#moving = input.moving ?? true
  }

  /** @throws NOT_CLONEABLE unless `lenient` */
  encode(value: unknown, terms: Terms, lenient: boolean): unknown {
    if (
      (typeof value !== 'object' || value === null) &&
      typeof value !== 'function' &&
      typeof value !== 'symbol'
    )
      return this.#sized(value)
    const flat = this.#tried(value)
    if (flat !== undefined) return flat
    const packing = Packing.of(value, terms, { lenient, memory: this.#memory, moving: this.#moving })
    this.#size += packing.size
    if (packing.moves !== undefined) for (const part of packing.moves) this.#moves.add(part)
    return packing.packed
  }

  decode(encoded: unknown, terms: Terms): unknown {
    if (typeof encoded !== 'object' || encoded === null) return encoded
    const packed = encoded as Packed
    if (packed.length === 1) return packed[0]
    return packed.length === 3 ? made(packed[2], packed[0]) : new Unpacking(packed, terms).value()
  }

  /** The approximate number of bytes that were encoded since `takeSize` was called. */
  get size(): number {
    return this.#size
  }

  /** Returns the approximate number of bytes that were encoded since the last call. */
  takeSize(): number {
    const size = this.#size
    this.#size = 0
    return size
  }

  /**
   * Tries to encode a value as flat data. A value that throws when it is read, or is too large, is left to the packing, which reports the
   * place.
   */
  #tried(value: object | symbol | ((...args: never[]) => unknown)): Packed | undefined {
    try {
      return this.#flat(value)
    } catch {
      return undefined
    }
  }

  /** Returns the packed value if it contains only simple data, or is an object of a portable class with such fields. */
  #flat(value: object | symbol | ((...args: never[]) => unknown)): Packed | undefined {
    if (typeof value !== 'object') return undefined
    const plain = Object.getPrototypeOf(value) === Object.prototype || Array.isArray(value)
    const known = plain ? undefined : portableOf(value, false)
    if (!plain && (known === undefined || isError(value))) return undefined
    const data =
      known === undefined ? this.#copy.of(value) : this.#copy.ofFields(known.fields?.(value) ?? { ...value })
    if (data === NOT_FLAT || this.#copy.size > LARGEST) return undefined
    this.#size += this.#copy.size
    return known === undefined ? [data] : [data, undefined, known.name]
  }

  #sized(value: unknown): unknown {
    this.#size += typeof value === 'string' ? value.length : WORD
    return value
  }

  /** Returns the objects to move with everything that was encoded since the last call. */
  takeMoves(): readonly object[] {
    if (this.#moves.size === 0) return NOTHING
    const moves = [...this.#moves]
    this.#moves.clear()
    return moves
  }
}

const NOTHING: readonly object[] = []

/** The bytes that a small value counts. */
const WORD = 8

function made(className: string, fields: unknown): unknown {
  const { Class, make } = classNamed(className)
  if (make !== undefined) return make(fields as never)
  return Object.assign(Object.create(Class.prototype) as object, fields)
}
