import type { PortableClass } from '../../kernel/index.js'

export type Fields = Record<PropertyKey, unknown>

/** Represents a value that threw when it was read. */
export class Unreadable {
  constructor(readonly error: unknown) {}
}

/**
 * Returns the fields of an error besides those of its known class: its own properties, also non-enumerable ones, and what subclasses
 * define, as DOMException does.
 */
export function fieldsOfError(error: Error, { Class }: PortableClass, careful: boolean): object {
  const fields: Fields = {}
  for (const key of ['name', 'message', 'stack', 'cause', 'errors', 'code']) {
    if (hasBelow(error, key, Class.prototype))
      fields[key] = careful ? fieldOf(error, key) : (error as unknown as Fields)[key]
  }
  if (!careful) return Object.assign(fields, error)
  for (const key of Reflect.ownKeys(error)) {
    if (Object.prototype.propertyIsEnumerable.call(error, key)) fields[key] = fieldOf(error, key)
  }
  return fields
}

function hasBelow(error: object, key: string, prototype: unknown): boolean {
  for (let at: object | null = error; at !== null && at !== prototype; at = Object.getPrototypeOf(at)) {
    if (Object.hasOwn(at, key)) return true
  }
  return false
}

export function fieldOf(object: object, key: PropertyKey): unknown {
  try {
    return (object as Fields)[key]
  } catch (error) {
    return new Unreadable(error)
  }
}
