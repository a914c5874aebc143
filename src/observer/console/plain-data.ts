/** What can be sent to a program: plain data, checked where it was typed. */
import { isObject, printed } from '../../kernel/index.js'
import { observerError } from '../errors.js'

const PLAIN = 'plain data: null, true, false, a finite number, a text, or a list or an object of such'
const DEEPEST = 100

/**
 * The value, as it is sent.
 *
 * @param place what messages call it
 * @throws CONSOLE_ARGUMENT with the place in it of what cannot be sent
 */
export function plainData(value: unknown, place: string, depth = 0): unknown {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number' && Number.isFinite(value)) return value
  if (!isObject(value) || typeof value === 'function' || depth > DEEPEST) throw unfit(place, value)
  if (Array.isArray(value)) return value.map((each, at) => plainData(each, `${place}[${at}]`, depth + 1))
  // An object literal of the console's context has another Object.prototype than the one here.
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) throw unfit(place, value)
  const entries = Object.entries(value).filter(([, each]) => each !== undefined)
  return Object.fromEntries(
    entries.map(([key, each]) => [key, plainData(each, `${place}.${key}`, depth + 1)]),
  )
}

/** The words that name a process: a name, a pid as it is shown, or what has one. @throws CONSOLE_ARGUMENT */
export function whoText(who: unknown, place: string): string {
  if (typeof who === 'string' && who !== '') return who
  if (typeof who === 'number') return String(who)
  const { pid, name } = (isObject(who) ? who : {}) as { readonly pid?: unknown; readonly name?: unknown }
  if (typeof pid === 'string') return pid
  if (typeof name === 'string') return name
  throw consoleArgument(place, "a name, a pid such as '0.12', or what has one", who)
}

export function consoleArgument(place: string, expected: string, value: unknown): Error {
  return observerError('CONSOLE_ARGUMENT', { place, expected, value: printed(value, 200) })
}

function unfit(place: string, value: unknown): Error {
  return consoleArgument(place, PLAIN, value)
}
