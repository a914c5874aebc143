/** What a schema finds, said as Heartwood says it: place, key, what came, what was expected. */

import { valueAt } from '../genserver/index.js'
import { snapshot, soundsSecret, withoutSecrets } from '../kernel/index.js'
import { isSection, pathText } from './path.js'
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
  readonly secrets: readonly string[]
  readonly originOf: (path: readonly PropertyKey[]) => { readonly place: string; readonly key: string }
  /** The variable that could give a key. */
  readonly variableOf?: ((path: string) => string | undefined) | undefined
}

/** Characters of a value that a message shows. */
const SHOWN = 80

/** An issue with its place. */
export function problemOf(issue: SchemaIssue, context: IssueContext): SettingsProblem {
  const path = pathOf(issue)
  const { place, key } = context.originOf(path)
  const value = valueAt(context.input, path)
  const words = withoutSecrets(scrubbed(issue.message, context))
  const expected = expectation(words, key)
  const named = pathText(path)
  if (expected === undefined) return { place, key, message: `${place}: ${key}: ${words}` }
  if (value === undefined) {
    const variable = context.variableOf?.(named)
    const hint = variable === undefined ? '' : ` (the environment variable ${variable} can give it)`
    return { place, key, message: `${place}: ${key} is missing; expected ${expected}${hint}` }
  }
  return {
    place,
    key,
    message: `${place}: ${key} is ${shown(value, path, context.secrets)}; expected ${expected}`,
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

function shown(value: unknown, path: readonly PropertyKey[], secrets: readonly string[]): string {
  const named = path.map(String).join('.')
  if (secrets.some((secret) => named === secret || named.startsWith(`${secret}.`))) return SECRET
  if (path.some((step) => soundsSecret(String(step)))) return SECRET
  const around = named === '' ? '' : `${named}.`
  if (isSection(value) && secrets.some((secret) => secret.startsWith(around))) return 'an object'
  const text = JSON.stringify(snapshot(value, { depth: 3 })) ?? String(value)
  return text.length > SHOWN ? `${text.slice(0, SHOWN - 3)}...` : text
}

const SECRET = 'a value that is not shown'

/** A message without the secrets that a library may have put into it. */
function scrubbed(message: string, { input, secrets }: IssueContext): string {
  let text = message
  for (const path of secrets) {
    const value: unknown = valueAt(input, path.split('.'))
    for (const secret of textsOf(value)) text = text.replaceAll(secret, '[redacted]')
  }
  return text
}

/** Every text that a secret consists of. */
function textsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return value === '' ? [] : [value]
  if (typeof value === 'number' || typeof value === 'bigint') return [String(value)]
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(textsOf)
}
