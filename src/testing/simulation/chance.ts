/** Chance that a seed decides: the same numbers on any machine (sfc32, seeded by a hash of the seed). */
export class Chance {
  #a: number
  #b: number
  #c: number
  #counter = 1

  constructor(seed: string | number) {
    const hashed = hashesOf(String(seed))
    ;[this.#a, this.#b, this.#c] = hashed
    for (let round = 0; round < 12; round++) this.bits()
  }

  /** 32 bits. */
  bits(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#counter) | 0
    this.#counter = (this.#counter + 1) | 0
    this.#a = this.#b ^ (this.#b >>> 9)
    this.#b = (this.#c + (this.#c << 3)) | 0
    this.#c = (this.#c << 21) | (this.#c >>> 11)
    this.#c = (this.#c + sum) | 0
    return sum >>> 0
  }

  /** From 0 up to, but not including, 1. */
  next(): number {
    return (this.bits() * 0x200000 + (this.bits() >>> 11)) / 2 ** 53
  }

  /** A whole number from 0 to `limit - 1`. */
  below(limit: number): number {
    return Math.floor(this.next() * limit)
  }
}

/** Three FNV-1a hashes of a text, begun differently. */
function hashesOf(text: string): [number, number, number] {
  const hash = (start: number): number => {
    let value = start
    for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193)
    return value ^ (value >>> 15)
  }
  return [hash(0x811c9dc5), hash(0x9e3779b9), hash(0x85ebca6b)]
}
