/** The reading of settings: all sources are merged, checked by the schema, and secrets are wrapped in `Secret`. */
import { valueAt } from '../genserver/index.js'
import {
  checkKnown,
  classOf,
  type HeartwoodError,
  isRevoked,
  read,
  rules,
  Secret,
  within,
} from '../kernel/index.js'
import { configError } from './errors.js'
import { Redactor } from './redactor.js'
import { coercionProblems } from './schema/coercion-traps.js'
import { type IssueContext, problemList, problemOf } from './schema/schema-issues.js'
import {
  isSchema,
  pathOf,
  type SchemaIssue,
  type SchemaOutput,
  type StandardSchema,
} from './schema/standard-schema.js'
import { UnknownKeys } from './schema/unknown-keys.js'
import type { Settings } from './settings.js'
import { isSection, pathsOf, pathText } from './settings-path.js'
import { Layers, SETTINGS_SOURCES, type SettingsSources } from './sources/settings-layers.js'
import type { SettingOrigin } from './sources/settings-source.js'
import { asSpelled, isText, spelled } from './sources/text-values.js'

/** The result of reading settings. */
export interface ReadSettings<T = unknown> {
  readonly value: T
  /** The name of the environment; several names have commas between them. */
  readonly environment: string
  /** The absolute paths of all files that were looked for, whether they exist or not. */
  readonly files: readonly string[]
  /** The source of each value. */
  readonly origins: readonly SettingOrigin[]
  /** The keys in the option `secrets`. */
  readonly secrets: readonly string[]
  /** Warnings about keys that were read but are ignored: SETTINGS_KEY_UNKNOWN. */
  readonly warnings: readonly HeartwoodError[]
}

/**
 * Reads and checks settings, as `boot` and the command line do.
 *
 * @throws SETTINGS_INVALID with all mistakes; SETTINGS_FILE_INVALID, SETTINGS_PARSER_MISSING, SETTINGS_SCHEMA_FAILED,
 *   SETTINGS_SCHEMA_SILENT, SETTINGS_OPTION_INVALID, ENV_FILE_INVALID, SECRET_FILE_INVALID, ENVIRONMENT_UNKNOWN
 * @example
 * ```ts
 * const { value } = await readSettings(settings, { variables: { PORT: '80' } })
 * ```
 */
export async function readSettings<T>(
  settings: Settings<T>,
  sources: SettingsSources = {},
): Promise<ReadSettings<T>> {
  if (!isSection(read(settings, 'options'))) {
    const expected = 'settings, made by defineSettings()'
    throw configError('SETTINGS_OPTION_INVALID', {
      option: 'the first argument',
      expected,
      value: typeof settings,
    })
  }
  checkKnown('readSettings', sources, SETTINGS_SOURCES)
  const { options } = settings
  const { file = 'settings', signal } = sources
  const { secrets = [], env = {} } = options
  const { layers, environment } = await Layers.read(options, sources)
  const whole = layers.value()
  const redactor = new Redactor(whole, secrets)
  const unknown = new UnknownKeys(options, layers, redactor)
  const ask = (value: unknown) => asked(options.schema, value, redactor, { file, signal })
  let { answer, input } = await answerTo(whole, layers, ask)
  if (answer.issues !== undefined && unknown.foreign.size > 0) {
    const own = await answerTo(layers.value(unknown.foreign), layers, ask)
    answer = own.answer
    input = own.input
  }
  if (answer.issues !== undefined) unknown.refuse()
  else {
    await unknown.look(input, answer.value, async (value) => {
      const other = await ask(value)
      return other.issues === undefined ? other.value : undefined
    })
  }
  const issues = answer.issues?.filter((issue) => !unknown.tells(issue))
  const context: IssueContext = {
    input,
    redactor,
    originOf: (path) => layers.originOf(path, path.length === 0 ? 'settings' : ''),
    hintOf: (path) => layers.hintOf(path),
  }
  const wrong =
    issues === undefined
      ? coercionProblems(answer.value, context)
      : issues.map((issue) => problemOf(issue, context))
  const list = [...wrong, ...unknown.refused]
  if (list.length > 0) throw configError('SETTINGS_INVALID', { problems: problemList(list), list })
  const { value } = answer
  if (!isSection(value)) {
    const problem = {
      place: file,
      key: 'settings',
      message: `${file}: the schema of the settings must make an object`,
    }
    throw configError('SETTINGS_INVALID', { problems: problem.message, list: [problem] })
  }
  checkSecrets(secrets, [...pathsOf(whole), ...pathsOf(value), ...Object.keys(env)])
  for (const path of secrets) checkReach(path, value)
  const held = sealed(value, '', secrets)
  return {
    // The only cast: the output of the schema, with `Secret`s at the secret paths, has the type that `defineSettings` promises.
    value: held as T,
    environment,
    files: layers.files,
    origins: leavesOf(held).map((path) => layers.origin(path)),
    secrets,
    warnings: unknown.warnings,
  }
}

/**
 * Checks a value by a schema, with the same errors as settings. It is for separate files, such as a list of targets.
 *
 * @param place the source of the value and its key there, for messages
 * @throws SETTINGS_INVALID with all mistakes; SETTINGS_SCHEMA_FAILED, SETTINGS_SCHEMA_SILENT after 10,000 ms
 * @example
 * ```ts
 * const targets = await checkValue(targetList, JSON.parse(text), { file: 'targets.json', key: 'targets' })
 * ```
 */
export async function checkValue<S extends StandardSchema>(
  schema: S,
  value: unknown,
  place: { readonly file: string; readonly key: string },
): Promise<SchemaOutput<S>> {
  checkKnown('checkValue', place ?? null, ['file', 'key'])
  const { file, key } = place
  if (isRevoked(value)) {
    const expected = 'a value that can be read'
    throw configError('SETTINGS_OPTION_INVALID', {
      option: 'the value of checkValue',
      expected,
      value: 'a revoked proxy',
    })
  }
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
  return checked(schema, { input: value, redactor: new Redactor(value), originOf }, file)
}

/** The time that a schema has to answer, in milliseconds. */
const PATIENCE = 10_000

/** The answer of a schema about a value. */
interface Answer {
  readonly value?: unknown
  readonly issues?: readonly SchemaIssue[] | undefined
}

/** Validates a value by a schema. @throws SETTINGS_SCHEMA_FAILED, SETTINGS_SCHEMA_SILENT */
async function asked(
  schema: StandardSchema,
  input: unknown,
  redactor: Redactor,
  { file, signal }: { readonly file: string; readonly signal?: AbortSignal | undefined },
): Promise<Answer> {
  const validated = async (): Promise<Answer> => {
    try {
      const answer: Answer | null | undefined = await schema['~standard'].validate(input)
      if (answer === undefined || answer === null) throw new TypeError(`its answer is ${answer}`)
      return answer
    } catch (error) {
      // The error is no `cause` here, since it may contain secrets.
      throw configError('SETTINGS_SCHEMA_FAILED', { file, reason: redactor.thrown(error) })
    }
  }
  const late = () => configError('SETTINGS_SCHEMA_SILENT', { file, time: PATIENCE })
  return within(validated(), { time: PATIENCE, late, signal })
}

/**
 * Validates values of which some are texts, such as those of variables. If the schema refuses a text, the number or boolean that it
 * spells is tried. The text comes first, since a schema may convert texts itself.
 */
async function answerTo(
  input: unknown,
  layers: Layers,
  ask: (input: unknown) => Promise<Answer>,
): Promise<{ readonly answer: Answer; readonly input: unknown }> {
  const first = await ask(input)
  const refused = (answer: Answer) => (answer.issues ?? []).map((issue) => pathOf(issue).map(String))
  const candidates = refused(first).filter((path) => {
    const layer = layers.layerOf(path)
    return layer !== undefined && isText(layer) && spelled(valueAt(input, path)) !== undefined
  })
  if (candidates.length === 0) return { answer: first, input }
  const still = new Set(refused(await ask(asSpelled(input, candidates))).map((path) => path.join('.')))
  const fitting = candidates.filter((path) => !still.has(path.join('.')))
  if (fitting.length === 0) return { answer: first, input }
  const better = asSpelled(input, fitting)
  return { answer: await ask(better), input: better }
}

async function checked(schema: StandardSchema, context: IssueContext, file: string): Promise<unknown> {
  const { issues, value } = await asked(schema, context.input, context.redactor, { file })
  const list =
    issues === undefined ? coercionProblems(value, context) : issues.map((issue) => problemOf(issue, context))
  if (list.length === 0) return value
  throw configError('SETTINGS_INVALID', { problems: problemList(list), list })
}

/** The paths of all single values. */
function leavesOf(value: unknown, above: readonly string[] = []): readonly (readonly string[])[] {
  if (!isSection(value) || (above.length > 0 && Object.keys(value).length === 0))
    return value === undefined ? [] : [above]
  return Object.keys(value).flatMap((key) => leavesOf(valueAt(value, [key]), [...above, key]))
}

/** Refuses a secret whose key does not exist but is similar to one that does: it is probably misspelt, and the value would be shown. */
function checkSecrets(secrets: readonly string[], known: readonly string[]): void {
  for (const path of secrets) {
    if (known.includes(path)) continue
    const near = rules.suggestion(path, known)
    if (near === '') continue
    const details = { option: 'secrets', expected: 'keys of the settings', value: `"${path}"${near}` }
    throw configError('SETTINGS_OPTION_INVALID', details)
  }
}

/** Refuses a secret inside a value that is no plain object, such as an array: it cannot be wrapped there, and would be shown. */
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

/** A frozen copy in which the values at secret paths are wrapped in `Secret`. */
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
