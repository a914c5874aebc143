/** What was raised on a BEAM. */
import { portable } from '../../kernel/index.js'
import { Tuple } from '../terms/tuple.js'
import { framesOf } from './stacks.js'

/**
 * An exception of Elixir or an error of Erlang, as the reason of an exit or in a message.
 *
 * `name` is that of its module (`ArgumentError`), or `ErlangError` for an error that is none of Elixir's.
 */
export class ErlangException extends Error {
  /** The fields of the exception; of an Erlang error `original`. */
  readonly fields: Readonly<Record<string, unknown>>
  /** The term that it was the reason by, where it was one. */
  readonly term: unknown

  constructor(name: string, message: string, fields: Readonly<Record<string, unknown>>, term?: unknown) {
    super(message)
    this.name = name
    this.fields = fields
    this.term = term
    this.stack = `${name}: ${message}${term instanceof Tuple ? framesOf(term.elements[1]) : ''}`
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
