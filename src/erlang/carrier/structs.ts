/** Errors and objects of portable classes as structs of Elixir, both ways. */
import {
  BUILT_IN_ERRORS,
  HeartwoodError,
  isError,
  type PortableClass,
  portableNamed,
  portableOf,
  printed,
  read,
  safeText,
  TUPLE_FORM,
  type TupleForm,
} from '../../kernel/index.js'
import type { Struct } from '../format/forms.js'
import { Atom, atom } from '../terms/atom.js'
import { Tuple } from '../terms/tuple.js'
import { ErlangException, exceptionOf } from './erlang-exception.js'

const ELIXIR = 'Elixir.'
const OURS = 'heartwood.'
const RUNTIME_ERROR = atom('Elixir.RuntimeError')
/** Characters of the message of an error. */
const LONGEST = 4_000

/** What is sent for an object that has no term of its own; undefined where there is nothing. */
export function structOf(value: unknown): Struct | Tuple | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  if (isError(value)) return structOfError(value)
  const form = read(value, TUPLE_FORM)
  if (typeof form === 'function') {
    const { word, fields } = form.call(value) as TupleForm
    return new Tuple(word === undefined ? fields : [atom(word), ...fields])
  }
  const known = portableOf(value, false)
  // Those of Heartwood mean something between its kernels alone.
  if (known === undefined || known.name.startsWith(OURS)) return undefined
  const fields = known.fields?.(value) ?? value
  return Array.isArray(fields) ? undefined : { ...fields, __struct__: atom(ELIXIR + known.name) }
}

/** An error of a portable class as the struct of that name; any other as `structOfAnyError`. */
export function structOfError(error: object): Struct {
  if (error instanceof ErlangException) return structOfException(error)
  const known = portableOf(error, true)
  if (known === undefined || !isOfUsers(known)) return structOfAnyError(error)
  const { message } = structOfAnyError(error)
  const fields = known.fields?.(error) ?? error
  return { ...fields, message, __struct__: atom(ELIXIR + known.name), __exception__: true }
}

/** Whether somebody has made that class of errors portable, who also says what Elixir has for it. */
function isOfUsers({ Class, name }: PortableClass): boolean {
  return (
    Class.prototype instanceof Error &&
    !BUILT_IN_ERRORS.some((each) => each === Class) &&
    !name.startsWith(OURS)
  )
}

/** What came from a BEAM goes back as it came. */
function structOfException({ name, fields }: ErlangException): Struct {
  const module = /^[A-Z]/.test(name) ? ELIXIR + name : name
  return { ...fields, __struct__: atom(module), __exception__: true }
}

/**
 * An exception, as Elixir shows it. Its stack and its cause stay here: they name files, and may hold what was secret.
 */
export function structOfAnyError(error: object): Struct {
  const text = (key: string): string => {
    const value = read(error, key)
    return safeText(typeof value === 'string' ? value : printed(value), LONGEST)
  }
  const code = read(error, 'code')
  return {
    __struct__: RUNTIME_ERROR,
    __exception__: true,
    message: text('message'),
    name: text('name'),
    ...(typeof code === 'string' ? { code } : {}),
  }
}

/** What a struct is here: an error, an object of the portable class of that name, or as it is. */
export function valueOfStruct(struct: Struct): unknown {
  const { __struct__: name } = struct
  if (!(name instanceof Atom)) return struct
  if (struct.__exception__ === true) return errorOf(name.name, struct)
  if (name.name.startsWith(ELIXIR + OURS)) return struct
  const known = name.name.startsWith(ELIXIR) ? portableNamed(name.name.slice(ELIXIR.length)) : undefined
  if (known === undefined || known.Class.prototype instanceof Error) return struct
  const { __struct__: _, ...fields } = struct
  if (known.make !== undefined) return made(known.make, fields, struct)
  return Object.assign(Object.create(known.Class.prototype) as object, fields)
}

/** What cannot be made of the fields that came is left as they are: who sent them may have meant another struct of that name. */
function made(make: (fields: never) => unknown, fields: object, struct: Struct): unknown {
  try {
    return make(fields as never)
  } catch {
    return struct
  }
}

/** Texts of an error are texts also where binaries are bytes. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  return value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : undefined
}

function errorOf(module: string, struct: Struct): Error {
  const known = module.startsWith(ELIXIR) ? portableNamed(module.slice(ELIXIR.length)) : undefined
  return known !== undefined && isOfUsers(known) ? errorOfClass(known, struct) : anyError(module, struct)
}

function errorOfClass({ Class, name, make }: PortableClass, struct: Struct): Error {
  const { __struct__: _, __exception__: __, message, ...fields } = struct
  const error =
    make === undefined
      ? Object.assign(Object.create(Class.prototype) as Error, fields)
      : made(make, { ...fields, message: textOf(message) ?? message }, struct)
  if (!(error instanceof Error)) return anyError(ELIXIR + name, struct)
  const text = { value: textOf(message) ?? String(message), writable: true, configurable: true }
  Object.defineProperty(error, 'message', text)
  Object.defineProperty(error, 'stack', { ...text, value: `${name}: ${text.value}` })
  return error
}

function anyError(module: string, struct: Struct): Error {
  const { __struct__: _, __exception__: __, ...fields } = struct
  const [text = '', name, code] = [fields.message, fields.name, fields.code].map(textOf)
  if (module !== RUNTIME_ERROR.name || name === undefined)
    return exceptionOf(module.startsWith(ELIXIR) ? module.slice(ELIXIR.length) : module, text, fields)
  if (name === 'HeartwoodError' && code !== undefined) return new HeartwoodError(code, text)
  const known: unknown = portableNamed(name)?.Class
  const Class = BUILT_IN_ERRORS.find((each) => each === known)
  const error = Class === undefined ? Object.assign(new Error(text), { name }) : new Class(text)
  // It was thrown there: where it was made here says nothing.
  error.stack = `${name}: ${text}`
  return code === undefined ? error : Object.assign(error, { code })
}
