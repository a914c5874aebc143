/** The environment: its name, its variables, and the `.env` files that stand in for them. */
import { readFileSync } from 'node:fs'
import { rules } from '../kernel/index.js'
import { variablesOf } from './env-text.js'
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
  return variablesOf(text, name)
}

/** A text without the byte order mark that some editors put before it. */
export function withoutMark(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text
}
