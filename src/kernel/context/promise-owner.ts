import { promiseHooks } from 'node:v8'
import type { Process } from '../process/process.js'
import { isInstance } from '../show/index.js'
import { currentProcess } from './current-process.js'
import { CallPromise, HeldPromise, NativePromise } from './native-promise.js'
import { Given } from './private-brand.js'

/** Writes on a promise who made it. A private field: no one who prints or compares promises sees it. */
class Stamp extends Given {
  /** A promise is being made that needs no stamp. */
  static spared = false
  readonly #owner: Process

  constructor(promise: object, owner: Process) {
    super(promise)
    this.#owner = owner
  }

  static ownerOf(promise: object): Process | undefined {
    return #owner in promise ? promise.#owner : undefined
  }
}

/** Whether it is a promise, of V8's or of the class that a library has put in its place. */
export function isPromise(value: unknown): value is Promise<unknown> {
  return isInstance(value, NativePromise) || isInstance(value, Promise)
}

/** Whether a promise is of no subclass that others know. */
export function hasPlainPrototype(promise: Promise<unknown>): boolean {
  const prototype: unknown = Object.getPrototypeOf(promise)
  return (
    prototype === NativePromise.prototype ||
    prototype === CallPromise.prototype ||
    prototype === HeldPromise.prototype ||
    prototype === Promise.prototype
  )
}

/** The process that made a promise, where that is known. */
export function ownerOf(promise: unknown): Process | undefined {
  return typeof promise === 'object' && promise !== null ? Stamp.ownerOf(promise) : undefined
}

/** Has a promise that V8 does not tell of remember the current process as the one that made it. */
export function ownPromise(promise: object): void {
  const process = currentProcess()
  if (process !== undefined && Stamp.ownerOf(promise) === undefined) new Stamp(promise, process)
}

/**
 * A promise of the kernel's own, which is always rejected in the context of the process that made it, and so need not
 * remember it: every call makes one. What settles it is in `settle` until the next is made; a closure for each promise
 * would cost as much as the promise.
 */
export function spared<T>(): Promise<T> {
  Stamp.spared = true
  const promise = new NativePromise<T>(keep)
  Stamp.spared = false
  return promise
}

/** The same for a call that a handler makes, which may be in a circle. */
export function sparedForCall<T>(): Promise<T> {
  Stamp.spared = true
  const promise = new CallPromise<T>(keep)
  Stamp.spared = false
  return promise
}

/** The same for what is known already: only a value that is itself a promise can have it rejected. */
export function sparedValue<T>(value: T): Promise<Awaited<T>> {
  Stamp.spared = true
  try {
    return NativePromise.resolve(value)
  } finally {
    // V8 asks a promise for its constructor, which may throw.
    Stamp.spared = false
  }
}

/** What settles the promise that was made last. */
export const settle: { resolve: (value: never) => void; reject: (error: unknown) => void } = {
  resolve: () => {},
  reject: () => {},
}

function keep(resolve: (value: never) => void, reject: (error: unknown) => void): void {
  settle.resolve = resolve
  settle.reject = reject
}

/**
 * Has each promise remember the process that made it, for `Kernel.contain`, until disposed of.
 *
 * Node 20 tells of an unhandled rejection in the context of the promise, Node 24 in that of whoever rejected it: a
 * sibling's timer, or a pooled socket that belongs to nobody. Whoever made a promise and left it alone is at fault,
 * so there it is written down: some 40 ns a promise, and nothing for what makes none, such as a message. Half of it is
 * what V8 takes for calling any such hook, also one that does nothing; no other way tells who made a promise.
 */
export function rememberPromises(): Disposable {
  const forget = promiseHooks.onInit((promise, parent) => {
    // What `then` made is rejected by a callback that has the context of the `then`.
    if (parent !== undefined || Stamp.spared) return
    const process = currentProcess()
    // Several systems in one program may all remember.
    if (process !== undefined && Stamp.ownerOf(promise) === undefined) new Stamp(promise, process)
  }) as () => void
  return { [Symbol.dispose]: forget }
}
