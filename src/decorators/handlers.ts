/** `@Call`, `@Cast`, `@Info`: which methods of a server class handle what. */
import { type ConfigToken, pathOfToken } from '../config/index.js'
import type { Directive } from '../genserver/index.js'
import { type Pattern, printed, type Rule, type Rules, rules } from '../kernel/index.js'
import { decoratorError } from './errors.js'
import { recordHandler } from './recorded-metadata.js'
import { ofMembers } from './standard-mode.js'
import { checkCalled, checkMethodOptions } from './usage-check.js'

type Method<Args extends never[], Result> = TypedPropertyDescriptor<(...args: Args) => Result>

/** What a standard decorator is told of a method. */
export interface MethodContext<T, Name = string> {
  readonly kind: 'method'
  readonly name: Name
  readonly static: false
  readonly private: false
  readonly access: { has(object: T): boolean }
}

/** Handlers belong to instances: the constructor of a class is where static ones stand. */
export type OfInstances<T> = T extends { readonly prototype: unknown }
  ? 'a handler must not be static'
  : unknown

/** The methods that clients see: none that is private or protected. */
type Public<T> = keyof T & string

/** What a cast method may return: nothing, or what the server does next. */
// biome-ignore lint/suspicious/noConfusingVoidType: a method without a result has the type void
type Silent<Result> = [Exclude<Awaited<Result>, Directive<never>>] extends [undefined | void]
  ? unknown
  : 'a @Cast method must return nothing: nobody waits for an answer; make it a @Call'

/** What a guard lets through must fit the method's parameter; other patterns say nothing of the type. */
type Accepted<P> = P extends (message: unknown) => message is infer M ? M : never

const CONCURRENT: Rule = {
  expected: 'true, false or { limit: 16 }',
  fits: (value) => typeof value === 'boolean' || (rules.isRecord(value) && value.limit !== undefined),
  rules: { limit: rules.wholeNumber(1) },
}
const CALL_RULES: Rules = { concurrent: CONCURRENT, skipAbandoned: rules.flag }

/** Decorators have two signatures: the legacy one, and the standard one. */
interface CallDecorator {
  // Over the whole function type, so that one with type parameters of its own fits.
  <T extends object, F extends (...args: never[]) => unknown>(
    prototype: T & OfInstances<T>,
    method: Public<T>,
    _: TypedPropertyDescriptor<F>,
  ): void
  <T extends object, F extends (...args: never[]) => unknown>(
    method: F,
    context: MethodContext<T, Public<T>>,
  ): void
}

interface CastDecorator {
  <T extends object, Args extends never[], Result>(
    prototype: T & OfInstances<T>,
    method: Public<T>,
    _: Method<Args, Result> & Silent<Result>,
  ): void
  <T extends object, Args extends never[], Result>(
    method: (...args: Args) => Result,
    context: MethodContext<T, Public<T>> & Silent<Result>,
  ): void
}

/** What the guard of a decorator and the parameter of its method have to do with each other. */
type Takes<F, P> = F extends (message: Accepted<P>) => unknown
  ? unknown
  : 'the parameter does not take what the guard lets through'

interface InfoDecorator<P> {
  // Over the whole function type: a descriptor is invariant, so one over parameter and result fits few methods.
  <T extends object, F extends (message: never) => unknown>(
    prototype: T & OfInstances<T>,
    method: string,
    _: TypedPropertyDescriptor<F> & Takes<F, P>,
  ): void
  <T extends object, F extends (message: never) => unknown>(
    method: F,
    context: MethodContext<T> & Takes<F, P>,
  ): void
}

type TakesChange<F, T> = F extends (value: T, previous: T) => unknown
  ? unknown
  : 'the parameters do not take the value of the setting and the one before'

interface ConfigChangeDecorator<T> {
  <C extends object, F extends (...args: never[]) => unknown>(
    prototype: C & OfInstances<C>,
    method: string,
    _: TypedPropertyDescriptor<F> & TakesChange<F, T>,
  ): void
  <C extends object, F extends (...args: never[]) => unknown>(
    method: F,
    context: MethodContext<C> & TakesChange<F, T>,
  ): void
}

/** How a call is handled. */
export interface CallHandlerOptions {
  /**
   * The method runs beside the server, in a linked process of its own, and the server goes on with its messages: for one
   * that mostly waits, for a database or a remote service. Many can run at once; with `{ limit: 16 }` so many calls of this
   * method do, and further ones wait in the order they came. It reads the fields of the server;
   * after its first `await` they may have changed, so it takes what it needs before, and it changes nothing itself, but
   * casts to or calls the server. Its crash is the server's. Default false: one message at a time.
   */
  readonly concurrent?: boolean | { readonly limit: number }
  /**
   * A call whose turn comes when nobody waits for it any more, since the caller gave up or died, is left out. For a method
   * that only finds something out; one that changes something is handled however late it is. Default false.
   */
  readonly skipAbandoned?: boolean
}

/**
 * Makes the method handle a call. Its result is the reply; a promise is awaited. OTP's `handle_call/3`.
 *
 * @example
 * ```ts
 * @Call() add(by: number): number {
 *   return (this.count += by)
 * }
 * @Call({ concurrent: true }) async page(url: string): Promise<string> {
 *   return (await fetch(url, { signal: processSignal() })).text()
 * }
 * ```
 */
export function Call(options: CallHandlerOptions = {}, ...misplaced: never[]): CallDecorator {
  checkCalled('Call', options, misplaced)
  return ofMembers('Call', (prototype: object, method: string) => {
    checkMethodOptions('Call', prototype, method, options, CALL_RULES)
    const { concurrent = false, skipAbandoned = false } = options
    recordHandler(prototype, { kind: 'Call', method, concurrent, skipAbandoned })
  })
}

/**
 * Makes the method handle a cast. The sender does not wait; a method that returns a value does not compile. OTP's `handle_cast/2`.
 *
 * @example
 * ```ts
 * @Cast() reset(): void {
 *   this.count = 0
 * }
 * ```
 */
export function Cast(...misplaced: never[]): CastDecorator {
  checkCalled('Cast', undefined, misplaced)
  return ofMembers('Cast', (prototype: object, method: string) =>
    recordHandler(prototype, { kind: 'Cast', method }),
  )
}

/**
 * Makes the method handle messages that match `pattern`: a type guard, a predicate, a literal or an object of expected
 * properties, as in `receive`. The first method that matches gets the message. `handleInfo`, if it exists, gets all other messages.
 * OTP's `handle_info/2`.
 *
 * @param pattern default: matches every message
 * @example
 * ```ts
 * @Info('tick') onTick(): void {
 *   this.ticks++
 * }
 * @Info(isDown) onDown(down: DownMessage): void {
 *   this.workers.delete(down.object)
 * }
 * ```
 */
export function Info<const P extends Pattern>(pattern?: P, ...misplaced: never[]): InfoDecorator<P> {
  checkCalled('Info', undefined, misplaced)
  return ofMembers('Info', (prototype: object, method: string) =>
    recordHandler(prototype, { kind: 'Info', method, pattern }),
  )
}

/**
 * Calls the method when the setting changes while the program runs, with the new and the previous value; for a
 * section, when any value in it changes. The change is handled in order with other messages. If there is a method named `configChange`, it
 * then gets the whole change. OTP's `config_change/3`.
 *
 * @throws SETTING_TOKEN_INVALID for an argument that is not a token of a setting
 * @example
 * ```ts
 * @ConfigChange(settings.token('db.pool')) onPool(size: number, previous: number): void {
 *   this.pool.resize(size)
 * }
 * ```
 */
export function ConfigChange<T>(token: ConfigToken<T>): ConfigChangeDecorator<T> {
  const key = pathOfToken(token)
  if (key === undefined) throw decoratorError('SETTING_TOKEN_INVALID', { value: printed(token) })
  return ofMembers('ConfigChange', (prototype: object, method: string) =>
    recordHandler(prototype, { kind: 'ConfigChange', method, key }),
  )
}
