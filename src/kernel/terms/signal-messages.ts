import type { ExitReason } from './exit-reason.js'
import type { Pid } from './pid.js'
import type { Reference } from './reference.js'

/** A registered name on a node. As a destination it need not exist; it is also the `object` of a monitor by name. */
export interface RemoteName {
  readonly name: string
  readonly node: string
}

/** The message that a process that traps exits gets in place of an exit signal. Erlang's `{'EXIT', From, Reason}`. */
export class ExitMessage {
  readonly tag = 'EXIT'
  constructor(
    readonly from: Pid,
    readonly reason: ExitReason,
  ) {}
}

/** The message of a monitor. Erlang's `{'DOWN', Ref, process, Object, Reason}`. */
export class DownMessage {
  constructor(
    readonly tag: unknown,
    readonly ref: Reference,
    readonly object: Pid | RemoteName,
    readonly reason: ExitReason,
  ) {}
}

/** The message of a timer that `startTimer` has set. Erlang's `{timeout, Ref, Message}`. */
export class TimeoutMessage {
  readonly tag = 'timeout'
  constructor(
    readonly ref: Reference,
    readonly message: unknown,
  ) {}
}

/** The reply to a request of `sendRequest`. Erlang's `{[alias | Ref], Reply}`. */
export class ReplyMessage {
  constructor(
    /** The reference of the request. */
    readonly ref: Reference,
    readonly value: unknown,
    /** The error, if a full mailbox dropped the request; there is no reply then. */
    readonly error: Error | undefined,
  ) {}
}

/**
 * Guard for `receive`: the `DownMessage` of one monitor.
 *
 * @example
 * ```ts
 * const down = await receive(downOf(monitor(pid)))
 * ```
 */
export function downOf(ref: Reference): (message: unknown) => message is DownMessage {
  return (message): message is DownMessage => message instanceof DownMessage && message.ref === ref
}

/**
 * Guard for `receive`: the `ExitMessage` of one process.
 *
 * @example
 * ```ts
 * const { reason } = await receive(exitOf(worker))
 * ```
 */
export function exitOf(pid: Pid): (message: unknown) => message is ExitMessage {
  return (message): message is ExitMessage => message instanceof ExitMessage && message.from === pid
}

/** Guard for `receive`: any `ExitMessage`. */
export function isExit(message: unknown): message is ExitMessage {
  try {
    return message instanceof ExitMessage
  } catch {
    // A message of others may be a proxy that was revoked.
    return false
  }
}

/** Guard for `receive`: any `DownMessage`. */
export function isDown(message: unknown): message is DownMessage {
  try {
    return message instanceof DownMessage
  } catch {
    return false
  }
}
