/**
 * What other processes do to a server: call, cast, stop; and `reply`, by which a call is answered later.
 */
import { isDeepStrictEqual } from 'node:util'
import {
  checkKnown,
  checkSignal,
  currentKernel,
  type ExitReason,
  errorsOf,
  HeartwoodError,
  isTimeout,
  KERNEL_ERRORS,
  Pid,
  post,
  type RemoteName,
  type RequestOptions,
  read,
} from '../../kernel/index.js'
import { genServerError } from '../errors.js'
import { handledCall } from '../messages/from.js'
import { type CastMessage, PlainCast, SystemRequest } from '../messages/server-message.js'
import type { From } from '../server/callbacks.js'
import { requestWhenUp } from './call-when-registered.js'
import { addressOf, isElsewhere, type ServerRef } from './server-address.js'

const kernelError = errorsOf(KERNEL_ERRORS)

/** How long a call waits, and what else ends the wait. */
export interface CallOptions {
  /** Milliseconds until the call is given up with `CALL_TIMEOUT`, or `Infinity`. Default 5,000. */
  readonly timeout?: number
  /**
   * Milliseconds to wait for a process of that name when there is none, as while a supervisor restarts it, or one that
   * is not done with its `init`; `timeout` counts from when it is up. Default 0: the call rejects with `CALL_NOPROC`
   * at once. A call that the server had when it crashed is never repeated; it rejects with `CALL_SERVER_EXITED`.
   * A name is one of the kernel, a key of a registry (`via`) or a partition; a pid means one process and is not waited for.
   */
  readonly waitForRestart?: number
  /**
   * Gives the call up with `CALL_ABORTED` when it fires; the server still handles the request, unless it had fired before: then
   * nothing is sent.
   */
  readonly signal?: AbortSignal
  /**
   * `'inherit'`: of a call made while a call is handled. It has the time that is left to that one, where `timeout` is not
   * less, and is given up with `CALL_ABORTED` when nobody waits for that one any more. Made outside the handling of a call, it
   * is a call like any other.
   */
  readonly deadline?: 'inherit'
}

/**
 * Sends a request to a server and waits for its reply. OTP's `gen_server:call/2,3`.
 *
 * A call that was given up is over: a reply that comes later is dropped.
 *
 * @param options the time-out in milliseconds (default 5,000; `Infinity` waits for ever), or options
 * @returns the reply
 * @throws CALL_TIMEOUT; CALL_NOPROC when there is no such process; CALL_SERVER_EXITED when it ends before it
 *   replied, with its exit reason in `details.reason` and as `cause`; CALL_SELF, and CALL_CYCLE when the server's
 *   handler waits for this one, directly or through others; MAILBOX_FULL when the server has set its mailbox a limit,
 *   and it is reached; CALL_ABORTED; BAD_TIMEOUT. All of them reject.
 * @example
 * ```ts
 * const total = await call('counter', { add: 2 })
 * const slow = await call('report', 'render', { timeout: 30_000, waitForRestart: 5_000 })
 * ```
 */
export function call(server: ServerRef, request: unknown, options?: number | CallOptions): Promise<unknown> {
  try {
    const kernel = currentKernel()
    if (typeof options !== 'object') {
      return kernel.request(
        addressOf(server, 'call'),
        request,
        options === undefined ? undefined : { timeout: options },
      )
    }
    const limits = limitsOf(options)
    if (waits(limits)) return requestWhenUp(kernel, server, request, limits)
    return kernel.request(addressOf(server, 'call'), request, limits)
  } catch (error) {
    return Promise.reject(error)
  }
}

/** The options of a call, with what it takes over from the call that is being handled. */
export type CallLimits = RequestOptions & Pick<CallOptions, 'waitForRestart'>

export const CALL_OPTIONS = ['timeout', 'waitForRestart', 'signal', 'deadline']

/** @throws BAD_OPTION */
export function limitsOf(options: CallOptions): CallLimits {
  checkKnown('a call', options, CALL_OPTIONS)
  if (options.timeout === null)
    throw kernelError('BAD_TIMEOUT', { action: 'the timeout of a call', value: null })
  checkSignal(options.signal, 'a call')
  return options.deadline === undefined ? (options as CallLimits) : inherited(options)
}

/**
 * Its own time counts where it is less; else the call has none of its own, and is given up with the other: were both to end
 * by time-outs, nobody could say which comes first, and the handler would fail for what only its caller has failed for.
 */
function inherited({ deadline, signal, ...own }: CallOptions): CallLimits {
  if (deadline !== 'inherit') {
    const about = { action: 'a call', option: 'deadline', value: deadline, expected: "'inherit'" }
    throw kernelError('BAD_OPTION', about)
  }
  const within = handledCall()
  if (within === undefined || !(within.active || within.abandonment !== undefined)) {
    return signal === undefined ? own : { ...own, signal }
  }
  const signals = signal === undefined ? within.signal : [signal, within.signal]
  const { timeout = Number.POSITIVE_INFINITY } = own
  const isLess = !isTimeout(timeout) || timeout < within.timeLeft
  return { ...own, timeout: isLess ? timeout : Number.POSITIVE_INFINITY, signal: signals, within }
}

/** Whether a call with these options may wait for its server. */
export function waits(options: CallLimits): options is CallLimits & { readonly waitForRestart: number } {
  return options.waitForRestart !== undefined
}

/**
 * Sends a request to a server and goes on; nothing tells whether it arrived. To a dead process, an unknown name or node
 * or a full mailbox it is dropped: who must know calls. OTP's `gen_server:cast/2`.
 *
 * To a mailbox with a limit and the policy `'wait'`, `await cast(…)` waits until there is room: it rejects with
 * CALL_SERVER_EXITED when the server ends before, with MAILBOX_FULL where the wait would be for oneself, and with CALL_CYCLE where the
 * server's handler waits for this one, directly or through others.
 *
 * @throws SERVER_REF_INVALID when `server` is not a server reference at all
 * @example
 * ```ts
 * cast('counter', 'reset')
 * ```
 */
export function cast(server: ServerRef, request: unknown): void
export function cast(server: ServerRef, request: unknown): unknown {
  return castTo(isElsewhere(server) ? server : addressOf(server, 'cast'), new PlainCast(request))
}

/**
 * A bare name is looked up here, since sending to an unknown one throws, which a cast must not. It goes out as an
 * ambient send, so that what the left-over code of a dead process casts reaches nobody.
 */
export function castTo(address: Pid | string | RemoteName, cast: CastMessage): PromiseLike<void> | undefined {
  if (address instanceof Pid) return post(address, cast)
  const kernel = currentKernel()
  const pid =
    typeof address === 'string' ? kernel.whereis(address) : kernel.whoHas(address.name, address.node)
  if (pid !== undefined) return post(pid, cast)
  kernel.deadLetter(address, cast)
  return undefined
}

/**
 * Answers a call that its handler did not answer itself. Any process may do it, at any time; if the caller has given
 * up or died, or was answered already, nothing happens. OTP's `gen_server:reply/2`.
 *
 * @param value the reply; of a promise what it comes to, and until then the call may still time out. Rejected, it is the failure
 *   of the process that replies
 * @throws FROM_INVALID
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
  if (typeof read(from, 'reply') !== 'function') throw genServerError('FROM_INVALID', { value: from })
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
export function stop(
  server: ServerRef,
  reason: ExitReason = 'normal',
  timeout: number = Number.POSITIVE_INFINITY,
): Promise<void> {
  try {
    const address = addressOf(server, 'stop')
    const options = { timeout, control: true }
    // What a call gives, and its `then`, is seen through where it closes a circle; a function that awaits it is not.
    return currentKernel()
      .request(address, new SystemRequest('terminate', reason), options)
      .then(() => {}, stopped)
  } catch (error) {
    return Promise.reject(error)
  }

  function stopped(error: unknown): void {
    // The server answers by dying: that is the success of a stop.
    if (HeartwoodError.is(error, 'CALL_SERVER_EXITED') && isDeepStrictEqual(error.details.reason, reason))
      return
    throw error
  }
}
