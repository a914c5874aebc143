/** The words of JavaScript: enough of its grammar to tell names from what is said in texts, comments and patterns. */

export interface Token {
  readonly kind: 'name' | 'text' | 'number' | 'pattern' | 'sign'
  /** Of a text: its value, if nothing is put into it; else undefined. */
  readonly text: string | undefined
  /** It is the first of its line. */
  readonly first: boolean
}

/** Signs that are more than one character, as far as it matters here. */
const SIGNS = /^(?:=>|\?\.|\?\?=?|&&=?|\|\|=?|===?|!==?|<=|>=|\.\.\.|\+\+|--|[+\-*/%&|^]=)/
const NAME = /^[#@]?[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*/u
const NUMBER = /^(?:0[xob][\da-f_]+n?|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:e[+-]?\d+)?n?)/i

/** After these a `/` begins a pattern: what stands before it is no value. */
const BEFORE_PATTERN = new Set(
  'return typeof instanceof in of new delete void throw case do else yield await'.split(' '),
)

/** The words of a function's or a class's text. A text that it cannot read to the end gives undefined. */
export function tokensOf(source: string): readonly Token[] | undefined {
  return new Scanner(source).all()
}

class Scanner {
  readonly #tokens: Token[] = []
  #at = 0
  #first = false
  /** How deep in braces the code in each open template is. */
  readonly #templates: number[] = []
  #depth = 0

  constructor(private readonly source: string) {}

  all(): readonly Token[] | undefined {
    while (this.#at < this.source.length) {
      if (!this.#one()) return undefined
    }
    return this.#templates.length === 0 ? this.#tokens : undefined
  }

  #one(): boolean {
    const { source } = this
    const char = source[this.#at] as string
    if (/\s/.test(char)) {
      this.#first ||= char === '\n'
      this.#at++
      return true
    }
    if (source.startsWith('//', this.#at)) return this.#to(source.indexOf('\n', this.#at), 0, true)
    if (source.startsWith('/*', this.#at)) return this.#to(source.indexOf('*/', this.#at), 2, false)
    if (char === "'" || char === '"') return this.#text(char)
    if (char === '`') {
      this.#at++
      return this.#template(true)
    }
    if (char === '/' && this.#patternMayBegin()) return this.#pattern()
    const rest = source.slice(this.#at, this.#at + 200)
    const name = NAME.exec(rest)?.[0]
    if (name !== undefined) return this.#push('name', name, name.length)
    const number = /^[\d.]/.test(rest) ? NUMBER.exec(rest)?.[0] : undefined
    if (number !== undefined) return this.#push('number', number, number.length)
    const sign = SIGNS.exec(rest)?.[0] ?? char
    if (sign === '{') this.#depth++
    if (sign === '}') {
      if (this.#templates.at(-1) === this.#depth) {
        this.#templates.pop()
        this.#depth--
        this.#at++
        return this.#template(false)
      }
      this.#depth--
    }
    return this.#push('sign', sign, sign.length)
  }

  #push(kind: Token['kind'], text: string | undefined, length: number): boolean {
    this.#tokens.push({ kind, text, first: this.#first })
    this.#first = false
    this.#at += length
    return true
  }

  #to(end: number, more: number, mayBeLast: boolean): boolean {
    if (end < 0) {
      this.#at = this.source.length
      return mayBeLast
    }
    this.#at = end + more
    return true
  }

  #text(quote: string): boolean {
    let end = this.#at + 1
    while (end < this.source.length && this.source[end] !== quote) end += this.source[end] === '\\' ? 2 : 1
    if (end >= this.source.length) return false
    return this.#push('text', plain(this.source.slice(this.#at + 1, end)), end + 1 - this.#at)
  }

  /** From the beginning of a template, or from where code in it ends. */
  #template(begins: boolean): boolean {
    const from = this.#at
    for (let at = from; at < this.source.length; at += this.source[at] === '\\' ? 2 : 1) {
      if (this.source[at] === '`') {
        const whole = begins ? plain(this.source.slice(from, at)) : undefined
        // What closes one with code in it is a value, and nothing more is to be said of it.
        return this.#push(begins ? 'text' : 'sign', begins ? whole : ')', at + 1 - from)
      }
      if (this.source.startsWith('${', at)) {
        this.#push('sign', begins ? '(' : ',', at + 2 - from)
        this.#templates.push(++this.#depth)
        return true
      }
    }
    return false
  }

  #patternMayBegin(): boolean {
    const before = this.#tokens.at(-1)
    if (before === undefined) return true
    if (before.kind === 'name') return BEFORE_PATTERN.has(before.text as string)
    return before.kind === 'sign' && ![')', ']', '}'].includes(before.text as string)
  }

  #pattern(): boolean {
    let inSet = false
    for (let at = this.#at + 1; at < this.source.length; at++) {
      const char = this.source[at]
      if (char === '\n') return false
      if (char === '\\') at++
      else if (char === '[') inSet = true
      else if (char === ']') inSet = false
      else if (char === '/' && !inSet) return this.#push('pattern', undefined, at + 1 - this.#at)
    }
    return false
  }
}

/** The value of a text in which nothing is escaped but what escapes itself. */
function plain(text: string): string | undefined {
  const value = text.replace(/\\(['"`\\])/g, '$1')
  return /\\/.test(text.replace(/\\['"`\\]/g, '')) ? undefined : value
}
