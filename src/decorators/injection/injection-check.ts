/**
 * What would go wrong if a class were built in a scope, found by following the recorded bindings: nothing is built.
 *
 * The container would find most of it too, but one at a time, at the moment of use, and without the way to it.
 */
import type { ServiceIdentifier } from 'inversify'
import type { Findings } from '../../application/index.js'
import { COPY, placeOf } from '../../application/index.js'
import { pathOfToken } from '../../config/index.js'
import type { ServerClass } from '../../genserver/index.js'
import { classOf, HeartwoodError, lacksSharing } from '../../kernel/index.js'
import { decoratorError } from '../errors.js'
import { askedForBy } from '../initialisers/asked-for.js'
import type { Bound, Ledger } from './bindings.js'
import { type Dependency, dependenciesOf, tokenName, wantedName } from './class-dependencies.js'

/** A scope as the check sees it. */
export interface Checkable {
  readonly path: readonly string[]
  readonly ledger: Ledger
  readonly parent: Checkable | undefined
  /** Initialisers of fields and constructors are looked at, too. */
  readonly initialisers: boolean
  /** Binds what the framework can provide, when something wants it; false when it cannot. */
  supply(token: ServiceIdentifier): boolean
}

/** A singleton whose parts must live as long as it does. */
interface Holder {
  readonly token: ServiceIdentifier
  readonly scope: Checkable
}

export function lookAt(scope: Checkable, Class: ServerClass): PlanCheck {
  const check = new PlanCheck(scope)
  check.worker(Class)
  return check
}

/** The same for one token that something wants. */
export function lookAtOne(scope: Checkable, wanted: Dependency, wanter: string): PlanCheck {
  const check = new PlanCheck(scope)
  check.one(wanted, wanter)
  return check
}

class PlanCheck implements Findings {
  readonly problems: HeartwoodError[] = []
  readonly warnings: HeartwoodError[] = []
  readonly unshared = new Map<object, (users: string) => HeartwoodError>()
  /** All tokens that something asks for. */
  readonly wanted = new Set<ServiceIdentifier>()
  /** The tokens on the way to where the check is. */
  readonly #open: ServiceIdentifier[] = []
  /** What has been followed, by the singleton it was followed for. */
  readonly #done = new Map<Bound, Set<ServiceIdentifier | undefined>>()

  constructor(private readonly scope: Checkable) {}

  /** A start that gets the instance of the one before is refused; that is known beforehand. */
  worker(Class: ServerClass): void {
    const token = Class as ServiceIdentifier
    const found = findBound(this.scope, token)
    const wanted = { ...PLAIN, token }
    if (found === undefined) {
      this.class(Class, [tokenName(Class)], undefined)
      return
    }
    if (found.bound.some((bound) => bound.singleton && fits(bound, wanted) === 'yes')) {
      this.#problem('WORKER_SINGLETON', { class: Class, scope: found.scope.path.join(' › ') })
    }
    // What it wants itself does not matter where a factory makes it.
    this.#token(wanted, tokenName(Class), [], undefined)
  }

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
    if (this.scope.initialisers) this.#initialisers(Class, way, holder)
  }

  /** What is asked for in a condition may never be: that it is missing is worth a look, and no mistake. */
  #initialisers(Class: ServerClass, way: readonly string[], holder: Holder | undefined): void {
    const { asked, unseen, foreign } = askedForBy(Class)
    if (foreign !== undefined)
      this.#problem('INJECT_COPY', { class: Class, other: placeOf(foreign), own: placeOf(COPY) })
    for (const { certain, ...each } of asked) {
      const before = this.problems.length
      this.#token({ ...each, multiple: false, tags: new Map() }, tokenName(Class), way, holder)
      if (!certain) this.warnings.push(...this.problems.splice(before))
    }
    if (unseen.length > 0) this.#warning('INJECT_UNSEEN', { class: Class, unseen: unseen.join('; ') })
  }

  one(wanted: Dependency, wanter: string): void {
    this.#token(wanted, wanter, [wanter], undefined)
  }

  #token(wanted: Dependency, wanter: string, way: readonly string[], holder: Holder | undefined): void {
    const { token, parameter, optional, multiple } = wanted
    this.wanted.add(token)
    const what = wantedName(wanted)
    const chain = this.#chain([...way, what])
    const found =
      findBound(this.scope, token) ?? (this.scope.supply(token) ? findBound(this.scope, token) : undefined)
    const fitting = found?.bound.filter((bound) => fits(bound, wanted) !== 'no') ?? []
    if (found === undefined || fitting.length === 0) {
      if (optional || multiple) return
      this.#problem('INJECT_UNBOUND', { token: what, wanter, parameter, chain, example: exampleOf(wanted) })
      return
    }
    const { scope } = found
    if (holder !== undefined && isInside(scope, holder.scope)) {
      const outer = holder.scope.path.join(' › ')
      const names = { holder: tokenName(holder.token), outer, inner: scope.path.join(' › ') }
      this.#problem('INJECT_CAPTIVE', { ...names, token: tokenName(token), chain })
    }
    if (holder !== undefined && fitting.some(({ live }) => live === true)) {
      const path = pathOfToken(token)
      const setting = path === '' ? 'the settings' : `the setting ${path}`
      const names = { holder: tokenName(holder.token), scope: holder.scope.path.join(' › '), setting }
      this.#warning('INJECT_SETTING_KEPT', names)
    }
    if (this.#open.includes(token)) {
      this.#problem('INJECT_CIRCULAR', { token: tokenName(token), chain })
      return
    }
    const certain = fitting.filter((bound) => fits(bound, wanted) === 'yes')
    if (certain.length > 1 && !multiple) {
      this.#problem('INJECT_AMBIGUOUS', { token: what, count: certain.length, wanter, parameter, chain })
    }
    this.#open.push(token)
    for (const each of fitting) this.#bound(each, scope, way, holder)
    this.#open.pop()
  }

  #bound(bound: Bound, scope: Checkable, way: readonly string[], outer: Holder | undefined): void {
    const { token, target, redirect, injects, given } = bound
    const holder = bound.singleton ? { token, scope } : outer
    const followed = this.#done.get(bound) ?? new Set()
    if (followed.has(holder?.token)) return
    this.#done.set(bound, followed.add(holder?.token))
    if (lacksSharing(given)) {
      const details = {
        token: tokenName(token),
        scope: scope.path.join(' › '),
        kind: classOf(given) ?? 'thing',
      }
      this.unshared.set(given, (users) => decoratorError('INJECT_UNSHARED', { ...details, users }))
    }
    const further = [...way, tokenName(token)]
    if (target !== undefined) {
      this.class(target as ServerClass, target === token ? further : [...further, tokenName(target)], holder)
    }
    const next = redirect === undefined ? [] : [{ ...PLAIN, token: redirect }]
    for (const each of [...next, ...(injects ?? [])]) this.#token(each, tokenName(token), further, holder)
  }

  #chain(way: readonly string[]): string {
    return [...this.scope.path, ...way].join(' › ')
  }

  #problem(code: Parameters<typeof decoratorError>[0], details: Record<string, unknown>): void {
    this.problems.push(decoratorError(code, details))
  }

  #warning(code: Parameters<typeof decoratorError>[0], details: Record<string, unknown>): void {
    this.warnings.push(decoratorError(code, details))
  }
}

/** What a redirection wants of the token that it leads to. */
export const PLAIN = {
  parameter: 'what it stands for',
  optional: false,
  multiple: false,
  name: undefined,
  tags: new Map(),
}

/** Whether a binding counts for what is wanted, as the container will see it. */
export function fits({ condition }: Bound, { name, tags }: Dependency): 'yes' | 'no' | 'maybe' {
  if (condition === 'always') return 'yes'
  if (condition === 'unknown') return 'maybe'
  if (condition === 'default') return name === undefined && tags.size === 0 ? 'yes' : 'no'
  if ('name' in condition) return condition.name === name ? 'yes' : 'no'
  return tags.has(condition.tag as string) && tags.get(condition.tag as string) === condition.value
    ? 'yes'
    : 'no'
}

function exampleOf({ token, name, tags }: Dependency): string {
  const [tag] = tags
  const shown = (value: unknown): string => (typeof value === 'string' ? `'${value}'` : String(value))
  const which = name !== undefined ? `.whenNamed(${shown(name)})` : ''
  const how = tag !== undefined && which === '' ? `.whenTagged(${shown(tag[0])}, ${shown(tag[1])})` : which
  const target = typeof token === 'function' ? '.to(…)' : '.toConstantValue(…)'
  return `bind(${tokenName(token)})${target}${how}`
}

/** The bindings of a token in the nearest scope that has any. */
export function findBound<S extends Checkable & { readonly parent: S | undefined }>(
  scope: S,
  token: ServiceIdentifier,
): { bound: readonly Bound[]; scope: S } | undefined {
  for (let at: S | undefined = scope; at !== undefined; at = at.parent) {
    const bound = at.ledger.of(token)
    if (bound.length > 0) return { bound, scope: at }
  }
  return undefined
}

function isInside(scope: Checkable, outer: Checkable): boolean {
  for (let at = scope.parent; at !== undefined; at = at.parent) if (at === outer) return true
  return false
}
