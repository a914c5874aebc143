import type { Terms } from '../../kernel/index.js'
import type { Packed } from './packed.js'
import { Packing } from './packing.js'
import { Unpacking } from './unpacking.js'

/**
 * Values as structured clones can carry them, between kernels of one program, threads and programs. Pids, references, errors and objects of
 * portable classes arrive as what they are; see `Packing` for what else crosses.
 */
export class StructuredCodec {
  #moves = new Set<object>()

  /** @throws NOT_CLONEABLE unless `lenient` */
  encode(value: unknown, terms: Terms, lenient: boolean): unknown {
    if (
      (typeof value !== 'object' || value === null) &&
      typeof value !== 'function' &&
      typeof value !== 'symbol'
    )
      return value
    return new Packing(value, terms, lenient, this.#moves).packed()
  }

  decode(encoded: unknown, terms: Terms): unknown {
    if (typeof encoded !== 'object' || encoded === null) return encoded
    const packed = encoded as Packed
    return packed.length === 1 ? packed[0] : new Unpacking(packed, terms).value()
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
