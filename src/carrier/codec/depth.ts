/** The number of items from which the search for holes costs less than the holes may. */
const LONG = 1_000

/**
 * Whether a structured clone of a value nests deeper than a number of objects. It follows values in the order of V8, each to its end: with
 * references across, another order would not be as deep.
 */
export function isDeeper(root: unknown, most: number): boolean {
  const seen = new Set<unknown>()
  // The members of each enclosing object, and the current position in them.
  const levels: (readonly unknown[])[] = [[root]]
  const places = [0]
  for (let depth = 0; depth >= 0; ) {
    const items = levels[depth] as readonly unknown[]
    const at = places[depth] as number
    if (at >= items.length) {
      depth--
      continue
    }
    places[depth] = at + 1
    const value = items[at]
    if (typeof value !== 'object' || value === null || seen.has(value)) continue
    seen.add(value)
    if (++depth > most) return true
    levels[depth] = inside(value)
    places[depth] = 0
  }
  return false
}

/** Whether an object contains another object. */
export function holdsObjects(value: object): boolean {
  if (!isListOrRecord(value)) return inside(value).some(isObject)
  for (const key in value) if (isObject((value as Record<string, unknown>)[key])) return true
  return false
}

function isListOrRecord(value: object): boolean {
  return !(value instanceof Map || value instanceof Set || ArrayBuffer.isView(value))
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}

function inside(value: object): readonly unknown[] {
  // A long array may consist of holes only.
  if (Array.isArray(value)) return value.length > LONG ? Object.values(value) : value
  if (value instanceof Map) return [...value].flat()
  if (value instanceof Set) return [...value]
  return ArrayBuffer.isView(value) ? [] : Object.values(value)
}
