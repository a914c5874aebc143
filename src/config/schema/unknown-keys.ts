/** Keys that a source has and the schema does not know: slips, most often. */
import { isDeepStrictEqual } from 'node:util'
import { valueAt } from '../../genserver/index.js'
import { type HeartwoodError, rules } from '../../kernel/index.js'
import { configError } from '../errors.js'
import type { Redactor } from '../redactor.js'
import type { AnySettingsOptions } from '../settings.js'
import { isSection, pathText, withValue } from '../settings-path.js'
import type { Layers } from '../sources/settings-layers.js'
import type { Layer } from '../sources/settings-source.js'
import type { SettingsProblem } from './schema-issues.js'
import type { Shape } from './schema-shape.js'
import { pathOf, type SchemaIssue } from './standard-schema.js'

/** A key that nobody knows. */
interface UnknownKey {
  readonly path: readonly string[]
  readonly layer: Layer
  /** The keys that are known where it stands. */
  readonly known: readonly string[]
}

/** What is said of keys that the schema does not know. */
export class UnknownKeys {
  readonly refused: SettingsProblem[] = []
  readonly warnings: HeartwoodError[] = []
  /** The variables that are none of the schema's: one that refuses what it does not know must do without them. */
  readonly foreign: ReadonlySet<Layer>
  /** By what the schema says of its keys; undefined where it says nothing. */
  readonly #candidates: readonly UnknownKey[] | undefined
  readonly #told = new Set<string>()

  constructor(
    private readonly options: AnySettingsOptions,
    private readonly layers: Layers,
    private readonly redactor: Redactor,
  ) {
    const { shape, all } = layers
    const isAsked = options.unknownKeys !== 'allow'
    this.#candidates = !isAsked ? [] : shape === undefined ? undefined : keysUnknownTo(shape, all)
    const found = (this.#candidates ?? []).map(({ layer }) => layer)
    this.foreign = new Set(found.filter(({ isFound }) => isFound === true))
  }

  /** Tells all that there are, of settings that the schema refused. */
  refuse(): void {
    for (const each of this.#candidates ?? []) this.#tell(each)
  }

  /**
   * Tells those that count for nothing. What the schema keeps, as a loose object does, is a setting.
   *
   * @param validate what it makes of another value; undefined where it refuses it
   */
  async look(input: unknown, output: unknown, validate: (input: unknown) => Promise<unknown>): Promise<void> {
    const found = this.#candidates ?? (await keysLostBy(validate, { input, output, layers: this.layers }))
    for (const each of found) if (valueAt(output, each.path) === undefined) this.#tell(each)
  }

  #tell(unknown: UnknownKey): void {
    const { unknownKeys } = this.options
    const { path, layer } = unknown
    const { place, variable, isFound } = layer
    const shown = this.redactor.path(path)
    const key = variable ?? pathText(shown)
    const isWhole = shown.length === path.length
    const suggestion = isWhole ? suggestionFor(unknown, (at) => this.layers.nameOf(at)) : ''
    if ((unknownKeys ?? (isFound === true ? 'warn' : 'refuse')) === 'warn') {
      this.warnings.push(configError('SETTINGS_KEY_UNKNOWN', { place, key, suggestion }))
    } else {
      this.#told.add(path.join('.'))
      this.refused.push({ place, key, message: `${place}: ${key} is not a known key${suggestion}` })
    }
  }

  /** Whether an issue is about keys that are told already, as that of zod's strict objects. */
  tells(issue: SchemaIssue): boolean {
    const { keys } = issue as { readonly keys?: unknown }
    const above = pathOf(issue).map(String)
    const told = (path: readonly string[]): boolean => this.#told.has(path.join('.'))
    return Array.isArray(keys) && keys.length > 0
      ? keys.every((key: unknown) => told([...above, String(key)]))
      : told(above)
  }
}

/** Asked of the schema, before it validates. */
function keysUnknownTo(shape: Shape, layers: readonly Layer[]): readonly UnknownKey[] {
  return layers.flatMap((layer) => {
    const found: UnknownKey[] = []
    eachKey(layer.values, [], (above, key) => {
      if (shape.allows(above, key)) return true
      found.push({ path: [...above, key], layer, known: shape.keysAt(above) })
      return false
    })
    return found
  })
}

/** Stands for any value, and is like none. */
class Probe {}

/**
 * Of a schema that does not say its keys: those that are not in what it made, and that it makes the same of whatever they
 * are. A key that it renames is looked at.
 *
 * @param validate what the schema makes of a value; undefined where it refuses it
 */
async function keysLostBy(
  validate: (input: unknown) => Promise<unknown>,
  { input, output, layers }: Validation,
): Promise<readonly UnknownKey[]> {
  const missing: { readonly above: readonly string[]; readonly key: string }[] = []
  eachKey(input, [], (above, key) => {
    const made = valueAt(output, above)
    if (!isSection(made)) return false
    if (Object.hasOwn(made, key)) return true
    missing.push({ above, key })
    return false
  })
  const found: UnknownKey[] = []
  for (const { above, key } of missing) {
    const path = [...above, key]
    const layer = layers.layerOf(path)
    const probed = await validate(withValue(input, path, new Probe()))
    if (layer === undefined || !isDeepStrictEqual(probed, output)) continue
    found.push({
      path,
      layer,
      known: [...Object.keys(valueAt(output, above) as object), ...layers.keysAt(above)],
    })
  }
  return found
}

/** What a schema made of what was read. */
interface Validation {
  readonly input: unknown
  readonly output: unknown
  readonly layers: Layers
}

/**
 * ` (did you mean "db.pool"?)`, or the keys that there are.
 *
 * @param nameOf the variable of a path
 */
function suggestionFor(
  { path, layer, known }: UnknownKey,
  nameOf: (path: readonly string[]) => string | undefined,
): string {
  const above = path.slice(0, -1)
  const say = (key: string): string =>
    (layer.variable === undefined ? undefined : nameOf([...above, key])) ?? pathText([...above, key])
  const key = path.at(-1) ?? ''
  const near =
    rules.nearest(key, known) ?? known.find((each) => key.length >= SHORTEST && each.startsWith(key))
  if (near !== undefined) return ` (did you mean "${say(near)}"?)`
  return known.length === 0 ? '' : ` (known: ${[...new Set(known)].slice(0, SHOWN).map(say).join(', ')})`
}

/** Characters of a key that may be the beginning of another. */
const SHORTEST = 3

/** Known keys that are named where none is near. */
const SHOWN = 8

/** @param visit whether what is below the key is of interest */
function eachKey(
  value: unknown,
  above: readonly string[],
  visit: (above: readonly string[], key: string) => boolean,
): void {
  if (!isSection(value) && !Array.isArray(value)) return
  for (const key of Object.keys(value)) {
    if (valueAt(value, [key]) === undefined) continue
    if (Array.isArray(value) || visit(above, key)) eachKey(valueAt(value, [key]), [...above, key], visit)
  }
}
