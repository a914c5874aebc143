import { AsyncLocalStorage } from 'node:async_hooks'
import { checkFunction } from '../errors/argument-checks.js'
import { HeartwoodError, kernelError } from '../errors/errors.js'
import { checkKnown } from '../errors/known-options.js'
import { nameStore } from '../report/portable-store.js'
import { isInstance, Secret } from '../show/index.js'
import { Exit } from '../terms/exit-reason.js'
import { DownMessage, ExitMessage, ReplyMessage, TimeoutMessage } from '../terms/signal-messages.js'

type Class<T = object> = abstract new (...args: never[]) => T

/** How objects of a class are sent to another kernel. */
export interface Portability<T> {
  /** Returns the data to send. Default: the object's own enumerable properties. */
  fields?(object: T): object
  /** Makes the object of the data there. Default: an object of the class with these properties; its constructor does not run. */
  make?(fields: never): T
}

/** A class whose objects keep their class in another kernel. */
export interface PortableClass extends Portability<object> {
  readonly name: string
  readonly Class: Class
}

// There is one table for the program, as there is one of each class: connected kernels must mean the same by a name.
const byName = new Map<string, PortableClass>()
const byClass = new Map<unknown, PortableClass>()

/**
 * Makes the objects of a class portable: they can be sent between kernels and arrive as objects of the class. Objects of other classes are refused, and an error arrives as an
 * error of the nearest class that both sides know. Call it where the class is defined, so that every kernel that loads the module knows it.
 *
 * A store of `carry` becomes portable by a name: messages to isolated servers then carry a copy of its value.
 *
 * @param Class the class, known on the other side by its name unless another is given; or a store
 * @throws BAD_OPTION for a name that belongs to another class, for a store without a name, for an unknown option; NOT_A_FUNCTION
 * @example
 * ```ts
 * class Money {
 *   constructor(readonly cents: number) {}
 * }
 * portable(Money)
 * ```
 */
export function portable<T extends object>(
  Class: Class<T>,
  options?: Portability<T> & { readonly name?: string },
): void
export function portable(store: AsyncLocalStorage<unknown>, options: { readonly name: string }): void
export function portable<T extends object>(
  what: Class<T> | AsyncLocalStorage<unknown>,
  options: Portability<T> & { readonly name?: string } = {},
): void {
  checkKnown('portable', options, ['name', 'fields', 'make'])
  if (isInstance(what, AsyncLocalStorage)) {
    const { name } = options
    if (typeof name === 'string' && name !== '') nameStore(what, name)
    else {
      const expected = 'the name of the store'
      throw kernelError('BAD_OPTION', { action: 'portable', option: 'name', value: name, expected })
    }
  } else {
    checkFunction(what, 'portable')
    portableAs(what, options)
  }
}

function portableAs<T extends object>(
  Class: Class<T>,
  { name = Class.name, ...how }: Portability<T> & { readonly name?: string },
): void {
  const known = byName.get(name)
  // The module was loaded again, as test runners do.
  const isSame = known === undefined || known.Class === Class || String(known.Class) === String(Class)
  if (name === '' || !isSame) {
    const expected = 'a name that no other class has'
    throw kernelError('BAD_OPTION', { action: 'portable', option: 'name', value: name, expected })
  }
  const made = { ...how, name, Class } as PortableClass
  byName.set(name, made)
  byClass.set(Class, made)
}

export function portableNamed(name: string): PortableClass | undefined {
  return byName.get(name)
}

/** Returns the entry of an object's class; for an error, of the nearest class above it that has one. */
export function portableOf(object: object, inherited: boolean): PortableClass | undefined {
  for (let at: object | null = Object.getPrototypeOf(object); at !== null; at = Object.getPrototypeOf(at)) {
    const known = Object.hasOwn(at, 'constructor') ? byClass.get(at.constructor) : undefined
    if (known !== undefined || !inherited) return known
  }
  return undefined
}

/** The errors of the language that are made from their message alone. */
export const BUILT_IN_ERRORS: readonly (new (message: string) => Error)[] = [
  Error,
  TypeError,
  RangeError,
  SyntaxError,
  ReferenceError,
  EvalError,
  URIError,
]

for (const Class of [...BUILT_IN_ERRORS, AggregateError]) portable(Class)
for (const Class of [HeartwoodError, Exit, ExitMessage, DownMessage, TimeoutMessage, ReplyMessage]) {
  portable(Class as Class, { name: `heartwood.${Class.name}` })
}
// Secrets stay secrets: nothing on the way prints them.
portable(Secret, {
  name: 'heartwood.Secret',
  fields: (secret) => [secret.reveal()],
  make: ([value]: [unknown]) => new Secret(value),
})
