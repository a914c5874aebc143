/** What a class asks for by `injected` when it is built, read from its text: no constructor runs. */
import type { AnyNode } from 'acorn'
import type { ServiceIdentifier } from 'inversify'
import { GIVES_TOKEN, tokenOf } from '../../config/index.js'
import { codeAddress, FunctionScopes, ownData } from '../../kernel/index.js'
import { type Call, callsIn, nameOf, pathOf } from './calls-in-code.js'
import { parser } from './parsed-code.js'

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
  /** Says where another copy of Heartwood is installed whose `injected` is called: that sees nothing of what is built here. */
  readonly foreign?: (() => string | undefined) | undefined
}

/** `injected` carries it, with what tells copies apart: compilers and bundlers give the function other names. */
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
  const parse = parser()
  const scopes = typeof parse === 'string' ? parse : FunctionScopes.open()
  if (typeof scopes === 'string') {
    if (!saysInjected(Class)) return NOTHING
    return { asked: [], unseen: [`what it asks for by injected(): ${scopes}`] }
  }
  using _ = scopes
  const look = new Look(scopes)
  for (let each: unknown = Class; typeof each === 'function'; each = Object.getPrototypeOf(each))
    look.into(each)
  const { asked, unseen, foreign } = look
  // Without the session, which is closed.
  const found = { asked, unseen, foreign }
  known.set(Class, found)
  return found
}

class Look {
  readonly asked: Asked[] = []
  readonly unseen: string[] = []
  foreign: AskedFor['foreign']

  constructor(private readonly scopes: FunctionScopes) {}

  /** The nearest functions first: how many are looked at is limited. Those beyond the limits are told if they say `injected`. */
  into(Class: object): void {
    const open: { code: object; depth: number; by?: string }[] = [{ code: Class, depth: 0 }]
    const seen = new Set<unknown>([Class])
    const beyond = new Set<string>()
    for (const { code, depth, by } of open) {
      const calls = callsIn(code)
      if (typeof calls === 'string') this.#unread(code, calls)
      for (const call of typeof calls === 'string' ? [] : calls) {
        const callee = this.scopes.resolve(code, call.callee)?.value
        if (typeof callee !== 'function') this.#unfound(code, call, by)
        else if (typeof ownData(callee, ASKS) === 'function') {
          if (ownData(callee, ASKS) === codeAddress) this.#ask(code, call, by)
          else this.foreign ??= ownData(callee, ASKS) as NonNullable<AskedFor['foreign']>
        }
        // In a method of the class it is found by its own text.
        else if ((depth > 0 || !call.nested) && !seen.has(callee)) {
          seen.add(callee)
          if (depth < DEEPEST && open.length < MOST)
            open.push({ code: callee, depth: depth + 1, by: by ?? call.callee.join('.') })
          else if (saysInjected(callee)) beyond.add(call.callee.join('.'))
        }
      }
    }
    const limits = `no more than ${MOST} functions of a class are followed, ${DEEPEST} deep`
    if (beyond.size > 0) this.unseen.push(`calls of ${[...beyond].slice(0, 5).join(', ')} (${limits})`)
  }

  /** Only what is called `injected`: other names that are not found are no news. */
  #unfound(code: object, { callee, place }: Call, by: string | undefined): void {
    const [first = ''] = callee
    if (callee.at(-1) !== 'injected' || this.scopes.resolve(code, [first]) !== undefined) return
    const parameter = by === undefined ? place : `a call of ${by}`
    this.unseen.push(`${callee.join('.')}(…) for ${parameter}, since ${first} is not found`)
  }

  #unread(code: object, why: string): void {
    const { name } = code as { readonly name?: unknown }
    this.unseen.push(`${typeof name === 'string' && name !== '' ? name : 'a function'}: ${why}`)
  }

  #ask(code: object, { given, text, certain, place }: Call, by: string | undefined): void {
    const parameter = by === undefined ? place : `a call of ${by}`
    const [first, ...options] = given
    const token = first && this.#valueOf(code, first)
    const { name, optional = false, ...others } = this.#optionsIn(code, options) ?? { other: true }
    const isToken = token !== undefined && ['string', 'symbol', 'function'].includes(typeof token.value)
    if (!isToken || Object.keys(others).length > 0) {
      this.unseen.push(`injected(${text}) for ${parameter}`)
      return
    }
    const wanted = { name: name as Asked['name'], optional: optional === true }
    const asked = { ...wanted, token: token.value as ServiceIdentifier, parameter }
    this.asked.push({ ...asked, certain: certain && by === undefined })
  }

  /** A text, what a name stands for, or what `settings.token('path')` gives. */
  #valueOf(code: object, node: AnyNode): { readonly value: unknown } | undefined {
    if (node.type === 'Literal') return { value: node.value }
    if (node.type === 'TemplateLiteral' && node.expressions.length === 0)
      return { value: node.quasis[0]?.value.cooked }
    // As minifiers write true and false.
    if (node.type === 'UnaryExpression' && node.operator === '!' && node.argument.type === 'Literal')
      return { value: !node.argument.value }
    if (node.type !== 'CallExpression') {
      const path = pathOf(node)
      return path && this.scopes.resolve(code, path)
    }
    // Not called, since `Symbol.for` has an effect by the engine's rules.
    const path = pathOf(node.callee)
    const method = path && this.scopes.resolve(code, path)?.value
    if (typeof method !== 'function' || ownData(method, GIVES_TOKEN) !== true) return undefined
    const [argument, ...more] = node.arguments
    const given = argument === undefined ? '' : this.#valueOf(code, argument)?.value
    return typeof given === 'string' && more.length === 0 ? { value: tokenOf(given) } : undefined
  }

  /** `{ name: 'from', optional: true }`; undefined where it is written otherwise. */
  #optionsIn(code: object, [given, ...more]: readonly AnyNode[]): Record<string, unknown> | undefined {
    if (given === undefined) return {}
    if (more.length > 0 || given.type !== 'ObjectExpression') return undefined
    const options: Record<string, unknown> = {}
    for (const each of given.properties) {
      const key = each.type === 'Property' ? nameOf(each.key, each.computed) : undefined
      const found = each.type === 'Property' ? this.#valueOf(code, each.value) : undefined
      if (key === undefined || found === undefined) return undefined
      options[key] = found.value
    }
    return options
  }
}

/** By the word alone: what a bundler has called otherwise is not noticed. */
function saysInjected(code: object): boolean {
  return /\binjected\b/.test(Function.prototype.toString.call(code))
}
