/**
 * Bytes that anybody may have made, read one after another: never beyond their end, and what is wrong with them is said
 * with the place of it.
 */
import { isUtf8 } from 'node:buffer'
import { erlangError } from '../errors.js'
import type { DecodeLimits } from './limits.js'

/** Bytes of a text from which looking at it first costs less than a view of it. */
const LONG = 128

export class ByteReader {
  protected readonly bytes: Buffer
  protected readonly end: number
  #at: number
  /** What is said after an offset: offsets of an inflated term are its own. */
  readonly #within: string

  constructor(bytes: Uint8Array, at = 0, within = '') {
    this.bytes = Buffer.isBuffer(bytes)
      ? bytes
      : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.end = this.bytes.length
    this.#at = at
    this.#within = within
  }

  /** Where the next byte is. */
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

  /** Moves on by so many bytes, and says where they begin. */
  protected take(count: number): number {
    const start = this.#at
    if (count > this.end - start)
      this.invalid(`${count} more bytes should follow, but there are ${this.end - start}`)
    this.#at = start + count
    return start
  }

  /** One byte that was looked at. */
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

  /** How many terms are said to follow. */
  protected count(count: number, bytesOfEach: number): number {
    if (count * bytesOfEach > this.end - this.#at)
      this.invalid(`${count} terms should follow, but there are ${this.end - this.#at} bytes`)
    return count
  }

  /** What was just taken, if it is UTF-8. */
  protected text(start: number): string | undefined {
    const end = this.#at
    // Long ones are asked first: what is no text is not made into one.
    if (end - start > LONG && !isUtf8(this.bytes.subarray(start, end))) return undefined
    const text = this.bytes.toString('utf8', start, end)
    // A byte that is wrong becomes this sign, which may also have been sent.
    if (end - start <= LONG && text.includes('\ufffd') && !isUtf8(this.bytes.subarray(start, end)))
      return undefined
    return text
  }

  /** What was just taken, in memory of its own: it must not keep the whole message alive, nor change with it. */
  protected copy(start: number): Uint8Array {
    const { buffer, byteOffset } = this.bytes
    return new Uint8Array(buffer, byteOffset + start, this.#at - start).slice()
  }
}
