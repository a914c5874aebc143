/** The text of schema issues in the form of Heartwood's messages: place, key, value, expected value. */

import { valueAt } from '../../genserver/index.js'
import type { Redactor } from '../redactor.js'
import { pathOf, type SchemaIssue } from './standard-schema.js'

/** A mistake in settings. Its message contains no secret. */
export interface SettingsProblem {
  /** The file or other source of the value. */
  readonly place: string
  /** The key, or the variable that sets it. */
  readonly key: string
  readonly message: string
}

/** The data from which the text of an issue is made. */
export interface IssueContext {
  /** The validated value. */
  readonly input: unknown
  readonly redactor: Redactor
  readonly originOf: (path: readonly PropertyKey[]) => { readonly place: string; readonly key: string }
  /** A hint how a variable could set a key. */
  readonly hintOf?: ((path: readonly PropertyKey[]) => string | undefined) | undefined
}

/** Makes a problem of an issue: adds its place and writes its message. */
export function problemOf(issue: SchemaIssue, context: IssueContext): SettingsProblem {
  const { redactor } = context
  const path = redactor.path(pathOf(issue))
  const { place, key } = context.originOf(path)
  const value = valueAt(context.input, path)
  const words = redactor.words(issue.message)
  const expected = expectation(words, key)
  if (expected === undefined) return { place, key, message: `${place}: ${key}: ${words}` }
  if (value === undefined) {
    const hint = context.hintOf?.(path)
    const more = hint === undefined ? '' : ` (${hint})`
    return { place, key, message: `${place}: ${key} is missing; expected ${expected}${more}` }
  }
  return {
    place,
    key,
    message: `${place}: ${key} is ${redactor.value(value, path)}; expected ${expected}`,
  }
}

/** The text of an error with all problems. */
export function problemList(problems: readonly SettingsProblem[]): string {
  const [first] = problems
  if (first !== undefined && problems.length === 1) return first.message
  return [`${problems.length} settings are wrong:`, ...problems.map(({ message }) => `  ${message}`)].join(
    '\n',
  )
}

/**
 * Finds the expected value in the message of a library. If the message as a whole describes the expected value, it is returned
 * itself. `undefined` for any other message.
 */
function expectation(message: string, key: string): string | undefined {
  if (/^(unrecognized|unknown|duplicate)\b/i.test(message)) return undefined
  const plain = /\bexpected (.+?)(?:,? (?:but )?received .*)?$/is.exec(message)?.[1]
  if (plain !== undefined) return plain
  const must = /\bmust (?:be|have|match) .+$/s.exec(message)?.[0]
  if (must !== undefined)
    return must
      .replace(/^must be /, '')
      .replace(/^must /, 'it to ')
      .replace(/ \(was .*\)$/s, '')
  if (/^(invalid|too |missing|required)/i.test(message)) return undefined
  return message.startsWith(`${key} `) ? undefined : message
}
