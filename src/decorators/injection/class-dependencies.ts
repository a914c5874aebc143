/** What the constructor and the injected properties of a class want, as its decorators recorded it. */
import 'reflect-metadata'
import {
  ClassElementMetadataKind,
  type ClassMetadata,
  getClassMetadata,
  InversifyCoreError,
  InversifyCoreErrorKind,
} from '@inversifyjs/core'
import { injectable, LazyServiceIdentifier, type ServiceIdentifier } from 'inversify'
import type { ServerClass } from '../../genserver/index.js'
import type { HeartwoodError } from '../../kernel/index.js'
import { decoratorError } from '../errors.js'
import { isStandardClass } from '../standard-mode.js'

/** One thing that a class wants. */
export interface Dependency {
  readonly token: ServiceIdentifier
  /** Where it goes, for messages: `constructor parameter "store"`. */
  readonly parameter: string
  readonly optional: boolean
  /** All bindings of the token are wanted, as an array. */
  readonly multiple: boolean
  /** Tell the one that is wanted apart from others of its token. */
  readonly name: string | symbol | number | undefined
  readonly tags: ReadonlyMap<string | symbol | number, unknown>
}

/** Lets a class be built by a container, also when its author said so already. */
export function markInjectable(Class: object): void {
  try {
    injectable()(Class as never)
  } catch (error) {
    // The class is marked already.
    const isMarkedTwice = InversifyCoreError.isErrorOfKind(
      error,
      InversifyCoreErrorKind.injectionDecoratorConflict,
    )
    if (!isMarkedTwice) throw error
  }
}

/** A token as messages show it. */
export function tokenName(token: ServiceIdentifier): string {
  if (typeof token === 'function') return token.name === '' ? 'a class without a name' : token.name
  return typeof token === 'symbol' ? `Symbol(${token.description ?? ''})` : `"${token}"`
}

/** What is wanted, as messages show it: the token, and the name or the tags it is wanted by. */
export function wantedName({ token, name, tags }: Dependency): string {
  const marks = [
    ...(name === undefined ? [] : [`named ${String(name)}`]),
    ...[...tags].map(([key, value]) => `tagged ${String(key)}=${String(value)}`),
  ]
  return [tokenName(token), ...marks].join(' ')
}

/**
 * The dependencies of a class.
 *
 * @throws INJECT_TYPES_MISSING, INJECT_NOT_INHERITED
 */
export function dependenciesOf(Class: ServerClass): readonly Dependency[] {
  checkInheritedConstructor(Class)
  const { constructorArguments, properties } = metadataOf(Class)
  checkInheritedProperties(Class, properties)
  const names = parameterNames(Class)
  for (const [at, element] of constructorArguments.entries())
    checkToken(Class, element, names[at] ?? String(at))
  return [
    ...constructorArguments.map((element, at) =>
      dependency(element, `constructor parameter "${names[at] ?? at}"`),
    ),
    ...[...properties].map(([name, element]) => dependency(element, `property "${String(name)}"`)),
  ].filter((each) => each !== undefined)
}

/** The fields that are injected after the constructor. */
export function injectedFields(Class: ServerClass): ReadonlySet<PropertyKey> {
  return new Set(metadataOf(Class).properties.keys())
}

const MARK_IT = 'Mark the parameter with @inject(token)'

type Element = ClassMetadata['constructorArguments'][number]

/** A token that was undefined when the class was declared is none. */
function checkToken(Class: ServerClass, element: Element, name: string): void {
  if (element.kind === ClassElementMetadataKind.unmanaged || element.value !== undefined) return
  throw decoratorError('INJECT_TYPES_MISSING', {
    class: Class,
    parameter: `"${name}"`,
    reason:
      'its type was undefined when the class was declared, since their modules import each other in a circle, or it is declared further down,',
    advice: `${MARK_IT}, which must not be undefined either: move what both modules need into one of its own`,
  })
}

/** Injection of a property is noted at the class that declares it; the container does not look there for its heirs. */
function checkInheritedProperties(Class: ServerClass, own: ClassMetadata['properties']): void {
  for (
    let base: unknown = Object.getPrototypeOf(Class);
    typeof base === 'function' && base !== Function.prototype;
    base = Object.getPrototypeOf(base)
  ) {
    for (const property of injectedProperties(base)) {
      if (own.has(property)) continue
      throw decoratorError('INJECT_NOT_INHERITED', { class: Class, base, property: String(property) })
    }
  }
}

/** The injected properties of a base class, also of one that could not be built itself. */
function injectedProperties(base: object): Iterable<string | symbol> {
  const noted = Reflect.getOwnMetadata(METADATA, base) as Partial<ClassMetadata> | undefined
  return noted?.properties?.keys() ?? []
}

/** Which scope a class has by `@injectable('Transient')`; what is bound without a word lives once. */
export function scopeOf(Class: object): string {
  const noted = Reflect.getOwnMetadata(METADATA, Class) as Partial<ClassMetadata> | undefined
  return noted?.scope ?? 'Singleton'
}

/** Where the container notes what a class wants. */
const METADATA = '@inversifyjs/core/classMetadataReflectKey'

function dependency(element: Element, parameter: string): Dependency | undefined {
  if (element.kind === ClassElementMetadataKind.unmanaged) return undefined
  const { value, optional, name, tags } = element
  return {
    token: LazyServiceIdentifier.is(value) ? value.unwrap() : value,
    parameter,
    optional,
    multiple: element.kind === ClassElementMetadataKind.multipleInjection,
    name,
    tags,
  }
}

function metadataOf(Class: ServerClass): ClassMetadata {
  try {
    return getClassMetadata(Class as never)
  } catch (error) {
    throw missingTypes(Class, error)
  }
}

/** Which parameter has no token, and why that is. */
function missingTypes(Class: ServerClass, cause: unknown): HeartwoodError {
  const types = Reflect.getOwnMetadata('design:paramtypes', Class) as unknown[] | undefined
  const names = parameterNames(Class)
  const at = firstWithout(Class, types)
  const why = whyWithout(Class, types, at)
  return decoratorError(
    'INJECT_TYPES_MISSING',
    { class: Class, parameter: `"${names[at] ?? at}"`, ...why },
    { cause },
  )
}

function whyWithout(
  Class: ServerClass,
  types: readonly unknown[] | undefined,
  at: number,
): { readonly reason: string; readonly advice: string } {
  const compiled = 'compile with tsc and "emitDecoratorMetadata"'
  if (types === undefined && isStandardClass(Class)) {
    return {
      reason: 'its decorators are compiled as standard ones, which parameters cannot have,',
      advice:
        'Have it in a field, such as store = injected(Store), in place of the parameter; or set "experimentalDecorators": true in tsconfig.json',
    }
  }
  if (types === undefined) {
    return isMarked(Class)
      ? {
          reason: 'the compiler emitted no type (esbuild, and tsx with it, never does)',
          advice: `${MARK_IT}, or ${compiled}`,
        }
      : {
          reason: 'it has no decorator of its own, without which the compiler emits no types,',
          advice: `${MARK_IT}, or the class with @injectable(), and ${compiled}`,
        }
  }
  const type = types[at]
  if (typeof type === 'function' && !isBuiltIn(type)) {
    const reason =
      '@named, @tagged and @optional do not say what is injected, and beside them the type is not read,'
    return { reason, advice: `${MARK_IT}, here @inject(${type.name})` }
  }
  const reason =
    'there is no token, since its type is an interface, a union or a primitive, which do not exist at run time (or a class whose module imports this one in a circle),'
  return { reason, advice: MARK_IT }
}

/** Where the container notes that a class may be built. */
const INJECTABLE = '@inversifyjs/core/classIsInjectableFlagReflectKey'

function isMarked(Class: object): boolean {
  return Reflect.hasOwnMetadata(INJECTABLE, Class)
}

/** The kinds that name a token, or say that none is wanted; a parameter that is only named or tagged has another. */
const COMPLETE: ReadonlySet<unknown> = new Set(Object.values(ClassElementMetadataKind))

/** The position of the first constructor parameter of which nothing is known, or not enough. */
function firstWithout(Class: ServerClass, types: unknown[] | undefined): number {
  const noted = Reflect.getOwnMetadata(METADATA, Class) as Partial<ClassMetadata> | undefined
  // Positions that no decorator noted are holes.
  const known = Array.from<Element | undefined>(noted?.constructorArguments ?? [])
  const at = known.findIndex((element) => element === undefined || !COMPLETE.has(element.kind))
  if (at >= 0) return at
  const plain = types?.findIndex((type) => isBuiltIn(type)) ?? -1
  return plain >= 0 ? plain : Math.min(known.length, Math.max(0, Class.length - 1))
}

const BUILT_IN: readonly unknown[] = [
  Array,
  BigInt,
  Boolean,
  Function,
  Number,
  Object,
  String,
  Symbol,
  Promise,
]

function isBuiltIn(type: unknown): boolean {
  return type === undefined || BUILT_IN.includes(type)
}

/** A class that inherits its constructor has recorded nothing of what that wants, and would get nothing. */
function checkInheritedConstructor(Class: ServerClass): void {
  const base: unknown = Object.getPrototypeOf(Class)
  if (typeof base !== 'function' || base === Function.prototype) return
  if (Class.length > 0 || hasConstructor(Class)) return
  if (metadataOf(Class).constructorArguments.length > 0) return
  if (isUnmarked(base)) {
    // Node's own, such as an EventEmitter, is no class of anybody's who could have meant it for injection.
    if (base.length === 0 || !isClass(base)) return
    throw decoratorError('INJECT_BASE_UNKNOWN', { class: Class, base })
  }
  const wanted = dependenciesOf(base as unknown as ServerClass).find(({ parameter }) =>
    parameter.startsWith('constructor'),
  )
  if (wanted === undefined) return
  throw decoratorError('INJECT_TYPES_MISSING', {
    class: Class,
    parameter: `${wanted.parameter.slice('constructor parameter '.length)} of its base class ${base.name}`,
    reason: 'it inherits its constructor, but not what is known of the parameters,',
    advice:
      'Mark the parameter with @inject(token) in a constructor of its own, or decorate the class with @injectFromBase({ extendConstructorArguments: true })',
  })
}

/** Compilers write one that hands on all, for what they put at its end. */
function hasConstructor(Class: ServerClass): boolean {
  const source = String(Class)
  return (
    /\bconstructor\s*\(/.test(source) &&
    !/\bconstructor\s*\(\s*\)\s*\{\s*super\(\.\.\.arguments\)/.test(source)
  )
}

/** Neither it nor a base of it, down to one that has a constructor, says anything of injection. */
function isUnmarked(base: object): boolean {
  return (
    !isMarked(base) &&
    !Reflect.hasOwnMetadata(METADATA, base) &&
    !Reflect.hasOwnMetadata('design:paramtypes', base)
  )
}

function isClass(value: unknown): boolean {
  return /^class\b/.test(String(value))
}

/** The names of the constructor's parameters, read from its source: for messages only. */
function parameterNames(Class: ServerClass): readonly string[] {
  const source = /\bconstructor\s*\(([^)]*)\)/.exec(String(Class))?.[1] ?? ''
  return source
    .split(',')
    .map((part) => part.replace(/=.*$/s, '').trim())
    .filter((name) => /^[\w$]+$/.test(name))
}
