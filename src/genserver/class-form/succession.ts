/**
 * Makes the instance of new code that takes over from an instance of old code. It is built as at a start and then gets the
 * fields of the old instance.
 *
 * It is a new instance, not the old one with another prototype, so that the initialisers of added fields run, and methods find
 * the `#private` fields of their own class.
 */
import { carryPrivateFields, isObject } from '../../kernel/index.js'
import { genServerError } from '../errors.js'
import type { Awaitable } from '../server/callbacks.js'
import { createInstance, runHandler } from './class-callbacks.js'
import type { CreatedAnew, ServerClass, ServerDefinition } from './handler-table.js'

/** The methods with which a class takes part in a change of its code. */
interface Succeeding {
  exportState?(): unknown
  importState?(exported: unknown, oldVersion: unknown): Awaitable<void>
  codeChange?(old: unknown, oldVersion: unknown, extra: unknown): Awaitable<void>
}

/** The arguments of a change of code. */
export interface Succession {
  readonly oldVersion: unknown
  readonly extra: unknown
}

/**
 * Makes the instance that replaces `before`. `before` itself is not changed.
 *
 * @param prepare sets up the parts of the new instance that are not carried over
 * @throws CODE_CHANGE_UNWANTED; CODE_CHANGE_PRIVATE; every error that the class throws
 */
export async function successor(
  Class: ServerClass,
  definition: ServerDefinition,
  before: unknown,
  { oldVersion, extra }: Succession,
  prepare?: (made: object) => void,
): Promise<object> {
  if (definition.codeChange === 'restart') throw genServerError('CODE_CHANGE_UNWANTED', { class: Class.name })
  const { instance, isInjected } = await built(Class, definition)
  prepare?.(instance)
  const next = instance as Succeeding
  const old = (isObject(before) ? before : {}) as Succeeding
  if (typeof old.exportState === 'function' && typeof next.importState === 'function') {
    await runHandler(next, next.importState, [await runHandler(old, old.exportState, []), oldVersion])
  } else {
    carryFields(old, instance, isInjected)
    const lost = carryPrivateFields(old, instance, (name, value) => stays(name, value, isInjected))
    if (lost !== undefined) throw genServerError('CODE_CHANGE_PRIVATE', { class: Class.name, ...lost })
  }
  await runHandler(next, next.codeChange, [before, oldVersion, extra])
  return instance
}

type Injected = CreatedAnew['isInjected']

const nothing: Injected = () => false

async function built(Class: ServerClass, definition: ServerDefinition): Promise<CreatedAnew> {
  if (definition.createAnew !== undefined) return definition.createAnew(Class)
  return { instance: await createInstance(Class, definition), isInjected: nothing }
}

/** Copies the fields to the new instance, also those that it does not have: the new code may only declare them. */
function carryFields(from: object, to: object, injected: Injected): void {
  for (const key of Reflect.ownKeys(from)) {
    const held = Reflect.getOwnPropertyDescriptor(from, key)
    if (held === undefined || !('value' in held)) continue
    const own = Reflect.getOwnPropertyDescriptor(to, key)
    if (own !== undefined && (own.writable !== true || stays(key, own.value, injected))) continue
    Reflect.defineProperty(to, key, { ...(own ?? held), value: held.value })
  }
}

/** Whether the new instance keeps its own value of a field: an injected value is not state, and a function is code. */
function stays(name: PropertyKey, value: unknown, injected: Injected): boolean {
  return typeof value === 'function' || injected(name, value)
}
