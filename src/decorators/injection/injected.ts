/** `injected`: what `@inject` does for a parameter, where parameters have no decorators. */
import type { MetadataName } from 'inversify'
import type { ConfigToken } from '../../config/index.js'
import { currentPid, type Rules, rules } from '../../kernel/index.js'
import { decoratorError } from '../errors.js'
import { ASKS } from '../initialisers/asked-for.js'
import { checkOptions } from '../usage-check.js'
import { tokenName } from './class-dependencies.js'
import { currentScope } from './container-scopes.js'
import type { AnyClass, Provided, StandsFor } from './inject.js'

/** Which binding of a token `injected` takes, and whether there must be one. */
export interface InjectedOptions {
  /** That with this name: `whenNamed(name)`. Default: one without. */
  readonly name?: MetadataName | undefined
  /** Undefined, where nothing is bound. Default false: that is an error. */
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
 * What is bound to `token`, in the initialiser of a field or the constructor of a class that Heartwood builds: where decorators are
 * standard, or there are none. As with `@inject`, the compiler knows what a class, the token of a setting, `LOGGER` and `HEALTH` stand for.
 *
 * `heartwood check` finds it in the text of the class, in fields, constructors and the functions that they call. What it cannot read there, such
 * as a token that is computed, it warns of (INJECT_UNSEEN): if nothing is bound to it, the first start tells so.
 *
 * @throws INJECT_OUTSIDE when nothing is being built; INJECT_UNBOUND and the other INJECT errors
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
/** The same by a token of the program's, which stands for what the field says, or `injected<Value>`. */
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
    throw decoratorError('INJECT_OUTSIDE', { token: tokenName(identifier) })
  }
  const { name, optional = false } = options
  const wanted = { token: identifier, parameter: 'a call of injected', optional, multiple: false }
  return scope.give({ ...wanted, name, tags: new Map() }, wanter)
}
Object.defineProperty(injected, ASKS, { value: true })
