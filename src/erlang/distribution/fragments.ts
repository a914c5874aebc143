/** Puts together long messages, which come in fragments with other messages between them, within limits. */
import { distributionError } from '../handshake/errors.js'

/** Bytes of one fragment, as the BEAM makes them. */
export const FRAGMENT_BYTES = 64 * 1024
/** The number of messages that may be incomplete at a time: one for each sending process. */
const MOST_SEQUENCES = 1_000

interface Sequence<Head> {
  readonly head: Head
  /**
   * The bytes so far, at the beginning of the buffer. They are copied, since a part of a few bytes would keep everything in memory that was
   * read with it.
   */
  bytes: Buffer
  filled: number
  /** The number of the next fragment; they are counted down to 1. */
  next: bigint
}

const NOTHING = Buffer.alloc(0)

/** The messages that arrive in fragments. `Head` is the further data of the first fragment. */
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

  /** Takes the first of `count` fragments. Returns the message if it is complete. */
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

  /** Takes the next fragment. Returns the message if it is complete. */
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

  /** Adds a part. There may be any number of parts, also empty ones, so the buffer doubles. */
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
