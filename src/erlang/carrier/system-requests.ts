/** Converts the requests of `sys` and `GenServer.stop` to terms and back. */
import { SystemRequest } from '../../genserver/index.js'
import { Atom, atom } from '../terms/atom.js'
import { Tuple, tuple } from '../terms/tuple.js'
import { reasonValue } from './reasons.js'

/** A system message on its way. */
export class SystemTerm {
  constructor(readonly request: unknown) {}
}

/** @param reason the term of a reason */
export function systemTerm(
  { operation, argument }: SystemRequest,
  reason: (reason: unknown) => unknown,
): SystemTerm | undefined {
  if (operation === 'terminate') return new SystemTerm(tuple(atom('terminate'), reason(argument)))
  if (operation === 'suspend' || operation === 'resume') return new SystemTerm(atom(operation))
  return undefined
}

/**
 * Returns the system request of a term that another node may make; `undefined` for any other: the state of a server is shown to nobody
 * outside.
 */
export function systemRequest(term: unknown): SystemRequest | undefined {
  if (term instanceof Tuple && term.length === 2 && term.elements[0] === atom('terminate'))
    return new SystemRequest('terminate', reasonValue(term.elements[1]))
  if (term instanceof Atom && (term.name === 'suspend' || term.name === 'resume'))
    return new SystemRequest(term.name)
  return undefined
}
