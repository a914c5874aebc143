/**
 * What objects are to systems with terms of their own, such as those of Erlang: whoever brings the terms asks, and whoever
 * defines the objects need not know them.
 */

/** Under which an object has a method that says which tuple it is there: see `TupleForm`. */
export const TUPLE_FORM = Symbol('tuple form')

/** A tuple: a word, where there is one, and what follows it. */
export interface TupleForm {
  readonly word?: string
  readonly fields: readonly unknown[]
}

/** Under which a term has a method that says what stands for it in a `Map`: equal terms are equal keys. */
export const KEY_FORM = Symbol('key form')
