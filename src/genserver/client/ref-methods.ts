/**
 * The objects behind `ref.call` and `ref.cast`. For each handler table and kind there is one class, with a method for each
 * name of the server's class. A name that cannot be called or cast has a method too: it throws an error that explains why.
 */
import { currentKernel, Pid, post } from '../../kernel/index.js'
import { LIFECYCLE, memberKind, type ServerDefinition } from '../class-form/handler-table.js'
import { genServerError } from '../errors.js'
import { MethodCall, MethodCast } from '../messages/server-message.js'
import { type CallOptions, castTo, limitsOf, waits } from './call-and-cast.js'
import { requestWhenUp } from './call-when-registered.js'
import type { RequestId } from './request-collection.js'
import { sendRequest } from './send-request.js'
import { addressOf, isElsewhere, type ServerRef } from './server-address.js'

/** The fields of a generated client. Their keys are symbols, since all other names belong to the server's class. */
const ADDRESS = Symbol('address')
const OPTIONS = Symbol('options')

interface Client {
  readonly [ADDRESS]: ServerRef
  readonly [OPTIONS]: CallOptions | undefined
}
type ClientClass = new (address: ServerRef, options: CallOptions | undefined) => Client

interface Clients {
  readonly Calls: ClientClass
  readonly Requests: ClientClass
  readonly Casts: ClientClass
}

export function clientsOf(definition: ServerDefinition): Clients {
  definition.clients ??= {
    Calls: clientClass(definition, 'call', callMethod),
    Requests: clientClass(definition, 'call', requestMethod),
    Casts: clientClass(definition, 'cast', castMethod),
  }
  return definition.clients as Clients
}

function callMethod(name: string, { Class }: ServerDefinition) {
  return function (this: Client, ...args: unknown[]): Promise<unknown> {
    const kernel = currentKernel()
    const options = this[OPTIONS]
    const request = new MethodCall(name, kernel.isolate(args), Class.name)
    if (options === undefined) return kernel.request(addressOf(this[ADDRESS], name), request, undefined)
    try {
      const limits = limitsOf(options)
      if (waits(limits)) return requestWhenUp(kernel, this[ADDRESS], request, limits)
      return kernel.request(addressOf(this[ADDRESS], name), request, limits)
    } catch (error) {
      return Promise.reject(error)
    }
  }
}

function requestMethod(name: string) {
  return function (this: Client, ...args: unknown[]): RequestId {
    return sendRequest(this[ADDRESS], new MethodCall(name, currentKernel().isolate(args)))
  }
}

function castMethod(name: string, { casts }: ServerDefinition) {
  return function (this: Client, ...args: unknown[]): PromiseLike<void> | undefined {
    const address = this[ADDRESS]
    const cast = new MethodCast(name, args, casts)
    if (address instanceof Pid) return post(address, cast)
    return castTo(isElsewhere(address) ? address : addressOf(address, name), cast)
  }
}

type Kind = 'call' | 'cast'

/** Makes the client class of a handler table. Its methods are on the prototype, so that a client is one small object and a call needs no lookup. */
function clientClass(
  definition: ServerDefinition,
  kind: Kind,
  method: (name: string, definition: ServerDefinition) => unknown,
): ClientClass {
  class Generated implements Client {
    readonly [ADDRESS]: ServerRef
    readonly [OPTIONS]: CallOptions | undefined
    constructor(address: ServerRef, options: CallOptions | undefined) {
      this[ADDRESS] = address
      this[OPTIONS] = options
    }
  }
  for (const name of namesOf(definition)) {
    const known = (kind === 'call' ? definition.calls : definition.casts).has(name)
    const value = known ? method(name, definition) : refusal(definition, kind, name)
    Object.defineProperty(Generated.prototype, name, { value, configurable: true })
  }
  Object.setPrototypeOf(Generated.prototype, strangers(definition, kind))
  return Generated
}

/** All methods of the class and its bases, including those that a client may not use. */
function namesOf(definition: ServerDefinition): Set<string> {
  const names = new Set<string>([...definition.calls, ...definition.casts])
  let prototype: object | null = definition.Class.prototype
  while (prototype !== null && prototype !== Object.prototype) {
    for (const name of Object.getOwnPropertyNames(prototype)) if (name !== 'constructor') names.add(name)
    prototype = Object.getPrototypeOf(prototype)
  }
  return names
}

/**
 * The end of the prototype chain of a client. It answers names that the class does not have. Names that the language and its
 * tools look for on any object are absent here, above all `then`: with a `then`, a client could not be awaited.
 */
function strangers(definition: ServerDefinition, kind: Kind): object {
  return new Proxy(Object.create(null) as object, {
    get(_, name, receiver) {
      if (typeof name === 'symbol' || name in Object.prototype)
        return Reflect.get(Object.prototype, name, receiver)
      return name === 'then' || name === 'toJSON' ? undefined : refusal(definition, kind, name)
    },
  })
}

/** The error for a method that a client cannot call or cast. */
export function refusalOf(definition: ServerDefinition, kind: Kind, name: string): Error {
  const code = kind === 'call' ? 'NOT_CALLABLE' : 'NOT_CASTABLE'
  const details = { class: definition.Class.name, method: name, ...explained(definition, kind, name) }
  return genServerError(code, details)
}

function refusal(definition: ServerDefinition, kind: Kind, name: string) {
  return (): Promise<never> => {
    const error = refusalOf(definition, kind, name)
    // A call rejects, as all failed calls do. A cast returns no promise, so it throws.
    if (kind === 'call') return Promise.reject(error)
    throw error
  }
}

function explained(
  definition: ServerDefinition,
  kind: Kind,
  name: string,
): { problem: string; advice: string } {
  const other = kind === 'call' ? 'cast' : 'call'
  if ((kind === 'call' ? definition.casts : definition.calls).has(name)) {
    return {
      problem: `it is a ${other}`,
      advice: `Use ref.${other}.${name}(…), or declare it as a ${kind} too.`,
    }
  }
  if ((LIFECYCLE as readonly string[]).includes(name)) {
    return {
      problem: 'it is a callback of the engine',
      advice: 'Declare a method of its own for what you want to ask.',
    }
  }
  const table = [...(kind === 'call' ? definition.calls : definition.casts)]
  const known = table.length === 0 ? `It has no ${kind}s.` : `Its ${kind}s are: ${table.join(', ')}.`
  const member = memberKind(definition.Class, name)
  if (member === 'absent') return { problem: 'the class has no such method', advice: known }
  if (member === 'other') return { problem: 'it is a property, not a method', advice: known }
  return {
    problem: 'it is a method, but not in the handler table',
    advice: `Declare it as a ${kind} (@${kind === 'call' ? 'Call' : 'Cast'}() or defineServer), or do not reach for it from outside. ${known}`,
  }
}
