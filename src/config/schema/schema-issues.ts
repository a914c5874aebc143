/** What a schema finds, said as Heartwood says it: place, key, what came, what was expected. */

import { valueAt } from '../../genserver/index.js'
import type { Redactor } from '../redactor.js'
import { pathOf, type SchemaIssue } from './standard-schema.js'

/** One thing that is wrong with settings; shows no secret. */
export interface SettingsProblem {
  /** The file or source it comes from. */
  readonly place: string
  /** The key, or the variable that gives it. */
  readonly key: string
  readonly message: string
}

/** What the words of an issue are made from. */
export interface IssueContext {
  /** What was validated. */
  readonly input: unknown
  readonly redactor: Redactor
  readonly originOf: (path: readonly PropertyKey[]) => { readonly place: string; readonly key: string }
  /** How a variable could give a key. */
  readonly hintOf?: ((path: readonly PropertyKey[]) => string | undefined) | undefined
}

/** An issue with its place. */
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

/** All problems as the text of one error. */
export function problemList(problems: readonly SettingsProblem[]): string {
  const [first] = problems
  if (first !== undefined && problems.length === 1) return first.message
  return [`${problems.length} settings are wrong:`, ...problems.map(({ message }) => `  ${message}`)].join(
    '\n',
  )
}

/**
 * What was expected, from a message that says so in one of the ways libraries have; the message itself where it has
 * nothing but that. Undefined when it says something else.
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
