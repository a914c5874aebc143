import { Given } from './private-brand.js'

/** V8's own class, also where a library has put another `Promise` in its place: only V8's is told of by V8. */
export const NativePromise = (async () => {})().constructor as PromiseConstructor

/** The intrinsic one, also where somebody has put another in its place. */
const { then } = NativePromise.prototype

/**
 * The promise of a call that a handler makes, and whatever its `then` makes. It sees its `then` being called, and notes what
 * came of that: so what waits for the call is known without a guess, as far as it goes (see `awaited-by.ts`). Where code hands it the
 * resolve function of another promise (`it.then(resolve, reject)`), it hangs on a function of its own instead: anybody may hold
 * that resolve function too, and settle the promise. To all who ask, it is a `Promise`.
 *
 * V8 asks for `then` as well, when an `async` function returns the promise or another is resolved with it. It does so at once, and
 * calls what it got in a later microtask; code calls it in the same. That is how the two are told apart. An `await` asks
 * for no `then`, and costs nothing.
 */
export class CallPromise<T> extends NativePromise<T> {}

Object.defineProperties(CallPromise.prototype, {
  constructor: { value: NativePromise, configurable: true, writable: true },
  // biome-ignore lint/suspicious/noThenProperty: it is a promise
  then: { get: readThen, configurable: true },
})

/**
 * The promise of a cast that waits for room, which tells that somebody hangs on it: `await` and `then` ask it for its constructor, V8
 * when it resolves another promise with it asks for `then` and calls that. In all else it is like that of a call. (The accessor is on the
 * prototype: one on a promise itself would slow down every `then` of the program.)
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

/** Makes the promise of a call one that tells when it is awaited, or its `then` is called. */
export function tellOfAwait(promise: Promise<unknown>, tell: () => void): void {
  Object.setPrototypeOf(promise, HeldPromise.prototype)
  hangers.set(promise, tell)
}

/** V8 has resolved another promise with this one: what settles that, and can only be called by V8, or by us. */
export class Adoption {
  constructor(readonly resolve: (value: unknown) => void) {}

  /** Whether it is what V8 hands in: not the function of somebody. */
  get isPlain(): boolean {
    return isNative(this.resolve)
  }
}

/** What has come of the `then` of a promise last. */
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

/** What hangs on the promise of a call, if its `then` was called: the promise that came of that, or one that V8 resolved with it. */
export function nextOf(promise: object): Next {
  return Follower.of(promise)
}

/** Whose `then` the microtask that runs now has read last, and not called yet. */
let readOf: unknown
/** Whether a microtask is running that forgets it at its end, or is on its way: before any that V8 adds for the one who reads. */
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

/** Says that a microtask was added that will begin with `beginMicrotask`: one of the kernel's. */
export function addsMicrotask(): void {
  forgets = true
}

/** What was read before has been called, or was read by V8. */
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
  // A library that patches `then` may give a promise of its own.
  if (Object.getPrototypeOf(made) !== NativePromise.prototype) return made
  Object.setPrototypeOf(made, CallPromise.prototype)
  Follower.note(this, made)
  return made
}

Object.defineProperty(thenOfCall, 'name', { value: 'then' })

/** A resolve function is a native one without a name; others are as well, and do the same in a function of their own. */
function isNative(value: unknown): value is (value: unknown) => unknown {
  if (typeof value !== 'function' || value.length !== 1) return false
  return Function.prototype.toString.call(value) === 'function () { [native code] }'
}
