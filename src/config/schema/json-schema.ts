/** The JSON Schema of settings, for editors of settings files. */
import { valueAt } from '../../genserver/index.js'
import { printed } from '../../kernel/index.js'
import { configError } from '../errors.js'
import { isSecretKey, Redactor } from '../redactor.js'
import type { AnySettingsOptions } from '../settings.js'
import { isSection, type Section, sectionAt } from '../settings-path.js'
import { Shape } from './schema-shape.js'
import { convert, Opaque } from './standard-json-schema.js'

/** The keywords whose value is a schema, a list of schemas, or an object of schemas by name. */
const ONE = ['items', 'additionalProperties', 'not', 'if', 'then', 'else', 'contains', 'propertyNames']
const MANY = ['anyOf', 'oneOf', 'allOf', 'prefixItems']
const NAMED = ['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas']
/** The keywords that contain values. For a secret key such a value may be the secret. */
const VALUES = ['default', 'const', 'enum', 'examples']

/**
 * The JSON Schema of the content of settings files, for editors and other tools. Secrets are marked `writeOnly`, without their
 * defaults.
 *
 * @param file the place of the settings, for messages
 * @throws SETTINGS_SCHEMA_OPAQUE for a schema without a JSON Schema
 */
export function jsonSchemaOf({ schema, secrets = [] }: AnySettingsOptions, file: string): Section {
  try {
    const root = convert(schema, 'input', {})
    return withoutSecrets(root, secrets, placesOf(new Shape(root), secrets))
  } catch (error) {
    // The text of the error may contain a default.
    const reason = error instanceof Opaque ? error.message : new Redactor({}).words(printed(error))
    throw configError('SETTINGS_SCHEMA_OPAQUE', { file, reason })
  }
}

/** The paths of the schemas of secrets and of the sections above them. */
function placesOf(shape: Shape, secrets: readonly string[]): ReadonlyMap<Section, readonly string[]> {
  const places = new Map<Section, readonly string[]>()
  for (const secret of secrets) {
    const steps = secret.split('.')
    for (let end = 1; end <= steps.length; end++) {
      const path = steps.slice(0, end)
      for (const node of shape.at(path)) places.set(node, path)
    }
  }
  return places
}

/**
 * A copy without the values of secrets.
 *
 * @param places the paths of schemas that are defined in another place and referred to
 */
function withoutSecrets(
  root: Section,
  secrets: readonly string[],
  places: ReadonlyMap<Section, readonly string[]>,
): Section {
  const redactor = new Redactor({}, secrets)
  const copy = (node: unknown, found: readonly string[]): unknown => {
    if (!isSection(node)) return node
    const path = places.get(node) ?? found
    const isSecret = path.length > 0 && isSecretKey(path, secrets)
    const entries = Object.entries(node).flatMap(([key, value]): (readonly [string, unknown])[] => {
      if (VALUES.includes(key)) {
        const shown = key === 'default' ? valueAt(redactor.shown(sectionAt(path, value)), path) : value
        return isSecret ? [] : [[key, shown]]
      }
      if (ONE.includes(key)) return [[key, copy(value, [...path, '[]'])]]
      if (MANY.includes(key) && Array.isArray(value)) return [[key, value.map((each) => copy(each, path))]]
      if (!NAMED.includes(key) || !isSection(value)) return [[key, value]]
      const below = Object.entries(value).map(([name, each]) => [name, copy(each, [...path, name])])
      return [[key, Object.fromEntries(below)]]
    })
    return Object.fromEntries(isSecret ? [...entries, ['writeOnly', true]] : entries)
  }
  return copy(root, []) as Section
}
