import { promiseHooks } from 'node:v8'
import { isInstance } from '../show/index.js'
import { currentProcess } from './current-process.js'
import { CallPromise, HeldPromise, NativePromise } from './native-promise.js'
import { Given } from './private-brand.js'

/** Marks a promise with the process that made it. It is a private field, which no code sees that prints or compares promises. */
class Stamp extends Given {
  /** Whether a promise that needs no mark is being made. */
  static spared = false
  readonly #owner: object

  constructor(promise: object, owner: object) {
    super(promise)
    this.#owner = owner
  }

  static ownerOf(promise: object): object | undefined {
    return #owner in promise ? promise.#owner : undefined
  }
}

/** Whether a value is a promise, of V8's class or of the class with which a library has replaced it. */
export function isPromise(value: unknown): value is Promise<unknown> {
  return isInstance(value, NativePromise) || isInstance(value, Promise)
}

/** Whether a promise is an instance of no subclass that user code knows. */
export function hasPlainPrototype(promise: Promise<unknown>): boolean {
  const prototype: unknown = Object.getPrototypeOf(promise)
  return (
    prototype === NativePromise.prototype ||
    prototype === CallPromise.prototype ||
    prototype === HeldPromise.prototype ||
    prototype === Promise.prototype
  )
}

/** Returns the process that made a promise, if that is known. */
export function ownerOf<P extends object>(promise: unknown): P | undefined {
  return (typeof promise === 'object' && promise !== null ? Stamp.ownerOf(promise) : undefined) as
    | P
    | undefined
}

/** Marks a promise that V8 does not report with the current process. */
export function ownPromise(promise: object): void {
  const process = currentProcess()
  if (process !== undefined && Stamp.ownerOf(promise) === undefined) new Stamp(promise, process)
}

/**
 * Makes a promise of the kernel, which is always rejected in the context of the process that made it and so needs no mark: every call makes
 * one. The functions that settle it are in `settle` until the next promise is made; a closure for each promise would cost as much as the
 * promise.
 */
export function spared<T>(): Promise<T> {
  Stamp.spared = true
  const promise = new NativePromise<T>(keep)
  Stamp.spared = false
  return promise
}

/** Does the same for a call of a handler, which may be in a circle. */
export function sparedForCall<T>(): Promise<T> {
  Stamp.spared = true
  const promise = new CallPromise<T>(keep)
  Stamp.spared = false
  return promise
}

/** Does the same for a known value: only a value that is itself a promise can reject it. */
export function sparedValue<T>(value: T): Promise<Awaited<T>> {
  Stamp.spared = true
  try {
    return NativePromise.resolve(value)
  } finally {
    // V8 reads the constructor of a promise, which may throw.
    Stamp.spared = false
  }
}

/** The functions that settle the promise that was made last. */
export const settle: { resolve: (value: never) => void; reject: (error: unknown) => void } = {
  resolve: () => {},
  reject: () => {},
}

function keep(resolve: (value: never) => void, reject: (error: unknown) => void): void {
  settle.resolve = resolve
  settle.reject = reject
}

/**
 * Marks each promise with the process that made it, for `Kernel.contain`, until disposed of.
 *
 * Node 20 reports an unhandled rejection in the context of the promise, Node 24 in the context of the code that rejected it: for example
 * the timer of a sibling, or a pooled socket that belongs to no process. At fault is the process that made a promise and left it alone, so
 * the promise is marked: some 40 ns for a promise, and nothing for what makes none, such as a message. Half of this is the cost of any such
 * hook of V8, also of an empty one. There is no other way to know who made a promise.
 */
export function rememberPromises(): Disposable {
  const forget = promiseHooks.onInit((promise, parent) => {
    // A promise that `then` made is rejected by a callback that has the context of the `then`.
    if (parent !== undefined || Stamp.spared) return
    const process = currentProcess()
    // Several systems in one program may each do this.
    if (process !== undefined && Stamp.ownerOf(promise) === undefined) new Stamp(promise, process)
  }) as () => void
  return { [Symbol.dispose]: forget }
}
