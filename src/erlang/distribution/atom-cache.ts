/**
 * The atom cache: both sides remember atoms, so that a message names them by a byte. Each direction has a cache of 2,048 slots, which the
 * sender manages. The header of a message says which slots it uses, and which are new.
 */
import { isUtf8 } from 'node:buffer'
import { distributionError } from '../handshake/errors.js'
import { type Atom, atom, atomProblem } from '../terms/atom.js'

const SLOTS = 2_048
const MOST_IN_A_MESSAGE = 255
const NEW = 8

export interface Header {
  readonly atoms: readonly Atom[]
  /** The position after the header. */
  readonly at: number
}

/** The cache for messages of the other side. */
export class IncomingAtomCache {
  readonly #slots: (Atom | undefined)[] = new Array(SLOTS).fill(undefined)

  /** @throws DISTRIBUTION_BROKEN */
  readHeader(frame: Buffer, start: number): Header {
    const count = frame[start]
    if (count === undefined) throw broken('the header of a message is missing')
    if (count === 0) return { atoms: [], at: start + 1 }
    const flags = start + 1
    let at = flags + (count >> 1) + 1
    const nibble = (index: number): number => ((frame[flags + (index >> 1)] ?? 0) >> ((index & 1) * 4)) & 15
    const lengthBytes = (nibble(count) & 1) === 1 ? 2 : 1
    const atoms: Atom[] = []
    for (let i = 0; i < count; i++) {
      if (at >= frame.length) throw broken('the header of a message ends early')
      const bits = nibble(i)
      const slot = ((bits & 7) << 8) | (frame[at++] as number)
      if ((bits & NEW) !== 0) {
        if (at + lengthBytes > frame.length) throw broken('the header of a message ends early')
        const length = frame.readUIntBE(at, lengthBytes)
        at += lengthBytes
        this.#slots[slot] = this.#atom(frame, at, length)
        at += length
      }
      const found = this.#slots[slot]
      if (found === undefined) throw broken(`slot ${slot} of the atom cache is empty`)
      atoms.push(found)
    }
    return { atoms, at }
  }

  #atom(frame: Buffer, at: number, length: number): Atom {
    if (length > frame.length - at) throw broken('an atom of the cache is longer than its message')
    const bytes = frame.subarray(at, at + length)
    const name = bytes.toString('utf8')
    if (!isUtf8(bytes) || atomProblem(name) !== undefined)
      throw broken('the atom cache is sent what is no atom')
    return atom(name)
  }
}

/** The cache for our messages. */
export class OutgoingAtomCache {
  readonly #slotOf = new Map<string, number>()
  readonly #nameAt: (string | undefined)[] = new Array(SLOTS).fill(undefined)
  #next = 0
  #indexOf = new Map<string, number>()
  #used: { readonly slot: number; readonly text: Buffer | undefined; readonly name: string }[] = []

  /** Called at the beginning of a message. */
  begin(): void {
    if (this.#used.length === 0) return
    this.#indexOf = new Map()
    this.#used = []
  }

  /** Returns the index of an atom in the header of this message; -1 if the header is full. */
  indexOf(name: string): number {
    const index = this.#indexOf.get(name)
    if (index !== undefined) return index
    if (this.#used.length === MOST_IN_A_MESSAGE || atomProblem(name) !== undefined) return -1
    const known = this.#slotOf.get(name)
    const slot = known ?? this.#fill(name)
    this.#indexOf.set(name, this.#used.length)
    return this.#used.push({ slot, name, text: known === undefined ? Buffer.from(name) : undefined }) - 1
  }

  /** Called if the message is not sent after all: the other side does not get its new atoms. */
  abandon(): void {
    for (const { slot, name, text } of this.#used) {
      if (text === undefined) continue
      this.#slotOf.delete(name)
      this.#nameAt[slot] = undefined
    }
  }

  /** Returns the header of the written message. */
  header(): Buffer {
    const used = this.#used
    const count = used.length
    if (count === 0) return Buffer.of(0)
    const lengthBytes = used.some(({ text }) => text !== undefined && text.length > 255) ? 2 : 1
    let size = 1 + (count >> 1) + 1
    for (const { text } of used) size += 1 + (text === undefined ? 0 : lengthBytes + text.length)
    const header = Buffer.alloc(size)
    header[0] = count
    const setNibble = (index: number, bits: number): void => {
      const at = 1 + (index >> 1)
      header[at] = (header[at] as number) | (bits << ((index & 1) * 4))
    }
    let at = 1 + (count >> 1) + 1
    used.forEach(({ slot, text }, index) => {
      setNibble(index, (slot >> 8) | (text === undefined ? 0 : NEW))
      header[at++] = slot & 255
      if (text === undefined) return
      header.writeUIntBE(text.length, at, lengthBytes)
      header.set(text, at + lengthBytes)
      at += lengthBytes + text.length
    })
    setNibble(count, lengthBytes - 1)
    return header
  }

  /** Takes the next slot. One message has fewer atoms than there are slots, so that none is taken twice in it. */
  #fill(name: string): number {
    const slot = this.#next
    this.#next = (slot + 1) % SLOTS
    const old = this.#nameAt[slot]
    if (old !== undefined) this.#slotOf.delete(old)
    this.#nameAt[slot] = name
    this.#slotOf.set(name, slot)
    return slot
  }
}

function broken(problem: string): Error {
  return distributionError('DISTRIBUTION_BROKEN', { problem })
}
