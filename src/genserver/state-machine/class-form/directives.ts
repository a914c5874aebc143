/** What a method of a class-form state machine may return besides a reply, as `stopping` and `noReply` of a server. */
import { ABSENT, Directive } from '../../class-form/directives.js'
import type { MachineActions } from '../engine/actions.js'

/** The type of the result of `acting`. */
export class Acting<out Reply = never> extends Directive<Reply> {
  readonly kind = 'acting'
  constructor(
    readonly actions: MachineActions,
    reply: unknown,
  ) {
    super(reply)
  }
}

/** The type of the result of `repeating`. */
export class Repeating<out Reply = never> extends Directive<Reply> {
  readonly kind = 'repeating'
}

/** The type of `postpone`. */
export class Postponing extends Directive<never> {
  readonly kind = 'postponing'
}

/**
 * Makes the machine do more than reply: set or cancel time-outs, insert events, answer other callers. In a call method
 * the second argument is the reply; without it the call is not answered yet. OTP's list of actions.
 *
 * @example
 * ```ts
 * press(digit: string): Acting<string> {
 *   this.#digits += digit
 *   return acting({ timeout: 3_000 }, this.#digits)
 * }
 * ```
 */
export function acting(actions: MachineActions): Acting
export function acting<Reply>(actions: MachineActions, reply: Reply): Acting<Reply>
export function acting(actions: MachineActions, ...reply: [unknown?]): Acting<unknown> {
  return new Acting(actions, reply.length === 0 ? ABSENT : reply[0])
}

/**
 * Enters the current state once more: its `@Enter` method runs and its `@After` starts again. Postponed events stay
 * postponed. In a call method the argument is the reply. OTP's `repeat_state`.
 *
 * @example
 * ```ts
 * extend(): Repeating<string> {
 *   return repeating('ten more seconds')
 * }
 * ```
 */
export function repeating(): Repeating
export function repeating<Reply>(reply: Reply): Repeating<Reply>
export function repeating(...reply: [unknown?]): Repeating<unknown> {
  return new Repeating(reply.length === 0 ? ABSENT : reply[0])
}

/**
 * Returned by a method that cannot handle the event yet: the machine handles the event again when the state has changed. OTP's `postpone`. If a
 * state always postpones the event, list the state in `postponed` (`@Postpone('connecting')`) instead.
 *
 * @example
 * ```ts
 * send(text: string): Postponing | 'sent' {
 *   if (this.#busy) return postpone
 *   …
 * }
 * ```
 */
export const postpone: Postponing = new Postponing(ABSENT)
