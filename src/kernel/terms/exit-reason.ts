import { hasOwn, inherits, isError, isObject, keysOf, printed } from '../show/index.js'

/** An exit reason: a word such as `'normal'`, `{ shutdown: x }`, or a thrown value. Erlang's exit reason. */
export type ExitReason = unknown

/** Thrown by `exit(reason)` to end the current process. Unlike an error it is no crash. */
export class Exit {
  constructor(readonly reason: ExitReason) {}
}

/** Whether a reason is an orderly end for supervisors and reports: `normal`, `shutdown` or `{ shutdown: x }`. */
export function isOrderly(reason: ExitReason): boolean {
  return reason === 'normal' || reason === 'shutdown' || isShutdown(reason)
}

/** Whether a reason is `{ shutdown: x }` without other fields, like OTP's 2-tuple `{shutdown, _}`. */
export function isShutdown(reason: ExitReason): reason is { shutdown: unknown } {
  // These tests come first, since counting the keys of a large object takes longer.
  if (!isObject(reason) || !hasOwn(reason, 'shutdown') || isError(reason)) return false
  try {
    const { first, count } = keysOf(reason, 1)
    return count === 1 && first[0] === 'shutdown'
  } catch {
    // A proxy that throws is no orderly end.
    return false
  }
}

/**
 * The exit reason for a thrown value. An `Error` is the reason itself, with its stack. A value that would look like an orderly end
 * (`throw 'normal'`) is wrapped, as Erlang wraps an uncaught throw, so that it stays a crash.
 */
export function reasonOf(thrown: unknown): ExitReason {
  if (inherits(thrown, Exit.prototype)) return (thrown as Exit).reason
  if (isOrderly(thrown)) return { nocatch: thrown }
  return thrown
}

/** The form of a reason that a dead process keeps: enough to show it and to recognise an orderly end. */
export function shownReason(reason: ExitReason): ExitReason {
  return typeof reason !== 'object' || isOrderly(reason) ? reason : formatReason(reason)
}

/** A reason on one line, for logs and messages. */
export function formatReason(reason: ExitReason): string {
  return printed(reason)
}
