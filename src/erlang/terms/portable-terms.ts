/**
 * Erlang's terms as they cross to isolated servers, and between kernels that are joined by structured clones: what they are made of, under
 * these names. An atom is made anew there by its name, so that it is the one object that it is everywhere.
 */
import { type Portability, portable } from '../../kernel/index.js'
import { Atom, atom } from './atom.js'
import { BitString } from './bit-string.js'
import { ErlangFloat } from './float.js'
import { ErlangFun, ExternalFun } from './functions.js'
import { ErlangPid, ErlangPort, ErlangReference } from './identifiers.js'
import { ImproperList, Tuple } from './tuple.js'

portable(Atom, {
  name: 'heartwood.Atom',
  fields: ({ name }) => [name],
  make: ([name]: readonly [string]) => atom(name),
} satisfies Portability<Atom> & { readonly name: string })

// The others are their properties.
for (const Class of [
  Tuple,
  ImproperList,
  BitString,
  ErlangFloat,
  ErlangPid,
  ErlangPort,
  ErlangReference,
  ErlangFun,
  ExternalFun,
]) {
  portable(Class as new (...args: never[]) => object, { name: `heartwood.${Class.name}` })
}
