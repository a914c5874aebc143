/** The JSON Schema of a library's schema, by Standard JSON Schema, https://standardschema.dev */
import { read } from '../../kernel/index.js'
import { isSection, type Section } from '../settings-path.js'
import type { StandardSchema } from './standard-schema.js'

/** The side of a schema: the values that it takes, or the values that it makes. */
export type Side = 'input' | 'output'

const TARGET = 'draft-2020-12'

/** A JSON Schema for internal use, in which a part that cannot be described allows anything. `undefined` if the library makes none. */
export function looseJsonSchemaOf(schema: StandardSchema, side: Side): Section | undefined {
  try {
    return convert(schema, side, { unrepresentable: 'any' })
  } catch {
    return undefined
  }
}

/** The error for a schema without a JSON Schema. Its message says why. */
export class Opaque extends Error {}

/** Makes the JSON Schema of a schema. @throws `Opaque`, and errors of the library */
export function convert(schema: StandardSchema, side: Side, libraryOptions: Section): Section {
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
