/** Long messages come in fragments, between which others may come: each sequence is put together, within limits. */
import { distributionError } from '../handshake/errors.js'

/** Bytes of one fragment, as the BEAM makes them. */
export const FRAGMENT_BYTES = 64 * 1024
/** Messages that may be incomplete at a time: one for each process that sends. */
const MOST_SEQUENCES = 1_000

interface Sequence<Head> {
  readonly head: Head
  readonly parts: Buffer[]
  /** The number of the next one; they are counted down to 1. */
  next: bigint
}

/** What arrives in fragments. `Head` is what the first one says besides. */
export class IncomingFragments<Head> {
  readonly #sequences = new Map<bigint, Sequence<Head>>()
  readonly #most: number
  #bytes = 0

  /** @param most bytes of all that is incomplete */
  constructor(most: number) {
    this.#most = most
  }

  /** A message begins, of `count` fragments. Undefined unless it is whole. */
  first(id: bigint, count: bigint, head: Head, part: Buffer): { head: Head; bytes: Buffer } | undefined {
    if (count === 1n) return { head, bytes: part }
    if (count < 1n || this.#sequences.has(id)) throw broken(`sequence ${id} of fragments begins wrongly`)
    if (this.#sequences.size === MOST_SEQUENCES)
      throw broken(`more than ${MOST_SEQUENCES} messages are incomplete`)
    this.#sequences.set(id, { head, parts: [this.#kept(part)], next: count - 1n })
    return undefined
  }

  /** The next one of a message. Undefined unless it is whole. */
  more(id: bigint, number: bigint, part: Buffer): { head: Head; bytes: Buffer } | undefined {
    const sequence = this.#sequences.get(id)
    if (sequence === undefined || sequence.next !== number)
      throw broken(`fragment ${number} of sequence ${id} comes out of turn`)
    sequence.parts.push(this.#kept(part))
    sequence.next--
    if (number > 1n) return undefined
    this.#sequences.delete(id)
    const bytes = Buffer.concat(sequence.parts)
    this.#bytes -= bytes.length
    return { head: sequence.head, bytes }
  }

  #kept(part: Buffer): Buffer {
    this.#bytes += part.length
    if (this.#bytes > this.#most) throw broken(`what is incomplete has more than ${this.#most} bytes`)
    return part
  }
}

function broken(problem: string): Error {
  return distributionError('DISTRIBUTION_BROKEN', { problem })
}
