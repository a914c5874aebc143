/** Converts errors and objects of portable classes to structs of Elixir and back. */
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
/** The most characters of an error's message. */
const LONGEST = 4_000

/** Returns what is sent for an object without a term of its own; `undefined` if there is nothing. */
export function structOf(value: unknown): Struct | Tuple | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  if (isError(value)) return structOfError(value)
  const form = read(value, TUPLE_FORM)
  if (typeof form === 'function') {
    const { word, fields } = form.call(value) as TupleForm
    return new Tuple(word === undefined ? fields : [atom(word), ...fields])
  }
  const known = portableOf(value, false)
  // The classes of Heartwood have a meaning only between its kernels.
  if (known === undefined || known.name.startsWith(OURS)) return undefined
  const fields = known.fields?.(value) ?? value
  return Array.isArray(fields) ? undefined : { ...fields, __struct__: atom(ELIXIR + known.name) }
}

/** Returns the struct with the name of an error's portable class; for any other error as `structOfAnyError` does. */
export function structOfError(error: object): Struct {
  if (error instanceof ErlangException) return structOfException(error)
  const known = portableOf(error, true)
  if (known === undefined || !isOfUsers(known)) return structOfAnyError(error)
  const { message } = structOfAnyError(error)
  const fields = known.fields?.(error) ?? error
  return { ...fields, message, __struct__: atom(ELIXIR + known.name), __exception__: true }
}

/** Whether user code made that class of errors portable, and so decides what Elixir gets. */
function isOfUsers({ Class, name }: PortableClass): boolean {
  return (
    Class.prototype instanceof Error &&
    !BUILT_IN_ERRORS.some((each) => each === Class) &&
    !name.startsWith(OURS)
  )
}

/** Returns the struct of an exception that came from a BEAM: it goes back as it came. */
function structOfException({ name, fields }: ErlangException): Struct {
  const module = /^[A-Z]/.test(name) ? ELIXIR + name : name
  return { ...fields, __struct__: atom(module), __exception__: true }
}

/** Returns an error as an exception of Elixir. Its stack and its cause stay here: they name files, and may contain secrets. */
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

/** Returns the value of a struct: an error, an object of the portable class with that name, or the struct itself. */
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

/** Makes the object of a struct. If that fails, the struct is left as it is: the sender may have meant another struct with that name. */
function made(make: (fields: never) => unknown, fields: object, struct: Struct): unknown {
  try {
    return make(fields as never)
  } catch {
    return struct
  }
}

/** Returns a text of an error, which is a string even if binaries become bytes. */
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
  // It was thrown on the other side: the place where it was made here says nothing.
  error.stack = `${name}: ${text}`
  return code === undefined ? error : Object.assign(error, { code })
}
