/**
 * Typed clients. A `Ref<C>` is a pid or a name that knows the class behind it: its `call` and `cast` have the class's
 * methods, made once per class from the handler table.
 */
import { checkKnown, Pid } from '../../kernel/index.js'
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

/** What a caller gets of what a method returns: promises are awaited, and a directive stands for its reply. */
type Replied<T> = T extends Directive<infer Reply> ? ([Reply] extends [never] ? unknown : Reply) : T
/** A union with a directive that does not reply is what the rest of it says. */
type ReplyOf<R> = [Exclude<Awaited<R>, Directive<never>>] extends [never]
  ? Replied<Awaited<R>>
  : Replied<Exclude<Awaited<R>, Directive<never>>>

/** What can be the name of a handler: neither a symbol nor a method of the engine's. */
type HandlerName<K> = Exclude<K, LifecycleName | symbol>

/**
 * The methods of `C` as a client calls them: the same arguments, a promise of the result. Which of them are calls stands in
 * the handler table, and decorators leave nothing of it in a type: a public method that is none is refused when it is
 * called (NOT_CALLABLE). What nobody shall call is `private`, or `#private`.
 */
export type Calls<C> = {
  readonly [K in keyof C as C[K] extends (...args: never[]) => unknown ? HandlerName<K> : never]: Called<C[K]>
}

/**
 * A method as a client calls it. One that gives a promise of a plain value is called as it is declared, its type parameters
 * included. Of another, the type parameters cannot be taken over: they are what they extend.
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

/** With each overload, of the last four. Where there are fewer, the compiler has the first of them for those that are missing. */
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

/** The methods of `C` as requests that are answered by a message: see `sendRequest`. */
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

/** A method as a client casts it; one that returns nothing at all is as it is declared. */
type Told<F> = F extends (...args: infer Args) => infer Result
  ? // biome-ignore lint/suspicious/noConfusingVoidType: the same
    [Result] extends [void]
    ? F
    : (...args: Args) => void
  : never

/** The handler table behind a ref; undefined for anything else. */
export let tableOf: (value: unknown) => ServerDefinition | undefined

/**
 * A server of class `C`, by pid or by name. By name, each use finds the process that holds the name at that moment:
 * the ref outlives restarts. By pid, it means that one process.
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

  /** What messages are addressed to at this moment. */
  get target(): Pid | string {
    return addressOf(this.#address, 'ref')
  }

  get latest(): Pid | undefined {
    return (this.#address as Addressed).latest
  }

  get expected(): string | undefined {
    return (this.#address as Addressed).expected
  }

  /** The process at this moment; `undefined` if the name is not registered. */
  get pid(): Pid | undefined {
    return whereisServer(this.target)
  }

  /** The name this ref goes by; `undefined` for one that means a pid, or a name kept by a registry. */
  get name(): string | undefined {
    return typeof this.#address === 'string' ? this.#address : undefined
  }

  /** Calls: `await ref.call.add(2)`. Rejects as `call` does. */
  get call(): Calls<C> {
    this.#call ??= new (clientsOf(this.#definition).Calls)(
      this.#address,
      this.#options,
    ) as unknown as Calls<C>
    return this.#call
  }

  /** Casts: `ref.cast.reset()`. */
  get cast(): Casts<C> {
    this.#cast ??= new (clientsOf(this.#definition).Casts)(this.#address, undefined) as unknown as Casts<C>
    return this.#cast
  }

  /**
   * Requests whose answer is taken later: `receiveResponse(ref.request.add(2))`. See `sendRequest`.
   */
  get request(): Requests<C> {
    this.#request ??= new (clientsOf(this.#definition).Requests)(
      this.#address,
      undefined,
    ) as unknown as Requests<C>
    return this.#request
  }

  /**
   * The same server with other call options.
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
 * A typed reference to a server of class `Class`.
 *
 * @param target a pid, a registered name, or anything that knows one of them, which is asked at every use; default
 *   the name the class declares. `{ node }` is who has that name on another node. Nothing is looked up before the first use.
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

/** Who has the declared name on a node, where only that is given. */
function onNode(
  target: ServerRef | { readonly node: string } | undefined,
  name: ServerDefinition['name'],
): ServerRef | undefined {
  if (typeof target !== 'object' || target === null || !('node' in target)) return target
  if (target instanceof Pid || 'name' in target || 'target' in target) return target as ServerRef
  return typeof name === 'string' ? { name, node: target.node } : undefined
}
