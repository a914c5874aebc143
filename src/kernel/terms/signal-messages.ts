import type { ExitReason } from './exit-reason.js'
import type { Pid } from './pid.js'
import type { Reference } from './reference.js'

/** A registered name on a node: a destination that may be unknown, and the object of a monitor made by name. */
export interface RemoteName {
  readonly name: string
  readonly node: string
}

/** What a trapping process receives instead of an exit signal. Erlang's `{'EXIT', From, Reason}`. */
export class ExitMessage {
  readonly tag = 'EXIT'
  constructor(
    readonly from: Pid,
    readonly reason: ExitReason,
  ) {}
}

/** What a monitor delivers, once. Erlang's `{'DOWN', Ref, process, Object, Reason}`. */
export class DownMessage {
  constructor(
    readonly tag: unknown,
    readonly ref: Reference,
    readonly object: Pid | RemoteName,
    readonly reason: ExitReason,
  ) {}
}

/** What `startTimer` delivers. Erlang's `{timeout, Ref, Message}`. */
export class TimeoutMessage {
  readonly tag = 'timeout'
  constructor(
    readonly ref: Reference,
    readonly message: unknown,
  ) {}
}

/** The answer to a request that was sent with `sendRequest`. Erlang's `{[alias | Ref], Reply}`. */
export class ReplyMessage {
  constructor(
    /** The request. */
    readonly ref: Reference,
    readonly value: unknown,
    /** In place of a reply, when a full mailbox dropped the request. */
    readonly error: Error | undefined,
  ) {}
}

/**
 * Guard for `receive`: the DOWN of one monitor.
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
 * Guard for `receive`: the exit signal of one process, turned into a message.
 *
 * @example
 * ```ts
 * const { reason } = await receive(exitOf(worker))
 * ```
 */
export function exitOf(pid: Pid): (message: unknown) => message is ExitMessage {
  return (message): message is ExitMessage => message instanceof ExitMessage && message.from === pid
}

/** Guard for `receive`: an exit signal turned into a message. */
export function isExit(message: unknown): message is ExitMessage {
  return message instanceof ExitMessage
}

/** Guard for `receive`: the end of a monitored process. */
export function isDown(message: unknown): message is DownMessage {
  return message instanceof DownMessage
}
