/** Bindings: what a scope provides, and the record of them that checks read. */
import { isDeepStrictEqual } from 'node:util'
import { InversifyCoreError } from '@inversifyjs/core'
import {
  type BindingIdentifier,
  type BindToFluentSyntax,
  type BoundServiceSyntax,
  Container,
  type Bind as ContainerBind,
  ContainerModule,
  type ContainerModuleLoadOptions,
  LazyServiceIdentifier,
  type Newable,
  type ServiceIdentifier,
} from 'inversify'
import type { ConfigToken } from '../../config/index.js'
import type { ServerClass } from '../../genserver/index.js'
import { HeartwoodError, isError, isPromise, isThenable, printed } from '../../kernel/index.js'
import { decoratorError } from '../errors.js'
import { failing, isTarget, isToken, noToken, unfinished, wrongTarget } from './binding-mistakes.js'
import { Recording } from './bindings-recording.js'
import { type Dependency, dependenciesOf, scopeOf, tokenName } from './class-dependencies.js'

/**
 * Binds a token: `bind(Store).to(SqliteStore)`. By default a binding makes one object for the scope. The token of a setting
 * accepts values of its type.
 */
export interface Bind extends ContainerBind {
  <T>(token: ConfigToken<T>): BindToFluentSyntax<T>
}

/**
 * The bindings of a scope: a function that binds, a container module, or an array of these.
 *
 * @example
 * const storage: Bindings = (bind) => {
 *   bind(Store).to(SqliteStore)
 *   bind(DATA_FOLDER).toConstantValue('./data')
 * }
 */
export type Bindings = ((bind: Bind) => AtOnce) | ContainerModule | readonly Bindings[]

/** Anything but a promise: what an async function binds would come too late. */
// biome-ignore lint/suspicious/noConfusingVoidType: most such functions return nothing, and have the type void
type AtOnce = void | undefined | null | string | number | boolean | (object & { readonly then?: never })

/** One binding, as far as it can be known without using it. */
export interface Bound {
  readonly token: ServiceIdentifier
  /** What the container knows it by. */
  identifier?: BindingIdentifier | undefined
  /** The class that is built. */
  target?: Newable | undefined
  /** Another token that it stands for. */
  redirect?: ServiceIdentifier | undefined
  /** The constant that it is bound to. */
  given?: unknown
  /** What makes it. */
  factory?: unknown
  /** What its factory gets. */
  injects?: readonly Dependency[] | undefined
  /** The scope keeps the one it makes. */
  singleton: boolean
  /** It gives a setting as it is at the moment. */
  live?: boolean | undefined
  /** Which requests it counts for. */
  condition: Condition
  /** Said what it is bound to: `bind(Store)` alone binds nothing. */
  finished?: boolean
  /** It is bound to what cannot be. */
  mistake?: HeartwoodError | undefined
}

/** `'always'`, `'default'` (requests without a name or a tag), one name or tag, or `'unknown'`: only the container can tell. */
export type Condition =
  | 'always'
  | 'default'
  | 'unknown'
  | { readonly name: unknown }
  | { readonly tag: unknown; readonly value: unknown }

/** Whether a binding stands in place of another of its token; of two with different names or tags neither does. */
export function replaces({ condition: by }: Bound, { condition: of }: Bound): boolean {
  if (by === 'always' || by === 'unknown' || of === 'always' || of === 'unknown') return true
  if (by === 'default' || of === 'default') return by === of
  if ('name' in by || 'name' in of) return 'name' in by && 'name' in of && by.name === of.name
  return by.tag === of.tag && by.value === of.value
}

/**
 * Whether a binding of new code is that of the old. A factory is another when its text is: it is a new function each time its module is loaded.
 */
export function isSameBinding(one: Bound, other: Bound): boolean {
  return (
    one.target === other.target &&
    one.redirect === other.redirect &&
    one.singleton === other.singleton &&
    String(one.factory) === String(other.factory) &&
    isDeepStrictEqual(one.given, other.given) &&
    isDeepStrictEqual(one.condition, other.condition)
  )
}

/** The bindings of one container, by token. */
export class Ledger {
  readonly #bound = new Map<ServiceIdentifier, Bound[]>()
  /** Of bindings whose token is none. */
  readonly #mistakes: HeartwoodError[] = []

  of(token: ServiceIdentifier): readonly Bound[] {
    return this.#bound.get(token) ?? []
  }

  get tokens(): Iterable<ServiceIdentifier> {
    return this.#bound.keys()
  }

  get all(): readonly Bound[] {
    return [...this.#bound.values()].flat()
  }

  /** What is wrong with single bindings; the others are there all the same. */
  get mistakes(): readonly HeartwoodError[] {
    const mistakes = [...this.#mistakes]
    for (const bound of this.all) {
      if (bound.mistake !== undefined) mistakes.push(bound.mistake)
      else if (bound.finished !== true) mistakes.push(unfinished(bound))
    }
    return mistakes
  }

  /**
   * Puts those of `recording` into the container whose tokens are among `tokens`. The others are said to a container of nobody.
   */
  loadSome(container: Container, recording: Recording, tokens: ReadonlySet<ServiceIdentifier>): void {
    const [here, nowhere] = [this.#surface(container), new Ledger().#surface(new Container())]
    const bind = (token: ServiceIdentifier) => (tokens.has(token) ? here : nowhere).bind(token)
    recording.replay({ ...here, bind, rebind: bind, unbind: () => {} })
  }

  /** Puts `bindings` into the container, and notes what is bound. @returns what they did, for another container */
  load(container: Container, bindings: Bindings | Recording): Recording {
    const surface = this.#surface(container)
    if (bindings instanceof Recording) {
      bindings.replay(surface)
      return bindings
    }
    const recording = new Recording()
    run(bindings, recording.of(surface))
    return recording
  }

  /** A `bind` of which is noted what it binds. */
  noting(bind: Bind, { live }: Pick<Bound, 'live'> = {}): Bind {
    return <T>(given: ServiceIdentifier<T>): BindToFluentSyntax<T> => {
      const token = isToken(given) ? given : this.#withoutToken<T>(given)
      const bound: Bound = { token, singleton: true, live, condition: 'always' }
      this.#bound.set(token, [...this.of(token), bound])
      return recorder(bind(token), bound)
    }
  }

  /** What is said of it is taken as well, so that the rest of the bindings is seen. */
  #withoutToken<T>(given: unknown): Newable<T> {
    this.#mistakes.push(noToken(given))
    return class {} as Newable<T>
  }

  forget(which: ServiceIdentifier | BindingIdentifier): void {
    if (typeof which !== 'object') {
      this.#bound.delete(which)
      return
    }
    for (const [token, bound] of this.#bound) {
      this.#bound.set(
        token,
        bound.filter(({ identifier }) => identifier?.id !== which.id),
      )
    }
  }

  #surface(container: Container): ContainerModuleLoadOptions {
    const bind = this.noting((token) => container.bind(token))
    return {
      bind,
      isBound: container.isBound.bind(container),
      onActivation: container.onActivation.bind(container),
      onDeactivation: container.onDeactivation.bind(container),
      rebind: (token) => {
        this.forget(token)
        container.unbind(token)
        return bind(token)
      },
      unbind: (token) => {
        this.forget(token)
        container.unbind(token)
      },
      rebindAsync: container.rebindAsync.bind(container),
      unbindAsync: container.unbindAsync.bind(container),
    }
  }
}

/** @throws BINDINGS_INVALID */
function run(bindings: Bindings, surface: ContainerModuleLoadOptions): void {
  if (Array.isArray(bindings)) for (const each of bindings as readonly Bindings[]) run(each, surface)
  else if (isModule(bindings)) atOnce(bindings.load(surface))
  else if (typeof bindings === 'function') atOnce(bindings(surface.bind))
  else throw decoratorError('BINDINGS_INVALID', { value: bindings })
}

/** By what it can do: a program may have its module from another copy of inversify than ours. */
function isModule(bindings: Bindings): bindings is ContainerModule {
  return (
    typeof bindings === 'object' &&
    bindings !== null &&
    'load' in bindings &&
    typeof bindings.load === 'function'
  )
}

/** What is bound after an `await` would be missing where it is looked for. @throws BINDINGS_INVALID for a promise */
function atOnce(result: unknown): void {
  if (!isThenable(result)) return
  // Its failure is of no interest any more, and must not end the program as an unhandled rejection.
  Promise.resolve(result).catch(() => undefined)
  const value =
    'an async function. Wait for what is needed before defineConfig, or bind a factory with toDynamicValue'
  throw decoratorError('BINDINGS_INVALID', { value })
}

/** Follows what is said of a binding: `.to(…).inTransientScope().whenNamed(…)`. */
function recorder<F extends object>(fluent: F, bound: Bound): F {
  return new Proxy(fluent, {
    get(target, key) {
      const member: unknown = Reflect.get(target, key)
      if (typeof member !== 'function') return member
      return (...args: unknown[]): unknown => {
        bound.mistake ??= wrongTarget(bound, String(key), args)
        if (bound.mistake !== undefined && isTarget(key))
          return recorder(failing(target, bound.mistake), bound)
        note(bound, String(key), args)
        const taken = key in FACTORIES ? args.map(named(bound.token)) : args
        const next = stepped(target, key, member as Step, taken, bound)
        if (typeof next !== 'object' || next === null || key === 'getIdentifier') return next
        bound.identifier ??= (next as Partial<BoundServiceSyntax>).getIdentifier?.()
        return recorder(next, bound)
      }
    },
  })
}

type Step = (...args: unknown[]) => unknown

/**
 * Takes a step of the container's. It refuses a class at once of which it does not know what to inject, without saying
 * why; the rest of the bindings is to be seen all the same, and the check of the plan tells what is wrong with the class.
 */
function stepped(target: object, key: string | symbol, step: Step, args: unknown[], bound: Bound): unknown {
  if (bound.target === undefined || (key !== 'to' && key !== 'toSelf')) return step.apply(target, args)
  try {
    return step.apply(target, args)
  } catch {
    const broken = bound.target as unknown as ServerClass
    const fails = (): never => {
      dependenciesOf(broken)
      throw decoratorError('INJECT_TYPES_MISSING', {
        class: broken,
        parameter: '',
        reason: 'it is no class',
        advice: '',
      })
    }
    return (target as { toDynamicValue(factory: () => never): unknown }).toDynamicValue(fails)
  }
}

/** The steps that take a function which makes the value. */
const FACTORIES: Readonly<Record<string | symbol, true>> = { toDynamicValue: true, toResolvedValue: true }

/** A factory that, when it fails, says for what: the container does not, and its stack may lead into a package. */
const named =
  (token: ServiceIdentifier) =>
  (factory: unknown): unknown => {
    if (typeof factory !== 'function') return factory
    const failed = (error: unknown): never => {
      if (!isError(error) || HeartwoodError.is(error) || InversifyCoreError.is(error)) throw error
      const details = { token: tokenName(token), reason: printed(error) }
      throw decoratorError('INJECT_FACTORY_FAILED', details, { cause: error })
    }
    return (...given: unknown[]): unknown => {
      try {
        const made: unknown = factory(...given)
        return isPromise(made) ? made.catch(failed) : made
      } catch (error) {
        return failed(error)
      }
    }
  }

function note(bound: Bound, step: string, args: readonly unknown[]): void {
  bound.finished ||= step.startsWith('to')
  if (step === 'to' || step === 'toSelf') {
    bound.target = (step === 'to' ? args[0] : bound.token) as Newable
    bound.singleton = scopeOf(bound.target) === 'Singleton'
  } else if (step === 'toConstantValue') bound.given = args[0]
  else if (step === 'toService') Object.assign(bound, { redirect: args[0], singleton: false })
  else if (step === 'toResolvedValue') Object.assign(bound, { injects: injected(args[1]), factory: args[0] })
  else if (step === 'toDynamicValue') bound.factory = args[0]
  else if (/^in\w+Scope$/.test(step)) bound.singleton = step === 'inSingletonScope'
  else if (step.startsWith('when')) bound.condition = conditionOf(step, args)
}

function conditionOf(step: string, [first, second]: readonly unknown[]): Condition {
  if (step === 'whenNamed') return { name: first }
  if (step === 'whenTagged') return { tag: first, value: second }
  return step === 'whenDefault' ? 'default' : 'unknown'
}

/** What a factory has injected: tokens, or tokens with what is wanted of them. */
function injected(options: unknown): readonly Dependency[] {
  if (!Array.isArray(options)) return []
  return options.flatMap((each: unknown, at) => {
    const described = typeof each === 'object' && each !== null && 'serviceIdentifier' in each
    const { serviceIdentifier, isMultiple, optional, name, tags } = (
      described ? each : { serviceIdentifier: each }
    ) as ResolvedValueInjection
    const token = LazyServiceIdentifier.is(serviceIdentifier) ? serviceIdentifier.unwrap() : serviceIdentifier
    if (!['string', 'symbol', 'function'].includes(typeof token)) return []
    const parameter = `parameter ${at + 1} of its factory`
    const marks = new Map((tags ?? []).map(({ key, value }) => [key, value]))
    return [
      { token, parameter, optional: optional === true, multiple: isMultiple === true, name, tags: marks },
    ]
  })
}

interface ResolvedValueInjection {
  readonly serviceIdentifier: ServiceIdentifier
  readonly isMultiple?: boolean
  readonly optional?: boolean
  readonly name?: string | symbol | number
  readonly tags?: readonly { readonly key: string | symbol | number; readonly value: unknown }[]
}
