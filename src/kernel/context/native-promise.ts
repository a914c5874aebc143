/** V8's own class, also where a library has put another `Promise` in its place: only V8's is told of by V8. */
export const NativePromise = (async () => {})().constructor as PromiseConstructor

/** The intrinsic one, also where somebody has put another in its place. */
const { then } = NativePromise.prototype

/**
 * The promise of a call that a handler makes. Where code hands it the resolve function of another promise
 * (`it.then(resolve, reject)`), it hangs on a function of its own instead: anybody may hold that resolve function too, and
 * settle the promise. So what follows this promise in a stack is settled by it and by nothing else (see `awaited-by.ts`). To
 * all who ask, it is a `Promise`.
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
  const isCode = readOf === this
  const onFulfilled = isCode && isNative(fulfilled) ? (value: unknown) => fulfilled(value) : fulfilled
  return then.call(this, onFulfilled as () => unknown, rejected as () => unknown) as Promise<never>
}

Object.defineProperty(thenOfCall, 'name', { value: 'then' })

/** A resolve function is a native one without a name; others are as well, and do the same in a function of their own. */
function isNative(value: unknown): value is (value: unknown) => unknown {
  if (typeof value !== 'function' || value.length !== 1) return false
  return Function.prototype.toString.call(value) === 'function () { [native code] }'
}
