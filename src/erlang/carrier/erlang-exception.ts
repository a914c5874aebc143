/** What was raised on a BEAM. */
import { Atom } from '../terms/atom.js'
import { Tuple } from '../terms/tuple.js'

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

/** Frames that are shown of a stack. */
const MOST_FRAMES = 20

/** Whether a term is the stack of an error: `[{Module, Function, ArityOrArguments, Location}]`. */
export function isStack(term: unknown): term is readonly Tuple[] {
  return (
    Array.isArray(term) &&
    term.length > 0 &&
    term.every((frame) => frame instanceof Tuple && frame.length === 4 && frame.elements[0] instanceof Atom)
  )
}

function framesOf(stack: unknown): string {
  if (!isStack(stack)) return ''
  return stack
    .slice(0, MOST_FRAMES)
    .map(({ elements: [module, name, args] }) => {
      const arity = Array.isArray(args) ? args.length : args
      return `\n    at ${String(module).replace(/^Elixir\./, '')}.${String(name)}/${String(arity)}`
    })
    .join('')
}
