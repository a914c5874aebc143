/**
 * The functions by which other processes use a server: `call`, `cast` and `stop`, and `reply`, which answers a call later.
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

/** The options of a call: how long it waits, and what else ends the wait. */
export interface CallOptions {
  /** Milliseconds until the call rejects with `CALL_TIMEOUT`, or `Infinity`. Default 5,000. */
  readonly timeout?: number
  /**
   * Milliseconds to wait while no process has the name, for instance while a supervisor restarts it, or while the process is
   * still in its `init`. `timeout` counts from the moment the server is up. Default 0: the call rejects with `CALL_NOPROC`
   * at once. A call that the server had received when it crashed is never repeated; it rejects with `CALL_SERVER_EXITED`.
   * A name is a name of the kernel, a key of a registry (`via`) or a partition. A pid is not waited for, since it means one process.
   */
  readonly waitForRestart?: number
  /**
   * Makes the call reject with `CALL_ABORTED` when the signal fires. The server still handles the request. If the signal has
   * fired before the call, nothing is sent.
   */
  readonly signal?: AbortSignal
  /**
   * `'inherit'` gives a call that is made while another call is handled the deadline of that outer call: it has the time that is left to
   * the outer call, unless `timeout` is less, and rejects with `CALL_ABORTED` when nobody waits for the outer call any more.
   * Outside the handling of a call the option has no effect.
   */
  readonly deadline?: 'inherit'
}

/**
 * Sends a request to a server and waits for its reply. OTP's `gen_server:call/2,3`.
 *
 * A reply that arrives after the call has rejected is dropped.
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

/** The options of a call, with the deadline that it inherits from the call being handled. */
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
 * The limits of a call that inherits its deadline. If its own timeout is less than the time left to the outer call, it counts. Otherwise
 * the call has no timeout and is aborted together with the outer call: with two timeouts of equal length, either could come
 * first, and the handler would fail because of a deadline that only its caller has missed.
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

/** Whether a call with these options may wait until its server is up. */
export function waits(options: CallLimits): options is CallLimits & { readonly waitForRestart: number } {
  return options.waitForRestart !== undefined
}

/**
 * Sends a request to a server and does not wait; the sender does not learn whether it arrived. A cast to a dead process, an unknown
 * name or node, or a full mailbox is dropped. A sender that must know uses `call`. OTP's `gen_server:cast/2`.
 *
 * If the server's mailbox has a limit and the policy `'wait'`, `await cast(…)` waits until there is room. It rejects with
 * CALL_SERVER_EXITED when the server ends first, with MAILBOX_FULL when a server casts to itself, and with CALL_CYCLE when the
 * server's handler waits for this process, directly or through others.
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
 * Sends a cast to an address. A bare name is looked up here, since sending to an unknown name throws, which a cast must not do.
 * It is an ambient send, so that casts from code that still runs after its process has died reach nobody.
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
 * Answers a call that its handler did not answer itself. Any process may answer, at any time. Nothing happens if the caller has
 * given up or died, or was answered already. OTP's `gen_server:reply/2`.
 *
 * @param value the reply. If it is a promise, its result is the reply, and the call can still time out until then; a rejection is
 *   a failure of the process that replies
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
 * Stops a server in an orderly way (its `terminate` runs) and waits until it is dead. OTP's `gen_server:stop/1,3`.
 *
 * @param reason the exit reason it ends with; default `'normal'`
 * @param timeout milliseconds to wait; default `Infinity`. After a timeout the server goes on stopping.
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
    // `then` on the result of a call keeps the call visible to the search for call cycles. An async function that awaits it would hide it.
    return currentKernel()
      .request(address, new SystemRequest('terminate', reason), options)
      .then(() => {}, stopped)
  } catch (error) {
    return Promise.reject(error)
  }

  function stopped(error: unknown): void {
    // The server answers by dying with the given reason: the stop has succeeded.
    if (HeartwoodError.is(error, 'CALL_SERVER_EXITED') && isDeepStrictEqual(error.details.reason, reason))
      return
    throw error
  }
}
