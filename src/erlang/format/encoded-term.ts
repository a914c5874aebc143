/** A term that was encoded before, without its version: a process sends values as they are at that moment. */
export class EncodedTerm {
  readonly bytes: Uint8Array

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
  }
}
