import { types } from 'node:util'
import { inherits, isError, isObject, nameOf, read } from './safe-read.js'
import { cut, safeText } from './safe-text.js'
import { isSecret, REDACTED } from './secrets.js'
import { errorLine, jsonOf, LIMITS, type Limits, snapshot } from './value-snapshot.js'

/** Of a value in the middle of a sentence. */
const BRIEF: Limits = { depth: 4, breadth: 20, length: 200, size: 60, privates: 0 }
const LONGEST = 200

/**
 * A value as an error message shows it: short, without secrets, and safe for any value. A text or an error is told up to
 * `length` characters, anything else in 200.
 */
export function printed(value: unknown, length: number = LIMITS.length): string {
  if (typeof value === 'string') return safeText(value, length)
  if (typeof value === 'function') return nameOf(value) ?? 'a function'
  if (isSecret(value)) return REDACTED
  if (isError(value)) return errorLine(value, length)
  const own = ownText(value)
  if (own !== undefined) return safeText(own, Math.min(length, 500))
  return cut(jsonOf(snapshot(value, BRIEF)), Math.min(length, LONGEST))
}

/** What an object of a class with a `toString` of its own says. Those of the language say too much, or nothing. */
function ownText(value: unknown): string | undefined {
  if (!isObject(value) || isBuiltIn(value)) return undefined
  const toText = read(value, 'toString')
  if (typeof toText !== 'function' || toText === Object.prototype.toString) return undefined
  try {
    const text: unknown = toText.call(value)
    return typeof text === 'string' ? text : undefined
  } catch {
    // Then it is shown by what it holds.
    return undefined
  }
}

function isBuiltIn(value: object): boolean {
  return (
    ArrayBuffer.isView(value) ||
    types.isDate(value) ||
    types.isRegExp(value) ||
    types.isBoxedPrimitive(value) ||
    inherits(value, Array.prototype)
  )
}
