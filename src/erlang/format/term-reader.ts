/**
 * Reads terms from bytes of any origin. It reads no byte beyond their end, makes nothing larger than they allow, and reports the byte where
 * they are wrong.
 */
import { Atom, atom } from '../terms/atom.js'
import { BitString } from '../terms/bit-string.js'
import { ErlangFloat } from '../terms/float.js'
import { ErlangFun, ExternalFun } from '../terms/functions.js'
import { ErlangPid, ErlangPort, ErlangReference } from '../terms/identifiers.js'
import { ImproperList, Tuple } from '../terms/tuple.js'
import { atomOfBytes, recentAtom } from './atom-slots.js'
import { ByteReader } from './byte-reader.js'
import { type Forms, textForms } from './forms.js'
import { wholeNumberOf } from './integers.js'
import { ATOMS, DEPTH, type DecodeLimits, SIZE } from './limits.js'
import * as tag from './tags.js'

const STRUCT = atom('__struct__')
const TRUE = atom('true')
const FALSE = atom('false')
const NIL = atom('nil')
const UNDEFINED = atom('undefined')
const NO_ATOMS: readonly Atom[] = []

export class TermReader extends ByteReader {
  /** The forms for the terms that follow. */
  forms: Forms
  readonly #depth: number
  readonly #size: number
  /** The atoms that the header of a distribution message names. */
  readonly #cached: readonly Atom[]
  #newAtoms: number

  constructor(
    bytes: Uint8Array,
    limits: DecodeLimits,
    { at = 0, forms = textForms, cached = NO_ATOMS, within = '' }: ReaderOptions = {},
  ) {
    super(bytes, at, within)
    this.forms = forms
    this.#cached = cached
    this.#depth = limits.depth ?? DEPTH
    this.#size = limits.size ?? SIZE
    this.#newAtoms = limits.atoms ?? ATOMS
    if (this.end > this.#size) this.tooMuch('size', `it has ${this.end} bytes and not at most ${this.#size}`)
  }

  /** Whether one more new atom may be made. */
  mayMakeAtom(): boolean {
    return this.#newAtoms-- > 0
  }

  /** Reads the next term. */
  term(): unknown {
    return this.#term(this.#depth)
  }

  #term(depth: number): unknown {
    if (depth === 0) this.tooMuch('depth', `terms stand in each other deeper than ${this.#depth} levels`)
    const kind = this.byte()
    switch (kind) {
      case tag.SMALL_INTEGER:
        return this.byte()
      case tag.SMALL_ATOM_UTF8:
      case tag.ATOM_UTF8:
      case tag.OLD_SMALL_ATOM:
      case tag.OLD_ATOM:
      case tag.ATOM_CACHE_REF:
        return this.#valueOfAtom(this.#atom(kind))
      case tag.BINARY:
        return this.#binary()
      case tag.SMALL_TUPLE:
        return this.#tuple(this.byte(), depth - 1)
      case tag.INTEGER:
        return this.word() | 0
      case tag.NIL:
        return []
      case tag.LIST:
        return this.#list(depth - 1)
      case tag.MAP:
        return this.#map(depth - 1)
      case tag.STRING:
        return [...this.bytes.subarray(this.take(this.half()), this.at)]
      case tag.NEW_FLOAT:
        return this.#number(this.bytes.readDoubleBE(this.take(8)))
      default:
        return this.#rare(kind, depth - 1)
    }
  }

  #rare(kind: number, depth: number): unknown {
    switch (kind) {
      case tag.LARGE_TUPLE:
        return this.#tuple(this.word(), depth)
      case tag.SMALL_BIG:
        return this.#integer(this.byte())
      case tag.LARGE_BIG:
        return this.#integer(this.word())
      case tag.BIT_BINARY:
        return this.#bitString()
      case tag.OLD_FLOAT:
        return this.#oldFloat()
      case tag.NEW_PID:
      case tag.OLD_PID:
        return this.forms.revive(this.#pid(kind))
      case tag.V4_PORT:
      case tag.NEW_PORT:
      case tag.OLD_PORT:
        return this.forms.revive(this.#port(kind))
      case tag.NEWER_REFERENCE:
      case tag.NEW_REFERENCE:
      case tag.OLD_REFERENCE:
        return this.forms.revive(this.#reference(kind))
      case tag.NEW_FUN:
        return this.forms.revive(this.#fun(depth))
      case tag.EXPORT:
        return this.forms.revive(this.#externalFun())
      case tag.LOCAL:
        return this.invalid(
          'a local term (LOCAL_EXT) means something to the node that made it alone',
          this.at - 1,
        )
      default:
        return this.invalid(`no term begins with ${kind}`, this.at - 1)
    }
  }

  #atom(kind: number): Atom {
    if (kind === tag.ATOM_CACHE_REF) {
      const index = this.byte()
      return (
        this.#cached[index] ?? this.invalid(`atom ${index} of the cache is not in the header`, this.at - 1)
      )
    }
    const isSmall = kind === tag.SMALL_ATOM_UTF8 || kind === tag.OLD_SMALL_ATOM
    const length = isSmall ? this.byte() : this.half()
    const start = this.take(length)
    const latin1 = kind === tag.OLD_ATOM || kind === tag.OLD_SMALL_ATOM
    const recent = latin1 ? undefined : recentAtom(this.bytes, start, length)
    if (recent !== undefined) return recent
    const found = atomOfBytes(this.bytes, start, length, latin1, this)
    if (typeof found !== 'string') return found
    if (found !== '') return this.invalid(found, start)
    return this.tooMuch('atoms', 'it has more atoms that are new here than it may', start)
  }

  /** Reads the name of an atom, where the format allows nothing else. */
  #name(): string {
    const kind = this.byte()
    return isAtomTag(kind) ? this.#atom(kind).name : this.invalid('an atom should stand here', this.at - 1)
  }

  #valueOfAtom(found: Atom): Atom | boolean | null | undefined {
    if (found === TRUE) return true
    if (found === FALSE) return false
    if (found === NIL) return null
    return found === UNDEFINED ? undefined : found
  }

  #number(value: number): number | ErlangFloat {
    if (!Number.isFinite(value)) this.invalid('a float is no finite number', this.at - 8)
    // A whole number that is an integer to JavaScript would not be a float when it is sent back.
    return this.forms.exactFloats && Number.isSafeInteger(value) ? new ErlangFloat(value) : value
  }

  #oldFloat(): number | ErlangFloat {
    const start = this.take(31)
    const text = this.bytes.toString('latin1', start, this.at).replace(/\0+$/, '')
    if (!/^\s*[+-]?\d+\.\d+(e[+-]?\d+)?$/i.test(text)) this.invalid('a float in text is none', start)
    return this.#number(Number(text))
  }

  #integer(length: number): number | bigint {
    const negative = this.byte()
    if (negative > 1) this.invalid('the sign of an integer is neither 0 nor 1', this.at - 1)
    if (length > tag.LARGEST_INTEGER)
      this.tooMuch('size', `an integer of ${length} bytes is more than a BEAM itself has`)
    const start = this.take(length)
    return wholeNumberOf(this.bytes, start, length, negative === 1)
  }

  #binary(): unknown {
    const length = this.word()
    const start = this.take(length)
    return (this.forms.texts ? this.text(start) : undefined) ?? this.copy(start)
  }

  #bitString(): unknown {
    const length = this.word()
    const bits = this.byte()
    if (bits > 8 || (bits === 0) !== (length === 0)) this.invalid(`a last byte of ${bits} bits`, this.at - 1)
    const bytes = this.copy(this.take(length))
    if (bits === 8 || bits === 0) return bytes
    bytes[length - 1] = (bytes[length - 1] as number) & (0xff << (8 - bits))
    return new BitString(bytes, bits)
  }

  #tuple(arity: number, depth: number): Tuple {
    this.count(arity, 1)
    const elements: unknown[] = []
    for (let i = 0; i < arity; i++) elements.push(this.#term(depth))
    return new Tuple(elements)
  }

  /** Reads a list. A tail that is itself a list continues the same list, any number of times. */
  #list(depth: number): unknown {
    const items: unknown[] = []
    for (;;) {
      const count = this.count(this.word(), 1)
      for (let i = 0; i < count; i++) items.push(this.#term(depth))
      const kind = this.bytes[this.at]
      if (kind !== tag.LIST) break
      this.skip()
    }
    const tail = this.#term(depth)
    if (!Array.isArray(tail)) return items.length === 0 ? tail : new ImproperList(items, tail)
    for (const item of tail) items.push(item)
    return items
  }

  #map(depth: number): unknown {
    const count = this.count(this.word(), 2)
    const object: Record<string, unknown> = {}
    if (!this.forms.objects) return this.#known(this.#mixedMap(object, count, depth))
    for (let i = 0; i < count; i++) {
      const kind = this.bytes[this.at] as number
      if (!isAtomTag(kind)) return this.#mixedMap(object, count - i, depth)
      this.skip()
      const key = this.#atom(kind).name
      const value = this.#term(depth)
      if (key === '__proto__')
        Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true })
      else object[key] = value
    }
    const { struct } = this.forms
    return struct !== undefined && Object.hasOwn(object, '__struct__') ? struct(object) : object
  }

  /** Errors and objects of portable classes are made even if other maps become `Map`s. */
  #known(map: Map<unknown, unknown>): unknown {
    const { struct } = this.forms
    if (struct === undefined || !map.has(STRUCT)) return map
    const object: Record<string, unknown> = {}
    for (const [key, value] of map) {
      if (!(key instanceof Atom) || key.name === '__proto__') return map
      object[key.name] = value
    }
    const known = struct(object)
    return known === object ? map : known
  }

  /** Reads a map with keys that are not atoms. */
  #mixedMap(begun: Readonly<Record<string, unknown>>, count: number, depth: number): Map<unknown, unknown> {
    const map = new Map<unknown, unknown>()
    for (const key of Object.keys(begun)) map.set(this.#valueOfAtom(atom(key)), begun[key])
    for (let i = 0; i < count; i++) {
      const key = this.#key(depth)
      map.set(key, this.#term(depth))
    }
    return map
  }

  /** Reads a key. A text is a string in every form: a key of bytes could not be found again. */
  #key(depth: number): unknown {
    if (this.bytes[this.at] !== tag.BINARY) return this.#term(depth)
    this.skip()
    const start = this.take(this.word())
    return this.text(start) ?? this.copy(start)
  }

  #creation(isOld: boolean): number {
    return isOld ? this.byte() & 3 : this.word()
  }

  #pid(kind: number): ErlangPid {
    return new ErlangPid(this.#name(), this.word(), this.word(), this.#creation(kind === tag.OLD_PID))
  }

  #port(kind: number): ErlangPort {
    const node = this.#name()
    const id = kind === tag.V4_PORT ? this.bytes.readBigUInt64BE(this.take(8)) : BigInt(this.word())
    return new ErlangPort(node, id, this.#creation(kind === tag.OLD_PORT))
  }

  #reference(kind: number): ErlangReference {
    if (kind === tag.OLD_REFERENCE) {
      const node = this.#name()
      const word = this.word()
      return new ErlangReference(node, this.#creation(true), [word])
    }
    const count = this.half()
    if (count === 0 || count > tag.REFERENCE_WORDS) this.invalid(`a reference of ${count} words`, this.at - 2)
    const node = this.#name()
    const creation = this.#creation(kind === tag.NEW_REFERENCE)
    return new ErlangReference(
      node,
      creation,
      Array.from({ length: count }, () => this.word()),
    )
  }

  #fun(depth: number): ErlangFun {
    const start = this.at
    const size = this.word()
    const arity = this.byte()
    const unique = this.copy(this.take(16))
    const index = this.word()
    const count = this.word()
    const module = this.#name()
    const oldIndex = this.#smallNumber()
    const oldUnique = this.#smallNumber()
    const kind = this.byte()
    if (kind !== tag.NEW_PID && kind !== tag.OLD_PID)
      this.invalid('the pid of a fun should stand here', this.at - 1)
    const creator = this.#pid(kind)
    this.count(count, 1)
    const free = Array.from({ length: count }, () => this.#term(depth))
    if (this.at - start !== size)
      this.invalid(`a fun of ${this.at - start} bytes says that it has ${size}`, start)
    return new ErlangFun({ module, arity, index, unique, oldIndex, oldUnique, creator, free })
  }

  #externalFun(): ExternalFun {
    return new ExternalFun(this.#name(), this.#name(), this.#smallNumber())
  }

  #smallNumber(): number {
    const kind = this.byte()
    if (kind === tag.SMALL_INTEGER) return this.byte()
    return kind === tag.INTEGER ? this.word() | 0 : this.invalid('a number should stand here', this.at - 1)
  }
}

export interface ReaderOptions {
  readonly at?: number
  readonly forms?: Forms
  readonly cached?: readonly Atom[]
  readonly within?: string
}

function isAtomTag(kind: number): boolean {
  switch (kind) {
    case tag.SMALL_ATOM_UTF8:
    case tag.ATOM_UTF8:
    case tag.OLD_SMALL_ATOM:
    case tag.OLD_ATOM:
    case tag.ATOM_CACHE_REF:
      return true
    default:
      return false
  }
}
