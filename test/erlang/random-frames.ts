/**
 * Frames as a peer could send that errs or lies: noise, terms whose lengths are wrong, and good terms with something
 * changed. The same seed gives the same frames.
 */
export class RandomFrames {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** From 0 up to and without `below` (mulberry32). */
  below(below: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }

  frame(): Uint8Array {
    const bytes = [131]
    switch (this.below(3)) {
      case 0:
        bytes.push(...this.#noise(this.below(64)))
        break
      case 1:
        this.#term(bytes, 5, true)
        break
      default:
        this.#term(bytes, 5, false)
        this.#damage(bytes)
    }
    return Uint8Array.from(bytes)
  }

  /** A term that is right. */
  term(): Uint8Array {
    const bytes = [131]
    this.#term(bytes, 5, false)
    return Uint8Array.from(bytes)
  }

  #noise(count: number): number[] {
    return Array.from({ length: count }, () => this.below(256))
  }

  #damage(bytes: number[]): void {
    for (let times = 1 + this.below(3); times > 0; times--) {
      const at = this.below(Math.max(1, bytes.length))
      switch (this.below(5)) {
        case 0:
          bytes[at] = this.below(256)
          break
        case 1:
          bytes[at] = (bytes[at] as number) ^ (1 << this.below(8))
          break
        case 2:
          bytes.length = Math.max(1, at)
          break
        case 3:
          bytes.splice(at, this.below(4), ...this.#noise(this.below(4)))
          break
        default:
          bytes.splice(at, 4, ...word(this.below(2) === 0 ? 0xffff_ffff : this.below(2 ** 32 - 1)))
      }
    }
  }

  /** How many there are, or a lie. */
  #length(count: number, lies: boolean): number {
    return lies && this.below(6) === 0 ? this.below(2 ** 31) : count
  }

  #atom(bytes: number[]): void {
    const names = [
      'ok',
      'error',
      'nil',
      'true',
      'undefined',
      'a@b',
      '__proto__',
      'constructor',
      '7',
      'süß',
      '',
    ]
    const name = Buffer.from(names[this.below(names.length)] as string)
    bytes.push(119, name.length, ...name)
  }

  #pid(bytes: number[]): void {
    bytes.push(88)
    this.#atom(bytes)
    bytes.push(...this.#noise(12))
  }

  #term(bytes: number[], depth: number, lies: boolean): void {
    const kind = this.below(depth === 0 ? 15 : 21)
    const count = this.below(5)
    const inner = (times: number): void => {
      for (let i = 0; i < times; i++) this.#term(bytes, depth - 1, lies)
    }
    switch (kind) {
      case 0:
        bytes.push(97, this.below(256))
        break
      case 1:
        bytes.push(98, ...this.#noise(4))
        break
      case 2:
        bytes.push(70, 63 + this.below(2), ...this.#noise(7))
        break
      case 3:
        this.#atom(bytes)
        break
      case 4:
        bytes.push(109, ...word(this.#length(count, lies)), ...this.#noise(count))
        break
      case 5:
        bytes.push(109, 0, 0, 0, 3, 97, 98, 99)
        break
      case 6:
        bytes.push(106)
        break
      case 7:
        bytes.push(107, 0, count + 1, ...this.#noise(count + 1))
        break
      case 8:
        bytes.push(110, this.#length(count * 3, lies) & 255, this.below(2), ...this.#noise(count * 3))
        break
      case 9:
        bytes.push(111, ...word(this.#length(count, lies)), this.below(2), ...this.#noise(count))
        break
      case 10:
        bytes.push(77, ...word(count + 1), 1 + this.below(8), ...this.#noise(count + 1))
        break
      case 11:
        this.#pid(bytes)
        break
      case 12:
        bytes.push(120)
        this.#atom(bytes)
        bytes.push(...this.#noise(12))
        break
      case 13:
        bytes.push(90, 0, 3)
        this.#atom(bytes)
        bytes.push(...this.#noise(16))
        break
      case 14:
        bytes.push(113)
        this.#atom(bytes)
        this.#atom(bytes)
        bytes.push(97, count)
        break
      case 15:
        bytes.push(104, this.#length(count, lies) & 255)
        inner(count)
        break
      case 16:
        bytes.push(105, ...word(this.#length(count, lies)))
        inner(count)
        break
      case 17:
        bytes.push(108, ...word(this.#length(count + 1, lies)))
        inner(count + 1)
        bytes.push(106)
        break
      case 18:
        bytes.push(108, ...word(this.#length(count + 1, lies)))
        inner(count + 2)
        break
      case 19:
        bytes.push(116, ...word(this.#length(count, lies)))
        for (let i = 0; i < count; i++) {
          this.#atom(bytes)
          inner(1)
        }
        break
      default:
        bytes.push(116, ...word(this.#length(count, lies)))
        inner(count * 2)
    }
  }
}

function word(value: number): number[] {
  return [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255]
}
