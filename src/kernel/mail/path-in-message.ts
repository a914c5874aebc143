/** The number of steps of a path that are shown: the last ones, where the mistake is. */
const STEPS = 8

const IDENTIFIER = /^[\p{L}_$][\p{L}\p{N}_$]*$/u

/**
 * The path of an object in a message, as in code: `message.orders[2].customer`. No accessor is called. An object that is reached only
 * through an accessor has the path `message…`.
 *
 * @param key a field of the object, if the path of that field is wanted
 */
export function pathTo(root: object, wanted: object, key?: unknown): string {
  const steps = stepsTo(root, wanted)
  const all = [...(steps ?? ['…']), ...(key === undefined ? [] : [step(key)])]
  const shown = all.length > STEPS ? ['…', ...all.slice(-STEPS)] : all
  return `message${shown.join('')}`
}

interface Found {
  readonly value: object
  readonly above: Found | undefined
  readonly step: string
}

function stepsTo(root: object, wanted: object): string[] | undefined {
  const seen = new Set<object>([root])
  const todo: Found[] = [{ value: root, above: undefined, step: '' }]
  for (let at = todo.pop(); at !== undefined; at = todo.pop()) {
    if (at.value === wanted) return trail(at)
    for (const [name, item] of inside(at.value)) {
      if (typeof item !== 'object' || item === null || seen.has(item)) continue
      seen.add(item)
      todo.push({ value: item, above: at, step: name })
    }
  }
  return undefined
}

function trail(found: Found): string[] {
  const steps: string[] = []
  for (let at: Found = found; at.above !== undefined; at = at.above) steps.push(at.step)
  return steps.reverse()
}

/** The values in an object, without calling its code where possible. */
function inside(value: object): [string, unknown][] {
  try {
    if (value instanceof Map) {
      return [...value].flatMap(([key, item]) => [
        [`.keys(${brief(key)})`, key] as [string, unknown],
        [`.get(${brief(key)})`, item] as [string, unknown],
      ])
    }
    if (value instanceof Set) return [...value].map((item) => [`.values(${brief(item)})`, item])
    return Reflect.ownKeys(value).map((key) => [
      step(key),
      Object.getOwnPropertyDescriptor(value, key)?.value,
    ])
  } catch {
    // A proxy that throws: there is no path into it.
    return []
  }
}

function step(key: unknown): string {
  if (typeof key === 'symbol') return `[${String(key)}]`
  const name = String(key)
  if (/^\d+$/.test(name)) return `[${name}]`
  return IDENTIFIER.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`
}

/** A short text for the key of a map. */
function brief(key: unknown): string {
  if (typeof key === 'string') return JSON.stringify(key.slice(0, 40))
  return typeof key === 'object' || typeof key === 'function' ? '…' : String(key)
}
