/** How Heartwood's values look in a trace: as the same values look on the BEAM. */
import { ErlangException } from '../../src/erlang/index.js'
import type { Term } from './scenario.js'

/** An uncaught `error(Term)` of Erlang: on Heartwood a thrown Error, which is its own exit reason. */
export class ErlangError extends Error {
  constructor(readonly term: unknown) {
    super('planned by the scenario')
  }
}

/** An uncaught `throw(Term)`. */
export class ErlangThrow extends ErlangError {}

/** A term as a Heartwood value. */
export function valueFor(term: Term): unknown {
  if (typeof term !== 'object') return term
  const [head, tail] = term
  if (term.length === 2 && typeof head === 'string' && tail !== undefined) return { [head]: valueFor(tail) }
  return term.map(valueFor)
}

/** A Heartwood value as the BEAM's trace spells it. */
export function spelled(value: unknown): string {
  if (value instanceof ErlangThrow) return `{{nocatch,${spelled(value.term)}},STACK}`
  if (value instanceof ErlangError) return `{${spelled(value.term)},STACK}`
  if (value instanceof ErlangException) return `{${spelled(value.fields.original)},STACK}`
  if (Array.isArray(value)) return `{${value.map(spelled).join(',')}}`
  if (typeof value === 'object' && value !== null) {
    if ('failedToStartChild' in value && 'reason' in value) {
      return `{failed_to_start_child,${spelled(value.failedToStartChild)},${spelled(value.reason)}}`
    }
    const [[key, inner] = [], ...more] = Object.entries(value)
    if (key !== undefined && more.length === 0) return `{${key},${spelled(inner)}}`
  }
  return String(value)
}
