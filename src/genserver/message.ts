/**
 * The envelopes that tell a server's kinds of message apart. A class each: `instanceof` on them is the loop's
 * dispatch, and a plain message that merely looks like one cannot be taken for it.
 */

/** `cast(server, request)`. */
export class CastMessage {
  constructor(readonly request: unknown) {}
}

/** A call or cast of a class-form server: which method, with which arguments. */
export class MethodCall {
  constructor(
    readonly method: string,
    readonly args: readonly unknown[],
  ) {}

  toString(): string {
    return `${this.method}(${this.args.length === 0 ? '' : '…'})`
  }
}

/** The payload of a call that the engine answers itself (OTP's `system` messages). */
export class SystemRequest {
  constructor(
    readonly operation:
      | 'getState'
      | 'replaceState'
      | 'getStatus'
      | 'suspend'
      | 'resume'
      | 'terminate'
      | 'configChange'
      | 'debug',
    readonly argument?: unknown,
  ) {}
}

/** Stands for a continuation as the message being handled. */
export class Continuation {
  constructor(readonly value: unknown) {}
}

/** What a callback returns that has no handler for what it got; the engine decides what that means. */
export const UNHANDLED = Symbol('unhandled')

/** What a callback of the class form returns that has nothing to say: the instance remains the state. */
export const UNCHANGED = Symbol('unchanged')
