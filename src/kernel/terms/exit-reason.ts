import { hasOwn, inherits, isError, isObject, keysOf, printed } from '../show/index.js'

/** Why a process ended: a word such as `'normal'`, `{ shutdown: x }`, or whatever was thrown (Erlang's exit reason). */
export type ExitReason = unknown

/** Thrown by `exit(reason)` to end the current process; unlike an error it is not a crash of the code. */
export class Exit {
  constructor(readonly reason: ExitReason) {}
}

/** Whether supervisors and reports take this for an orderly end: `normal`, `shutdown` or `{ shutdown: x }`. */
export function isOrderly(reason: ExitReason): boolean {
  return reason === 'normal' || reason === 'shutdown' || isShutdown(reason)
}

/** `{ shutdown: x }` and nothing beside it, as OTP takes only the 2-tuple `{shutdown, _}` for an orderly end. */
export function isShutdown(reason: ExitReason): reason is { shutdown: unknown } {
  // Asked first, since the keys of what may be large are only counted then.
  if (!isObject(reason) || !hasOwn(reason, 'shutdown') || isError(reason)) return false
  try {
    const { first, count } = keysOf(reason, 1)
    return count === 1 && first[0] === 'shutdown'
  } catch {
    // A proxy that hides its keys is no orderly end.
    return false
  }
}

/**
 * The exit reason for something thrown. An `Error` is its own reason, stack kept. A bare value that would pass
 * for an orderly end (`throw 'normal'`) is wrapped as Erlang wraps an uncaught throw, so that a crash stays one.
 */
export function reasonOf(thrown: unknown): ExitReason {
  if (inherits(thrown, Exit.prototype)) return (thrown as Exit).reason
  if (isOrderly(thrown)) return { nocatch: thrown }
  return thrown
}

/** What is kept of the reason of a process that is over: enough to show it, and to tell an orderly end. */
export function shownReason(reason: ExitReason): ExitReason {
  return typeof reason !== 'object' || isOrderly(reason) ? reason : formatReason(reason)
}

/** A reason on one line, for logs and messages. */
export function formatReason(reason: ExitReason): string {
  return printed(reason)
}
