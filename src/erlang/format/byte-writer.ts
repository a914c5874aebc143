import * as tag from './tags.js'

/** A buffer of bytes that grows as needed. */
export abstract class ByteWriter {
  protected bytes: Buffer
  protected at = 0
  readonly #most: number

  /**
   * @param most the largest number of bytes
   * @param room the number of bytes at first
   */
  constructor(most: number, room: number) {
    this.#most = most
    this.bytes = Buffer.allocUnsafe(room)
  }

  /** Called when there would be more bytes than allowed. */
  protected abstract tooLarge(most: number): never

  /** The bytes written so far. */
  get written(): Buffer {
    return this.bytes.subarray(0, this.at)
  }

  byte(value: number): void {
    this.room(1)
    this.bytes[this.at++] = value
  }

  word(value: number): void {
    this.room(4)
    this.at = this.bytes.writeUInt32BE(value, this.at)
  }

  protected room(count: number): void {
    const needed = this.at + count
    if (needed <= this.bytes.length) return
    if (needed > this.#most) this.tooLarge(this.#most)
    const larger = Buffer.allocUnsafe(Math.max(needed, this.bytes.length * 2))
    this.bytes.copy(larger, 0, 0, this.at)
    this.bytes = larger
  }

  protected copied(bytes: Uint8Array): void {
    this.room(bytes.length)
    this.bytes.set(bytes, this.at)
    this.at += bytes.length
  }

  /** Writes a text of ASCII alone, for which there is room; -1 for another. */
  protected ascii(text: string, start: number): number {
    const bytes = this.bytes
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i)
      if (code > 127) return -1
      bytes[start + i] = code
    }
    return text.length
  }

  protected head(kind: number, count: number): void {
    this.byte(kind)
    this.word(count)
  }

  /** An integer that a number holds exactly. */
  protected integer(value: number): void {
    this.room(11)
    if (value >= 0 && value <= 255) {
      this.bytes[this.at++] = tag.SMALL_INTEGER
      this.bytes[this.at++] = value
    } else if ((value | 0) === value) {
      this.bytes[this.at++] = tag.INTEGER
      this.at = this.bytes.writeInt32BE(value, this.at)
    } else {
      const magnitude = Math.abs(value)
      const length = magnitude < 2 ** 32 ? 4 : magnitude < 2 ** 40 ? 5 : magnitude < 2 ** 48 ? 6 : 7
      this.bytes[this.at++] = tag.SMALL_BIG
      this.bytes[this.at++] = length
      this.bytes[this.at++] = value < 0 ? 1 : 0
      this.at = this.bytes.writeUInt32LE(magnitude % 2 ** 32, this.at)
      const high = Math.floor(magnitude / 2 ** 32)
      if (length > 4) this.at = this.bytes.writeUIntLE(high, this.at, length - 4)
    }
  }

  /** @param magnitude from its lowest byte on */
  protected largeInteger(magnitude: Uint8Array, isNegative: boolean): void {
    const { length } = magnitude
    this.room(length + 6)
    if (length <= 255) {
      this.byte(tag.SMALL_BIG)
      this.byte(length)
    } else this.head(tag.LARGE_BIG, length)
    this.byte(isNegative ? 1 : 0)
    this.bytes.set(magnitude, this.at)
    this.at += length
  }
}
