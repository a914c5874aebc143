/**
 * None, one or many of something, each once and in the order they were added.
 *
 * Nearly every key has one process and nearly every process has one key. A `Set` costs more than both together, so one
 * is stored plainly. From two on it is a `Set`, which drops one of a million as quickly as one of two.
 */
export type Few<T extends object> = T | Set<T> | undefined

export function added<T extends object>(few: Few<T>, item: T): Few<T> {
  if (few === undefined || few === item) return item
  if (few instanceof Set) return few.add(item)
  return new Set([few, item])
}

export function removed<T extends object>(few: Few<T>, item: T): Few<T> {
  if (few === item) return undefined
  if (!(few instanceof Set)) return few
  few.delete(item)
  return few.size === 0 ? undefined : few
}

export function countOf<T extends object>(few: Few<T>): number {
  if (few === undefined) return 0
  return few instanceof Set ? few.size : 1
}

/** All of them, safe to walk while they are being removed. */
export function listOf<T extends object>(few: Few<T>): T[] {
  if (few === undefined) return []
  return few instanceof Set ? [...few] : [few]
}
