import { types } from 'node:util'
import { NativePromise } from './native-promise.js'

/** Whether the outcome of a start or a handler is still to come. What cannot be asked is none, and was returned. */
export function isThenable<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  if (typeof value !== 'object' || value === null) return false
  try {
    return typeof (value as PromiseLike<T>).then === 'function'
  } catch {
    // A getter that throws, or a proxy.
    return false
  }
}

/**
 * Whether a promise that is resolved with this would go on waiting for it, or fail of it: a promise, whatever else has a `then`,
 * and what cannot be asked for one. What such a promise stands for is then none of those who wait for it.
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
 * A promise for what a thenable comes to. Other people's may throw, answer twice, or not be thenable at the second look:
 * a promise hears the first answer, and takes a throw for a rejection.
 */
export function promiseOf<T>(pending: PromiseLike<T>): Promise<T> {
  return types.isPromise(pending) ? (pending as Promise<T>) : new NativePromise((resolve) => resolve(pending))
}
