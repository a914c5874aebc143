/**
 * Typed clients. A `Ref<C>` is a pid or a name together with the class of the server: its `call` and `cast` have the
 * methods of the class. They are made once per class, from the handler table.
 */
import { checkKnown, isRevoked, Pid } from '../../kernel/index.js'
import type { Directive } from '../class-form/directives.js'
import {
  definitionOf,
  type LifecycleName,
  type ServerClass,
  type ServerDefinition,
} from '../class-form/handler-table.js'
import { genServerError } from '../errors.js'
import { CALL_OPTIONS, type CallOptions } from './call-and-cast.js'
import { clientsOf } from './ref-methods.js'
import type { RequestId } from './request-collection.js'
import { type Addressed, addressOf, type ServerRef, whereisServer } from './server-address.js'

/** The type that a caller gets for the return type of a method: promises are awaited, and a directive stands for its reply. */
type Replied<T> = T extends Directive<infer Reply> ? ([Reply] extends [never] ? unknown : Reply) : T
/** The reply type of a union. A directive that does not reply adds nothing to it. */
type ReplyOf<R> = [Exclude<Awaited<R>, Directive<never>>] extends [never]
  ? Replied<Awaited<R>>
  : Replied<Exclude<Awaited<R>, Directive<never>>>

/** The names of a class that can be handlers: not symbols, and not methods that the engine calls. */
type HandlerName<K> = Exclude<K, LifecycleName | symbol>

/**
 * The methods of `C` as a client calls them: the same arguments, and a promise of the result. The types cannot tell which methods
 * are calls, since decorators do not change types. A public method that is not a call is refused when it is called
 * (NOT_CALLABLE). Methods that clients must not call are `private` or `#private`.
 */
export type Calls<C> = {
  readonly [K in keyof C as C[K] extends (...args: never[]) => unknown ? HandlerName<K> : never]: Called<C[K]>
}

/**
 * A method as a client calls it. A method that returns a promise of a plain value keeps its declared type, including its type
 * parameters. The type parameters of other methods are lost: each becomes its constraint.
 */
type Called<F> = F extends (...args: never[]) => infer Result
  ? [Result] extends [never]
    ? Answered<F>
    : [Result] extends [Promise<infer Reply>]
      ? [Extract<Reply, Directive<unknown>>] extends [never]
        ? F
        : Answered<F>
      : Answered<F>
  : never

/** The type with up to four overloads, the last ones. If there are fewer, the compiler repeats the first one. */
type Answered<F> = F extends {
  (...args: infer A): infer RA
  (...args: infer B): infer RB
  (...args: infer C): infer RC
  (...args: infer D): infer RD
}
  ? [A, D] extends [D, A]
    ? (...args: D) => Promise<ReplyOf<RD>>
    : {
        (...args: A): Promise<ReplyOf<RA>>
        (...args: B): Promise<ReplyOf<RB>>
        (...args: C): Promise<ReplyOf<RC>>
        (...args: D): Promise<ReplyOf<RD>>
      }
  : never

/** The methods of `C` as requests, which are answered by a message. See `sendRequest`. */
export type Requests<C> = {
  readonly [K in keyof Calls<C>]: Calls<C>[K] extends (...args: infer Args) => Promise<infer Reply>
    ? (...args: Args) => RequestId<Reply>
    : never
}

/** The methods of `C` that return nothing, as a client casts them. */
export type Casts<C> = {
  readonly [K in keyof C as C[K] extends (...args: never[]) => infer Result
    ? // biome-ignore lint/suspicious/noConfusingVoidType: a method that returns nothing is what is asked for.
      [Exclude<Awaited<Result>, Directive<never>>] extends [void]
      ? HandlerName<K>
      : never
    : never]: Told<C[K]>
}

/** A method as a client casts it. A method that returns nothing keeps its declared type. */
type Told<F> = F extends (...args: infer Args) => infer Result
  ? // biome-ignore lint/suspicious/noConfusingVoidType: the same
    [Result] extends [void]
    ? F
    : (...args: Args) => void
  : never

/** The handler table of a ref; undefined for any other value. */
export let tableOf: (value: unknown) => ServerDefinition | undefined

/**
 * A server of class `C`, by pid or by name. A ref by name finds, at each use, the process that has the name at that moment, so
 * it survives restarts of the server. A ref by pid means that one process.
 */
export class Ref<C extends object> implements Addressed {
  readonly #definition: ServerDefinition
  readonly #address: ServerRef
  readonly #options: CallOptions | undefined
  #call: Calls<C> | undefined = undefined
  #cast: Casts<C> | undefined = undefined
  #request: Requests<C> | undefined = undefined

  /** Made by `ref`, `start` and `startLink`. */
  constructor(definition: ServerDefinition, address: ServerRef, options?: CallOptions) {
    this.#definition = definition
    this.#address = address
    this.#options = options
  }

  static {
    tableOf = (value) =>
      typeof value === 'object' && value !== null && #definition in value ? value.#definition : undefined
  }

  /** The address that messages go to at this moment. */
  get target(): Pid | string {
    return addressOf(this.#address, 'ref')
  }

  get latest(): Pid | undefined {
    return (this.#address as Addressed).latest
  }

  get expected(): string | undefined {
    return (this.#address as Addressed).expected
  }

  /** The process that the ref means at this moment; `undefined` if the name is not registered. */
  get pid(): Pid | undefined {
    return whereisServer(this.target)
  }

  /** The name of this ref; `undefined` for a ref by pid, or by a name in a registry. */
  get name(): string | undefined {
    return typeof this.#address === 'string' ? this.#address : undefined
  }

  /** Calls methods: `await ref.call.add(2)`. Rejects as `call` does. */
  get call(): Calls<C> {
    this.#call ??= new (clientsOf(this.#definition).Calls)(
      this.#address,
      this.#options,
    ) as unknown as Calls<C>
    return this.#call
  }

  /** Casts methods: `ref.cast.reset()`. */
  get cast(): Casts<C> {
    this.#cast ??= new (clientsOf(this.#definition).Casts)(this.#address, undefined) as unknown as Casts<C>
    return this.#cast
  }

  /**
   * Sends requests whose answers are received later: `receiveResponse(ref.request.add(2))`. See `sendRequest`.
   */
  get request(): Requests<C> {
    this.#request ??= new (clientsOf(this.#definition).Requests)(
      this.#address,
      undefined,
    ) as unknown as Requests<C>
    return this.#request
  }

  /**
   * Returns a ref to the same server with other call options.
   *
   * @example
   * ```ts
   * await counter.with({ timeout: 30_000, waitForRestart: 5_000 }).call.add(2)
   * ```
   */
  with(options: number | CallOptions): Ref<C> {
    const given = typeof options === 'number' ? { timeout: options } : options
    checkKnown('with()', given, CALL_OPTIONS)
    return new Ref(this.#definition, this.#address, { ...this.#options, ...given })
  }

  toString(): string {
    return `${this.#definition.Class.name}(${this.#address})`
  }
}

/**
 * Makes a typed reference to a server of class `Class`.
 *
 * @param target a pid, a registered name, or an object that knows one of them and is asked at each use; default: the
 *   name that the class declares. `{ node }` means the process with that name on another node. Nothing is looked up before the first use.
 * @throws CLASS_UNDEFINED when the class has no handler table, CLASS_UNNAMED when there is neither target nor name
 * @example
 * ```ts
 * const counter = ref(Counter)
 * await counter.call.add(2)
 * counter.cast.reset()
 * ```
 */
export function ref<C extends object>(
  Class: ServerClass<C>,
  target?: ServerRef | { readonly node: string },
): Ref<C> {
  const definition = definitionOf(Class)
  const address = onNode(target, definition.name) ?? definition.name
  if (address === undefined) throw genServerError('CLASS_UNNAMED', { class: Class.name })
  return new Ref<C>(definition, address)
}

/** Resolves a target of `{ node }` alone to the name that the class declares, on that node. Other targets are returned unchanged. */
function onNode(
  target: ServerRef | { readonly node: string } | undefined,
  name: ServerDefinition['name'],
): ServerRef | undefined {
  if (typeof target !== 'object' || target === null || isRevoked(target) || !('node' in target))
    return target as ServerRef | undefined
  if (target instanceof Pid || 'name' in target || 'target' in target) return target as ServerRef
  return typeof name === 'string' ? { name, node: target.node } : undefined
}
