/** Reads bytes of any origin one after another. It never reads beyond their end, and reports a mistake with its place. */
import { isUtf8 } from 'node:buffer'
import { erlangError } from '../errors.js'
import type { DecodeLimits } from './limits.js'

/** The length of a text from which a check costs less than a view of it. */
const LONG = 128

export class ByteReader {
  protected readonly bytes: Buffer
  protected readonly end: number
  #at: number
  /** The text after an offset in messages: an inflated term has offsets of its own. */
  readonly #within: string

  constructor(bytes: Uint8Array, at = 0, within = '') {
    this.bytes = Buffer.isBuffer(bytes)
      ? bytes
      : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.end = this.bytes.length
    this.#at = at
    this.#within = within
  }

  /** The position of the next byte. */
  get at(): number {
    return this.#at
  }

  get isAtEnd(): boolean {
    return this.#at === this.end
  }

  /** @throws TERM_INVALID */
  invalid(problem: string, at = this.#at): never {
    throw erlangError('TERM_INVALID', { offset: at, problem, place: `${at}${this.#within}` })
  }

  protected tooMuch(limit: keyof DecodeLimits, problem: string, at = this.#at): never {
    throw erlangError('TERM_LIMIT', { offset: at, limit, problem, place: `${at}${this.#within}` })
  }

  /** Skips a number of bytes, and returns where they begin. */
  protected take(count: number): number {
    const start = this.#at
    if (count > this.end - start)
      this.invalid(`${count} more bytes should follow, but there are ${this.end - start}`)
    this.#at = start + count
    return start
  }

  /** Skips one byte that was read ahead. */
  protected skip(): void {
    this.#at++
  }

  byte(): number {
    return this.bytes[this.take(1)] as number
  }

  half(): number {
    return this.bytes.readUInt16BE(this.take(2))
  }

  word(): number {
    return this.bytes.readUInt32BE(this.take(4))
  }

  /** Checks the number of terms that are said to follow, and returns it. */
  protected count(count: number, bytesOfEach: number): number {
    if (count * bytesOfEach > this.end - this.#at)
      this.invalid(`${count} terms should follow, but there are ${this.end - this.#at} bytes`)
    return count
  }

  /** Returns the taken bytes as a text, if they are UTF-8. */
  protected text(start: number): string | undefined {
    const end = this.#at
    // Long ones are checked first, so that no string is made of bytes that are no text.
    if (end - start > LONG && !isUtf8(this.bytes.subarray(start, end))) return undefined
    const text = this.bytes.toString('utf8', start, end)
    // An invalid byte becomes this character, which may also have been sent.
    if (end - start <= LONG && text.includes('\ufffd') && !isUtf8(this.bytes.subarray(start, end)))
      return undefined
    return text
  }

  /** Returns a copy of the taken bytes: they must not keep the whole message in memory, nor change with it. */
  protected copy(start: number): Uint8Array {
    const { buffer, byteOffset } = this.bytes
    return new Uint8Array(buffer, byteOffset + start, this.#at - start).slice()
  }
}
