/**
 * Standard Schema, version 1: the common interface of zod, valibot, arktype and others for validation. With it Heartwood depends on
 * none of them. https://standardschema.dev
 */
import { read } from '../../kernel/index.js'

/** A schema of any library that implements Standard Schema. */
export interface StandardSchema<Input = unknown, Output = Input> {
  readonly '~standard': {
    readonly version: 1
    /** The name of the library. */
    readonly vendor: string
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>
    /** For the compiler only; not present at run time. */
    readonly types?: { readonly input: Input; readonly output: Output } | undefined
  }
}

/** The result of a validation. */
export type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] }

/** A mistake that a schema found in a value. */
export interface SchemaIssue {
  readonly message: string
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
}

/** The type that a schema takes. */
export type SchemaInput<S extends StandardSchema> = NonNullable<S['~standard']['types']>['input']

/** The type that a schema makes. */
export type SchemaOutput<S extends StandardSchema> = NonNullable<S['~standard']['types']>['output']

/** Whether a value implements Standard Schema. The schemas of arktype are functions. */
export function isSchema(value: unknown): value is StandardSchema {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false
  const standard = read(value, '~standard')
  return (
    typeof standard === 'object' &&
    standard !== null &&
    typeof (standard as { validate?: unknown }).validate === 'function'
  )
}

/** The path of an issue, from the whole value down. */
export function pathOf(issue: SchemaIssue): readonly PropertyKey[] {
  return (issue.path ?? []).map((step) => (typeof step === 'object' ? step.key : step))
}
