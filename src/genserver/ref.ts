/**
 * Typed clients. A `Ref<C>` is a pid or a name that knows the class behind it: its `call` and `cast` have the class's
 * methods, made once per class from the handler table.
 */
import { currentKernel, Pid } from '../kernel/index.js'
import type { Addressed } from './address.js'
import { type CallOptions, castTo } from './client.js'
import {
  definitionOf,
  LIFECYCLE,
  type LifecycleName,
  memberKind,
  type ServerClass,
  type ServerDefinition,
} from './definition.js'
import type { Directive } from './directive.js'
import { genServerError } from './errors.js'
import { MethodCall } from './message.js'

/** What a caller gets of what a method returns: promises are awaited, and a directive stands for its reply. */
type Replied<T> = T extends Directive<infer Reply> ? ([Reply] extends [never] ? unknown : Reply) : T
/** A union with a directive that does not reply is what the rest of it says. */
type ReplyOf<R> = [Exclude<Awaited<R>, Directive<never>>] extends [never]
  ? Replied<Awaited<R>>
  : Replied<Exclude<Awaited<R>, Directive<never>>>

/** The methods of `C` as a client calls them: the same arguments, a promise of the result. */
export type Calls<C> = {
  readonly [K in keyof C as C[K] extends (...args: never[]) => unknown
    ? Exclude<K, LifecycleName>
    : never]: C[K] extends (...args: infer Args) => infer Result
    ? (...args: Args) => Promise<ReplyOf<Result>>
    : never
}

/** The methods of `C` that return nothing, as a client casts them. */
export type Casts<C> = {
  readonly [K in keyof C as C[K] extends (...args: never[]) => infer Result
    ? [Exclude<Awaited<Result>, Directive<never>>] extends [void]
      ? Exclude<K, LifecycleName>
      : never
    : never]: C[K] extends (...args: infer Args) => unknown ? (...args: Args) => void : never
}

/**
 * A server of class `C`, by pid or by name. By name, each use finds the process that holds the name at that moment:
 * the ref outlives restarts. By pid, it means that one process.
 */
export class Ref<C extends object> implements Addressed {
  readonly #definition: ServerDefinition
  readonly #options: CallOptions | undefined
  #call: Calls<C> | undefined = undefined
  #cast: Casts<C> | undefined = undefined

  /** Made by `ref`, `start` and `startLink`. */
  constructor(
    definition: ServerDefinition,
    /** What messages are addressed to. */
    readonly target: Pid | string,
    options?: CallOptions,
  ) {
    this.#definition = definition
    this.#options = options
  }

  /** The process at this moment; `undefined` if the name is not registered. */
  get pid(): Pid | undefined {
    return typeof this.target === 'string' ? currentKernel().whereis(this.target) : this.target
  }

  /** The name this ref goes by; `undefined` for one that means a pid. */
  get name(): string | undefined {
    return typeof this.target === 'string' ? this.target : undefined
  }

  /** Calls: `await ref.call.add(2)`. Rejects as `call` does. */
  get call(): Calls<C> {
    this.#call ??= new (clientsOf(this.#definition).Calls)(this.target, this.#options) as unknown as Calls<C>
    return this.#call
  }

  /** Casts: `ref.cast.reset()`. */
  get cast(): Casts<C> {
    this.#cast ??= new (clientsOf(this.#definition).Casts)(this.target, undefined) as unknown as Casts<C>
    return this.#cast
  }

  /**
   * The same server with other call options.
   *
   * @example
   * ```ts
   * await counter.with({ timeout: 30_000 }).call.add(2)
   * ```
   */
  with(options: CallOptions): Ref<C> {
    return new Ref(this.#definition, this.target, { ...this.#options, ...options })
  }

  toString(): string {
    return `${this.#definition.Class.name}(${this.target})`
  }
}

/**
 * A typed reference to a server of class `Class`.
 *
 * @param target a pid, a registered name, or another reference; default the name the class declares. Nothing is
 *   looked up before the first use.
 * @throws CLASS_UNDEFINED when the class has no handler table, CLASS_UNNAMED when there is neither target nor name
 * @example
 * ```ts
 * const counter = ref(Counter)
 * await counter.call.add(2)
 * counter.cast.reset()
 * ```
 */
export function ref<C extends object>(Class: ServerClass<C>, target?: Pid | string | Addressed): Ref<C> {
  const definition = definitionOf(Class)
  const address = target === undefined ? definition.name : addressIn(target)
  if (address === undefined) throw genServerError('CLASS_UNNAMED', { class: Class.name })
  return new Ref<C>(definition, address)
}

const addressIn = (target: Pid | string | Addressed): Pid | string =>
  target instanceof Pid || typeof target === 'string' ? target : target.target

/** What a generated client knows; under symbols, since every other name belongs to the class. */
const TARGET = Symbol('target')
const OPTIONS = Symbol('options')

interface Client {
  readonly [TARGET]: Pid | string
  readonly [OPTIONS]: CallOptions | undefined
}
type ClientClass = new (target: Pid | string, options: CallOptions | undefined) => Client

interface Clients {
  readonly Calls: ClientClass
  readonly Casts: ClientClass
}

function clientsOf(definition: ServerDefinition): Clients {
  definition.clients ??= {
    Calls: clientClass(definition, 'call', callMethod),
    Casts: clientClass(definition, 'cast', castMethod),
  }
  return definition.clients as Clients
}

function callMethod(name: string) {
  return function (this: Client, ...args: unknown[]): Promise<unknown> {
    const kernel = currentKernel()
    return kernel.request(this[TARGET], new MethodCall(name, kernel.isolate(args)), this[OPTIONS])
  }
}

function castMethod(name: string) {
  return function (this: Client, ...args: unknown[]): void {
    const kernel = currentKernel()
    castTo(kernel, this[TARGET], new MethodCall(name, kernel.isolate(args)))
  }
}

type Kind = 'call' | 'cast'

/** One class per handler table: methods on the prototype, so that a client costs an object and a call no lookup. */
function clientClass(
  definition: ServerDefinition,
  kind: Kind,
  method: (name: string) => unknown,
): ClientClass {
  class Generated implements Client {
    readonly [TARGET]: Pid | string
    readonly [OPTIONS]: CallOptions | undefined
    constructor(target: Pid | string, options: CallOptions | undefined) {
      this[TARGET] = target
      this[OPTIONS] = options
    }
  }
  for (const name of namesOf(definition)) {
    const known = (kind === 'call' ? definition.calls : definition.casts).has(name)
    const value = known ? method(name) : refusal(definition, kind, name)
    Object.defineProperty(Generated.prototype, name, { value, configurable: true })
  }
  Object.setPrototypeOf(Generated.prototype, strangers(definition, kind))
  return Generated
}

/** Every method of the class and its bases: also those that are refused, to say why. */
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
 * At the end of the prototype chain, where only names that the class does not have arrive. What the language and its
 * tools look for on any object must be absent as on any object, above all `then`, or a client could not be awaited.
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

function refusal(definition: ServerDefinition, kind: Kind, name: string) {
  return (): never => {
    const code = kind === 'call' ? 'NOT_CALLABLE' : 'NOT_CASTABLE'
    throw genServerError(code, {
      class: definition.Class.name,
      method: name,
      ...explained(definition, kind, name),
    })
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
