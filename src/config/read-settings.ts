/** Reading settings: all sources, checked by the schema, with the secrets made secret. */
import { valueAt } from '../genserver/index.js'
import { checkKnown, classOf, type HeartwoodError, rules, Secret, within } from '../kernel/index.js'
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

/** Settings as they were read. */
export interface ReadSettings<T = unknown> {
  readonly value: T
  /** The name of the environment; of several, with commas between them. */
  readonly environment: string
  /** Absolute paths of the files that were looked for, there or not. */
  readonly files: readonly string[]
  /** Where each value comes from. */
  readonly origins: readonly SettingOrigin[]
  /** The keys that are listed as secret. */
  readonly secrets: readonly string[]
  /** What was read and counts for nothing: SETTINGS_KEY_UNKNOWN. */
  readonly warnings: readonly HeartwoodError[]
}

/**
 * Reads and checks settings, as `boot` and the command line do.
 *
 * @throws SETTINGS_INVALID with all that is wrong; SETTINGS_FILE_INVALID, SETTINGS_PARSER_MISSING, SETTINGS_SCHEMA_FAILED,
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
  if (!isSection(settings?.options)) {
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
    // The one cast: what the schema made, with the secrets in their places, is what the types say of it.
    value: held as T,
    environment,
    files: layers.files,
    origins: leavesOf(held).map((path) => layers.origin(path)),
    secrets,
    warnings: unknown.warnings,
  }
}

/**
 * A value checked by a schema, with the errors that settings have: for a file of its own, such as a list of targets.
 *
 * @param place what messages call where it comes from, and the key it stands for there
 * @throws SETTINGS_INVALID with all that is wrong; SETTINGS_SCHEMA_FAILED, SETTINGS_SCHEMA_SILENT after 10,000 ms
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

/** Milliseconds that a schema may take. */
const PATIENCE = 10_000

/** What a schema says to a value. */
interface Answer {
  readonly value?: unknown
  readonly issues?: readonly SchemaIssue[] | undefined
}

/** @throws SETTINGS_SCHEMA_FAILED, SETTINGS_SCHEMA_SILENT */
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
      // Without the error as cause: nobody knows what is in it.
      throw configError('SETTINGS_SCHEMA_FAILED', { file, reason: redactor.thrown(error) })
    }
  }
  const late = () => configError('SETTINGS_SCHEMA_SILENT', { file, time: PATIENCE })
  return within(validated(), { time: PATIENCE, late, signal })
}

/**
 * What the schema says to the texts of variables, or, where it refuses one, to the number or boolean that it spells. In
 * this order: a schema that converts texts itself knows better.
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

/** The paths of single values. */
function leavesOf(value: unknown, above: readonly string[] = []): readonly (readonly string[])[] {
  if (!isSection(value) || (above.length > 0 && Object.keys(value).length === 0))
    return value === undefined ? [] : [above]
  return Object.keys(value).flatMap((key) => leavesOf(valueAt(value, [key]), [...above, key]))
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
