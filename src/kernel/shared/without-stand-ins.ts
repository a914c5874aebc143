import { lentBy } from './lent-object.js'
import { isPlain } from './value-kind.js'

/** Returns a value with the objects themselves instead of their stand-ins in a shared thing; the same value if there are none. */
export function withoutStandIns(value: unknown, met = new Map<object, object>()): unknown {
  if (typeof value !== 'object' || value === null) return value
  const lent = lentBy(value)
  if (lent !== undefined) return lent.thing
  if (!isPlain(value)) return value
  const known = met.get(value)
  if (known !== undefined) return known
  met.set(value, value)
  let copy: Record<string, unknown> | undefined
  for (const [key, each] of Object.entries(value)) {
    const bare = withoutStandIns(each, met)
    if (bare === each) continue
    copy ??= Array.isArray(value) ? (Object.assign([], value) as never) : { ...value }
    ;(copy as Record<string, unknown>)[key] = bare
  }
  if (copy !== undefined) met.set(value, copy)
  return copy ?? value
}
