import { kernelError, printed } from './errors.js'
import type { RemoteName } from './message.js'
import { Monitor } from './monitor.js'
import type { Pid } from './pid.js'
import type { Process } from './process.js'
import { type ExitReason, formatReason } from './reason.js'

/** How long a call may take and what else may end it. */
export interface RequestOptions {
  /** Milliseconds until the call is given up, or Infinity; default 5,000. */
  readonly timeout?: number
  /** Gives the call up when it fires. */
  readonly signal?: AbortSignal
  /** An order to the engine of the server, which a bounded mailbox takes however full it is; default false. */
  readonly control?: boolean
}

/**
 * A request on its way: the message that its server gets, the `From` to reply to, and the monitor of its caller, all in
 * one object. A `Call` is waited for with a promise, a `SentRequest` is answered by a message.
 *
 * What OTP does with an alias holds by construction: once it is over for its caller, a late reply reaches nobody.
 */
export abstract class CallRequest extends Monitor {
  /** The process that called; undefined for code outside any process. */
  readonly caller: Pid | undefined
  /** Never dropped by a full mailbox. */
  control = false

  constructor(
    caller: Process | undefined,
    object: Pid | RemoteName,
    tag: string,
    readonly payload: unknown,
    protected readonly server: Pid | string,
  ) {
    super(caller, object, tag)
    this.caller = caller?.pid
  }

  /** Answers; the second answer, and any after the caller gave up, is dropped. Erlang's `gen_server:reply/2`. */
  abstract reply(value: unknown): void

  /** A full mailbox dropped it, to make room for another message. */
  abstract dropped(): void
}

export type CallErrorCode =
  | 'CALL_TIMEOUT'
  | 'CALL_NOPROC'
  | 'CALL_SERVER_EXITED'
  | 'CALL_SELF'
  | 'CALL_CYCLE'
  | 'CALL_ABORTED'
  | 'MAILBOX_FULL'

/** What a failed call is rejected with: the server, the request, and OTP's exit reason as `details.reason`. */
export function callError(
  code: CallErrorCode,
  server: Pid | string,
  payload: unknown,
  reason: ExitReason,
  cause: unknown,
  more?: Record<string, unknown>,
): Error {
  const options = cause === undefined ? undefined : { cause }
  const request = requestName(payload)
  return kernelError(code, { server, request, reason, text: formatReason(reason), ...more }, options)
}

/** Method calls of the class form carry their name; anything else is shown as it is. */
function requestName(payload: unknown): string {
  if (typeof payload === 'object' && payload !== null && 'method' in payload) return String(payload.method)
  return printed(payload)
}
