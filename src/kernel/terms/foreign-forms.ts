/**
 * The symbols by which objects define their form in systems with other terms, such as Erlang. The layer with the terms reads them, and
 * the layers that define the objects need not know it.
 */

/** The key of a method that returns the tuple for an object: see `TupleForm`. */
export const TUPLE_FORM = Symbol('tuple form')

/** A tuple: its first element as a word, if it has one, and the other elements. */
export interface TupleForm {
  readonly word?: string
  readonly fields: readonly unknown[]
}

/** The key of a method that returns the key of a term in a `Map`. Equal terms return equal keys. */
export const KEY_FORM = Symbol('key form')
