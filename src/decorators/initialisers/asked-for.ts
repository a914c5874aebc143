/** What a class asks for by `injected` when it is built, read from its text: no constructor runs. */
import type { ServiceIdentifier } from 'inversify'
import { FunctionScopes, isObject, ownData } from '../../kernel/index.js'
import { type Call, callsIn } from './calls-in-code.js'
import type { Token } from './source-tokens.js'

/** One call of `injected`. */
export interface Asked {
  readonly token: ServiceIdentifier
  /** Where it goes, for messages: `field "store"`. */
  readonly parameter: string
  readonly name: string | symbol | number | undefined
  readonly optional: boolean
  /** In each instance; else in a condition, or in a function that may be called. */
  readonly certain: boolean
}

/** What is known of a class. */
export interface AskedFor {
  readonly asked: readonly Asked[]
  /** What could not be read, in words. */
  readonly unseen: readonly string[]
}

/** `injected` carries it: compilers and bundlers give the function other names. */
export const ASKS: unique symbol = Symbol.for('heartwood.asks')

const NOTHING: AskedFor = { asked: [], unseen: [] }
/** A class asks for the same however often it is looked at. */
const known = new WeakMap<object, AskedFor>()

/** How far functions that a class calls are followed, and how many. */
const DEEPEST = 3
const MOST = 60

export function askedForBy(Class: object): AskedFor {
  const before = known.get(Class)
  if (before !== undefined) return before
  const scopes = FunctionScopes.open()
  if (typeof scopes === 'string') {
    if (!/\binjected\b/.test(Function.prototype.toString.call(Class))) return NOTHING
    return { asked: [], unseen: [`what it asks for by injected(): ${scopes}`] }
  }
  using _ = scopes
  const look = new Look(scopes)
  for (let each: unknown = Class; typeof each === 'function'; each = Object.getPrototypeOf(each))
    look.into(each)
  const { asked, unseen } = look
  // Without the session, which is closed.
  const found = { asked, unseen }
  known.set(Class, found)
  return found
}

class Look {
  readonly asked: Asked[] = []
  readonly unseen: string[] = []

  constructor(private readonly scopes: FunctionScopes) {}

  /** The nearest functions first: how many are looked at is limited. */
  into(Class: object): void {
    const open: { code: object; depth: number; by?: string }[] = [{ code: Class, depth: 0 }]
    const seen = new Set<unknown>([Class])
    for (const { code, depth, by } of open) {
      for (const call of callsIn(code) ?? []) {
        const callee = this.scopes.resolve(code, call.callee)?.value
        if (typeof callee !== 'function') continue
        if (ownData(callee, ASKS) === true) this.#ask(code, call, by)
        // In a method of the class it is found by its own text.
        else if ((depth > 0 || !call.nested) && depth < DEEPEST && open.length < MOST && !seen.has(callee)) {
          seen.add(callee)
          open.push({ code: callee, depth: depth + 1, by: by ?? call.callee.join('.') })
        }
      }
    }
  }

  #ask(code: object, { given, certain, field }: Call, by: string | undefined): void {
    const parameter =
      by !== undefined ? `a call of ${by}` : field === undefined ? 'its constructor' : `field "${field}"`
    const [first, ...options] = split(given)
    const token = first && this.#valueOf(code, first)
    const { name, optional = false, ...others } = this.#optionsIn(code, options) ?? { other: true }
    const isToken = token !== undefined && ['string', 'symbol', 'function'].includes(typeof token.value)
    if (!isToken || Object.keys(others).length > 0) {
      this.unseen.push(`injected(${given.map(({ text = '…' }) => text).join('')}) for ${parameter}`)
      return
    }
    const wanted = { name: name as Asked['name'], optional: optional === true }
    const asked = { ...wanted, token: token.value as ServiceIdentifier, parameter }
    this.asked.push({ ...asked, certain: certain && by === undefined })
  }

  /** A text, what a name stands for, or what `settings.token('path')` gives. */
  #valueOf(code: object, tokens: readonly Token[]): { readonly value: unknown } | undefined {
    const [only] = tokens
    if (tokens.length === 1 && only?.kind === 'text')
      return only.text === undefined ? undefined : { value: only.text }
    if (tokens.length === 1 && (only?.text === 'true' || only?.text === 'false'))
      return { value: only.text === 'true' }
    const open = tokens.findIndex(({ kind, text }) => kind === 'sign' && text === '(')
    const path = pathIn(open < 0 ? tokens : tokens.slice(0, open))
    if (path === undefined) return undefined
    if (open < 0) return this.scopes.resolve(code, path)
    const [argument, close, ...more] = tokens.slice(open + 1)
    const method = path.at(-1) as string
    if (argument?.kind !== 'text' || argument.text === undefined || close?.text !== ')' || more.length > 0)
      return undefined
    const receiver = this.scopes.resolve(code, path.slice(0, -1))
    return isObject(receiver?.value) ? this.scopes.call(receiver.value, method, argument.text) : undefined
  }

  /** `{ name: 'from', optional: true }`; undefined where it is written otherwise. */
  #optionsIn(code: object, given: readonly (readonly Token[])[]): Record<string, unknown> | undefined {
    if (given.length === 0) return {}
    const [tokens = []] = given
    if (given.length > 1 || tokens[0]?.text !== '{' || tokens.at(-1)?.text !== '}') return undefined
    const options: Record<string, unknown> = {}
    for (const [key, colon, ...value] of split(tokens.slice(1, -1))) {
      const found = colon?.text === ':' ? this.#valueOf(code, value) : undefined
      if (key?.text === undefined || found === undefined) return undefined
      options[key.text] = found.value
    }
    return options
  }
}

/** By the commas that stand in no bracket. */
function split(tokens: readonly Token[]): readonly (readonly Token[])[] {
  const parts: Token[][] = [[]]
  let depth = 0
  for (const token of tokens) {
    const sign = token.kind === 'sign' ? token.text : undefined
    if (sign === ',' && depth === 0) parts.push([])
    else parts.at(-1)?.push(token)
    if (sign !== undefined) depth += '([{'.includes(sign) ? 1 : ')]}'.includes(sign) ? -1 : 0
  }
  return parts.filter((part) => part.length > 0)
}

/** `module.TOKENS.store`. */
function pathIn(tokens: readonly Token[]): readonly string[] | undefined {
  const isPath = tokens.every(({ kind, text }, at) => (at % 2 === 0 ? kind === 'name' : text === '.'))
  return isPath && tokens.length % 2 === 1
    ? tokens.flatMap(({ text }, at) => (at % 2 === 0 ? [text as string] : []))
    : undefined
}
