/** What a task sends its owner, and how its end is told. */
import { DownMessage, type ExitReason, type Pid, type Reference } from '../../kernel/index.js'

/** A task as those see it who wait for it: `Task`. */
export interface StartedTask<out T> {
  readonly pid: Pid | undefined
  readonly ref: Reference
  readonly owner: Pid
  await(...limits: never[]): Promise<T>
}

/**
 * The result of a task on its way: the message its owner gets, before the `DownMessage` with the same `ref`. A server
 * that must not wait takes it in `handleInfo` instead of `await`. Elixir's `{ref, result}`.
 *
 * @example
 * ```ts
 * handleInfo(message, state) {
 *   if (!isTaskReply(message)) return { state }
 *   demonitor(message.ref, { flush: true })
 *   return { state: { ...state, page: message.value } }
 * }
 * ```
 */
export class TaskReply<out T = unknown> {
  constructor(
    /** The task's `ref`. */
    readonly ref: Reference,
    readonly value: T,
  ) {}
}

/** Guard for `receive` and `@Info`: the result of a task that nobody awaited. */
export function isTaskReply(message: unknown): message is TaskReply {
  return message instanceof TaskReply
}

/** How a task ended: with a value, or with an exit reason instead. Elixir's `{:ok, value}` and `{:exit, reason}`. */
export type TaskOutcome<T> = { readonly ok: T } | { readonly exit: ExitReason }

/** Guard for either of the messages that end the waiting for the task with this `ref`. */
export function isEndOf<T>(ref: Reference) {
  return (message: unknown): message is TaskReply<T> | DownMessage =>
    (message instanceof TaskReply || message instanceof DownMessage) && message.ref === ref
}

/** The end as it is told; undefined for a task that has not ended. */
export function outcomeOf<T>(end: TaskReply<T> | DownMessage): TaskOutcome<T>
export function outcomeOf<T>(end: TaskReply<T> | DownMessage | undefined): TaskOutcome<T> | undefined
export function outcomeOf<T>(end: TaskReply<T> | DownMessage | undefined): TaskOutcome<T> | undefined {
  if (end === undefined) return undefined
  return end instanceof TaskReply ? { ok: end.value } : { exit: end.reason }
}
