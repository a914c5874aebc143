import { inspect } from 'node:util'
import { emptyFunction, handlerOf, standIn } from './stand-in.js'

/** What every stand-in inherits from: it is printed as the object itself. */
const PRINTED = {
  [inspect.custom](this: object, _depth: number, options: object, print: typeof inspect): string {
    return print(objectBehind(this), options)
  },
}

/** What must be the same on both sides: what an object is an instance of. */
const IDENTITIES: ReadonlySet<PropertyKey> = new Set(['constructor', 'prototype'])

/**
 * Stands for an object on the other side of a border. Its code finds the object itself as `this`, since private fields are
 * on nothing else; what comes out of a property and what is written to one passes through `read` and `write`.
 */
export abstract class ObjectStandIn implements ProxyHandler<object> {
  readonly standIn: object
  /** The proxy's own target, empty so that a frozen property of the object binds nobody. */
  readonly #target: object

  constructor(readonly thing: object) {
    this.#target =
      typeof thing === 'function'
        ? Object.setPrototypeOf(emptyFunction(), PRINTED)
        : (Object.create(PRINTED) as object)
    this.standIn = standIn(this.#target, this)
  }

  /** What a property holds, as the other side is to have it. */
  protected abstract read(key: PropertyKey): unknown
  /** Does `act`, on this side, with what the other side gave. */
  protected abstract write(value: unknown, act: (entered: unknown) => boolean): boolean

  get(_: object, key: PropertyKey): unknown {
    return IDENTITIES.has(key) ? Reflect.get(this.thing, key) : this.read(key)
  }

  set(_: object, key: PropertyKey, value: unknown): boolean {
    return this.write(value, (entered) => Reflect.set(this.thing, key, entered))
  }

  has(_: object, key: PropertyKey): boolean {
    return Reflect.has(this.thing, key)
  }

  deleteProperty(_: object, key: PropertyKey): boolean {
    return Reflect.deleteProperty(this.thing, key)
  }

  ownKeys(): (string | symbol)[] {
    return Reflect.ownKeys(this.thing)
  }

  getOwnPropertyDescriptor(_: object, key: PropertyKey): PropertyDescriptor | undefined {
    const fixed = Reflect.getOwnPropertyDescriptor(this.#target, key)
    if (fixed !== undefined) return 'value' in fixed ? { ...fixed, value: this.get(_, key) } : fixed
    const found = Reflect.getOwnPropertyDescriptor(this.thing, key)
    if (found === undefined) return undefined
    // Said of the stand-in, which may not claim that it has what can never change.
    if (!('value' in found)) return { ...found, configurable: true }
    return { ...found, value: this.get(_, key), configurable: true, writable: true }
  }

  defineProperty(_: object, key: PropertyKey, descriptor: PropertyDescriptor): boolean {
    const defined =
      'value' in descriptor
        ? this.write(descriptor.value, (value) =>
            Reflect.defineProperty(this.thing, key, { ...descriptor, value }),
          )
        : Reflect.defineProperty(this.thing, key, descriptor)
    // Of a property that can never change a proxy is believed only if its target has it.
    if (defined && descriptor.configurable !== true && !(key in this.#target)) {
      Reflect.defineProperty(this.#target, key, descriptor)
    }
    return defined
  }

  getPrototypeOf(): object | null {
    return Reflect.getPrototypeOf(this.thing)
  }

  setPrototypeOf(_: object, prototype: object | null): boolean {
    return Reflect.setPrototypeOf(this.thing, prototype)
  }

  /** An object that is no longer extensible has to be told as it is, property by property: its stand-in never is so. */
  preventExtensions(): boolean {
    return false
  }
}

/** The object behind a stand-in; whatever else it is given, as it is. */
function objectBehind(value: unknown): unknown {
  const handler = handlerOf(value)
  return handler instanceof ObjectStandIn ? handler.thing : value
}
