import { kernelError } from '../errors/errors.js'

type Literal = string | number | boolean | bigint | symbol | null
/** An object of expected properties; each is compared with `===`, nested objects likewise. */
export type Shape = { readonly [key: string]: unknown }

/**
 * Which messages a `receive` takes: a type guard or predicate, a literal, or an object of expected properties.
 */
export type Pattern = ((message: never) => boolean) | Literal | Shape

/** What a message that matches `P` is known to be. */
export type Matched<P> = P extends (message: unknown) => message is infer T
  ? T
  : P extends (message: infer M) => boolean
    ? M
    : P extends Literal
      ? P
      : P extends Shape
        ? P & { readonly [key: string]: unknown }
        : unknown

/** One way to handle a message in `receive([…])`; made with `on`. */
export interface Clause<R = unknown> {
  readonly matches: (message: unknown) => boolean
  readonly handle: ((message: never) => R) | undefined
}

/**
 * A clause for `receive([…])`: messages that match `pattern` go to `handler`. Erlang's `Pattern -> Body`.
 *
 * @throws BAD_PATTERN when `pattern` is none
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

/** The predicate of a pattern. */
export function matcherOf(pattern: unknown): (message: unknown) => boolean {
  if (typeof pattern === 'function') return pattern as (message: unknown) => boolean
  if (typeof pattern === 'object' && pattern !== null) return (message) => fits(pattern as Shape, message)
  if (pattern === undefined) throw kernelError('BAD_PATTERN', { value: pattern })
  return (message) => message === pattern
}

function fits(shape: Shape, message: unknown): boolean {
  if (typeof message !== 'object' || message === null) return false
  for (const key of Object.keys(shape)) {
    const expected = shape[key]
    const actual = (message as Shape)[key]
    if (actual === expected) continue
    const nested = typeof expected === 'object' && expected !== null
    if (!nested || Object.getPrototypeOf(expected) !== Object.prototype || !fits(expected as Shape, actual)) {
      return false
    }
  }
  return true
}
