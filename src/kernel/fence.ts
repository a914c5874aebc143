import { HeartwoodError, kernelError } from './errors.js'
import type { Pid } from './pid.js'
import { type ExitReason, formatReason } from './reason.js'

/** The error that an act of a dead process's left-over code meets. */
export function fence(pid: Pid, reason: ExitReason): Error {
  return kernelError('PROCESS_DEAD', { pid, reason: formatReason(reason) })
}

/**
 * The same for code that was waiting when its process died: no act of its own, so no stack to show. Each waiting process
 * that dies makes one and hardly any is looked at, so its text is made when somebody does.
 */
class QuietFence extends Error {
  readonly #pid: Pid
  readonly #reason: ExitReason

  constructor(pid: Pid, reason: ExitReason) {
    super()
    this.#pid = pid
    this.#reason = reason
  }

  get code(): string {
    return 'PROCESS_DEAD'
  }

  override get message(): string {
    return fence(this.#pid, this.#reason).message
  }

  get details(): Readonly<Record<string, unknown>> {
    return { pid: this.#pid, reason: formatReason(this.#reason) }
  }
}

// It is one, but has none of its fields of its own.
Object.setPrototypeOf(QuietFence.prototype, HeartwoodError.prototype)

/** What code that was waiting is rejected with. */
export function quietFence({ pid, reason }: { readonly pid: Pid; readonly reason: ExitReason }): Error {
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = 0
  const error = new QuietFence(pid, reason)
  Error.stackTraceLimit = limit
  return error
}
