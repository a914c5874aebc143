import { type CallRequest, currentBehaviour, get, type ProcessKey, put } from '../../kernel/index.js'
import { genServerError } from '../errors.js'
import type { From } from '../server/callbacks.js'

/**
 * Returns the caller of the call that this process handles. When the method has returned `noReply`, `reply(from, value)` answers this caller.
 * In the functional form the caller is also an argument: OTP's `From`.
 *
 * @throws NOT_HANDLING_CALL outside the handling of a call
 * @example
 * ```ts
 * wait(): NoReply<string> {
 *   this.#waiting.push(from())
 *   return noReply
 * }
 * ```
 */
export function from(): From {
  const client = handledCall()
  if (client === undefined) throw genServerError('NOT_HANDLING_CALL')
  client.lent = true
  return client
}

/** The call that this process is handling, if any. Unlike `from()`, reading it does not count as handing the call on. */
export function handledCall(): CallRequest | undefined {
  return (currentBehaviour() as { readonly client?: CallRequest } | undefined)?.client ?? answered()
}

/** The key of the process dictionary for the call of a process that was started to answer that one call. */
const ANSWERED = Symbol('the call that is answered') as ProcessKey<CallRequest>

/** Notes that the current process was started to answer this call. */
export function answers(client: CallRequest): void {
  put(ANSWERED, client)
}

function answered(): CallRequest | undefined {
  return get(ANSWERED)
}

/**
 * Whether a `handleCall` may keep the `From` of a call or hand it on, so that another process can answer. Only the text of
 * the function tells: if it never names its second parameter, it cannot keep it. In case of doubt the answer is true.
 */
export function mayKeepFrom(handleCall: unknown): boolean {
  if (typeof handleCall !== 'function') return false
  const words = Function.prototype.toString.call(handleCall)
  if (/\b(?:arguments|eval)\b|\[native code\]/.test(words)) return true
  const second = TWO.exec(words)?.[1]
  if (second === undefined) return !ONE.test(words)
  return words.split(/[^\w$]+/).filter((word) => word === second).length > 1
}

/**
 * Whether a handler, or a class or what that extends, calls `from()`, maybe late, by a callback: then somebody else can answer, though nobody
 * has taken the `From` so far. Only its text says so: a call by another name, or in a function elsewhere, is not seen.
 */
export function mentionsFrom(code: unknown): boolean {
  if (typeof code !== 'function') return false
  const before = mentioning.get(code)
  if (before !== undefined) return before
  const found = FROM.test(Function.prototype.toString.call(code)) || mentionsFrom(Object.getPrototypeOf(code))
  mentioning.set(code, found)
  return found
}

/** Which do: each call between servers that wait asks. */
const mentioning = new WeakMap<object, boolean>()

/** `from(`, `heartwood.from(`, `(0, heartwood_1.from)(`; not `Array.from(`. */
const FROM = /(?<!\b[A-Z][\w$]*\.)\bfrom\)?\s*\(/

/** Matches one parameter: a name, or a destructuring of names only. */
const PARAMETER = String.raw`(?:[\w$]+|\{[\w$\s,:]*\}|\[[\w$\s,]*\])`
/** Matches the text before the parameters: `handleCall(`, `async (`, `function named(`. */
const HEAD = String.raw`^(?:async\b)?\s*(?:function\b)?\s*[\w$]*\s*\(\s*`
const TWO = new RegExp(String.raw`${HEAD}${PARAMETER}\s*,\s*([\w$]+)\s*[,)]`)
const ONE = new RegExp(String.raw`${HEAD}${PARAMETER}?\s*\)|^(?:async\s+)?[\w$]+\s*=>`)
