/** A bit string that is no binary: its last byte has fewer than eight bits, the upper ones. `<<5:3>>`. */
export class BitString {
  readonly bytes: Uint8Array
  /** How many bits of the last byte count, from 1 to 7. The others are 0. */
  readonly bitsInLastByte: number

  constructor(bytes: Uint8Array, bitsInLastByte: number) {
    this.bytes = bytes
    this.bitsInLastByte = bitsInLastByte
  }

  /** In bits. */
  get length(): number {
    return this.bytes.length === 0 ? 0 : (this.bytes.length - 1) * 8 + this.bitsInLastByte
  }
}
