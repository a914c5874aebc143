/**
 * What a method of a class-form server may return in place of a plain value, where OTP's callbacks return tuples.
 */
import type { ExitReason } from '../../kernel/index.js'

/** Stands for a reply that is not given, since any value can be one. */
export const ABSENT = Symbol('no reply')

/** The reply type a directive stands for is known to the compiler only. */
declare const REPLY: unique symbol

/**
 * A method's result that says more than the reply. `Reply` is what the caller of the method gets; `never` if the
 * directive does not answer.
 */
export abstract class Directive<out Reply = unknown> {
  declare readonly [REPLY]: Reply
  readonly reply: unknown
  readonly replies: boolean

  constructor(reply: unknown) {
    this.replies = reply !== ABSENT
    this.reply = this.replies ? reply : undefined
  }
}

/** The type of `noReply`: the answer, a `Reply`, is sent later with `reply(from, value)`. */
export class NoReply<out Reply = never> extends Directive<Reply> {
  /** Keeps the kinds of directive apart for the compiler. */
  readonly kind = 'noReply'
}

/** Made by `stopping`. */
export class Stopping<out Reply = never> extends Directive<Reply> {
  readonly kind = 'stopping'
  constructor(
    readonly reason: ExitReason,
    reply: unknown,
  ) {
    super(reply)
  }
}

/** Made by `continueWith`. */
export class ContinueWith<out Reply = never> extends Directive<Reply> {
  readonly kind = 'continueWith'
  constructor(
    readonly continuation: unknown,
    reply: unknown,
  ) {
    super(reply)
  }
}

/** Made by `idle`. */
export class Idle<out Reply = never> extends Directive<Reply> {
  readonly kind = 'idle'
  constructor(
    readonly timeout: number,
    reply: unknown,
  ) {
    super(reply)
  }
}

/**
 * Returned by a call method that does not answer yet. Take `from()` before, and answer with `reply(from, value)`.
 * OTP's `{noreply, State}`.
 *
 * @example
 * ```ts
 * take(): Job | NoReply {
 *   const job = this.#jobs.shift()
 *   if (job !== undefined) return job
 *   this.#waiting.push(from())
 *   return noReply
 * }
 * ```
 */
export const noReply: NoReply = new NoReply(ABSENT)

/**
 * Stops the server with `reason` after its `terminate`. In a call method, a second argument is the reply, which is
 * sent when `terminate` is done; without one the caller gets `CALL_SERVER_EXITED`. In `init` the server does not
 * start. OTP's `{stop, Reason, Reply, State}` and `{stop, Reason, State}`.
 *
 * @example
 * ```ts
 * close(): Stopping<string> {
 *   return stopping('normal', 'closed')
 * }
 * ```
 */
export function stopping(reason: ExitReason): Stopping
export function stopping<Reply>(reason: ExitReason, reply: Reply): Stopping<Reply>
export function stopping(reason: ExitReason, ...reply: [unknown?]): Stopping<unknown> {
  return new Stopping(reason, reply.length === 0 ? ABSENT : reply[0])
}

/**
 * Runs the server's `handleContinue(value)` next, before any queued message; in a call method, with the reply as
 * second argument. OTP's `{continue, Term}`.
 *
 * @example
 * ```ts
 * init() {
 *   return continueWith('connect')
 * }
 * ```
 */
export function continueWith(value: unknown): ContinueWith
export function continueWith<Reply>(value: unknown, reply: Reply): ContinueWith<Reply>
export function continueWith(value: unknown, ...reply: [unknown?]): ContinueWith<unknown> {
  return new ContinueWith(value, reply.length === 0 ? ABSENT : reply[0])
}

/**
 * Asks for the message `'timeout'` if no other arrives within `ms` milliseconds; in a call method, with the reply as
 * second argument. OTP's integer `Timeout` in a callback's return.
 *
 * @example
 * ```ts
 * touch(): void | Idle {
 *   return idle(30_000)
 * }
 * ```
 */
export function idle(ms: number): Idle
export function idle<Reply>(ms: number, reply: Reply): Idle<Reply>
export function idle(ms: number, ...reply: [unknown?]): Idle<unknown> {
  return new Idle(ms, reply.length === 0 ? ABSENT : reply[0])
}
