/** `@inject` and `@multiInject`, where the compiler compares what a token stands for with what it is injected into. */
import {
  multiInject as injectAll,
  inject as injectOne,
  type LazyServiceIdentifier,
  type MultiInjectOptions,
} from 'inversify'
import type { HEALTH, LOGGER, SystemHealth } from '../../application/index.js'
import type { ConfigToken } from '../../config/index.js'
import type { Logger } from '../../logging/index.js'

/** What can be injected by: a class, a symbol (a setting's token among them), a string; or a function that gives one later. */
type Token = string | symbol | AnyClass | LazyServiceIdentifier
type AnyClass = (abstract new (...args: never[]) => unknown) | (object & { readonly prototype: unknown })

/** What the framework provides under tokens of its own. */
interface Provided {
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
type StandsFor<T> = T extends keyof Provided
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

type Injects<T> = <Target, Key, const At>(
  target: Target & Checked<T, Wanted<Target, Key, At>>,
  key: Key,
  at?: At,
) => void
type InjectsAll<T> = <Target, Key, const At>(
  target: Target & CheckedAll<T, Wanted<Target, Key, At>>,
  key: Key,
  at?: At,
) => void

/**
 * Has what is bound to `token` injected into a constructor parameter or a property. The compiler compares what a class, the
 * token of a setting, `LOGGER` and `HEALTH` stand for with the type of the parameter; of a string or a symbol of the program's
 * it does not know what is bound.
 *
 * @example
 * ```ts
 * constructor(@inject(settings.token('db.pool')) private readonly pool: number) {}
 * ```
 */
export function inject<const T extends Token>(token: T): Injects<T> {
  return injectOne(token as never) as Injects<T>
}

/**
 * Has all that is bound to `token` injected, as an array.
 *
 * @param options `chained: true` takes what is bound further up, too
 * @example
 * ```ts
 * constructor(@multiInject(Check) private readonly checks: readonly Check[]) {}
 * ```
 */
export function multiInject<const T extends Token>(token: T, options?: MultiInjectOptions): InjectsAll<T> {
  return injectAll(token as never, options) as InjectsAll<T>
}
