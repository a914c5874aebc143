/** `injected`: what `@inject` does for a parameter, where parameters have no decorators. */
import type { MetadataName } from 'inversify'
import type { ConfigToken } from '../../config/index.js'
import { codeAddress, copiesHint, currentPid, type Rules, rules } from '../../kernel/index.js'
import { decoratorError } from '../errors.js'
import { ASKS } from '../initialisers/asked-for.js'
import { checkOptions } from '../usage-check.js'
import { tokenName } from './class-dependencies.js'
import { currentScope } from './container-scopes.js'
import type { AnyClass, Provided, StandsFor } from './inject.js'

/** Which binding of a token `injected` uses, and whether there must be one. */
export interface InjectedOptions {
  /** The name of the binding: `whenNamed(name)`. Default: a binding without a name. */
  readonly name?: MetadataName | undefined
  /** If true, the value is undefined if nothing is bound. Default false: that is an error. */
  readonly optional?: boolean | undefined
}

/** What the compiler knows the type of. */
type Typed = AnyClass | keyof Provided | ConfigToken<unknown>
type OrUndefined<O> = O extends { readonly optional: true } ? undefined : never

const RULES: Rules = {
  name: {
    expected: 'a string, a symbol or a number',
    fits: (value) => ['string', 'symbol', 'number'].includes(typeof value),
  },
  optional: rules.flag,
}

/**
 * Returns what is bound to `token`. Call it in the initialiser of a field or in the constructor of a class that Heartwood makes: with standard
 * decorators, or without decorators. As with `@inject`, the compiler knows the types of a class, the token of a setting, `LOGGER` and `HEALTH`.
 *
 * `heartwood check` finds the call in the source of the class: in fields, constructors and the functions that they call. If it cannot read the token, for example
 * because the token is computed, it warns (INJECT_UNSEEN): if nothing is bound to the token, only the first start reports it.
 *
 * @throws INJECT_OUTSIDE if Heartwood creates no object at that time; INJECT_UNBOUND and the other INJECT errors
 * @example
 * ```ts
 * @GenServer({ name: 'till' })
 * class Till {
 *   readonly log = injected(LOGGER)
 *   readonly prices = injected(Prices)
 *   readonly url: string = injected('URL', { name: 'from' })
 * }
 * ```
 */
export function injected<const T extends Typed, const O extends InjectedOptions>(
  token: T & (unknown extends StandsFor<T> ? never : unknown),
  options?: O,
): StandsFor<T> | OrUndefined<O>
/** The same with your own token; the type is that of the field, or `injected<Value>`. */
export function injected<Value>(token: string | symbol, options?: InjectedOptions): Value
export function injected(token: string | symbol | AnyClass, options: InjectedOptions = {}): unknown {
  const identifier = token as string | symbol
  if (!['string', 'symbol', 'function'].includes(typeof token)) {
    throw decoratorError('INJECT_TOKEN_INVALID', { value: String(token) })
  }
  checkOptions('injected', tokenName(identifier), options, RULES)
  const scope = currentPid() === undefined ? undefined : currentScope()
  const wanter = scope?.builds.current
  if (scope === undefined || wanter === undefined) {
    throw decoratorError('INJECT_OUTSIDE', { token: tokenName(identifier), copies: copiesHint() })
  }
  const { name, optional = false } = options
  const wanted = { token: identifier, parameter: 'a call of injected', optional, multiple: false }
  return scope.give({ ...wanted, name, tags: new Map() }, wanter)
}
Object.defineProperty(injected, ASKS, { value: codeAddress })
