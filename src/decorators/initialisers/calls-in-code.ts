/** The calls in the text of a class or a function, and whether they are made whenever an instance is. */
import { type Token, tokensOf } from './source-tokens.js'

/** One call, `module.name(…)`. */
export interface Call {
  readonly callee: readonly string[]
  /** What stands between its parentheses. */
  readonly given: readonly Token[]
  /** Made for each instance; else in a condition, or when a function is called. */
  readonly certain: boolean
  /** In a function inside, which may never be called. */
  readonly nested: boolean
  /** The field that it initialises; undefined in a constructor. */
  readonly field: string | undefined
}

/** What is open where the walk is: a bracket, or code in braces. */
interface Frame {
  readonly kind: 'class' | 'constructor' | 'function' | 'static' | 'block' | 'group'
  /** The word before its parenthesis: `if (`. */
  readonly word?: string | undefined
  /** A condition stands before this in the same statement. */
  maybe: boolean
  /** The rest of the expression is the body of an arrow function. */
  arrow: boolean
}

const CONDITIONS = new Set('if else for while switch case try catch ? ?. ?? && || ??= &&= ||='.split(' '))
const WITH_BLOCK = new Set('if for while switch catch with'.split(' '))
const BEFORE_BLOCK = new Set('else try finally do'.split(' '))
const NO_CALLEE = new Set(
  'if for while switch catch with function return super import typeof await yield'.split(' '),
)
const MODIFIERS = new Set('async get set accessor'.split(' '))
const ENDS = new Set([')', ']', '}'])

/** Undefined for a text that cannot be read, as that of what is built in. */
export function callsIn(code: object): readonly Call[] | undefined {
  const source = Function.prototype.toString.call(code)
  if (source.length > LONGEST || /\{\s*\[native code\]\s*\}$/.test(source)) return undefined
  const tokens = tokensOf(source)
  return tokens === undefined ? undefined : new Walk(tokens).calls()
}

const LONGEST = 200_000

class Walk {
  readonly #calls: Call[] = []
  readonly #frames: Frame[] = []
  #closed: Frame | undefined
  #member: { name: string | undefined; isStatic: boolean; isField: boolean } = noMember()
  #classAhead = false

  constructor(private readonly tokens: readonly Token[]) {}

  calls(): readonly Call[] {
    const isClass = this.tokens[0]?.text === 'class'
    let at = isClass ? this.#body() : 0
    this.#open(isClass ? 'class' : 'function')
    for (at += isClass ? 1 : 0; at < this.tokens.length && this.#frames.length > 0; at++) this.#token(at)
    return this.#calls
  }

  /** Where the members of the class begin. */
  #body(): number {
    let depth = 0
    return this.tokens.findIndex(({ kind, text = '' }) => {
      if (kind !== 'sign') return false
      if (text === '{' && depth === 0) return true
      depth += ['(', '[', '{'].includes(text) ? 1 : ENDS.has(text) ? -1 : 0
      return false
    })
  }

  #token(at: number): void {
    const token = this.tokens[at] as Token
    const before = this.tokens[at - 1]
    const top = this.#frames.at(-1) as Frame
    const isAfterDot = isSign(before, '.') || isSign(before, '?.')
    if (top.kind === 'class') this.#inClass(token, before, top)
    else if (this.#begins(token, before)) ended(top)
    const { kind, text = '' } = token
    if (kind === 'text' || kind === 'number' || kind === 'pattern') return
    if (!isAfterDot && CONDITIONS.has(text)) top.maybe = true
    if (kind === 'name') {
      this.#classAhead ||= text === 'class' && !isAfterDot
      return
    }
    if (text === '=>') top.arrow = true
    else if (text === ',') top.arrow = false
    else if (text === ';') ended(top)
    else if (text === '(') {
      this.#call(at)
      this.#open(
        'group',
        before?.kind === 'name' && !isAfterDotted(this.tokens, at - 1) ? before.text : undefined,
      )
    } else if (text === '[') this.#open('group')
    else if (text === '{') this.#brace(before, top)
    else if (ENDS.has(text)) this.#close()
  }

  #inClass(token: Token, before: Token | undefined, top: Frame): void {
    const { kind, text = '' } = token
    const member = this.#member
    if (isSign(before, ';') || (isSign(before, '}') && !member.isField) || this.#begins(token, before)) {
      this.#member = noMember()
      ended(top)
    }
    if (this.#member.isField) return
    if (kind === 'sign') {
      if (text === '=') this.#member.isField = true
    } else if (text === 'static' && this.#member.name === undefined) {
      this.#member.isStatic = true
      this.#member.name = 'static'
    } else if (kind !== 'name' || !isSign(before, ')')) this.#member.name = text
  }

  /** Whether a new line begins what no semicolon has ended. */
  #begins(token: Token, before: Token | undefined): boolean {
    if (!token.first || before === undefined) return false
    if (token.kind === 'sign' && !['[', '{', '@'].includes(token.text as string)) return false
    if (before.kind === 'sign') {
      const closesCondition = isSign(before, ')') && WITH_BLOCK.has(this.#closed?.word ?? '')
      return ENDS.has(before.text as string) && !closesCondition
    }
    return !(
      before.kind === 'name' &&
      (BEFORE_BLOCK.has(before.text as string) ||
        MODIFIERS.has(before.text as string) ||
        before.text === 'static')
    )
  }

  #brace(before: Token | undefined, top: Frame): void {
    if (top.kind === 'class' && !this.#member.isField) {
      const { isStatic, name } = this.#member
      this.#open(isStatic ? 'static' : name === 'constructor' ? 'constructor' : 'function')
    } else if (this.#classAhead) {
      this.#classAhead = false
      this.#open('function')
    } else if (isSign(before, '=>')) this.#open('function')
    else if (isSign(before, ')')) this.#open(WITH_BLOCK.has(this.#closed?.word ?? '') ? 'block' : 'function')
    else if (before?.kind === 'name' && BEFORE_BLOCK.has(before.text as string)) this.#open('block')
    else if (isSign(before, ';') || isSign(before, '{') || isSign(before, '}')) this.#open('block')
    else this.#open('group')
  }

  #open(kind: Frame['kind'], word?: string): void {
    this.#frames.push({ kind, word, maybe: false, arrow: false })
  }

  #close(): void {
    this.#closed = this.#frames.pop()
    const top = this.#frames.at(-1)
    if (top !== undefined && top.kind !== 'group' && top.kind !== 'class' && this.#closed?.kind !== 'group')
      ended(top)
  }

  #call(at: number): void {
    const { isStatic, isField, name } = this.#member
    const inStatic = isStatic || this.#frames.some(({ kind }) => kind === 'static')
    const top = this.#frames.at(-1) as Frame
    if (inStatic || (top.kind === 'class' && !isField)) return
    const callee = this.#calleeBefore(at)
    if (callee === undefined) return
    const nested = this.#frames.some(({ kind, arrow }) => kind === 'function' || arrow)
    const certain = !nested && this.#frames.every(({ kind, maybe }) => kind !== 'block' && !maybe)
    const field = isField && !nested ? name : this.#fieldSet(at)
    this.#calls.push({ callee, given: this.#given(at), certain, nested, field })
  }

  /** The names before a parenthesis, also as compilers write them: `(0, module.name)(`. */
  #calleeBefore(at: number): readonly string[] | undefined {
    let last = at - 1
    if (isSign(this.tokens[last], ')')) last--
    const path: string[] = []
    let from = last
    for (; this.tokens[from]?.kind === 'name'; from -= 2) {
      path.unshift(this.tokens[from]?.text as string)
      if (!isSign(this.tokens[from - 1], '.') && !isSign(this.tokens[from - 1], '?.')) break
    }
    const [first] = path
    if (first === undefined || this.tokens[from]?.kind !== 'name' || NO_CALLEE.has(first)) return undefined
    if (last === at - 1) return path
    const [open, zero, comma] = [from - 3, from - 2, from - 1].map((each) => this.tokens[each]?.text)
    return open === '(' && zero === '0' && comma === ',' ? path : undefined
  }

  /** In a constructor, the field of `this.field = …`, or of `define(this, "field", …)` as compilers write it. */
  #fieldSet(at: number): string | undefined {
    for (let from = at; from > 2; from--) {
      const [self, between, name, sign] = this.tokens.slice(from - 3, from + 1)
      if (isSign(sign, ';') || isSign(sign, '{')) return undefined
      if (self?.kind !== 'name' || self.text !== 'this') continue
      if (isSign(between, '.') && name?.kind === 'name' && isSign(sign, '=')) return name.text
      if (isSign(between, ',') && name?.kind === 'text' && isSign(sign, ',')) return name.text
    }
    return undefined
  }

  #given(open: number): readonly Token[] {
    let depth = 1
    for (let at = open + 1; at < this.tokens.length; at++) {
      const { kind, text = '' } = this.tokens[at] as Token
      if (kind !== 'sign') continue
      depth += ['(', '[', '{'].includes(text) ? 1 : ENDS.has(text) ? -1 : 0
      if (depth === 0) return this.tokens.slice(open + 1, at)
    }
    return []
  }
}

function noMember() {
  return { name: undefined as string | undefined, isStatic: false, isField: false }
}

function ended(frame: Frame): void {
  frame.maybe = false
  frame.arrow = false
}

function isAfterDotted(tokens: readonly Token[], at: number): boolean {
  return isSign(tokens[at - 1], '.') || isSign(tokens[at - 1], '?.')
}

function isSign(token: Token | undefined, text: string): boolean {
  return token?.kind === 'sign' && token.text === text
}
