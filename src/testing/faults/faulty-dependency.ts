import { inspect } from 'node:util'
import { currentPid, isAsyncFunction, isRevoked, isThenable, read } from '../../kernel/index.js'
import { whenAborted } from './aborted-arguments.js'
import type { Installed } from './fault-ledger.js'
import { demand } from './fault-options.js'
import type { Hangs } from './hangs.js'
import { InjectedFault } from './injected-fault.js'
import { Counter, firstDue, type Turns } from './message-selection.js'
import { thrownOrRejected } from './thrown-or-rejected.js'

/** How a call of a dependency fails. */
export interface CallFaultOptions extends Turns {
  /** What is thrown, or rejected with. Default an `InjectedFault`. */
  readonly error?: unknown
  /**
   * Whether it returns a promise that rejects, in place of throwing. Default: as the method does. That is known of an
   * `async` function, and of what has been called before by what it gave. What returns the result of another call, and has not
   * been called, fails either way: awaited, what it gives rejects, and used as anything else it throws.
   */
  readonly rejects?: boolean
  /**
   * It returns a promise that does not settle, in place of an error, until the fault is taken back: then the call is made, if its process
   * is alive. But one that rejects as `fetch` does when an `AbortSignal` aborts that is among the arguments, or is the `signal` of one
   * of them. Default false.
   */
  readonly hang?: boolean
}

interface CallFault {
  readonly method: PropertyKey
  readonly counter: Counter
  readonly options: CallFaultOptions
}

type Callable = (...args: unknown[]) => unknown

/** An injected object whose methods fail when a test says so, and otherwise work. */
export class Dependency<T extends object> {
  readonly proxy: T
  readonly #object: T
  readonly #name: string
  #faults: readonly CallFault[] = []
  readonly #wrapped = new WeakMap<object, object>()
  /** Whether each method returned a promise in its last call. */
  readonly #gavePromise = new Map<PropertyKey, boolean>()

  readonly #hangs: Hangs

  /** @throws TEST_OPTION_INVALID */
  constructor(object: T, name: string | undefined, hangs: Hangs) {
    const isObject = (typeof object === 'object' && object !== null) || typeof object === 'function'
    const expected = 'an object with methods: an instance, a plain object, or the namespace of a module'
    demand(isObject && !isRevoked(object), 'dependency', 'object', object, expected)
    demand(name === undefined || typeof name === 'string', 'dependency', 'name', name, 'a string')
    this.#hangs = hangs
    this.#object = object
    this.#name = name ?? nameOf(object)
    this.proxy = standIn(object, (key, member) => this.#member(key, member))
  }

  fail(method: PropertyKey, options: CallFaultOptions): Installed {
    if (typeof read(this.#object, method) !== 'function') {
      const expected = `a method of ${this.#name}: ${methodsOf(this.#object).join(', ') || 'it has none'}`
      demand(false, 'failCall', 'method', method, expected)
    }
    const counter = new Counter(options)
    const fault = { method, counter, options }
    this.#faults = [...this.#faults, fault]
    return {
      what: `failCall of ${this.#name}.${String(method)}`,
      allowUnstruck: options.allowUnstruck,
      struck: () => counter.struck,
      remove: () => {
        this.#faults = this.#faults.filter((each) => each !== fault)
        this.#hangs.goOn(fault)
      },
      why: () =>
        counter.seen === 0
          ? 'it was not called on the dependency after that: what the object calls on itself, by `this`, is not seen'
          : `it waits for call ${counter.nth}, and ${counter.seen} came`,
    }
  }

  /** Makes the stand-in of a method: it has all properties of the method, and its calls may fail. */
  #member(key: PropertyKey, member: Callable): object {
    const known = this.#wrapped.get(member)
    if (known !== undefined) return known
    const wrapped: object = new Proxy(member, {
      apply: (_, self, args: unknown[]) =>
        this.#struck(key, member, args, () => {
          // Methods that use private fields need the object itself as `this`; called on the stand-in they would not find them.
          const result: unknown = Reflect.apply(
            member,
            self === this.proxy || self === undefined ? this.#object : self,
            args,
          )
          this.#gavePromise.set(key, isThenable(result))
          // A method that returns its object, as of a builder, returns the stand-in, so that calls on it may fail, too.
          return result === this.#object ? this.proxy : result
        }),
      construct: (_, args: unknown[], target: object) =>
        this.#struck(
          key,
          undefined,
          args,
          () => Reflect.construct(member, args, target === wrapped ? member : (target as Callable)) as object,
        ) as object,
    })
    this.#wrapped.set(member, wrapped)
    return wrapped
  }

  /** @param member undefined for a class of which an instance is made */
  #struck(
    key: PropertyKey,
    member: Callable | undefined,
    args: readonly unknown[],
    go: () => unknown,
  ): unknown {
    const fault = firstDue(this.#faults, ({ method, counter }) => method === key && counter.sees(this))
    if (fault === undefined) return go()
    fault.counter.strikes(this)
    const { hang, error, rejects } = fault.options
    if (hang === true) return this.#hung(fault, args, go)
    const thrown = error ?? new InjectedFault(`${this.#name}.${String(key)}`)
    const known = rejects ?? (member === undefined ? false : this.#givesPromise(key, member))
    if (known === true) return Promise.reject(thrown)
    if (known === undefined) return thrownOrRejected(thrown)
    throw thrown
  }

  #hung(fault: CallFault, args: readonly unknown[], go: () => unknown): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const over = this.#hangs.begin({
        fault,
        pid: currentPid(),
        where: `in ${this.#name}.${String(fault.method)}`,
        goOn: () => resolve(new Promise((made) => made(go()))),
      })
      whenAborted(args, (reason) => {
        over()
        reject(reason)
      })
    })
  }

  #givesPromise(key: PropertyKey, member: Callable): boolean | undefined {
    return this.#gavePromise.get(key) ?? willGivePromise(member)
  }
}

/** Matches code that returns the result of another call, or makes a promise. */
const RETURNS_CALL = /(?:\breturn\b|=>(?!\s*\{))[^;\n]*\(|\bPromise\b|\bawait\b|\.then\b/

/** Whether a function that was not called yet returns a promise; `undefined` if only a call would tell. */
function willGivePromise(fn: Callable): boolean | undefined {
  // Mocks of vitest and jest do what another function does.
  const stand: unknown = read(fn, 'getMockImplementation')
  const inner: unknown = typeof stand === 'function' ? stand.call(fn) : undefined
  if (typeof inner === 'function' && inner !== fn) return willGivePromise(inner as Callable)
  if (isAsyncFunction(fn)) return true
  return RETURNS_CALL.test(Function.prototype.toString.call(fn)) ? undefined : false
}

/**
 * Makes a proxy of an object whose own fields may be frozen, or fixed as those of a module. Its target is an empty object, since a proxy
 * must show fixed fields as they are.
 */
function standIn<T extends object>(object: T, member: (key: PropertyKey, member: Callable) => object): T {
  const ground: object =
    typeof object === 'function' ? (object as unknown as Callable).bind(undefined) : Object.create(null)
  // Printing looks through a proxy.
  Object.defineProperty(ground, inspect.custom, { value: () => object, configurable: true })
  const shown = (key: PropertyKey, value: unknown): unknown =>
    typeof value === 'function' && key !== 'constructor' ? member(key, value as Callable) : value
  const described = (key: PropertyKey): PropertyDescriptor | undefined => {
    const found = Reflect.getOwnPropertyDescriptor(object, key)
    if (found === undefined || !('value' in found)) return found
    return { ...found, value: shown(key, found.value) }
  }
  return new Proxy(ground, {
    get: (_, key) => shown(key, Reflect.get(object, key, object)),
    set: (_, key, value) => Reflect.set(object, key, value, object),
    has: (_, key) => Reflect.has(object, key),
    deleteProperty: (_, key) => Reflect.deleteProperty(object, key),
    ownKeys: () => Reflect.ownKeys(object),
    getOwnPropertyDescriptor(_, key) {
      if (!Reflect.isExtensible(ground)) return Reflect.getOwnPropertyDescriptor(ground, key)
      const found = described(key)
      return found && { ...found, configurable: true }
    },
    defineProperty(_, key, descriptor) {
      if (!Reflect.defineProperty(object, key, descriptor)) return false
      if (Reflect.isExtensible(ground)) return true
      return Reflect.defineProperty(ground, key, descriptor)
    },
    getPrototypeOf: () => Reflect.getPrototypeOf(object),
    setPrototypeOf: (_, prototype) => Reflect.setPrototypeOf(object, prototype),
    // This happens, for example, when it is sent in a message: from then on the target has the fields of the object.
    preventExtensions() {
      for (const key of Reflect.ownKeys(ground)) Reflect.deleteProperty(ground, key)
      for (const key of Reflect.ownKeys(object)) {
        Reflect.defineProperty(ground, key, { ...described(key), configurable: true })
      }
      return Reflect.preventExtensions(object) && Reflect.preventExtensions(ground)
    },
  }) as T
}

function nameOf(object: object): string {
  const name: unknown = read(read(object, 'constructor'), 'name')
  return typeof name === 'string' && name !== '' ? name : 'dependency'
}

/** Returns the methods of an object and its classes. */
function methodsOf(object: object): string[] {
  const names = new Set<string>()
  for (
    let at: object | null = object;
    at !== null && at !== Object.prototype;
    at = Object.getPrototypeOf(at)
  ) {
    for (const key of Object.getOwnPropertyNames(at)) {
      if (key !== 'constructor' && typeof read(object, key) === 'function') names.add(key)
    }
  }
  return [...names]
}
