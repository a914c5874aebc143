import { inspect } from 'node:util'
import type { Callable, Crossing } from './crossing.js'
import { emptyFunction, handlerOf, standIn } from './stand-in.js'

/** The thing behind a stand-in; whatever else it is given, as it is. */
export function thingBehind(value: unknown): unknown {
  const handler = handlerOf(value)
  return handler instanceof Thing ? handler.thing : value
}

/** What stands for a thing among those who share it. */
export function standInOf(thing: object, crossing: Crossing): object {
  return standIn(typeof thing === 'function' ? CALLABLE : OBJECT, new Thing(thing, crossing))
}

/** The stand-in's own target, which has nothing, so that a frozen property of the thing binds nobody. */
const TARGET = {
  [inspect.custom](this: object, _depth: number, options: object, print: typeof inspect): string {
    return print(thingBehind(this), options)
  },
}
const OBJECT: object = Object.create(TARGET)
const CALLABLE: object = Object.setPrototypeOf(emptyFunction(), TARGET)

/** What must be the same for all: what a thing is an instance of. */
const IDENTITIES: ReadonlySet<PropertyKey> = new Set(['constructor', 'prototype'])

class Thing implements ProxyHandler<object> {
  constructor(
    readonly thing: object,
    private readonly crossing: Crossing,
  ) {}

  apply(_: object, self: unknown, args: readonly unknown[]): unknown {
    return this.crossing.call(this.thing as Callable, self, args)
  }

  construct(_: object, args: readonly unknown[], newTarget: object): object {
    return this.crossing.construct(this.thing as Callable, args, newTarget as Callable)
  }

  get(_: object, key: PropertyKey): unknown {
    const { thing, crossing } = this
    if (IDENTITIES.has(key)) return Reflect.get(thing, key)
    // A getter is code of the thing. With the thing as `this`: private fields are found on nothing else.
    return crossing.out(crossing.atHome(() => Reflect.get(thing, key)))
  }

  set(_: object, key: PropertyKey, value: unknown): boolean {
    const { thing, crossing } = this
    const handed = crossing.handed(value)
    return crossing.atHome(() => Reflect.set(thing, key, handed))
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
    const found = Reflect.getOwnPropertyDescriptor(this.thing, key)
    if (found === undefined) return undefined
    // Said of the stand-in, which may not claim that it has what can never change.
    if (!('value' in found)) return { ...found, configurable: true }
    return { ...found, value: this.get(_, key), configurable: true, writable: true }
  }

  defineProperty(_: object, key: PropertyKey, descriptor: PropertyDescriptor): boolean {
    // The stand-in may not say that it has what can never change, so it takes none.
    if (descriptor.configurable !== true) return false
    const { thing, crossing } = this
    const handed =
      'value' in descriptor ? { ...descriptor, value: crossing.handed(descriptor.value) } : descriptor
    return Reflect.defineProperty(thing, key, handed)
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
