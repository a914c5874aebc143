/** A bit string that is not a binary: its last byte uses fewer than eight bits, the upper ones. `<<5:3>>`. */
export class BitString {
  readonly bytes: Uint8Array
  /** The number of used bits in the last byte, from 1 to 7. The others are 0. */
  readonly bitsInLastByte: number

  constructor(bytes: Uint8Array, bitsInLastByte: number) {
    this.bytes = bytes
    this.bitsInLastByte = bitsInLastByte
  }

  /** The length in bits. */
  get length(): number {
    return this.bytes.length === 0 ? 0 : (this.bytes.length - 1) * 8 + this.bitsInLastByte
  }
}
