/** What was raised on a BEAM. */
import { isInstance, portable, printed } from '../../kernel/index.js'
import { erlangError } from '../errors.js'
import { Tuple } from '../terms/tuple.js'
import { framesOf } from './stacks.js'

/**
 * An exception of Elixir or an error of Erlang, as an exit reason or in a message.
 *
 * `name` is the name of its module (`ArgumentError`), or `ErlangError` for an error that is not an exception of Elixir.
 */
export class ErlangException extends Error {
  /** The fields of the exception; for an Erlang error `original`. */
  readonly fields: Readonly<Record<string, unknown>>
  /** The original term, if it came from another node as an exit reason. */
  readonly term: unknown

  /** @throws TERM_OPTION_INVALID for a name or a message that is no text */
  constructor(name: string, message: string, fields: Readonly<Record<string, unknown>>, term?: unknown) {
    if (typeof name !== 'string' || typeof message !== 'string') {
      const problems = `it takes a name and a message, both texts, not ${printed(name)} and ${printed(message)}`
      throw erlangError('TERM_OPTION_INVALID', { action: 'new ErlangException', problems })
    }
    super(message)
    this.name = name
    this.fields = fields
    this.term = term
    this.stack = `${name}: ${message}${isInstance(term, Tuple) ? framesOf(term.elements[1]) : ''}`
  }
}

export function exceptionOf(
  name: string,
  message: string,
  fields: Readonly<Record<string, unknown>>,
  term?: unknown,
): ErlangException {
  return new ErlangException(name, message, fields, term)
}

portable(ErlangException, { name: 'heartwood.ErlangException' })
