/** Reading settings: all sources, checked by the schema, with the secrets made secret. */
import { valueAt } from '../genserver/index.js'
import { classOf, rules, Secret } from '../kernel/index.js'
import { coercionProblems } from './coercion.js'
import { configError } from './errors.js'
import { type IssueContext, problemList, problemOf } from './issues.js'
import { Layers, type SettingsSources } from './layers.js'
import { isSection, pathsOf, pathText } from './path.js'
import { Redactor } from './redactor.js'
import type { Settings } from './settings.js'
import { isSchema, type SchemaOutput, type StandardSchema } from './standard-schema.js'

/** Settings as they were read. */
export interface ReadSettings<T = unknown> {
  readonly value: T
  /** The name of the environment. */
  readonly environment: string
  /** Absolute paths of the files that were looked for, there or not. */
  readonly files: readonly string[]
}

/**
 * Reads and checks settings, as `boot` and the command line do.
 *
 * @throws SETTINGS_INVALID with all that is wrong; SETTINGS_FILE_INVALID, SETTINGS_SCHEMA_FAILED, SETTINGS_OPTION_INVALID,
 *   ENV_FILE_INVALID, ENVIRONMENT_UNKNOWN
 * @example
 * ```ts
 * const { value } = await readSettings(settings, { variables: { PORT: '80' } })
 * ```
 */
export async function readSettings<T>(
  settings: Settings<T>,
  sources: SettingsSources = {},
): Promise<ReadSettings<T>> {
  const { options } = settings
  const { file = 'settings' } = sources
  const { secrets = [], env = {} } = options
  const layers = await Layers.read(options, sources)
  const input = layers.value
  const value = await validated(
    options.schema,
    {
      input,
      redactor: new Redactor(input, secrets),
      originOf: (path) => layers.originOf(path, path.length === 0 ? 'settings' : ''),
      variableOf: (path) => env[path],
    },
    file,
  )
  if (!isSection(value)) {
    const problem = {
      place: file,
      key: 'settings',
      message: `${file}: the schema of the settings must make an object`,
    }
    throw configError('SETTINGS_INVALID', { problems: problem.message, list: [problem] })
  }
  checkSecrets(secrets, [...pathsOf(input), ...pathsOf(value), ...Object.keys(env)])
  for (const path of secrets) checkReach(path, value)
  // The one cast: what the schema made, with the secrets in their places, is what the types say of it.
  return { value: sealed(value, '', secrets) as T, environment: layers.environment, files: layers.files }
}

/**
 * A value checked by a schema, with the errors that settings have: for a file of its own, such as a list of targets.
 *
 * @param place what messages call where it comes from, and the key it stands for there
 * @throws SETTINGS_INVALID with all that is wrong; SETTINGS_SCHEMA_FAILED
 * @example
 * ```ts
 * const targets = await checkValue(targetList, JSON.parse(text), { file: 'targets.json', key: 'targets' })
 * ```
 */
export async function checkValue<S extends StandardSchema>(
  schema: S,
  value: unknown,
  { file, key }: { readonly file: string; readonly key: string },
): Promise<SchemaOutput<S>> {
  if (!isSchema(schema)) {
    const expected = 'a schema of a library that implements Standard Schema'
    throw configError('SETTINGS_OPTION_INVALID', {
      option: 'the schema of checkValue',
      expected,
      value: typeof schema,
    })
  }
  const originOf = (path: readonly PropertyKey[]) => ({
    place: file,
    key: pathText(path, key) || 'its content',
  })
  return validated(schema, { input: value, redactor: new Redactor(value), originOf }, file)
}

/** Milliseconds that a schema may take. */
const PATIENCE = 10_000

/** Keeps no program alive that has nothing else to do: that one is told at once. */
function silence(): Promise<undefined> {
  return new Promise((resolve) => {
    AbortSignal.timeout(PATIENCE).addEventListener('abort', () => resolve(undefined))
  })
}

async function validated(schema: StandardSchema, context: IssueContext, file: string): Promise<unknown> {
  let result: Awaited<ReturnType<StandardSchema['~standard']['validate']>> | undefined
  try {
    result = await Promise.race([schema['~standard'].validate(context.input), silence()])
  } catch (error) {
    // Without the error as cause: nobody knows what is in it.
    throw configError('SETTINGS_SCHEMA_FAILED', { file, reason: context.redactor.thrown(error) })
  }
  if (result === undefined) throw configError('SETTINGS_SCHEMA_SILENT', { file, time: PATIENCE })
  const list =
    result.issues === undefined
      ? coercionProblems(result.value, context)
      : result.issues.map((issue) => problemOf(issue, context))
  if (result.issues === undefined && list.length === 0) return result.value
  throw configError('SETTINGS_INVALID', { problems: problemList(list), list })
}

/** A secret that is not there may be one that is misspelt, and would then be shown. */
function checkSecrets(secrets: readonly string[], known: readonly string[]): void {
  for (const path of secrets) {
    if (known.includes(path)) continue
    const near = rules.suggestion(path, known)
    if (near === '') continue
    const details = { option: 'secrets', expected: 'keys of the settings', value: `"${path}"${near}` }
    throw configError('SETTINGS_OPTION_INVALID', details)
  }
}

/** What the schema puts into something other than a plain object cannot be made secret there: it would be shown. */
function checkReach(secret: string, value: unknown): void {
  const steps = secret.split('.')
  for (let at = 1; at < steps.length; at++) {
    const above = valueAt(value, steps.slice(0, at))
    if (above === undefined || above === null || isSection(above)) continue
    const path = steps.slice(0, at).join('.')
    const kind = Array.isArray(above) ? 'an array' : `an instance of ${classOf(above) ?? typeof above}`
    throw configError('SETTINGS_OPTION_INVALID', {
      option: 'secrets',
      expected: 'keys of plain objects',
      value: `"${secret}", and the schema makes "${path}" ${kind}, in which nothing can be hidden: list "${path}"`,
    })
  }
}

/** A copy that cannot be changed, with secrets in place of the values at their paths. */
function sealed(value: unknown, path: string, secrets: readonly string[]): unknown {
  if (value !== undefined && secrets.includes(path)) return new Secret(value)
  if (Array.isArray(value))
    return Object.freeze(value.map((each: unknown) => sealed(each, `${path}[]`, secrets)))
  if (!isSection(value)) return value
  const entries = Object.keys(value).map((key) => {
    const below = path === '' ? key : `${path}.${key}`
    return [key, sealed(valueAt(value, [key]), below, secrets)] as const
  })
  return Object.freeze(Object.fromEntries(entries))
}
