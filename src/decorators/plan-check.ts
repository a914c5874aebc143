/**
 * What would go wrong if a class were built in a scope, found by following the recorded bindings: nothing is built.
 *
 * The container would find most of it too, but one at a time, at the moment of use, and without the way to it.
 */
import type { ServiceIdentifier } from 'inversify'
import type { ServerClass } from '../genserver/index.js'
import { HeartwoodError } from '../kernel/index.js'
import type { Bound, Ledger } from './bindings.js'
import { type Dependency, dependenciesOf, tokenName } from './dependencies.js'
import { decoratorError } from './errors.js'

/** A scope as the check sees it. */
export interface Checkable {
  readonly path: readonly string[]
  readonly ledger: Ledger
  readonly parent: Checkable | undefined
  /** Binds what the framework can provide, when something wants it; false when it cannot. */
  supply(token: ServiceIdentifier): boolean
}

/** A singleton whose parts must live as long as it does. */
interface Holder {
  readonly token: ServiceIdentifier
  readonly scope: Checkable
}

export function problemsOf(scope: Checkable, Class: ServerClass): readonly HeartwoodError[] {
  const check = new PlanCheck(scope)
  check.class(Class, [tokenName(Class)], undefined)
  return check.problems
}

class PlanCheck {
  readonly problems: HeartwoodError[] = []
  /** The tokens on the way to where the check is. */
  readonly #open: ServiceIdentifier[] = []
  /** What has been followed, by the singleton it was followed for. */
  readonly #done = new Map<Bound, Set<ServiceIdentifier | undefined>>()

  constructor(private readonly scope: Checkable) {}

  class(Class: ServerClass, way: readonly string[], holder: Holder | undefined): void {
    let wanted: readonly Dependency[]
    try {
      wanted = dependenciesOf(Class)
    } catch (error) {
      if (!HeartwoodError.is(error)) throw error
      this.problems.push(error)
      return
    }
    for (const each of wanted) this.#token(each, tokenName(Class), way, holder)
  }

  #token(wanted: Dependency, wanter: string, way: readonly string[], holder: Holder | undefined): void {
    const { token, parameter, optional, multiple, selected } = wanted
    const chain = this.#chain([...way, tokenName(token)])
    const found =
      findBound(this.scope, token) ?? (this.scope.supply(token) ? findBound(this.scope, token) : undefined)
    if (found === undefined) {
      if (optional || multiple) return
      const example =
        typeof token === 'function'
          ? `bind(${tokenName(token)}).to(…)`
          : `bind(${tokenName(token)}).toConstantValue(…)`
      this.#problem('INJECT_UNBOUND', { token: tokenName(token), wanter, parameter, chain, example })
      return
    }
    const { bound, scope } = found
    if (holder !== undefined && isInside(scope, holder.scope)) {
      const outer = holder.scope.path.join(' › ')
      const names = { holder: tokenName(holder.token), outer, inner: scope.path.join(' › ') }
      this.#problem('INJECT_CAPTIVE', { ...names, token: tokenName(token), chain })
    }
    if (this.#open.includes(token)) {
      this.#problem('INJECT_CIRCULAR', { token: tokenName(token), chain })
      return
    }
    const certain = bound.filter(({ conditional }) => !conditional)
    if (certain.length > 1 && !multiple && !selected) {
      this.#problem('INJECT_AMBIGUOUS', {
        token: tokenName(token),
        count: certain.length,
        wanter,
        parameter,
        chain,
      })
    }
    this.#open.push(token)
    for (const each of bound) this.#bound(each, scope, way, holder)
    this.#open.pop()
  }

  #bound(bound: Bound, scope: Checkable, way: readonly string[], outer: Holder | undefined): void {
    const { token, target, redirect, injects } = bound
    const holder = bound.singleton ? { token, scope } : outer
    const followed = this.#done.get(bound) ?? new Set()
    if (followed.has(holder?.token)) return
    this.#done.set(bound, followed.add(holder?.token))
    const further = [...way, tokenName(token)]
    if (target !== undefined) {
      this.class(target as ServerClass, target === token ? further : [...further, tokenName(target)], holder)
    }
    for (const next of [...(redirect === undefined ? [] : [redirect]), ...(injects ?? [])]) {
      const plain = { optional: false, multiple: false, selected: false }
      this.#token({ token: next, parameter: 'its factory', ...plain }, tokenName(token), further, holder)
    }
  }

  #chain(way: readonly string[]): string {
    return [...this.scope.path, ...way].join(' › ')
  }

  #problem(code: Parameters<typeof decoratorError>[0], details: Record<string, unknown>): void {
    this.problems.push(decoratorError(code, details))
  }
}

/** The bindings of a token in the nearest scope that has any. */
function findBound(
  scope: Checkable,
  token: ServiceIdentifier,
): { bound: readonly Bound[]; scope: Checkable } | undefined {
  for (let at: Checkable | undefined = scope; at !== undefined; at = at.parent) {
    const bound = at.ledger.of(token)
    if (bound.length > 0) return { bound, scope: at }
  }
  return undefined
}

function isInside(scope: Checkable, outer: Checkable): boolean {
  for (let at = scope.parent; at !== undefined; at = at.parent) if (at === outer) return true
  return false
}
