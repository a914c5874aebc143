/** Dotted paths into settings, such as `'db.url'`: their types, and reading and writing by them. */
import { type Secret } from '../kernel/index.js'

/** What is one value, and is not looked into. */
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
 * Every dotted path into `T`, sections included; of a union those of all its members. A type that contains itself has
 * paths without an end, of which those of a few steps are known.
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

/** The type of what stands at a path of `T`: undefined too, where a member of a union does not have it. */
export type PathValue<T, P extends string> = T extends unknown
  ? P extends keyof T
    ? T[P]
    : P extends `${infer K}.${infer Rest}`
      ? K extends keyof T
        ? PathValue<NonNullable<T[K]>, Rest> | (undefined extends T[K] ? undefined : never)
        : undefined
      : undefined
  : never

/** `T` with the values at the paths `P` made secret. */
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

/** `T` with every key optional, in sections too. */
export type Partially<T> = T extends Leaf ? T : { readonly [K in keyof T]?: Partially<T[K]> | undefined }

/** Something with keys of its own that stand for themselves: a plain object. */
export type Section = Readonly<Record<string, unknown>>

export function isSection(value: unknown): value is Section {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/** A section that has nothing but `value` at a path. */
export function sectionAt(path: readonly string[], value: unknown): Section {
  return path.reduceRight<unknown>((inner, key) => Object.fromEntries([[key, inner]]), value) as Section
}

/** A copy in which something else stands at a path. */
export function withValue(value: unknown, [key, ...rest]: readonly string[], put: unknown): unknown {
  if (key === undefined) return put
  if (Array.isArray(value))
    return value.map((each, at) => (String(at) === key ? withValue(each, rest, put) : each))
  if (!isSection(value)) return sectionAt([key, ...rest], put)
  return { ...value, ...Object.fromEntries([[key, withValue(own(value, key), rest, put)]]) }
}

/** One over the other: sections key by key, all else as a whole; what is undefined above leaves what is below. */
export function merged(below: unknown, above: unknown): unknown {
  if (above === undefined) return below
  if (!isSection(below) || !isSection(above)) return above
  const keys = new Set([...Object.keys(below), ...Object.keys(above)])
  // From entries, so that a key such as "__proto__" is a key like any other.
  return Object.fromEntries([...keys].map((key) => [key, merged(own(below, key), own(above, key))]))
}

/** Every path into a value, sections included, each before what is below it. */
export function pathsOf(value: unknown, above = ''): readonly string[] {
  if (!isSection(value)) return []
  return Object.keys(value).flatMap((key) => [
    `${above}${key}`,
    ...pathsOf(own(value, key), `${above}${key}.`),
  ])
}

/** A path for people: `targets[0].url`. */
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
