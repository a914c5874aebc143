/** Finds the place of something in a value, for messages. It is searched when the mistake is known, so that writing costs nothing more. */
import { types } from 'node:util'
import { ErlangFun } from '../terms/functions.js'
import { ImproperList, Tuple } from '../terms/tuple.js'

const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u

/** Returns a place such as `value.items[3].owner`; `the value` for the value itself. */
export function placeIn(root: unknown, culprit: unknown, depth: number): string {
  const path = Object.is(root, culprit) ? '' : pathTo(root, culprit, depth, new Set())
  return path === undefined || path === '' ? 'the value' : `value${path}`
}

function pathTo(value: unknown, culprit: unknown, depth: number, seen: Set<object>): string | undefined {
  if (Object.is(value, culprit)) return ''
  if (depth === 0 || typeof value !== 'object' || value === null || seen.has(value)) return undefined
  seen.add(value)
  for (const [step, inner] of partsOf(value)) {
    const rest = pathTo(inner, culprit, depth - 1, seen)
    if (rest !== undefined) return step + rest
  }
  return undefined
}

function* partsOf(value: object): Iterable<readonly [string, unknown]> {
  if (Array.isArray(value)) yield* itemsOf('', value)
  else if (value instanceof Tuple) yield* itemsOf('.elements', value.elements)
  else if (value instanceof ErlangFun) yield* itemsOf('.free', value.free)
  else if (value instanceof ImproperList) {
    yield* itemsOf('.items', value.items)
    yield ['.tail', value.tail]
  } else if (types.isMap(value)) {
    let at = 0
    for (const [key, each] of value) {
      yield [` (key ${at})`, key]
      yield [typeof key === 'string' ? `.get(${JSON.stringify(key)})` : ` (value ${at})`, each]
      at++
    }
  } else
    for (const key of Object.keys(value)) {
      const step = IDENTIFIER.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`
      yield [step, key]
      yield [step, (value as Record<string, unknown>)[key]]
    }
}

function* itemsOf(name: string, items: readonly unknown[]): Iterable<readonly [string, unknown]> {
  for (let i = 0; i < items.length; i++) yield [`${name}[${i}]`, items[i]]
}
