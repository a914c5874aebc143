/** Items from which a look for holes costs less than they may. */
const LONG = 1_000

/**
 * Whether a structured clone of a value goes down further than so many objects. It looks as the engine does, at what comes first to its very
 * end: with references across, the same objects in another order are not as deep.
 */
export function isDeeper(root: unknown, most: number): boolean {
  const seen = new Set<unknown>()
  // What is inside each of the objects that it is in, and where it is there.
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

/** Whether there is an object in an object. */
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
  // A long one may be nothing but holes.
  if (Array.isArray(value)) return value.length > LONG ? Object.values(value) : value
  if (value instanceof Map) return [...value].flat()
  if (value instanceof Set) return [...value]
  return ArrayBuffer.isView(value) ? [] : Object.values(value)
}
