/** Takes a stream of bytes apart into frames, each behind its length. */
import { distributionError } from './errors.js'

const NOTHING = Buffer.alloc(0)
/** Bytes of a chunk from which on it is kept as it is: of smaller ones, several are kept together. */
const LARGE = 4_096
const ROOM = 65_536

export class FrameSplitter {
  /** Bytes of a length: 2 in the handshake over TCP, otherwise 4. */
  #lengthBytes: 2 | 4
  #most: number
  #chunks: Buffer[] = []
  #buffered = 0
  /** Where small chunks are put together, and how much of it is filled; nothing that is in it is changed. */
  #room = NOTHING
  #filled = 0
  /** Of the frame that is not whole yet; -1 when its length is not there. */
  #expected = -1

  constructor(lengthBytes: 2 | 4, most: number) {
    this.#lengthBytes = lengthBytes
    this.#most = most
  }

  /** From the next frame on. */
  change(lengthBytes: 2 | 4, most: number): void {
    this.#lengthBytes = lengthBytes
    this.#most = most
  }

  push(chunk: Buffer): void {
    if (chunk.length === 0) return
    this.#buffered += chunk.length
    if (this.#chunks.length === 0 || chunk.length >= LARGE) this.#chunks.push(chunk)
    else this.#gatherSmall(chunk)
  }

  /**
   * The next frame that is whole; undefined while there is none. An empty one is a tick.
   *
   * @throws DISTRIBUTION_BROKEN for one that is longer than may be
   */
  next(): Buffer | undefined {
    if (this.#expected < 0) {
      if (this.#buffered < this.#lengthBytes) return undefined
      this.#expected = this.#take(this.#lengthBytes).readUIntBE(0, this.#lengthBytes)
      if (this.#expected > this.#most) {
        const problem = `a message of ${this.#expected} bytes is announced, and the limit is ${this.#most}`
        throw distributionError('DISTRIBUTION_BROKEN', { problem })
      }
    }
    if (this.#buffered < this.#expected) return undefined
    const frame = this.#take(this.#expected)
    this.#expected = -1
    return frame
  }

  #take(count: number): Buffer {
    this.#buffered -= count
    const first = this.#chunks[0]
    if (first === undefined || count === 0) return NOTHING
    if (first.length > count) {
      this.#chunks[0] = first.subarray(count)
      return first.subarray(0, count)
    }
    if (first.length === count) {
      this.#chunks.shift()
      return first
    }
    return this.#gather(count)
  }

  /** A chunk that waits for others costs far more than its bytes: whoever sends them one by one must not gain by that. */
  #gatherSmall(chunk: Buffer): void {
    const chunks = this.#chunks
    const last = chunks[chunks.length - 1] as Buffer
    if (this.#filled + chunk.length > this.#room.length) {
      this.#room = Buffer.allocUnsafeSlow(ROOM)
      this.#filled = 0
    }
    const start = this.#filled
    chunk.copy(this.#room, start)
    this.#filled += chunk.length
    const isNext = last.buffer === this.#room.buffer && last.byteOffset + last.length === start
    if (isNext) chunks[chunks.length - 1] = this.#room.subarray(last.byteOffset, this.#filled)
    else chunks.push(this.#room.subarray(start, this.#filled))
  }

  /** From several chunks: each is looked at once, however many there are. */
  #gather(count: number): Buffer {
    const frame = Buffer.allocUnsafe(count)
    let filled = 0
    let used = 0
    while (filled < count) {
      const chunk = this.#chunks[used] as Buffer
      const part = Math.min(chunk.length, count - filled)
      chunk.copy(frame, filled, 0, part)
      filled += part
      if (part < chunk.length) this.#chunks[used] = chunk.subarray(part)
      else used++
    }
    this.#chunks.splice(0, used)
    return frame
  }
}

/** A message behind its length. */
export function framed(message: Uint8Array, lengthBytes: 2 | 4): Buffer {
  const frame = Buffer.allocUnsafe(lengthBytes + message.length)
  frame.writeUIntBE(message.length, 0, lengthBytes)
  frame.set(message, lengthBytes)
  return frame
}
