/** Symbols by which JavaScript makes something else of a value. */
const USES: readonly PropertyKey[] = [Symbol.toPrimitive, Symbol.iterator, Symbol.asyncIterator]

/**
 * What a call gives that fails, where it is not known whether its caller expects a promise: awaited it rejects, and whoever uses
 * it as anything else meets the throw there. Only `if (result)` goes unnoticed, until the rejection is told of that nobody handled.
 */
export function thrownOrRejected(thrown: unknown): object {
  const rejected = Promise.reject(thrown)
  const use = (): never => {
    // It is told here, and once is enough.
    rejected.catch(() => {})
    throw thrown
  }
  return new Proxy(rejected, {
    get(_, key) {
      if (key in Promise.prototype && !Object.hasOwn(Object.prototype, key)) {
        const value: unknown = Reflect.get(rejected, key)
        return typeof value === 'function' ? value.bind(rejected) : value
      }
      if (key === 'constructor') return Promise
      return typeof key === 'symbol' && !USES.includes(key) ? Reflect.get(rejected, key) : use()
    },
    set: use,
    ownKeys: use,
    deleteProperty: use,
  })
}
