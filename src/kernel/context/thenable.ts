import { types } from 'node:util'
import { NativePromise } from './native-promise.js'

/** Whether the result of a start or a handler is a promise. A value whose `then` cannot be read is a plain result. */
export function isThenable<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  if (typeof value !== 'object' || value === null) return false
  try {
    return typeof (value as PromiseLike<T>).then === 'function'
  } catch {
    // It is a getter that throws, or a proxy.
    return false
  }
}

/**
 * Whether a promise that is resolved with this value would wait for it, or fail because of it: the value is a promise, has another `then`,
 * or its `then` cannot be read.
 */
export function isFollowed(value: unknown): boolean {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false
  try {
    return typeof (value as PromiseLike<unknown>).then === 'function'
  } catch {
    return true
  }
}

/**
 * Returns a promise for the result of a thenable. Thenables of other code may throw, answer twice, or not be thenable at the second look:
 * the promise takes the first answer, and treats an error as a rejection.
 */
export function promiseOf<T>(pending: PromiseLike<T>): Promise<T> {
  return types.isPromise(pending) ? (pending as Promise<T>) : new NativePromise((resolve) => resolve(pending))
}
