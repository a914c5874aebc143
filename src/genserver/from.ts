import { currentBehaviour, get, put } from '../kernel/index.js'
import type { From } from './callbacks.js'
import { genServerError } from './errors.js'

/**
 * The caller of the call that this process is handling, to be answered with `reply(from, value)` once the method has
 * returned `noReply`. In the functional form it is also an argument: OTP's `From`.
 *
 * @throws NOT_HANDLING_CALL outside the handling of a call
 * @example
 * ```ts
 * wait(): NoReply<string> {
 *   this.#waiting.push(from())
 *   return noReply
 * }
 * ```
 */
export function from(): From {
  const client = (currentBehaviour() as { readonly client?: From } | undefined)?.client ?? answered()
  if (client === undefined) throw genServerError('NOT_HANDLING_CALL')
  return client
}

/** Where a process that answers one call keeps it. */
const ANSWERED = Symbol('the call that is answered')

/** The current process is there to answer this call. */
export function answers(client: From): void {
  put(ANSWERED, client)
}

function answered(): From | undefined {
  return get(ANSWERED) as From | undefined
}
