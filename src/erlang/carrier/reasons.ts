/**
 * Exit reasons on both sides. Here they are spelled as Erlang's, but as strings: what is an atom there is a string here.
 *
 * | here | there |
 * | --- | --- |
 * | `'normal'`, a word | `normal` |
 * | any other string | a binary |
 * | `{ shutdown: x }`, an object with one key | `{shutdown, X}` |
 * | an `Error` | `{%RuntimeError{message: …}, Stack}`, with the names of functions and no more |
 * | anything else that has a term | that term |
 * | what has none | a binary that shows it |
 */
import { hasOwn, isError, keysOf, printed } from '../../kernel/index.js'
import { Atom, atom } from '../terms/atom.js'
import { Tuple, tuple } from '../terms/tuple.js'
import { ErlangException, exceptionOf } from './erlang-exception.js'
import { framesOf, isStack, stackTerm } from './stacks.js'
import { structOfAnyError, structOfError } from './structs.js'

/** The depth to which `{shutdown, {failed, {…}}}` is examined. */
const DEPTH = 8
const WORD = /^[a-z][\w@]{0,254}$/

/** @param encodable whether a value has a term */
export function reasonTerm(reason: unknown, encodable: (value: unknown) => boolean, depth = DEPTH): unknown {
  if (typeof reason === 'string') return WORD.test(reason) ? atom(reason) : reason
  if (reason instanceof ErlangException && reason.term !== undefined) return reason.term
  if (isError(reason)) {
    const struct = structOfError(reason)
    return tuple(encodable(struct) ? struct : structOfAnyError(reason), stackTerm(reason))
  }
  const key = depth > 0 ? onlyKey(reason) : undefined
  if (key !== undefined) {
    const value = (reason as Record<string, unknown>)[key]
    return tuple(atom(key), reasonTerm(value, encodable, depth - 1))
  }
  return encodable(reason) ? reason : printed(reason)
}

/** Returns the key of a plain object that has exactly one. */
function onlyKey(reason: unknown): string | undefined {
  if (typeof reason !== 'object' || reason === null || Object.getPrototypeOf(reason) !== Object.prototype)
    return undefined
  const { first, count } = keysOf(reason, 1)
  const [key] = first
  return count === 1 && typeof key === 'string' && WORD.test(key) && hasOwn(reason, key) ? key : undefined
}

export function reasonValue(term: unknown, depth = DEPTH): unknown {
  if (term instanceof Atom) return term.name
  if (!(term instanceof Tuple) || term.length !== 2 || depth === 0) return term
  const [head, value] = term.elements
  if (head instanceof Error && Array.isArray(value)) {
    if (head instanceof ErlangException) return exceptionOf(head.name, head.message, head.fields, term)
    head.stack = `${head.name}: ${head.message}${framesOf(value)}`
    return head
  }
  if (isStack(value)) {
    const original = reasonValue(head, depth - 1)
    return exceptionOf('ErlangError', printed(original), { original }, term)
  }
  return head instanceof Atom ? { [head.name]: reasonValue(value, depth - 1) } : term
}
