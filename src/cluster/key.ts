/** What a key is: the same on every engine, and looked at once where it comes from outside. */
import { rules } from '../kernel/index.js'
import { clusterError } from './errors.js'

/** Characters of a key. */
export const LONGEST_KEY = 200
/** NUL and half of a surrogate pair: an engine refuses them, or gives back another text than was written. */
const UNSUITED = /[\0\p{Surrogate}]/u
/** Of a value that is no key, how much a message shows. */
const SHOWN = 60
const EXPECTED = `a text of 1 to ${LONGEST_KEY} characters, without NUL and without half of a surrogate pair`

export function isKey(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= LONGEST_KEY && !UNSUITED.test(value)
}

export function isListOfKeys(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(isKey)
}

/** What is wrong with a value that is no key. */
export function keyMistake(field: string, value: unknown): rules.Mistake {
  if (typeof value !== 'string' || value.length <= SHOWN) return { field, value, expected: EXPECTED }
  const shown = `${JSON.stringify(value.slice(0, SHOWN))}… of ${value.length} characters`
  return { field, value: shown, expected: EXPECTED, said: true }
}

/** What is wrong with a list of keys, if anything; the first of its values that is none. */
export function keysMistake(field: string, value: unknown): rules.Mistake | undefined {
  if (!Array.isArray(value)) return { field, value, expected: 'a list of keys' }
  const at = value.findIndex((each) => !isKey(each))
  return at < 0 ? undefined : keyMistake(`${field}[${at}]`, value[at])
}

/** @throws CLUSTER_OPTION_INVALID */
export function checkKey(action: string, value: unknown): asserts value is string {
  if (isKey(value)) return
  throw clusterError('CLUSTER_OPTION_INVALID', {
    action,
    problems: rules.mistakeText(keyMistake('key', value)),
  })
}
