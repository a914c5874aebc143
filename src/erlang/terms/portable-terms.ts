/**
 * Makes Erlang's terms portable: they can be sent to isolated servers, and between kernels that are connected by structured clones. An atom
 * is made by its name on the other side, so that it is the one object with that name.
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

// The others consist of their properties.
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
