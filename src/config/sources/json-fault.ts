/** Finds the first error in a JSON text. V8's own message cannot be shown: it quotes the text, which may contain a secret. */

const SPACE = /[ \t\r\n]*/y
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids them in texts, and only them
const TEXT = /"(?:[^"\\\u0000-\u001f]+|\\(?:["\\/bfnrt]|u[0-9a-f]{4}))*"/iy
const PLAIN = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])/y

/** The place of the first error, as `line 2, column 7`. */
export function jsonFault(text: string): string {
  const before = text.slice(0, new Reader(text).fault())
  const line = before.split('\n').length
  return `line ${line}, column ${before.length - before.lastIndexOf('\n')}`
}

class Fault {}

class Reader {
  #at = 0

  constructor(private readonly text: string) {}

  fault(): number {
    try {
      this.#value()
      this.#skip(SPACE)
    } catch (thrown) {
      // A text with too many levels overflows the stack; the place is where the reading ended.
      if (!(thrown instanceof Fault || thrown instanceof RangeError)) throw thrown
    }
    return this.#at
  }

  #value(): void {
    this.#skip(SPACE)
    const sign = this.text[this.#at]
    if (sign === '{') this.#list('}', () => this.#pair())
    else if (sign === '[') this.#list(']', () => this.#value())
    else if (!this.#skip(TEXT) && !this.#skip(PLAIN)) throw new Fault()
  }

  #pair(): void {
    this.#skip(SPACE)
    if (!this.#skip(TEXT)) throw new Fault()
    this.#expect(':')
    this.#value()
  }

  #list(end: string, item: () => void): void {
    this.#at++
    this.#skip(SPACE)
    if (this.text[this.#at] !== end) {
      item()
      while (this.#is(',')) {
        this.#at++
        item()
      }
    }
    this.#expect(end)
  }

  #is(sign: string): boolean {
    this.#skip(SPACE)
    return this.text[this.#at] === sign
  }

  #expect(sign: string): void {
    if (!this.#is(sign)) throw new Fault()
    this.#at++
  }

  #skip(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.text)?.[0]
    if (found === undefined) return false
    this.#at += found.length
    return true
  }
}
