/** Dotted paths into settings, such as `'db.url'`: their types, and functions that read and write by them. */
import { isRevoked, type Secret } from '../kernel/index.js'

/** The types that are single values: a path cannot lead into them. */
type Leaf =
  | string
  | number
  | boolean
  | bigint
  | symbol
  | null
  | undefined
  | Date
  | RegExp
  | URL
  | ReadonlyMap<unknown, unknown>
  | ReadonlySet<unknown>
  | readonly unknown[]
  | Secret<unknown>
  | ((...args: never[]) => unknown)

/**
 * All dotted paths into `T`, to values and to sections; for a union the paths of all members. A recursive type has infinitely many
 * paths, of which only those with up to seven steps are in the type.
 */
export type Path<T, Steps extends readonly unknown[] = []> = Steps['length'] extends 7
  ? never
  : T extends unknown
    ? {
        [K in keyof T & string]-?:
          | K
          | (NonNullable<T[K]> extends Leaf ? never : `${K}.${Path<NonNullable<T[K]>, [...Steps, K]>}`)
      }[keyof T & string]
    : never

/** The type of the value at a path of `T`. It includes `undefined` if a member of a union does not have the path. */
export type PathValue<T, P extends string> = T extends unknown
  ? P extends keyof T
    ? T[P]
    : P extends `${infer K}.${infer Rest}`
      ? K extends keyof T
        ? PathValue<NonNullable<T[K]>, Rest> | (undefined extends T[K] ? undefined : never)
        : undefined
      : undefined
  : never

/** `T` with the values at the paths `P` wrapped in `Secret`. */
export type WithSecrets<T, P extends string> = [P] extends [never]
  ? T
  : T extends Leaf
    ? T
    : {
        [K in keyof T]: K extends P
          ? undefined extends T[K]
            ? Secret<Exclude<T[K], undefined>> | undefined
            : Secret<T[K]>
          : K extends string
            ? WithSecrets<T[K], Below<P, K>>
            : T[K]
      }

type Below<P extends string, K extends string> = P extends `${K}.${infer Rest}` ? Rest : never

/** `T` with all keys optional, also those in sections. */
export type Partially<T> = T extends Leaf ? T : { readonly [K in keyof T]?: Partially<T[K]> | undefined }

/** A section of settings: a plain object. */
export type Section = Readonly<Record<string, unknown>>

export function isSection(value: unknown): value is Section {
  if (typeof value !== 'object' || value === null || isRevoked(value)) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/** A section with a single value, `value` at a path. */
export function sectionAt(path: readonly string[], value: unknown): Section {
  return path.reduceRight<unknown>((inner, key) => Object.fromEntries([[key, inner]]), value) as Section
}

/** A copy with another value at a path. */
export function withValue(value: unknown, [key, ...rest]: readonly string[], put: unknown): unknown {
  if (key === undefined) return put
  if (Array.isArray(value))
    return value.map((each, at) => (String(at) === key ? withValue(each, rest, put) : each))
  if (!isSection(value)) return sectionAt([key, ...rest], put)
  return { ...value, ...Object.fromEntries([[key, withValue(own(value, key), rest, put)]]) }
}

/** Merges two values. Sections are merged key by key; any other value of `above` replaces that of `below`, except `undefined`. */
export function merged(below: unknown, above: unknown): unknown {
  if (above === undefined) return below
  if (!isSection(below) || !isSection(above)) return above
  const keys = new Set([...Object.keys(below), ...Object.keys(above)])
  // From entries, so that a key such as "__proto__" is a key like any other.
  return Object.fromEntries([...keys].map((key) => [key, merged(own(below, key), own(above, key))]))
}

/** All paths into a value, to values and to sections. A section comes before its keys. */
export function pathsOf(value: unknown, above = ''): readonly string[] {
  if (!isSection(value)) return []
  return Object.keys(value).flatMap((key) => [
    `${above}${key}`,
    ...pathsOf(own(value, key), `${above}${key}.`),
  ])
}

/** The text of a path for people: `targets[0].url`. */
export function pathText(path: readonly PropertyKey[], root = ''): string {
  return path.reduce<string>(
    (text, step) =>
      typeof step === 'number' || /^\d+$/.test(String(step))
        ? `${text}[${String(step)}]`
        : text === ''
          ? String(step)
          : `${text}.${String(step)}`,
    root,
  )
}

function own(section: Section, key: string): unknown {
  return Object.hasOwn(section, key) ? section[key] : undefined
}
