/** The environment: its name, its variables, and the `.env` files that stand in for them. */
import { readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import { rules } from '../kernel/index.js'
import { configError } from './errors.js'

/** Variables by name. */
export type Variables = Readonly<Record<string, string | undefined>>

/** Names that need no overlay. */
const USUAL = ['development', 'test', 'production'] as const

/**
 * The name of the environment: as given, else HEARTWOOD_ENV, else NODE_ENV, else `'development'`.
 *
 * @param overlays the names that settings have overlays for
 * @throws ENVIRONMENT_UNKNOWN when the first two name one that is neither usual nor has an overlay: a misspelt name would
 *   run production with the values of development
 */
export function environmentName(
  given: string | undefined,
  variables: Variables,
  overlays: readonly string[],
): string {
  const asked = given ?? (variables.HEARTWOOD_ENV === '' ? undefined : variables.HEARTWOOD_ENV)
  if (asked === undefined)
    return (variables.NODE_ENV ?? '') === '' ? 'development' : String(variables.NODE_ENV)
  const known = [...new Set([...USUAL, ...overlays])]
  if (known.includes(asked)) return asked
  throw configError('ENVIRONMENT_UNKNOWN', {
    name: asked,
    suggestion: rules.suggestion(asked, known),
    known: known.join(', '),
  })
}

/**
 * The variables of a `.env` file; undefined when there is no such file.
 *
 * @param name what messages call it
 * @throws ENV_FILE_INVALID with the line
 */
export function readEnvFile(path: string, name: string): Variables | undefined {
  let text: string
  try {
    text = withoutMark(readFileSync(path, 'utf8'))
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return undefined
    throw configError(
      'ENV_FILE_INVALID',
      { file: name, line: '', reason: `it cannot be read: ${message}` },
      { cause: error },
    )
  }
  checkLines(text, name)
  return parseEnv(text)
}

/** A text without the byte order mark that some editors put before it. */
export function withoutMark(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text
}

const ASSIGNMENT = /^\s*(?:export\s+)?[\w.-]+\s*=\s*/

/** Node leaves out what it cannot read, without a word; a setting that is not there for a slip is hard to find. */
function checkLines(text: string, name: string): void {
  const lines = text.split(/\r?\n/)
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] as string
    if (line.trim() === '' || line.trimStart().startsWith('#')) continue
    const start = ASSIGNMENT.exec(line)?.[0]
    if (start === undefined) {
      const details = { file: name, line: `:${at + 1}`, reason: 'expected NAME=value, a comment or nothing' }
      throw configError('ENV_FILE_INVALID', details)
    }
    const quote = /^["'`]/.exec(line.slice(start.length))?.[0]
    if (quote === undefined || line.indexOf(quote, start.length + 1) >= 0) continue
    const end = lines.findIndex((each, later) => later > at && each.includes(quote))
    if (end < 0) {
      const details = { file: name, line: `:${at + 1}`, reason: `the quote ${quote} is not closed` }
      throw configError('ENV_FILE_INVALID', details)
    }
    at = end
  }
}
