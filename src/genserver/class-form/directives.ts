/**
 * Directives: results that a method of a class-form server may return instead of a plain value, where OTP's callbacks return
 * tuples.
 */
import type { ExitReason } from '../../kernel/index.js'

/** Means that a directive has no reply. It is a symbol of its own, since each value can be a reply. */
export const ABSENT = Symbol('no reply')

/** The type-only key of a directive's reply type. */
declare const REPLY: unique symbol

/**
 * A result of a method that tells the server what to do next. `Reply` is the type of the reply that the caller gets, or `never`
 * if the directive does not answer.
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

/** The type of `noReply`. The answer, a `Reply`, is sent later with `reply(from, value)`. */
export class NoReply<out Reply = never> extends Directive<Reply> {
  /** The discriminator by which the compiler tells the kinds of directive apart. */
  readonly kind = 'noReply'
}

/** The directive that `stopping` makes. */
export class Stopping<out Reply = never> extends Directive<Reply> {
  readonly kind = 'stopping'
  constructor(
    readonly reason: ExitReason,
    reply: unknown,
  ) {
    super(reply)
  }
}

/** The directive that `continueWith` makes. */
export class ContinueWith<out Reply = never> extends Directive<Reply> {
  readonly kind = 'continueWith'
  constructor(
    readonly continuation: unknown,
    reply: unknown,
  ) {
    super(reply)
  }
}

/** The directive that `idle` makes. */
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
 * Returned by a call method that does not answer yet. The method keeps `from()`, and the answer is sent with `reply(from, value)`.
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
 * Stops the server with `reason` after its `terminate` has run. In a call method the second argument is the reply. It is
 * sent when `terminate` has finished; without it the caller gets `CALL_SERVER_EXITED`. Returned by `init`, the server does not
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
 * Runs the server's `handleContinue(value)` next, before all queued messages. In a call method the second argument is the
 * reply. OTP's `{continue, Term}`.
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
 * Sends the server the message `'timeout'` if no other message arrives within `ms` milliseconds. In a call method the second
 * argument is the reply. OTP's integer `Timeout` in a callback's return.
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
