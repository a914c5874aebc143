/** The JSON Schema of settings, from a schema that can give one: Standard JSON Schema, https://standardschema.dev */
import { printed, read } from '../kernel/index.js'
import { configError } from './errors.js'
import { isSection, type Section } from './path.js'
import { isSecretKey, Redactor } from './redactor.js'
import type { AnySettingsOptions } from './settings.js'
import type { StandardSchema } from './standard-schema.js'

/** Of what is taken, or of what the schema makes of it. */
export type Side = 'input' | 'output'

const TARGET = 'draft-2020-12'

/** What keywords hold a schema each, a list of them, or one by name. */
const ONE = ['items', 'additionalProperties', 'not', 'if', 'then', 'else', 'contains', 'propertyNames']
const MANY = ['anyOf', 'oneOf', 'allOf', 'prefixItems']
const NAMED = ['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas']
/** Keywords that hold values: those of a secret may be the secret. */
const VALUES = ['default', 'const', 'enum', 'examples']

/**
 * The JSON Schema of what may stand in files of settings, for editors and other tools. Secrets are marked `writeOnly`, and
 * their defaults are left out.
 *
 * @param file what messages call the place of the settings
 * @throws SETTINGS_SCHEMA_OPAQUE for a schema that has none
 */
export function jsonSchemaOf({ schema, secrets = [] }: AnySettingsOptions, file: string): Section {
  try {
    return withoutSecrets(convert(schema, 'input', {}), secrets)
  } catch (error) {
    // Its words may quote a default.
    const reason = error instanceof Opaque ? error.message : new Redactor({}).words(printed(error))
    throw configError('SETTINGS_SCHEMA_OPAQUE', { file, reason })
  }
}

/** The same as far as there is one, for our own use: what has no JSON Schema may be anything there. */
export function looseJsonSchemaOf(schema: StandardSchema, side: Side): Section | undefined {
  try {
    return convert(schema, side, { unrepresentable: 'any' })
  } catch {
    return undefined
  }
}

class Opaque extends Error {}

function convert(schema: StandardSchema, side: Side, libraryOptions: Section): Section {
  const { vendor } = schema['~standard']
  const converter = read(schema['~standard'], 'jsonSchema')
  if (typeof converter !== 'object' || converter === null) throw new Opaque(remedy(vendor))
  const make = read(converter, side)
  if (typeof make !== 'function') throw new Opaque(remedy(vendor))
  const made: unknown = make.call(converter, { target: TARGET, libraryOptions })
  if (!isSection(made)) throw new Opaque(`${vendor} made something else than an object`)
  return made
}

function remedy(vendor: string): string {
  if (vendor === 'valibot')
    return 'valibot gives none by itself; wrap the schema: toStandardJsonSchema(schema) of @valibot/to-json-schema'
  if (vendor === 'zod') return 'this version of zod gives none; 4.2 and later do'
  return `${vendor} gives none; it would have to implement Standard JSON Schema`
}

/** A copy in which no secret has a value. */
function withoutSecrets(root: Section, secrets: readonly string[]): Section {
  const redactor = new Redactor({}, secrets)
  const copy = (node: unknown, path: readonly string[]): unknown => {
    if (!isSection(node)) return node
    const isSecret = path.length > 0 && isSecretKey(path, secrets)
    const entries = Object.entries(node).flatMap(([key, value]): (readonly [string, unknown])[] => {
      if (VALUES.includes(key))
        return isSecret ? [] : [[key, key === 'default' ? redactor.shown(value, path) : value]]
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
