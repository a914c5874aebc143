/** The environment: its name, its variables, and the `.env` files that stand in for them. */
import { read, rules } from '../../kernel/index.js'
import { configError } from '../errors.js'
import { type Variables, variablesOf } from './env-file-text.js'
import { contentOf, UnfitFile } from './source-file.js'

/** Names that need no overlay. */
const USUAL = ['development', 'test', 'production'] as const

/** What there may be for an environment, besides what is usual. */
export interface Profiles {
  /** The names that settings have overlays for. */
  readonly overlays: readonly string[]
  /** The `.env` file of a name, as messages call it, and whether it is there; undefined where none is read. */
  readonly envFile:
    | ((name: string) => Promise<{ readonly file: string; readonly isThere: boolean }>)
    | undefined
}

/**
 * The names of the environment, of which a later one counts more: as given, else HEARTWOOD_ENV, else NODE_ENV, else
 * `'development'`. Of the first two there may be several, with commas between them.
 *
 * @throws ENVIRONMENT_UNKNOWN when one of the first two is neither usual nor has an overlay or a `.env` file of its own: a
 *   misspelt name would run production with the values of development
 */
export async function environmentNames(
  given: string | undefined,
  variables: Variables,
  { overlays, envFile }: Profiles,
): Promise<readonly string[]> {
  const asked = given ?? (variables.HEARTWOOD_ENV === '' ? undefined : variables.HEARTWOOD_ENV)
  if (asked === undefined)
    return [(variables.NODE_ENV ?? '') === '' ? 'development' : String(variables.NODE_ENV)]
  const known = [...new Set([...USUAL, ...overlays])]
  const names = namesIn(asked)
  for (const name of names) {
    const own = known.includes(name) || name === '' ? undefined : await envFile?.(name)
    if (known.includes(name) || own?.isThere === true) continue
    throw configError('ENVIRONMENT_UNKNOWN', {
      name,
      suggestion: rules.suggestion(name, known),
      known: known.join(', '),
      looked: `an overlay "${name}"${own === undefined ? '' : ` and the file ${own.file}`}`,
    })
  }
  return names
}

/** The single names of an environment that was given as a text. */
function namesIn(environment: string): readonly string[] {
  return environment.split(',').map((name) => name.trim())
}

/**
 * The variables of a `.env` file; undefined when there is no such file.
 *
 * @param name what messages call it
 * @param signal gives the reading up
 * @throws ENV_FILE_INVALID with the line
 */
export async function readEnvFile(
  path: string,
  name: string,
  signal: AbortSignal | undefined,
): Promise<Variables | undefined> {
  let text: string
  try {
    text = withoutMark((await contentOf(path, signal)).toString())
  } catch (error) {
    signal?.throwIfAborted()
    if (read(error, 'code') === 'ENOENT') return undefined
    throw unreadable(name, error)
  }
  return variablesOf(text, name)
}

/** Why a `.env` file cannot be read. */
export function unreadable(name: string, error: unknown): Error {
  const { message } = error as Error
  const reason = error instanceof UnfitFile ? message : `it cannot be read: ${message}`
  return configError('ENV_FILE_INVALID', { file: name, line: '', reason }, { cause: error })
}

/** A text without the byte order mark that some editors put before it. */
export function withoutMark(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text
}

/** Whether people work on the program where it runs: whatever is neither development nor a test is as production. */
export function isWorkedOn(
  environment = process.env.HEARTWOOD_ENV || process.env.NODE_ENV || 'development',
): boolean {
  return namesIn(environment).some((name) => name === 'development' || name === 'test')
}
