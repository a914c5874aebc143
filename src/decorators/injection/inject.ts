/** `@inject` and its like: inversify's, where the compiler compares what a token stands for with what it is injected into, in both modes. */
import {
  multiInject as injectAll,
  injectable as injectableClass,
  inject as injectOne,
  type LazyServiceIdentifier,
  type MultiInjectOptions,
  named as namedMember,
  optional as optionalMember,
  postConstruct as postConstructMethod,
  preDestroy as preDestroyMethod,
  tagged as taggedMember,
} from 'inversify'
import type { HEALTH, LOGGER, SystemHealth } from '../../application/index.js'
import type { ConfigToken } from '../../config/index.js'
import type { Logger } from '../../logging/index.js'
import type { MethodContext } from '../handlers.js'
import { type ClassContext, ofMembers, settle } from '../standard-mode.js'

/** What can be injected by: a class, a symbol (a setting's token among them), a string; or a function that gives one later. */
type Token = string | symbol | AnyClass | LazyServiceIdentifier
export type AnyClass =
  | (abstract new (
      ...args: never[]
    ) => unknown)
  | (object & { readonly prototype: unknown })

/** What the framework provides under tokens of its own. */
export interface Provided {
  readonly [LOGGER]: Logger
  readonly [HEALTH]: SystemHealth
}

/** In place of a type that cannot be seen, as that of a private property. */
declare const UNKNOWN: unique symbol
type Untold = typeof UNKNOWN

/** The type of the constructor parameter or of the property that a decorator stands at. */
type Wanted<Target, Key, At> = Target extends abstract new (
  ...args: infer Parameters
) => unknown
  ? At extends keyof Parameters
    ? Parameters[At]
    : Untold
  : Key extends keyof Target
    ? Target[Key]
    : Untold

/** Whether what the token stands for fits. A generic class fits each of its instances. */
type Fits<T, Wish> = T extends keyof Provided
  ? Is<Provided[T], Wish>
  : T extends symbol
    ? T extends ConfigToken<infer Value>
      ? Is<Value, Wish>
      : true
    : T extends abstract new (
          ...args: never[]
        ) => unknown
      ? T extends abstract new (
          ...args: never[]
        ) => Wish
        ? true
        : false
      : true
type Is<Value, Wish> = unknown extends Value ? true : [Value] extends [Wish] ? true : false

/** What the token stands for, as messages show it. */
export type StandsFor<T> = T extends keyof Provided
  ? Provided[T]
  : T extends ConfigToken<infer Value>
    ? Value
    : T extends abstract new (
          ...args: never[]
        ) => infer Instance
      ? Instance
      : never

type Checked<T, Wish> = [Wish] extends [Untold]
  ? unknown
  : Fits<T, Wish> extends true
    ? unknown
    : Mismatch<StandsFor<T>, Wish>
type CheckedAll<T, Wish> = [Wish] extends [readonly (infer Each)[]]
  ? Checked<T, Each>
  : [StandsFor<T>[]] extends [Wish]
    ? unknown
    : Mismatch<StandsFor<T>[], Wish>
/** No class has it: its name is the message. */
interface Mismatch<Injected, Into> {
  readonly 'what is injected does not fit': { readonly injected: Injected; readonly into: Into }
}

/** What a standard decorator is told of a field or an accessor. */
interface FieldContext<Value = unknown> {
  readonly kind: 'field' | 'accessor'
  readonly static: false
  readonly private: false
  readonly access: { get(object: never): Value }
}

/** In legacy mode there is a name, or none at a constructor's parameter. */
type Key = string | symbol | undefined
interface Injects<T> {
  <Target, K extends Key, const At>(target: Target & Checked<T, Wanted<Target, K, At>>, key: K, at?: At): void
  <Value>(accessor: object | undefined, context: FieldContext<Value> & Checked<T, Value>): void
}
interface InjectsAll<T> {
  <Target, K extends Key, const At>(
    target: Target & CheckedAll<T, Wanted<Target, K, At>>,
    key: K,
    at?: At,
  ): void
  <Value>(accessor: object | undefined, context: FieldContext<Value> & CheckedAll<T, Value>): void
}

/** Says more of what `@inject` injects. */
interface Specifies {
  (target: object, key: Key, at?: number | TypedPropertyDescriptor<unknown>): void
  (accessor: object | undefined, context: FieldContext): void
}
interface OfMethods {
  <F extends AnyMethod>(prototype: object, method: string | symbol, _: TypedPropertyDescriptor<F>): void
  <F extends AnyMethod>(method: F, context: MethodContext<never, string | symbol>): void
}
type AnyMethod = (...args: never[]) => unknown

/**
 * Injects what is bound to `token` into a constructor parameter or a property. The compiler checks the type of the parameter against a class, the
 * token of a setting, `LOGGER` and `HEALTH`. For a string or your own symbol it does not know the type.
 *
 * @example
 * ```ts
 * constructor(@inject(settings.token('db.pool')) private readonly pool: number) {}
 * ```
 */
export function inject<const T extends Token>(token: T): Injects<T> {
  return ofMembers('inject', injectOne(token as never))
}

/**
 * Injects everything that is bound to `token`, as an array.
 *
 * @param options `chained: true` also uses bindings further up
 * @example
 * ```ts
 * constructor(@multiInject(Check) private readonly checks: readonly Check[]) {}
 * ```
 */
export function multiInject<const T extends Token>(token: T, options?: MultiInjectOptions): InjectsAll<T> {
  return ofMembers('multiInject', injectAll(token as never, options))
}

/** Selects, among several bindings of the token, the one with this name: `whenNamed(name)`. */
export function named(name: string | number | symbol): Specifies {
  return ofMembers('named', namedMember(name))
}

/** Selects, among several bindings of the token, the one with this tag: `whenTagged(key, value)`. */
export function tagged(key: string | number | symbol, value: unknown): Specifies {
  return ofMembers('tagged', taggedMember(key, value))
}

/** Injects undefined if nothing is bound to the token. */
export function optional(): Specifies {
  return ofMembers('optional', optionalMember())
}

/** Marks a method that is called when everything was injected, properties included. */
export function postConstruct(): OfMethods {
  return ofMembers('postConstruct', postConstructMethod())
}

/** Marks a method that is called before the object's scope disposes of the object. */
export function preDestroy(): OfMethods {
  return ofMembers('preDestroy', preDestroyMethod())
}

/**
 * Marks a class whose objects can be injected. Workers and supervisors do not need it.
 *
 * @param scope how long an object lives, if its binding does not say it
 * @example
 * ```ts
 * @injectable()
 * class Prices {
 *   constructor(@inject(CURRENCY) private readonly currency: string) {}
 * }
 * ```
 */
export function injectable(scope?: 'Request' | 'Singleton' | 'Transient') {
  return <C extends object>(Class: C, context?: ClassContext): void => {
    settle(Class, context)
    injectableClass(scope)(Class as never)
  }
}
