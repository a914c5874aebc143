import { errorsOf, KERNEL_ERRORS, rules } from '../../kernel/index.js'

const kernelError = errorsOf(KERNEL_ERRORS)

/** What was looked at: mostly a constant of the program. */
const fine = new WeakSet<object>()

/** How many letters of a name may be wrong for it to count as misspelt: of a short one, one. */
const SLIPS = { short: 1, long: 2 }
const LONG = 8

/**
 * Refuses callbacks of which one is misspelt, or no function: it would never be called, which nobody is told. Callbacks may
 * have functions of their own beside them, as a module of Erlang's has. So a name counts as misspelt only if it looks
 * like one that is missing.
 *
 * @param action what takes them
 * @param known the names of all callbacks that there are
 * @param values of those, which are no functions
 * @throws BAD_OPTION
 */
export function checkCallbacks(
  action: string,
  callbacks: object,
  known: readonly string[],
  values: readonly string[] = [],
): void {
  if (fine.has(callbacks)) return
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

/** Those of its class, too, if it is an object of one. */
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
