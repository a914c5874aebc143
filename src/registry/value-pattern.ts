/** Patterns for the values of registrations. A value is of whoever registered, and may be anything. */
import { currentKernel, isReadable, matcherOf, printed } from '../kernel/index.js'
import type { Entry } from './table/entry-table.js'

/** Tests an entry by what is looked at of it: its value, or the whole registration. */
export type EntryTest = (entry: Entry<unknown, unknown>, look: () => unknown) => boolean

/**
 * The test of a pattern. An entry whose value cannot be read (a getter that throws, a revoked proxy) does not match, which the log is told
 * once: one process's bad value must not fail the others. What a predicate throws on another value is its own error.
 *
 * @param registry the name of the registry, for the log
 */
export function testOf(pattern: unknown, registry: string): EntryTest {
  let isUnreadable = false
  const matches = matcherOf(pattern, () => {
    isUnreadable = true
  })
  return (entry, look) => {
    isUnreadable = false
    let does = false
    try {
      does = matches(look())
    } catch (error) {
      if (isReadable(entry.value)) throw error
      isUnreadable = true
    }
    if (isUnreadable) tell(entry, registry)
    return does
  }
}

/** Entries that the log was told of. */
const told = new WeakSet<Entry<unknown, unknown>>()

function tell(entry: Entry<unknown, unknown>, registry: string): void {
  if (told.has(entry)) return
  told.add(entry)
  const { key, pid } = entry
  currentKernel().report({
    level: 'warn',
    kind: 'registry',
    message: `the value that ${pid} registered with in ${registry}, under ${printed(key)}, cannot be read (a getter that throws, or a revoked proxy): it matches no pattern. Register plain data`,
    pid,
    registry,
    key,
  })
}
