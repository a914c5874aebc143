/** The environment of a program: its name, and the variables in `.env` files. */
import { read, rules } from '../../kernel/index.js'
import { configError } from '../errors.js'
import { type Variables, variablesOf } from './env-file-text.js'
import { contentOf, UnfitFile } from './source-file.js'

/** The names that exist without an overlay. */
const USUAL = ['development', 'test', 'production'] as const

/** The environments that exist besides the usual ones. */
export interface Profiles {
  /** The names of the overlays. */
  readonly overlays: readonly string[]
  /** The `.env` file of an environment, and whether it exists; `undefined` if no `.env` files are read. */
  readonly envFile:
    | ((name: string) => Promise<{ readonly file: string; readonly isThere: boolean }>)
    | undefined
}

/**
 * The names of the environment: `given`, else HEARTWOOD_ENV, else NODE_ENV, else `'development'`. The first two may have several
 * names, with commas between them; a later one wins.
 *
 * @throws ENVIRONMENT_UNKNOWN for a name of the first two that is not usual and has neither an overlay nor a `.env` file: with a
 *   misspelt name, production would run with the values of development
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

/** The names in a text with commas. */
function namesIn(environment: string): readonly string[] {
  return environment.split(',').map((name) => name.trim())
}

/**
 * The variables of a `.env` file; `undefined` if the file does not exist.
 *
 * @param name the file, for messages
 * @param signal aborts the reading
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

/** The error for a `.env` file that cannot be read. */
export function unreadable(name: string, error: unknown): Error {
  const { message } = error as Error
  const reason = error instanceof UnfitFile ? message : `it cannot be read: ${message}`
  return configError('ENV_FILE_INVALID', { file: name, line: '', reason }, { cause: error })
}

/** A text without the byte order mark that some editors write. */
export function withoutMark(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text
}

/** Whether the environment is development or test. All others count as production. */
export function isWorkedOn(
  environment = process.env.HEARTWOOD_ENV || process.env.NODE_ENV || 'development',
): boolean {
  return namesIn(environment).some((name) => name === 'development' || name === 'test')
}
