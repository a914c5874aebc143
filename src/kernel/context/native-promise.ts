import { Given } from './private-brand.js'

/** V8's own class of promises, even if a library has replaced `Promise`: the hooks of V8 report only promises of this class. */
export const NativePromise = (async () => {})().constructor as PromiseConstructor

/** The `then` of V8, even if other code has replaced it. */
const { then } = NativePromise.prototype

/**
 * The promise of a call that a handler makes, and of what its `then` makes. It notices that its `then` is called and notes the result: so
 * it is known without a guess what waits for the call, as far as that goes (see `awaited-by.ts`). If code passes it the resolve function of
 * another promise (`it.then(resolve, reject)`), it is connected to a function of its own instead, since other code may hold that resolve
 * function too and settle the promise. For all other code it is a `Promise`.
 *
 * V8 also reads `then` when an `async` function returns the promise or another promise is resolved with it. V8 reads it at once and calls
 * the function in a later microtask; other code calls it in the same one. This distinguishes the two. An `await` does not read `then` and
 * costs nothing.
 */
export class CallPromise<T> extends NativePromise<T> {}

Object.defineProperties(CallPromise.prototype, {
  constructor: { value: NativePromise, configurable: true, writable: true },
  // biome-ignore lint/suspicious/noThenProperty: it is a promise
  then: { get: readThen, configurable: true },
})

/**
 * The promise of a cast that waits for room. It notices that it is awaited: `await` and `then` read its constructor, and V8, when it
 * resolves another promise with it, reads `then` and calls that. In all else it is like the promise of a call. (The accessor is on the
 * prototype: an accessor on a promise itself would slow down every `then` of the program.)
 */
export class HeldPromise<T> extends CallPromise<T> {}

const hangers = new WeakMap<object, () => void>()

Object.defineProperty(HeldPromise.prototype, 'constructor', {
  get(this: object): typeof NativePromise {
    hangers.get(this)?.()
    return NativePromise
  },
  configurable: true,
})

/** Makes the promise of a call call `tell` when it is awaited, or its `then` is called. */
export function tellOfAwait(promise: Promise<unknown>, tell: () => void): void {
  Object.setPrototypeOf(promise, HeldPromise.prototype)
  hangers.set(promise, tell)
}

/**
 * The adoption of a promise: V8 has resolved another promise with it. It holds the functions that settle that other promise, which only V8
 * and this file can call.
 */
export class Adoption {
  constructor(readonly resolve: (value: unknown) => void) {}

  /** Whether its functions come from V8, and not from other code. */
  get isPlain(): boolean {
    return isNative(this.resolve)
  }
}

/** What the last call of a promise's `then` led to. */
export type Next = Promise<unknown> | Adoption | undefined

class Follower extends Given {
  #next: Next

  private constructor(promise: object, next: Next) {
    super(promise)
    this.#next = next
  }

  static of(promise: object): Next {
    return #next in promise ? promise.#next : undefined
  }

  static note(promise: object, next: Next): void {
    if (#next in promise) promise.#next = next
    else new Follower(promise, next)
  }
}

/**
 * Returns what waits for the promise of a call, if its `then` was called: the promise that `then` returned, or the promise that V8 resolved
 * with it.
 */
export function nextOf(promise: object): Next {
  return Follower.of(promise)
}

/** The promise whose `then` the current microtask has read last, without calling it yet. */
let readOf: unknown
/** Whether a microtask that clears `readOf` runs or is queued, before any microtask that V8 adds for the reader. */
let forgets = false
const settled = NativePromise.resolve()

function readThen(this: unknown): typeof then {
  readOf = this
  if (!forgets) {
    forgets = true
    then.call(settled, endMicrotask)
  }
  return thenOfCall
}

/** Called when the kernel has added a microtask that will begin with `beginMicrotask`. */
export function addsMicrotask(): void {
  forgets = true
}

/** Called at the beginning of a microtask: a `then` that was read before has been called, or was read by V8. */
export function beginMicrotask(): void {
  forgets = true
  readOf = undefined
}

export function endMicrotask(): void {
  forgets = false
  readOf = undefined
}

function thenOfCall(this: Promise<unknown>, fulfilled: unknown, rejected: unknown): Promise<never> {
  if (readOf !== this) {
    const unused = then.call(this, fulfilled as () => unknown, rejected as () => unknown) as Promise<never>
    if (typeof fulfilled === 'function') Follower.note(this, new Adoption(fulfilled as Adoption['resolve']))
    return unused
  }
  const onFulfilled = isNative(fulfilled) ? (value: unknown) => fulfilled(value) : fulfilled
  const made = then.call(this, onFulfilled as () => unknown, rejected as () => unknown) as Promise<never>
  // A library that patches `then` may return a promise of its own class.
  if (Object.getPrototypeOf(made) !== NativePromise.prototype) return made
  Object.setPrototypeOf(made, CallPromise.prototype)
  Follower.note(this, made)
  return made
}

Object.defineProperty(thenOfCall, 'name', { value: 'then' })

/**
 * Whether a function looks like V8's resolve functions: native and without a name. Other functions like that are treated the same way,
 * which has the same effect.
 */
function isNative(value: unknown): value is (value: unknown) => unknown {
  if (typeof value !== 'function' || value.length !== 1) return false
  return Function.prototype.toString.call(value) === 'function () { [native code] }'
}
