/** Scopes with an injection container: one per application, and one per incarnation of a supervisor with bindings. */
import { InversifyCoreError, type PlanResult } from '@inversifyjs/core'
import type { PluginContext } from '@inversifyjs/plugin'
import { Container, type ServiceIdentifier } from 'inversify'
import { type Findings, type Scope, type ScopeOptions, type ScopeSource } from '../../application/index.js'
import type { CreatedAnew, ServerClass } from '../../genserver/index.js'
import { type HeartwoodError, Home, isPromise, printed } from '../../kernel/index.js'
import { decoratorError } from '../errors.js'
import {
  contextOf,
  holds,
  type Keeping,
  keepsOne,
  lookInto,
  requestOf,
  type Unmade,
  unmadeIn,
} from './binding-scopes.js'
import { type Bindings, type Bound, isSameBinding, Ledger, replaces } from './bindings.js'
import type { Recording } from './bindings-recording.js'
import { Builds } from './builds.js'
import { type Dependency, dependenciesOf, injectedFields, tokenName } from './class-dependencies.js'
import { type Checkable, lookAt, lookAtOne } from './injection-check.js'
import { Ownership } from './object-owner.js'

/** What one scope shares with all below it. */
interface Shared {
  /** Every server instance that was handed out: none may serve twice. */
  readonly served: WeakSet<object>
  /** What is bound at the root for good: whatever a scope binds in its place does not count. */
  readonly overriding: readonly Bound[]
  /** Those of them that replace nothing, and that nothing that was checked asks for. */
  readonly unused: Set<ServiceIdentifier>
  /** What has an owner, be it one of these scopes or whoever gave it to them: nobody else disposes of it. */
  readonly owned: WeakSet<object>
  /** What `injected` is making, from the outside in. */
  readonly injecting: ServiceIdentifier[]
  /** Those who note what `injected` gives. */
  readonly giving: Set<Set<unknown>>
}

export class ContainerScope implements Scope, Checkable {
  readonly path: readonly string[]
  readonly parent: ContainerScope | undefined
  readonly ledger = new Ledger()
  /** What bindings functions did in it. */
  readonly written: Written
  changes = 0
  /** The tokens that its bindings bind, and nobody else in it. */
  #own: ReadonlySet<ServiceIdentifier> = new Set()
  readonly builds = new Builds()
  readonly #container: Container
  readonly #shared: Shared
  /** Builds classes that are bound nowhere; made when first needed. */
  #builder: Container | undefined
  /** Classes that were checked, and whether one is bound nowhere and wants nothing, so that no container is needed. */
  #checked = new WeakMap<ServerClass, boolean>()

  /** The process that opens it: what it makes is made there. */
  readonly #home = new Home()
  /** What the container shows of itself. */
  readonly #seen: PluginContext
  readonly #settings: ScopeOptions['settings']
  readonly initialisers: boolean

  constructor(
    { name, parent, provided, settings, initialisers }: ScopeOptions,
    bindings?: Bindings | Recording,
    overrides: readonly (Bindings | Recording)[] = [],
  ) {
    this.parent = parent instanceof ContainerScope ? parent : undefined
    this.path = [...(this.parent?.path ?? []), name]
    const around = this.parent
    this.initialisers = initialisers ?? around?.initialisers ?? false
    const replacing = overrides.map(replacement)
    const above = around === undefined ? undefined : { parent: around.#container }
    this.#container = new Container({ ...above, defaultScope: 'Singleton' })
    this.#seen = lookInto(this.#container, (plan) => this.#makeWhatIsKept(plan))
    const overriding = replacing.flatMap(({ bound }) => bound)
    const unused = new Set(overriding.map(({ token }) => token))
    const first: Shared = {
      served: new WeakSet(),
      owned: new WeakSet(),
      overriding,
      unused,
      injecting: [],
      giving: new Set(),
    }
    this.#shared = around === undefined ? first : around.#shared
    const bind = this.ledger.noting((token) => this.#container.bind(token))
    for (const [token, value] of provided ?? []) bind(token).toConstantValue(value)
    this.#settings = settings
    for (const token of settings?.tokens ?? []) this.supply(token)
    const given = new Set(this.ledger.tokens)
    const written = bindings === undefined ? undefined : this.ledger.load(this.#container, bindings)
    this.#own = new Set([...this.ledger.tokens].filter((token) => !given.has(token)))
    for (const by of this.#shared.overriding) {
      if (!this.#unbind(by)) continue
      this.#shared.unused.delete(by.token)
      // What stays, under another name, hides what is above.
      if (this.ledger.of(by.token).length > 0) this.#bindTo(by)
    }
    for (const { bound, recording } of replacing) {
      for (const by of bound) this.#unbind(by)
      this.ledger.load(this.#container, recording)
    }
    this.written = { bindings: written, overrides: replacing.map(({ recording }) => recording) }
    this.#ownWhatIsMade()
  }

  get mistakes(): readonly HeartwoodError[] {
    return this.ledger.mistakes
  }

  supply(token: ServiceIdentifier): boolean {
    if (this.parent !== undefined) return this.parent.supply(token)
    const source = this.#settings?.source(token)
    if (source === undefined) return false
    // Asked anew for each that wants it: a worker that is started again gets what has come since.
    const bind = this.ledger.noting((each) => this.#container.bind(each), { live: true })
    bind(token).toDynamicValue(source).inTransientScope()
    return true
  }

  override(token: symbol): { readonly value: unknown } | undefined {
    return this.#shared.overriding.some((each) => each.token === token)
      ? { value: this.#container.get(token) }
      : undefined
  }

  follow(source: ScopeSource): void {
    if (!(source instanceof BoundSource)) return
    const next = new Ledger()
    const recording = next.load(new Container(), source.bindings ?? [])
    if (next.mistakes[0] !== undefined) throw next.mistakes[0]
    const overridden = new Set(this.#shared.overriding.map(({ token }) => token))
    const tokens = new Set(next.tokens)
    const changed = new Set(
      [...tokens, ...this.#own].filter((token) => !overridden.has(token) && !this.#isBoundAs(token, next)),
    )
    this.#own = tokens
    if (changed.size === 0) return
    for (const token of changed) {
      if (this.ledger.of(token).length === 0) continue
      // What it made is in use, and is disposed of with the scope: the container must not deactivate it now.
      for (const binding of this.#seen.bindingService.getNonParentBindings(token) ?? [])
        if (keepsOne(binding)) binding.cache = { isRight: false, value: undefined }
      this.#container.unbind(token)
      this.ledger.forget(token)
    }
    this.ledger.loadSome(this.#container, recording, changed)
    this.#ownWhatIsMade(changed)
    this.#checked = new WeakMap()
    this.#builder = undefined
    this.changes++
  }

  #isBoundAs(token: ServiceIdentifier, next: Ledger): boolean {
    const [before, after] = [this.ledger.of(token), next.of(token)]
    return (
      before.length === after.length && before.every((each, at) => isSameBinding(each, after[at] as Bound))
    )
  }

  check(target: unknown): Findings {
    const check = lookAt(this, target as ServerClass)
    for (const token of check.wanted) this.#shared.unused.delete(token)
    return check
  }

  unusedOverrides(): ReadonlyMap<unknown, HeartwoodError> {
    const unused = new Map<unknown, HeartwoodError>()
    for (const token of this.#shared.unused) {
      // An optional one may be missing at the moment.
      if (this.#settings?.source(token) !== undefined) continue
      unused.set(token, decoratorError('INJECT_OVERRIDE_UNUSED', { token: tokenName(token) }))
    }
    return unused
  }

  /**
   * A new instance.
   *
   * @throws INJECT_UNBOUND and the other INJECT errors; INSTANCE_REUSED; whatever the constructor throws
   */
  build(Class: ServerClass): object | Promise<object> {
    // A promise and a resolution cost more than all the rest of a start: what needs neither is not made to pay.
    const plain = this.#isPlain(Class)
    return this.builds.during(Class.name, () =>
      plain ? new (Class as unknown as new () => object)() : this.#built(Class),
    )
  }

  /** As `build`, for new code that takes over from old: tells, too, which fields hold what was injected. */
  async buildAnew(Class: ServerClass): Promise<CreatedAnew> {
    const given = new Set<unknown>()
    this.#shared.giving.add(given)
    // It holds each class that it has built, and what it planned for it: the class of the old code is not to stay with the scope.
    this.#builder = undefined
    try {
      const instance = await this.build(Class)
      for (const wanted of dependenciesOf(Class)) {
        if (this.#keepsOneOf(wanted)) given.add(await this.#givenLate(wanted))
      }
      const fields = injectedFields(Class)
      const isInjected = (field: PropertyKey, value: unknown): boolean =>
        fields.has(field) || (Object(value) === value && given.has(value))
      return { instance, isInjected }
    } finally {
      this.#shared.giving.delete(given)
    }
  }

  /** Whether a dependency is the same for all who want it here: another would be made to be looked at. */
  #keepsOneOf(wanted: Dependency): boolean {
    if (wanted.multiple) return false
    const bound = this.ledger.of(wanted.token)
    if (bound.length > 0) return bound.every(({ singleton, redirect }) => singleton || redirect !== undefined)
    return this.parent === undefined ? false : this.parent.#keepsOneOf(wanted)
  }

  async #givenLate({ token, name, tags, optional }: Dependency): Promise<unknown> {
    const [tag] = [...tags].map(([key, value]) => ({ key, value }))
    const options = { optional, ...(name !== undefined && { name }), ...(tag !== undefined && { tag }) }
    return this.#container.getAsync(token, options)
  }

  #isPlain(Class: ServerClass): boolean {
    const known = this.#checked.get(Class)
    if (known !== undefined) return known
    const [problem] = this.check(Class).problems
    if (problem !== undefined) throw problem
    const bound = this.#container.isBound(Class as ServiceIdentifier)
    const plain = !bound && Class.length === 0 && dependenciesOf(Class).length === 0
    this.#checked.set(Class, plain)
    return plain
  }

  async #built(Class: ServerClass): Promise<object> {
    const instance = await this.#resolve(Class)
    if (this.#shared.served.has(instance)) throw decoratorError('INSTANCE_REUSED', { class: Class })
    this.#shared.served.add(instance)
    return instance
  }

  async #resolve(Class: ServerClass): Promise<object> {
    try {
      return await this.#containerFor(Class).getAsync(Class as ServiceIdentifier<object>)
    } catch (error) {
      if (!InversifyCoreError.is(error)) throw error
      const chain = [...this.path, tokenName(Class)].join(' › ')
      throw decoratorError('INJECT_FAILED', { class: Class, chain, reason: printed(error) }, { cause: error })
    }
  }

  /**
   * What is bound to a token, for what is being built.
   *
   * @throws INJECT_UNBOUND and the other INJECT errors
   */
  give(wanted: Dependency, wanter: string): unknown {
    const { token, name, optional } = wanted
    const [problem] = lookAtOne(this, wanted, wanter).problems
    if (problem !== undefined) throw problem
    const { injecting } = this.#shared
    const chain = [...this.path, wanter, ...injecting.map(tokenName), tokenName(token)].join(' › ')
    if (injecting.includes(token)) throw decoratorError('INJECT_CIRCULAR', { token: tokenName(token), chain })
    injecting.push(token)
    try {
      const options = name === undefined ? { optional } : { optional, name }
      const value = this.builds.during(tokenName(token), () => this.#container.get(token, options))
      for (const given of this.#shared.giving) given.add(value)
      return value
    } catch (error) {
      // Of the container's own errors this one alone can occur, and it is not exported.
      const late = error instanceof Error && error.message.startsWith('Unexpected asynchronous service')
      if (!late && !InversifyCoreError.is(error)) throw error
      const reason = late
        ? 'it is made asynchronously, and injected() cannot wait. Have it with @inject() at a field or a parameter.'
        : printed(error)
      throw decoratorError('INJECT_FAILED', { class: wanter, chain, reason }, { cause: error })
    } finally {
      injecting.pop()
    }
  }

  #containerFor(Class: ServerClass): Container {
    const token = Class as ServiceIdentifier<object>
    if (this.#container.isBound(token)) return this.#container
    this.#builder ??= this.#newBuilder()
    if (!this.#builder.isCurrentBound(token)) this.#builder.bind(token).toSelf().inTransientScope()
    return this.#builder
  }

  /** Takes off what `by` stands in place of. @returns whether there was something */
  #unbind(by: Bound): boolean {
    const bound = this.ledger.of(by.token)
    const replaced = bound.filter((each) => replaces(by, each))
    // The container has no name for what only stands for another token.
    const each = replaced.flatMap(({ identifier }) => identifier ?? [])
    const which = replaced.length === bound.length || each.length < replaced.length ? [by.token] : each
    if (replaced.length === 0) return false
    for (const one of which) {
      this.#container.unbind(one)
      this.ledger.forget(one)
    }
    return true
  }

  /** Stands for what is bound at the root. */
  #bindTo({ token, condition }: Bound): void {
    const container = this.#root.#container
    const bind = this.ledger.noting((each) => this.#container.bind(each))
    const wanted = typeof condition === 'object' ? requestOf(condition) : {}
    const bound = bind(token)
      .toDynamicValue(() => container.get(token, wanted))
      .inTransientScope()
    if (wanted.name !== undefined) bound.whenNamed(wanted.name)
    else if (wanted.tag !== undefined) bound.whenTagged(wanted.tag.key, wanted.tag.value)
    else bound.whenDefault()
  }

  get #root(): ContainerScope {
    return this.parent === undefined ? this : this.parent.#root
  }

  #newBuilder(): Container {
    const builder = new Container({ parent: this.#container })
    lookInto(builder, (plan) => this.#makeWhatIsKept(plan))
    return builder
  }

  #makeWhatIsKept(plan: PlanResult): void {
    for (const node of unmadeIn(plan.tree.root)) {
      const keeper = this.#keeperOf(node.binding)
      if (keeper !== undefined) keeper.#make(node, plan)
    }
  }

  /** The scope that has the binding; nobody's is one that was unbound since. */
  #keeperOf(binding: Keeping): ContainerScope | undefined {
    if (holds(this.#seen.bindingService, binding)) return this
    return this.parent === undefined ? undefined : this.parent.#keeperOf(binding)
  }

  #make({ binding, resolve }: Unmade, planResult: PlanResult): void {
    const context = contextOf(this.#container, this.#seen)
    // The container keeps a rejection as it keeps a value, and would go by its plan without another look at it.
    const forget = (): void => {
      binding.cache = { isRight: false, value: undefined }
      this.#seen.planResultCacheService.clearCache()
    }
    try {
      const make = (): unknown => resolve({ context, planResult, requestScopeCache: undefined })
      const what = tokenName(binding.serviceIdentifier)
      const made = this.#home.run(() => this.builds.during(what, make))
      if (isPromise(made)) made.then(undefined, forget)
    } catch (error) {
      forget()
      throw error
    }
  }

  #ownWhatIsMade(tokens: Iterable<ServiceIdentifier> = this.ledger.tokens): void {
    const ownership = new Ownership(this, this.#home, this.#shared.owned, this.#seen)
    for (const token of tokens) {
      for (const binding of this.#seen.bindingService.getNonParentBindings(token) ?? [])
        ownership.take(binding)
    }
  }
}

/** What is bound in a scope. */
export interface Written {
  readonly bindings?: Bindings | Recording | undefined
  /** Put in place of what is bound, one after the other. */
  readonly overrides?: readonly (Bindings | Recording)[] | undefined
}

/** What the scopes of a supervisor or an application bind. */
export class BoundSource {
  constructor(
    readonly bindings: Bindings | undefined,
    /** Put in place of what is bound, one after the other. */
    readonly overrides?: readonly Bindings[],
  ) {}
}

/** What an override does, and what it binds. */
function replacement(override: Bindings | Recording): {
  readonly recording: Recording
  readonly bound: readonly Bound[]
} {
  const ledger = new Ledger()
  const recording = ledger.load(new Container(), override)
  return { recording, bound: ledger.all }
}
