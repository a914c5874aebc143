/**
 * What other processes do to a server: call, cast, stop; and `reply`, by which a call is answered later.
 */
import { isDeepStrictEqual } from 'node:util'
import {
  currentKernel,
  type ExitReason,
  HeartwoodError,
  type Kernel,
  type Pid,
  send,
} from '../kernel/index.js'
import { addressOf, type ServerRef } from './address.js'
import type { From } from './callbacks.js'
import { CastMessage, SystemRequest } from './message.js'

/** How long a call waits, and what else ends the wait. */
export interface CallOptions {
  /** Milliseconds until the call is given up with `CALL_TIMEOUT`, or `Infinity`. Default 5,000. */
  readonly timeout?: number
  /** Gives the call up with `CALL_ABORTED` when it fires; the server still handles the request. */
  readonly signal?: AbortSignal
}

/**
 * Sends a request to a server and waits for its reply. OTP's `gen_server:call/2,3`.
 *
 * A call that was given up is over: a reply that comes later is dropped.
 *
 * @param options the time-out in milliseconds (default 5,000; `Infinity` waits for ever), or options
 * @returns the reply
 * @throws CALL_TIMEOUT; CALL_NOPROC when there is no such process; CALL_SERVER_EXITED when it ends before it
 *   replied, with its exit reason in `details.reason` and as `cause`; CALL_SELF; CALL_ABORTED; BAD_TIMEOUT. All of
 *   them reject.
 * @example
 * ```ts
 * const total = await call('counter', { add: 2 })
 * const slow = await call('report', 'render', { timeout: 30_000 })
 * ```
 */
export function call(server: ServerRef, request: unknown, options?: number | CallOptions): Promise<unknown> {
  try {
    const address = addressOf(server, 'call')
    return currentKernel().request(
      address,
      request,
      typeof options === 'number' ? { timeout: options } : options,
    )
  } catch (error) {
    return Promise.reject(error)
  }
}

/**
 * Sends a request to a server and goes on; nothing tells whether it arrived. To a dead process or an unknown name it
 * is dropped. OTP's `gen_server:cast/2`.
 *
 * @throws SERVER_REF_INVALID when `server` is not a server reference at all
 * @example
 * ```ts
 * cast('counter', 'reset')
 * ```
 */
export function cast(server: ServerRef, request: unknown): void {
  castTo(currentKernel(), addressOf(server, 'cast'), request)
}

/**
 * A bare name is looked up here, since sending to an unknown one throws, which a cast must not. It goes out as an
 * ambient send, so that what the left-over code of a dead process casts reaches nobody.
 */
export function castTo(kernel: Kernel, address: Pid | string, request: unknown): void {
  const pid = typeof address === 'string' ? kernel.whereis(address) : address
  if (pid !== undefined) send(pid, new CastMessage(kernel.isolate(request)))
}

/**
 * Answers a call that its handler did not answer itself. Any process may do it, at any time; if the caller has given
 * up or died, or was answered already, nothing happens. OTP's `gen_server:reply/2`.
 *
 * @example
 * ```ts
 * handleCall(request, from, state) {
 *   return { state: { ...state, waiting: from } }
 * }
 * // later
 * reply(state.waiting, 'done')
 * ```
 */
export function reply(from: From, value: unknown): void {
  from.reply(value)
}

/**
 * Makes a server stop in good order (its `terminate` runs) and waits until it is dead. OTP's `gen_server:stop/1,3`.
 *
 * @param reason the exit reason it ends with; default `'normal'`
 * @param timeout milliseconds to wait; default `Infinity`. When they are over the server is still stopping.
 * @throws CALL_NOPROC when there is no such process; CALL_SERVER_EXITED when it ended with another reason;
 *   CALL_TIMEOUT; CALL_SELF; BAD_TIMEOUT. All of them reject.
 * @example
 * ```ts
 * await stop('counter')
 * await stop(pid, 'shutdown', 5_000)
 * ```
 */
export async function stop(
  server: ServerRef,
  reason: ExitReason = 'normal',
  timeout: number = Number.POSITIVE_INFINITY,
): Promise<void> {
  const address = addressOf(server, 'stop')
  try {
    await currentKernel().request(address, new SystemRequest('terminate', reason), { timeout })
  } catch (error) {
    // The server answers by dying: that is the success of a stop.
    if (HeartwoodError.is(error, 'CALL_SERVER_EXITED') && isDeepStrictEqual(error.details.reason, reason))
      return
    throw error
  }
}
