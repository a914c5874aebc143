import { types } from 'node:util'
import { NativePromise } from './promise-owner.js'

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
 * A promise for what a thenable comes to. Other people's may throw, answer twice, or not be thenable at the second look:
 * a promise hears the first answer, and takes a throw for a rejection.
 */
export function promiseOf<T>(pending: PromiseLike<T>): Promise<T> {
  return types.isPromise(pending) ? (pending as Promise<T>) : new NativePromise((resolve) => resolve(pending))
}
