/** JSON Schema from the schema of a library: Standard JSON Schema, https://standardschema.dev */
import { read } from '../../kernel/index.js'
import { isSection, type Section } from '../settings-path.js'
import type { StandardSchema } from './standard-schema.js'

/** Of what is taken, or of what the schema makes of it. */
export type Side = 'input' | 'output'

const TARGET = 'draft-2020-12'

/** As far as there is one, for our own use: what has no JSON Schema may be anything there. */
export function looseJsonSchemaOf(schema: StandardSchema, side: Side): Section | undefined {
  try {
    return convert(schema, side, { unrepresentable: 'any' })
  } catch {
    return undefined
  }
}

/** Why there is none. */
export class Opaque extends Error {}

/** @throws `Opaque`, and what the library throws */
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
