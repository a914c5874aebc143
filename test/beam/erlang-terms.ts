/** Scenarios as Erlang terms, for the interpreter on the BEAM. */
import type { Scenario } from './scenario.js'

/** The fields whose arrays are tuples; elsewhere an array is a list. */
const TERM_FIELDS = new Set(['reason'])

/** A scenario on one line: objects become maps, strings atoms. */
export function erlangTerm(scenario: Scenario): string {
  return `${written(scenario, false)}.`
}

function written(value: unknown, inTerm: boolean): string {
  if (typeof value === 'string') return atom(value)
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (Array.isArray(value)) {
    const items = value.map((item) => written(item, inTerm)).join(',')
    return inTerm ? `{${items}}` : `[${items}]`
  }
  const fields = Object.entries(value as object).map(
    ([key, field]) => `${keyOf(key)}=>${written(field, TERM_FIELDS.has(key))}`,
  )
  return `#{${fields.join(',')}}`
}

/** The plan of a worker is keyed by number. */
function keyOf(key: string): string {
  return /^\d+$/.test(key) ? key : atom(key)
}

function atom(text: string): string {
  return /^[a-z][a-z0-9_]*$/.test(text) && !RESERVED.has(text) ? text : `'${text}'`
}

// The reserved words that a scenario may hold.
const RESERVED = new Set(['receive', 'after', 'end', 'throw', 'catch', 'try', 'of', 'and', 'or', 'not'])
