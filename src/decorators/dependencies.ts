/** What the constructor and the injected properties of a class want, as its decorators recorded it. */
import 'reflect-metadata'
import { ClassElementMetadataKind, type ClassMetadata, getClassMetadata } from '@inversifyjs/core'
import { injectable, LazyServiceIdentifier, type ServiceIdentifier } from 'inversify'
import type { ServerClass } from '../genserver/index.js'
import type { HeartwoodError } from '../kernel/index.js'
import { decoratorError } from './errors.js'

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
    // The one failure there is: the class is marked. Anything else shows when the class is built.
    if (!isConflict(error)) throw error
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
 * @throws INJECT_TYPES_MISSING
 */
export function dependenciesOf(Class: ServerClass): readonly Dependency[] {
  checkInheritedConstructor(Class)
  const { constructorArguments, properties } = metadataOf(Class)
  const names = parameterNames(Class)
  return [
    ...constructorArguments.map((element, at) =>
      dependency(element, `constructor parameter "${names[at] ?? at}"`),
    ),
    ...[...properties].map(([name, element]) => dependency(element, `property "${String(name)}"`)),
  ].filter((each) => each !== undefined)
}

type Element = ClassMetadata['constructorArguments'][number]

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
  const at = firstWithout(Class, cause, types)
  const emitted = types !== undefined
  return decoratorError(
    'INJECT_TYPES_MISSING',
    {
      class: Class,
      parameter: `"${names[at] ?? at}"`,
      reason: emitted
        ? 'there is no token, since its type is an interface, a union or a primitive, which do not exist at run time,'
        : 'the compiler emitted no type (esbuild, and tsx with it, never does)',
      advice: emitted ? '' : ', or compile with tsc and "emitDecoratorMetadata"',
    },
    { cause },
  )
}

/** The container's message is where the positions are; a class without any recorded lacks the first. */
function firstWithout(Class: ServerClass, cause: unknown, types: unknown[] | undefined): number {
  const listed = cause instanceof Error ? /constructor indexes "(\d+)/.exec(cause.message)?.[1] : undefined
  if (listed !== undefined) return Number(listed)
  const plain = types?.findIndex((type) => isBuiltIn(type)) ?? -1
  if (plain >= 0) return plain
  const found = cause instanceof Error ? /found (\d+) instead/.exec(cause.message)?.[1] : undefined
  return found === undefined ? 0 : Math.min(Number(found), Math.max(0, Class.length - 1))
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
  if (Class.length > 0 || /\bconstructor\s*\(/.test(String(Class))) return
  if (metadataOf(Class).constructorArguments.length > 0) return
  const wanted = dependenciesOf(base as unknown as ServerClass).find(({ parameter }) =>
    parameter.startsWith('constructor'),
  )
  if (wanted === undefined) return
  throw decoratorError('INJECT_TYPES_MISSING', {
    class: Class,
    parameter: `${wanted.parameter.slice('constructor parameter '.length)} of its base class ${base.name}`,
    reason: 'it inherits its constructor, but not what is known of the parameters,',
    advice:
      ' in a constructor of its own, or decorate the class with @injectFromBase({ extendConstructorArguments: true })',
  })
}

/** The names of the constructor's parameters, read from its source: for messages only. */
function parameterNames(Class: ServerClass): readonly string[] {
  const source = /\bconstructor\s*\(([^)]*)\)/.exec(String(Class))?.[1] ?? ''
  return source
    .split(',')
    .map((part) => part.replace(/=.*$/s, '').trim())
    .filter((name) => /^[\w$]+$/.test(name))
}

function isConflict(error: unknown): boolean {
  return error instanceof Error && error.message.includes('multiple times')
}
