import { applicationError } from '../../application/index.js'

/**
 * What `--set key=value` gives: texts by key, a later one over an earlier one.
 *
 * @throws USAGE, which shows nothing of what came: it may be a secret
 */
export function overridesOf(given: readonly string[], command: string): Readonly<Record<string, string>> {
  const found = new Map<string, string>()
  for (const text of given) {
    const [, key, value] = /^([^=]+)=(.*)$/s.exec(text) ?? []
    if (key === undefined || value === undefined || key.split('.').some((step) => step.trim() === '')) {
      throw applicationError('USAGE', {
        problem: '--set takes a key and a value, such as --set db.pool=5, and got something else.',
        usage: `heartwood ${command} [options] <config>`,
        help: `heartwood ${command} --help`,
      })
    }
    // Where it stands last, it counts over its section, too.
    found.delete(key)
    found.set(key, value)
  }
  return Object.fromEntries(found)
}
