/** Writes terms into a growing buffer. */
import { types } from 'node:util'
import { erlangError } from '../errors.js'
import { Atom, atomProblem, isWellFormed, LONGEST_ATOM } from '../terms/atom.js'
import { BitString } from '../terms/bit-string.js'
import { ErlangFloat } from '../terms/float.js'
import { ErlangFun, ExternalFun } from '../terms/functions.js'
import { ErlangPid, ErlangPort, ErlangReference } from '../terms/identifiers.js'
import { ImproperList, Tuple } from '../terms/tuple.js'
import { ByteWriter } from './byte-writer.js'
import { EncodedTerm } from './encoded-term.js'
import { areBytes, bytesOf } from './integers.js'
import { DEPTH, SIZE, type TermLimits } from './limits.js'
import { keysToCompare } from './map-keys.js'
import * as tag from './tags.js'
import { placeIn } from './term-place.js'

/** Texts up to this length are written character by character, which is faster than a call into Node. */
const SHORT_TEXT = 48
const LONGEST_STRING = 65_535

export interface WriterOptions extends TermLimits {
  readonly replace?: ((value: unknown) => unknown) | undefined
  /** Returns the index of an atom in the header of a distribution message; below 0 if it is not in it. */
  readonly cacheIndex?: ((name: string) => number) | undefined
}

export class TermWriter extends ByteWriter {
  #root: unknown
  readonly #depth: number
  readonly #replace: ((value: unknown) => unknown) | undefined
  readonly #cacheIndex: ((name: string) => number) | undefined

  constructor({ size = SIZE, depth = DEPTH, replace, cacheIndex }: WriterOptions, room = 256) {
    super(size, room)
    this.#depth = depth
    this.#replace = replace
    this.#cacheIndex = cacheIndex
  }

  /** @throws TERM_NOT_ENCODABLE for a value that has no term */
  term(value: unknown): void {
    this.#root = value
    this.#term(value, this.#depth)
  }

  protected override tooLarge(most: number): never {
    return this.#refuse(this.#root, `it needs more than ${most} bytes`)
  }

  #refuse(value: unknown, problem: string): never {
    throw erlangError('TERM_NOT_ENCODABLE', {
      place: placeIn(this.#root, value, this.#depth),
      problem,
      value,
    })
  }

  #term(value: unknown, depth: number): void {
    if (depth === 0) this.#refuse(this.#root, `it is deeper than ${this.#depth} levels, or in itself`)
    switch (typeof value) {
      case 'string':
        this.#text(value)
        break
      case 'number':
        this.#number(value)
        break
      case 'object':
        if (value === null) this.#atom('nil')
        else this.#object(value, depth - 1)
        break
      case 'boolean':
        this.#atom(value ? 'true' : 'false')
        break
      case 'undefined':
        this.#atom('undefined')
        break
      case 'bigint':
        this.#bigint(value)
        break
      default:
        this.#other(value, depth - 1)
    }
  }

  /** Writes an object. Prototypes are compared first, which is the fastest test. */
  #object(value: object, depth: number): void {
    const prototype: object | null = Object.getPrototypeOf(value)
    if (prototype === Object.prototype) this.#record(value, depth)
    else if (prototype === Array.prototype) this.#list(value as readonly unknown[], depth)
    else if (prototype === Atom.prototype) this.#atom((value as Atom).name)
    else if (prototype === Tuple.prototype) this.#tuple((value as Tuple).elements, depth)
    else if (prototype === ErlangPid.prototype) this.#pid(value as ErlangPid)
    else if (prototype === ErlangReference.prototype) this.#reference(value as ErlangReference)
    else if (prototype === EncodedTerm.prototype) this.copied((value as EncodedTerm).bytes)
    else if (prototype === ImproperList.prototype) this.#improperList(value as ImproperList, depth)
    else if (prototype === ErlangFloat.prototype) this.#float((value as ErlangFloat).value)
    else if (Array.isArray(value)) this.#list(value, depth)
    // It is plain, even if it is from another realm: its prototype is the last one.
    else if (prototype === null || Object.getPrototypeOf(prototype) === null) this.#record(value, depth)
    else if (types.isUint8Array(value)) this.#binary(value)
    else if (types.isMap(value)) this.#map(value, depth)
    else if (value instanceof ErlangPort) this.#port(value)
    else if (value instanceof BitString && value.bitsInLastByte === 8 && types.isUint8Array(value.bytes))
      this.#binary(value.bytes)
    else if (value instanceof BitString) this.#bitString(value)
    else if (value instanceof ExternalFun) this.#externalFun(value)
    else if (value instanceof ErlangFun) this.#fun(value, depth)
    else if (value instanceof Tuple) this.#tuple(value.elements, depth)
    else this.#other(value, depth)
  }

  /** Writes a value without a term of its own. */
  #other(value: unknown, depth: number): void {
    const replacement = this.#replace?.(value)
    if (replacement !== undefined) {
      this.#term(replacement, depth)
      return
    }
    if (typeof value !== 'object') this.#refuse(value, `a ${typeof value} has no term`)
    const name: unknown = (value as object).constructor?.name
    const hint = name === 'Date' ? ': send what getTime() or toISOString() returns' : ''
    this.#refuse(value, `an object of class ${typeof name === 'string' ? name : '?'} has no term${hint}`)
  }

  #number(value: number): void {
    if (Number.isSafeInteger(value)) this.integer(value)
    else this.#float(value)
  }

  #float(value: unknown): void {
    if (typeof value !== 'number' || !Number.isFinite(value))
      this.#refuse(value, 'Erlang has no float that is not a finite number')
    this.room(9)
    this.bytes[this.at++] = tag.NEW_FLOAT
    this.at = this.bytes.writeDoubleBE(value, this.at)
  }

  #bigint(value: bigint): void {
    if (value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER) {
      this.#number(Number(value))
      return
    }
    const bytes = bytesOf(value < 0n ? -value : value)
    if (bytes.length > tag.LARGEST_INTEGER) this.#refuse(value, 'no integer of a BEAM is that large')
    this.largeInteger(bytes, value < 0n)
  }

  #text(text: string): void {
    const { length } = text
    this.room(5 + (length <= SHORT_TEXT ? length : 0))
    const start = this.at + 5
    let bytes = length <= SHORT_TEXT ? this.ascii(text, start) : -1
    if (bytes < 0) {
      if (!isWellFormed(text)) this.#refuse(text, 'it has half of a surrogate pair, which UTF-8 cannot say')
      bytes = Buffer.byteLength(text)
      this.room(5 + bytes)
      this.bytes.write(text, start, bytes, 'utf8')
    }
    this.bytes[this.at] = tag.BINARY
    this.bytes.writeUInt32BE(bytes, this.at + 1)
    this.at = start + bytes
  }

  #atom(name: string): void {
    if (typeof name !== 'string') this.#refuse(name, 'the name of an atom is a string')
    const index = this.#cacheIndex?.(name) ?? -1
    if (index >= 0) {
      this.room(2)
      this.bytes[this.at++] = tag.ATOM_CACHE_REF
      this.bytes[this.at++] = index
      return
    }
    const { length } = name
    this.room(2 + length)
    if (length <= LONGEST_ATOM && this.ascii(name, this.at + 2) >= 0) {
      this.bytes[this.at] = tag.SMALL_ATOM_UTF8
      this.bytes[this.at + 1] = length
      this.at += 2 + length
    } else this.#longAtom(name)
  }

  #longAtom(name: string): void {
    const problem = atomProblem(name)
    if (problem !== undefined)
      this.#refuse(name, `it would be an atom of more than 255 characters, or ${problem}`)
    const bytes = Buffer.from(name)
    this.room(3 + bytes.length)
    if (bytes.length <= 255) {
      this.bytes[this.at++] = tag.SMALL_ATOM_UTF8
      this.bytes[this.at++] = bytes.length
    } else {
      this.bytes[this.at++] = tag.ATOM_UTF8
      this.at = this.bytes.writeUInt16BE(bytes.length, this.at)
    }
    this.bytes.set(bytes, this.at)
    this.at += bytes.length
  }

  #tuple(elements: readonly unknown[], depth: number): void {
    const arity = elements.length
    this.room(5)
    if (arity <= 255) {
      this.bytes[this.at++] = tag.SMALL_TUPLE
      this.bytes[this.at++] = arity
    } else this.head(tag.LARGE_TUPLE, arity)
    for (let i = 0; i < arity; i++) this.#term(elements[i], depth)
  }

  #list(items: readonly unknown[], depth: number): void {
    const count = items.length
    if (count > 0 && count <= LONGEST_STRING && areBytes(items)) this.#string(items)
    else {
      if (count > 0) this.head(tag.LIST, count)
      for (let i = 0; i < count; i++) this.#term(items[i], depth)
      this.byte(tag.NIL)
    }
  }

  /** Writes a list of bytes, which Erlang calls a string. */
  #string(items: readonly number[]): void {
    this.room(3 + items.length)
    this.bytes[this.at++] = tag.STRING
    this.at = this.bytes.writeUInt16BE(items.length, this.at)
    for (let i = 0; i < items.length; i++) this.bytes[this.at++] = items[i] as number
  }

  #improperList({ items, tail }: ImproperList, depth: number): void {
    // It is a proper list: a term has only one form.
    if (Array.isArray(tail)) {
      this.#list([...items, ...tail], depth)
      return
    }
    const count = items.length
    // The BEAM refuses a list of no items.
    if (count > 0) this.head(tag.LIST, count)
    for (let i = 0; i < count; i++) this.#term(items[i], depth)
    this.#term(tail, depth)
  }

  #record(value: object, depth: number): void {
    const keys = Object.keys(value)
    this.head(tag.MAP, keys.length)
    for (const key of keys) {
      this.#atom(key)
      this.#term((value as Record<string, unknown>)[key], depth)
    }
  }

  #map(map: ReadonlyMap<unknown, unknown>, depth: number): void {
    const { size } = map
    this.head(tag.MAP, size)
    let written = 0
    const keys = keysToCompare(map)
    for (const [key, each] of map) {
      const start = this.at
      this.#term(key, depth)
      if (keys?.isNew(this.bytes, start, this.at) === false)
        this.#refuse(key, 'a map has each key once, and another key of this one is the same term')
      this.#term(each, depth)
      written++
    }
    if (written !== size) this.#refuse(map, 'it changed while it was read')
  }

  #binary(bytes: Uint8Array): void {
    const { length } = bytes
    this.room(5 + length)
    this.head(tag.BINARY, length)
    this.copied(bytes)
  }

  #bitString(value: BitString): void {
    const { bytes, bitsInLastByte: bits } = value
    if (!types.isUint8Array(bytes) || !Number.isInteger(bits) || bits < 1 || bits > 8 || bytes.length === 0)
      this.#refuse(value, 'a bit string has bytes, the last of which has 1 to 7 bits')
    this.room(6 + bytes.length)
    this.head(tag.BIT_BINARY, bytes.length)
    this.byte(bits)
    this.bytes.set(bytes, this.at)
    this.at += bytes.length
    this.bytes[this.at - 1] = (this.bytes[this.at - 1] as number) & (0xff << (8 - bits))
  }

  /** Writes a field of 32 bits. */
  #field(value: number, of: unknown): void {
    if (value >>> 0 !== value) this.#refuse(of, `a field of it is ${String(value)}, and not of 32 bits`)
    this.word(value)
  }

  #pid(pid: ErlangPid): void {
    this.byte(tag.NEW_PID)
    this.#atom(pid.node)
    this.#field(pid.id, pid)
    this.#field(pid.serial, pid)
    this.#field(pid.creation, pid)
  }

  #port(port: ErlangPort): void {
    this.byte(tag.V4_PORT)
    this.#atom(port.node)
    if (typeof port.id !== 'bigint' || BigInt.asUintN(64, port.id) !== port.id)
      this.#refuse(port, 'its id is not of 64 bits')
    this.room(8)
    this.at = this.bytes.writeBigUInt64BE(port.id, this.at)
    this.#field(port.creation, port)
  }

  #reference(reference: ErlangReference): void {
    const { words, node, creation } = reference
    if (!Array.isArray(words) || words.length === 0 || words.length > tag.REFERENCE_WORDS)
      this.#refuse(reference, `a reference has 1 to ${tag.REFERENCE_WORDS} words`)
    this.byte(tag.NEWER_REFERENCE)
    this.byte(0)
    this.byte(words.length)
    this.#atom(node)
    this.#field(creation, reference)
    for (const word of words) this.#field(word, reference)
  }

  #externalFun(fun: ExternalFun): void {
    const { module, name, arity } = fun
    this.byte(tag.EXPORT)
    this.#atom(module)
    this.#atom(name)
    this.byte(tag.SMALL_INTEGER)
    this.#arity(arity, fun)
  }

  #fun(fun: ErlangFun, depth: number): void {
    if (fun.unique.length !== 16) this.#refuse(fun, 'the digest of its module has 16 bytes')
    this.byte(tag.NEW_FUN)
    const start = this.at
    this.word(0)
    this.#arity(fun.arity, fun)
    this.room(16)
    this.bytes.set(fun.unique, this.at)
    this.at += 16
    this.#field(fun.index, fun)
    this.#field(fun.free.length, fun)
    this.#atom(fun.module)
    this.#smallNumber(fun.oldIndex, fun)
    this.#smallNumber(fun.oldUnique, fun)
    this.#pid(fun.creator)
    for (const each of fun.free) this.#term(each, depth)
    this.bytes.writeUInt32BE(this.at - start, start)
  }

  #arity(arity: number, of: unknown): void {
    if ((arity & 255) !== arity) this.#refuse(of, 'an arity is from 0 to 255')
    this.byte(arity)
  }

  #smallNumber(value: number, of: unknown): void {
    if ((value | 0) !== value) this.#refuse(of, `a field of it is ${String(value)}, and not of 32 bits`)
    this.#number(value)
  }
}
