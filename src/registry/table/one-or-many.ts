/**
 * A set that is stored as plainly as possible: `undefined` for none, the item itself for one, a `Set` for more. Items keep their order.
 *
 * Nearly every key has one process and nearly every process has one key, and a `Set` takes more memory than both together. From two
 * items on it is a `Set`, which deletes one of a million items as fast as one of two.
 */
export type OneOrMany<T extends object> = T | Set<T> | undefined

export function added<T extends object>(few: OneOrMany<T>, item: T): OneOrMany<T> {
  if (few === undefined || few === item) return item
  if (few instanceof Set) return few.add(item)
  return new Set([few, item])
}

export function removed<T extends object>(few: OneOrMany<T>, item: T): OneOrMany<T> {
  if (few === item) return undefined
  if (!(few instanceof Set)) return few
  few.delete(item)
  return few.size === 0 ? undefined : few
}

export function countOf<T extends object>(few: OneOrMany<T>): number {
  if (few === undefined) return 0
  return few instanceof Set ? few.size : 1
}

/** A list of all items. Items may be removed while the list is walked. */
export function listOf<T extends object>(few: OneOrMany<T>): T[] {
  if (few === undefined) return []
  return few instanceof Set ? [...few] : [few]
}
