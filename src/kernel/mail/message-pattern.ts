import { kernelError } from '../errors/errors.js'
import { isRevoked } from '../show/index.js'

type Literal = string | number | boolean | bigint | symbol | null
/** An object of expected properties. Each is compared with `===`; nested objects by their properties. */
export type Shape = { readonly [key: string]: unknown }

/**
 * A pattern for messages in `receive`: a type guard or predicate, a literal, or an object of expected properties.
 */
export type Pattern = ((message: never) => boolean) | Literal | Shape

/** The type of a message that matches `P`. */
export type Matched<P> = P extends (message: unknown) => message is infer T
  ? T
  : P extends (message: infer M) => boolean
    ? M
    : P extends Literal
      ? P
      : P extends Shape
        ? P & { readonly [key: string]: unknown }
        : unknown

/** A clause of `receive([…])`, made by `on`. */
export interface Clause<R = unknown> {
  readonly matches: (message: unknown) => boolean
  readonly handle: ((message: never) => R) | undefined
}

/**
 * Makes a clause for `receive([…])`: `handler` gets the messages that match `pattern`. Erlang's `Pattern -> Body`.
 *
 * @throws BAD_PATTERN if `pattern` is undefined or revoked; when it is tried, if a getter or trap of it throws
 * @example
 * ```ts
 * await receive([
 *   on({ type: 'add' }, (message) => items.push(message.item)),
 *   on('stop', () => exit('normal')),
 * ])
 * ```
 */
export function on<const P extends Pattern, R>(pattern: P, handler: (message: Matched<P>) => R): Clause<R> {
  return { matches: matcherOf(pattern), handle: handler }
}

/**
 * The predicate of a pattern. What an object of expected properties cannot read in a message (a getter that throws, a revoked proxy)
 * does not match: it is the fault of whoever made the message, and not of the process that looks.
 *
 * @param unreadable called when a property could not be read
 */
export function matcherOf(pattern: unknown, unreadable?: () => void): (message: unknown) => boolean {
  if (pattern === undefined || isRevoked(pattern)) throw kernelError('BAD_PATTERN', { value: pattern })
  if (typeof pattern === 'function') return pattern as (message: unknown) => boolean
  if (typeof pattern !== 'object' || pattern === null) return (message) => message === pattern
  return (message) => {
    if (isRevoked(message)) {
      unreadable?.()
      return false
    }
    try {
      return fits(pattern as Shape, message, unreadable)
    } catch (cause) {
      // What cannot be read in the message does not match, so this is the pattern's own getter or trap.
      throw kernelError('BAD_PATTERN', { value: pattern }, { cause })
    }
  }
}

function fits(shape: Shape, message: unknown, unreadable: (() => void) | undefined): boolean {
  if (typeof message !== 'object' || message === null) return false
  for (const key of Object.keys(shape)) {
    const expected = shape[key]
    const actual = propertyOf(message as Shape, key)
    if (actual === UNREADABLE) {
      unreadable?.()
      return false
    }
    if (actual === expected) continue
    const nested = typeof expected === 'object' && expected !== null
    if (!nested || Object.getPrototypeOf(expected) !== Object.prototype) return false
    if (!fits(expected as Shape, actual, unreadable)) return false
  }
  return true
}

/** Stands for a property that cannot be read. */
const UNREADABLE = Symbol('unreadable')

function propertyOf(message: Shape, key: string): unknown {
  try {
    return message[key]
  } catch {
    // A getter or a trap threw: that the property is unreadable is all there is to know.
    return UNREADABLE
  }
}
