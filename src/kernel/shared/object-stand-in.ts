import { inspect } from 'node:util'
import { emptyFunction, handlerOf, standIn } from './stand-in.js'

/** The object from which every stand-in inherits. It makes a stand-in print like the object itself. */
const PRINTED = {
  [inspect.custom](this: object, _depth: number, options: object, print: typeof inspect): string {
    return print(objectBehind(this), options)
  },
}

/** The properties that must be the same on both sides: they say of what an object is an instance. */
const IDENTITIES: ReadonlySet<PropertyKey> = new Set(['constructor', 'prototype'])

/**
 * The stand-in of an object on the other side of a border. The code of the object has the object itself as `this`, since only that has the
 * private fields. Values that are read from properties and written to them pass through `read` and `write`.
 */
export abstract class ObjectStandIn implements ProxyHandler<object> {
  readonly standIn: object
  /** The target of the proxy. It is empty, so that a frozen property of the object does not restrict the proxy. */
  readonly #target: object

  constructor(readonly thing: object) {
    this.#target =
      typeof thing === 'function'
        ? Object.setPrototypeOf(emptyFunction(), PRINTED)
        : (Object.create(PRINTED) as object)
    this.standIn = standIn(this.#target, this)
  }

  /** Returns the value of a property in the form for the other side. */
  protected abstract read(key: PropertyKey): unknown
  /** Runs `act` on this side with a value from the other side. */
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
    // This is said of the stand-in, which must not claim a property that can never change.
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
    // V8 accepts a property that can never change only if the target of the proxy has it.
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

  /** An object that is not extensible would have to be described property by property, so its stand-in always is extensible. */
  preventExtensions(): boolean {
    return false
  }
}

/** Returns the object behind a stand-in; any other value unchanged. */
function objectBehind(value: unknown): unknown {
  const handler = handlerOf(value)
  return handler instanceof ObjectStandIn ? handler.thing : value
}
