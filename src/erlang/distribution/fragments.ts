/** Long messages come in fragments, between which others may come: each sequence is put together, within limits. */
import { distributionError } from '../handshake/errors.js'

/** Bytes of one fragment, as the BEAM makes them. */
export const FRAGMENT_BYTES = 64 * 1024
/** Messages that may be incomplete at a time: one for each process that sends. */
const MOST_SEQUENCES = 1_000

interface Sequence<Head> {
  readonly head: Head
  /** What has come, at its beginning: copied, since a part of a few bytes would keep all that it was read with. */
  bytes: Buffer
  filled: number
  /** The number of the next one; they are counted down to 1. */
  next: bigint
}

const NOTHING = Buffer.alloc(0)

/** What arrives in fragments. `Head` is what the first one says besides. */
export class IncomingFragments<Head> {
  readonly #sequences = new Map<bigint, Sequence<Head>>()
  readonly #most: number
  readonly #mostTogether: number
  #bytes = 0

  /** @param most bytes of one message @param mostTogether bytes of all that are incomplete */
  constructor(most: number, mostTogether: number) {
    this.#most = most
    this.#mostTogether = mostTogether
  }

  /** A message begins, of `count` fragments. Undefined unless it is whole. */
  first(id: bigint, count: bigint, head: Head, part: Buffer): { head: Head; bytes: Buffer } | undefined {
    if (count === 1n) return { head, bytes: part }
    if (count < 1n || this.#sequences.has(id)) throw broken(`sequence ${id} of fragments begins wrongly`)
    if (this.#sequences.size === MOST_SEQUENCES)
      throw broken(`more than ${MOST_SEQUENCES} messages are incomplete`)
    const sequence: Sequence<Head> = { head, bytes: NOTHING, filled: 0, next: count - 1n }
    this.#add(sequence, part)
    this.#sequences.set(id, sequence)
    return undefined
  }

  /** The next one of a message. Undefined unless it is whole. */
  more(id: bigint, number: bigint, part: Buffer): { head: Head; bytes: Buffer } | undefined {
    const sequence = this.#sequences.get(id)
    if (sequence === undefined || sequence.next !== number)
      throw broken(`fragment ${number} of sequence ${id} comes out of turn`)
    this.#add(sequence, part)
    sequence.next--
    if (number > 1n) return undefined
    this.#sequences.delete(id)
    this.#bytes -= sequence.filled
    return { head: sequence.head, bytes: sequence.bytes.subarray(0, sequence.filled) }
  }

  /** There may be any number of parts, also empty ones: the room for them doubles. */
  #add(sequence: Sequence<Head>, part: Buffer): void {
    this.#bytes += part.length
    const filled = sequence.filled + part.length
    if (filled > this.#most) throw broken(`a message has more than ${this.#most} bytes`)
    if (this.#bytes > this.#mostTogether)
      throw broken(`messages that are incomplete have more than ${this.#mostTogether} bytes together`)
    if (filled > sequence.bytes.length) {
      const bytes = Buffer.allocUnsafeSlow(Math.min(Math.max(2 * sequence.bytes.length, filled), this.#most))
      sequence.bytes.copy(bytes, 0, 0, sequence.filled)
      sequence.bytes = bytes
    }
    part.copy(sequence.bytes, sequence.filled)
    sequence.filled = filled
  }
}

function broken(problem: string): Error {
  return distributionError('DISTRIBUTION_BROKEN', { problem })
}
