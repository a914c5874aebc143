/** The syntax tree of a class or a function, of its own text. */
import modules from 'node:module'
import { types } from 'node:util'
import type { AnyNode, Expression, Options } from 'acorn'
import { codeAddress } from '../../kernel/index.js'

export interface ParsedCode {
  readonly source: string
  readonly root: Expression
  textOf(node: AnyNode): string
}

type Parse = typeof import('acorn').parseExpressionAt

/** The text of a class that is longer takes over a second to read. */
const LONGEST = 2_000_000

/** A function that is built in, or bound, has no code: there is nothing to read in it. */
const NO_CODE = /\{\s*\[native code\]\s*\}$/

/** Text instead: why it cannot be read. */
export function parsedCode(code: object): ParsedCode | string {
  const text = Function.prototype.toString.call(code)
  if (types.isProxy(code)) return 'it is a proxy, which has no text'
  if (NO_CODE.test(text)) return { source: '', root: NOTHING, textOf: () => '' }
  if (text.length > LONGEST) return `its text has ${text.length} characters, and ${LONGEST} are read at most`
  const parse = parser()
  if (typeof parse === 'string') return parse
  let refusal: unknown
  for (const [source, options] of waysToRead(text)) {
    try {
      const whole = parse(source, 0, options)
      const root = whole.type === 'ObjectExpression' ? memberOf(whole) : whole
      return { source, root, textOf: ({ start, end }) => source.slice(start, end) }
    } catch (error) {
      refusal ??= error
    }
  }
  return `its text cannot be parsed (${refusal instanceof Error ? refusal.message : refusal})`
}

let loaded: Parse | string | undefined

/** Loaded when the first text is read: nothing but `heartwood check` and its kin reads any. Text instead: why there is none. */
export function parser(): Parse | string {
  loaded ??= loadedParser()
  return loaded
}

function loadedParser(): Parse | string {
  try {
    const require = modules.createRequire(codeAddress() ?? `${process.cwd()}/`)
    return (require('acorn') as typeof import('acorn')).parseExpressionAt
  } catch {
    return 'its text is parsed by the package acorn, which cannot be loaded here'
  }
}

/** The text of a method, `name() {}`, is code only in an object; only code that is not strict has `with`, or numbers as 010. */
function* waysToRead(text: string): Generator<readonly [string, Options]> {
  for (const sourceType of ['module', 'script'] as const) {
    const options: Options = {
      ecmaVersion: 'latest',
      sourceType,
      allowSuperOutsideMethod: true,
      checkPrivateFields: false,
    }
    yield [`(${text})`, options]
    yield [`({${text}})`, options]
  }
}

function memberOf(whole: Expression): Expression {
  const [member] = whole.type === 'ObjectExpression' ? whole.properties : []
  return member?.type === 'Property' ? member.value : whole
}

const NOTHING: Expression = { type: 'Identifier', name: '', start: 0, end: 0 }
