import type { Terms } from '../../kernel/index.js'
import type { Packed } from './packed.js'
import { Packing } from './packing.js'
import { Unpacking } from './unpacking.js'

/**
 * Values as structured clones can carry them, between kernels of one program, threads and programs. Pids, references, errors and objects of
 * portable classes arrive as what they are; see `Packing` for what else crosses.
 */
export class StructuredCodec {
  readonly #memory: boolean
  readonly #moves = new Set<object>()
  #size = 0

  /** @param options.memory whether memory can be shared with the other side, as between threads; default true */
  constructor({ memory = true }: { readonly memory?: boolean } = {}) {
    this.#memory = memory
  }

  /** @throws NOT_CLONEABLE unless `lenient` */
  encode(value: unknown, terms: Terms, lenient: boolean): unknown {
    if (
      (typeof value !== 'object' || value === null) &&
      typeof value !== 'function' &&
      typeof value !== 'symbol'
    )
      return this.#sized(value)
    const packing = new Packing(value, terms, { lenient, memory: this.#memory }, this.#moves)
    const packed = packing.packed()
    this.#size += packing.size
    return packed
  }

  decode(encoded: unknown, terms: Terms): unknown {
    if (typeof encoded !== 'object' || encoded === null) return encoded
    const packed = encoded as Packed
    return packed.length === 1 ? packed[0] : new Unpacking(packed, terms).value()
  }

  /** About how many bytes were encoded since it was last asked. */
  takeSize(): number {
    const size = this.#size
    this.#size = 0
    return size
  }

  #sized(value: unknown): unknown {
    this.#size += typeof value === 'string' ? value.length : WORD
    return value
  }

  /** What is to be moved with all that was encoded since it was last asked. */
  takeMoves(): readonly object[] {
    if (this.#moves.size === 0) return NOTHING
    const moves = [...this.#moves]
    this.#moves.clear()
    return moves
  }
}

const NOTHING: readonly object[] = []

/** Bytes that a small value is counted as. */
const WORD = 8
