/**
 * Whether a callback's result has to be waited for. Anything with `then` counts, as it does for `await`; wait for it
 * through `Promise.resolve`, which costs a promise nothing, since the `then` of another may return anything.
 */
export function isThenable<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return typeof value === 'object' && value !== null && typeof (value as PromiseLike<T>).then === 'function'
}
