/** The keys in sources that the schema does not know. Most of them are misspelt. */
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

/** A key that the schema does not know. */
interface UnknownKey {
  readonly path: readonly string[]
  readonly layer: Layer
  /** The known keys of the same section. */
  readonly known: readonly string[]
}

/** Finds unknown keys, and makes problems or warnings of them. */
export class UnknownKeys {
  readonly refused: SettingsProblem[] = []
  readonly warnings: HeartwoodError[] = []
  /** Variables found by their prefix whose key the schema does not know. They are left out for a schema that refuses unknown keys. */
  readonly foreign: ReadonlySet<Layer>
  /** The unknown keys, if the schema lists its keys; else `undefined`. */
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

  /** Reports all unknown keys, for settings that the schema refused. */
  refuse(): void {
    for (const each of this.#candidates ?? []) this.#tell(each)
  }

  /**
   * Reports the unknown keys that have no effect. A key that the schema keeps, as a loose object does, is a setting.
   *
   * @param validate the output of the schema for another input; `undefined` if it refuses that
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

  /** Whether an issue is only about keys that were reported already, such as that of a strict object of zod. */
  tells(issue: SchemaIssue): boolean {
    const { keys } = issue as { readonly keys?: unknown }
    const above = pathOf(issue).map(String)
    const told = (path: readonly string[]): boolean => this.#told.has(path.join('.'))
    return Array.isArray(keys) && keys.length > 0
      ? keys.every((key: unknown) => told([...above, String(key)]))
      : told(above)
  }
}

/** The unknown keys by the shape of the schema, before validation. */
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

/** A value that equals no other: what a schema makes the same of a `Probe` and of the real value does not depend on the key. */
class Probe {}

/**
 * The unknown keys of a schema that does not list its keys: those missing in its output, if another value under the key does not
 * change the output. So a key that the schema renames counts as known.
 *
 * @param validate the output of the schema for an input; `undefined` if it refuses that
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

/** A validation: the input, the output and the sources. */
interface Validation {
  readonly input: unknown
  readonly output: unknown
  readonly layers: Layers
}

/**
 * The end of a message: ` (did you mean "db.pool"?)`, or the known keys.
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

/** The least characters of a key that is taken for the beginning of another one. */
const SHORTEST = 3

/** The number of known keys that are listed when none is similar. */
const SHOWN = 8

/** Calls `visit` for each key of a value. @param visit returns whether the keys below must be visited too */
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
