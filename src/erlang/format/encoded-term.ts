/** A term that was written before, without its version: what a process sends is what it was at that moment. */
export class EncodedTerm {
  readonly bytes: Uint8Array

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
  }
}
