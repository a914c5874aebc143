import { promiseHooks } from 'node:v8'
import { currentProcess } from './context.js'
import { Given } from './given.js'
import type { Process } from './process.js'

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

/** The process that made a promise, where that is known. */
export function ownerOf(promise: unknown): Process | undefined {
  return promise instanceof Promise ? Stamp.ownerOf(promise) : undefined
}

/**
 * A promise of the kernel's own, which is always rejected in the context of the process that made it, and so need not
 * remember it: every call makes one. What settles it is in `settle` until the next is made; a closure for each promise
 * would cost as much as the promise.
 */
export function spared<T>(): Promise<T> {
  Stamp.spared = true
  const promise = new Promise<T>(keep)
  Stamp.spared = false
  return promise
}

/** The same for what is known already: only a value that is itself a promise can have it rejected. */
export function sparedValue<T>(value: T): Promise<Awaited<T>> {
  Stamp.spared = true
  try {
    return Promise.resolve(value)
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
