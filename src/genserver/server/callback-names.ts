import { errorsOf, isRevoked, KERNEL_ERRORS, rules } from '../../kernel/index.js'

const kernelError = errorsOf(KERNEL_ERRORS)

/** The callbacks that were checked already. Most are constants of the program. */
const fine = new WeakSet<object>()

/** The number of wrong letters up to which a name counts as misspelt. For a short name it is one. */
const SLIPS = { short: 1, long: 2 }
const LONG = 8

/**
 * Checks the names and types of callbacks. A misspelt callback would silently never be called. Other functions are allowed
 * beside the callbacks, as in an Erlang module, so a name counts as misspelt only if it resembles a callback that is missing.
 *
 * @param action the function that takes the callbacks, for the error
 * @param known the names of all callbacks
 * @param values the known names that are values, not functions
 * @throws BAD_OPTION
 */
export function checkCallbacks(
  action: string,
  callbacks: object,
  known: readonly string[],
  values: readonly string[] = [],
): void {
  if (fine.has(callbacks)) return
  if (isRevoked(callbacks))
    throw kernelError('BAD_OPTION', { action, option: 'callbacks', value: callbacks, expected: 'an object' })
  const given = callbacks as Readonly<Record<string, unknown>>
  for (const name of known) {
    const value = given[name]
    if (value === undefined || typeof value === 'function' || values.includes(name)) continue
    throw kernelError('BAD_OPTION', { action, option: name, value, expected: 'a function' })
  }
  for (const name of namesIn(callbacks)) {
    if (known.includes(name)) continue
    const meant = rules.nearest(
      name,
      known.filter((each) => given[each] === undefined),
    )
    if (meant === undefined || rules.distance(name, meant) > slips(meant)) continue
    const expected = `${known.join(', ')}${rules.suggestion(name, [meant])}`
    throw kernelError('BAD_OPTION', { action, option: name, value: given[name], expected })
  }
  fine.add(callbacks)
}

function slips(name: string): number {
  return name.length < LONG ? SLIPS.short : SLIPS.long
}

/** The names of an object, including those of its class. */
function namesIn(callbacks: object): Set<string> {
  const names = new Set<string>()
  for (
    let at: object | null = callbacks;
    at !== null && at !== Object.prototype;
    at = Object.getPrototypeOf(at)
  )
    for (const name of Object.getOwnPropertyNames(at)) names.add(name)
  return names
}
