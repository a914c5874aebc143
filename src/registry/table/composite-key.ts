import { isRevoked, KEY_FORM, read } from '../../kernel/index.js'
import { registryError } from '../errors.js'

/** A function from a composite key to the value by which it is compared: a string, a number, or any other value that a `Map` can find. */
export type Identity<K> = (key: K) => unknown

/**
 * The value that a `Map` has for `key`. Without an `identity`, keys are compared as a `Map` does: like `===`, except that
 * `NaN` is equal to itself. A literal array or object would never be found again, so it is refused.
 */
export function identityOf<K>(registry: string, key: K, identity: Identity<K> | undefined): unknown {
  const found = identity === undefined ? key : identity(key)
  if (typeof found !== 'object' || found === null) return found
  const form = read(found, KEY_FORM)
  if (typeof form === 'function') return form.call(found)
  if (isLiteral(found)) {
    throw registryError('KEY_NOT_COMPARABLE', { registry, key: found })
  }
  return found
}

function isLiteral(key: object): boolean {
  if (isRevoked(key)) return true
  const prototype: unknown = Object.getPrototypeOf(key)
  return prototype === Object.prototype || prototype === Array.prototype || prototype === null
}
