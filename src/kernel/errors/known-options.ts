import { isObject, isRevoked } from '../show/index.js'
import { kernelError } from './errors.js'
import { suggestion } from './suggestion.js'

/**
 * Refuses an unknown option: a misspelt option would count as not given. It is for options that are read one by one where they are used,
 * which costs less than a table of rules.
 *
 * @throws BAD_OPTION
 */
export function checkKnown(
  action: string,
  options: object | null | undefined,
  known: readonly string[],
): void {
  if (options !== undefined && (typeof options !== 'object' || options === null || isRevoked(options)))
    throw kernelError('BAD_OPTION', {
      action,
      option: 'options',
      value: options,
      expected: known.length === 0 ? NONE : `an object of ${known.join(', ')}`,
    })
  for (const key in options) if (!isAmong(known, key)) throw unknown(action, options, key, known)
}

/** Does the same as `includes` at half its cost for so few names: calls and spawns use it. */
function isAmong(known: readonly string[], key: string): boolean {
  for (let at = 0; at < known.length; at++) if (known[at] === key) return true
  return false
}

/** Returns the names of all options of a kind. The compiler checks that none is missing and none is too many. */
export function namesOf<Options extends object>(
  names: {
    readonly [Name in keyof Options]-?: true
  },
): readonly string[] {
  return Object.keys(names)
}

const NONE = 'none: it takes no options'

function unknown(action: string, options: object, option: string, known: readonly string[]): Error {
  const value = isObject(options) ? (options as Record<string, unknown>)[option] : undefined
  const expected = known.length === 0 ? NONE : `${known.join(', ')}${suggestion(option, known)}`
  return kernelError('BAD_OPTION', { action, option, value, expected })
}
