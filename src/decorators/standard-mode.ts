/**
 * Standard (TC39) decorators. One of a member runs before its class is there; so it notes what to do in the metadata of the class, and
 * the decorator of the class does it. From there on both modes are one.
 */
import 'reflect-metadata'
import { rules } from '../kernel/index.js'
import { decoratorError } from './errors.js'
import { decorating } from './usage-check.js'

/** What a standard decorator gets beside what it decorates. A legacy one gets a name there, or nothing. */
export interface StandardContext {
  readonly kind: string
  readonly name: string | symbol | undefined
  readonly static?: boolean
  readonly private?: boolean
  readonly metadata?: object
}

/** The same of a class: its decorators take it as an argument that legacy ones do not get. */
export type ClassContext = ClassDecoratorContext | undefined

/** What a decorator does to a member, given the prototype, or the class itself where the member is static. */
type Deed = (prototype: never, member: never, descriptor: never) => unknown
type Applied = (prototype: unknown, member: unknown, descriptor?: unknown) => unknown

/** By what a decorator is found, in messages. */
const WAITING = Symbol.for('heartwood.waiting-decorators')

interface Metadata {
  [WAITING]?: ((Class: object) => void)[]
}

const METADATA = keyOfMetadata()

/**
 * Compilers put metadata where `Symbol.metadata` says, and TypeScript makes none without it. Node has none so far. The key is the one
 * that esbuild and swc take then.
 */
function keyOfMetadata(): symbol {
  const known = Symbol as { metadata?: symbol }
  if (known.metadata === undefined) {
    const value = Symbol.for('Symbol.metadata')
    Object.defineProperty(Symbol, 'metadata', { value, configurable: true, writable: true })
  }
  return known.metadata as symbol
}

export function isStandard(context: unknown): context is StandardContext {
  return (
    rules.isRecord(context) &&
    typeof context.kind === 'string' &&
    ('metadata' in context || 'addInitializer' in context)
  )
}

/**
 * A decorator of members for both modes.
 *
 * @throws DECORATORS_WITHOUT_METADATA
 */
export function ofMembers<D>(decorator: string, deed: Deed): D {
  const apply = deed as Applied
  const both = (target: unknown, member: unknown, descriptor?: unknown): unknown => {
    if (!isStandard(member)) return apply(target, member, descriptor)
    const { name, metadata } = member
    if (!rules.isRecord(metadata)) {
      throw decoratorError('DECORATORS_WITHOUT_METADATA', { decorator, name: String(name) })
    }
    const own = metadata as Metadata
    // What is inherited waits for the base class.
    if (!Object.hasOwn(own, WAITING)) own[WAITING] = []
    own[WAITING]?.push((Class) => {
      if (member.private !== true) {
        apply(member.static === true ? Class : (Class as { prototype: unknown }).prototype, name)
        return
      }
      decorating(Class, () => {
        throw decoratorError('MEMBER_PRIVATE', { decorator, class: Class, member: String(name) })
      })
    })
    return undefined
  }
  return both as D
}

/** Whether standard decorators stand at the class or its members. */
export function isStandardClass(Class: object): boolean {
  return Object.hasOwn(Class, METADATA)
}

/** Does what waits for the class, and for base classes that have no decorator of their own. */
export function settle(Class: object, context: unknown): void {
  if (isStandard(context)) perform(context.metadata, Class)
  for (
    let each: unknown = Class;
    typeof each === 'function' && each !== Function.prototype;
    each = Object.getPrototypeOf(each)
  ) {
    if (Object.hasOwn(each, METADATA)) perform(Reflect.get(each, METADATA), each)
  }
}

function perform(metadata: unknown, Class: object): void {
  if (!rules.isRecord(metadata) || !Object.hasOwn(metadata, WAITING)) return
  const own = metadata as Metadata
  const waiting = own[WAITING] ?? []
  delete own[WAITING]
  for (const each of waiting) each(Class)
}
