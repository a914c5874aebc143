/** The messages that a task sends its owner, and the outcome of a task. */
import { DownMessage, type ExitReason, isInstance, type Pid, type Reference } from '../../kernel/index.js'

/** The parts of a `Task` that waiting for it needs. */
export interface StartedTask<out T> {
  readonly pid: Pid | undefined
  readonly ref: Reference
  readonly owner: Pid
  await(...limits: never[]): Promise<T>
}

/**
 * The message with the result of a task. Its owner gets it before the `DownMessage` with the same `ref`. A server that must not
 * wait receives it in `handleInfo`, instead of `await`. Elixir's `{ref, result}`.
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
    /** The `ref` of the task. */
    readonly ref: Reference,
    readonly value: T,
  ) {}
}

/** A guard for `receive` and `@Info`: matches the result of a task. */
export function isTaskReply(message: unknown): message is TaskReply {
  return isInstance(message, TaskReply)
}

/** The outcome of a task: its value, or its exit reason. Elixir's `{:ok, value}` and `{:exit, reason}`. */
export type TaskOutcome<T> = { readonly ok: T } | { readonly exit: ExitReason }

/** Makes a guard that matches the result and the DOWN message of the task with this `ref`. */
export function isEndOf<T>(ref: Reference) {
  return (message: unknown): message is TaskReply<T> | DownMessage =>
    (message instanceof TaskReply || message instanceof DownMessage) && message.ref === ref
}

/** The outcome that an end message stands for; undefined for a task that has not ended. */
export function outcomeOf<T>(end: TaskReply<T> | DownMessage): TaskOutcome<T>
export function outcomeOf<T>(end: TaskReply<T> | DownMessage | undefined): TaskOutcome<T> | undefined
export function outcomeOf<T>(end: TaskReply<T> | DownMessage | undefined): TaskOutcome<T> | undefined {
  if (end === undefined) return undefined
  return end instanceof TaskReply ? { ok: end.value } : { exit: end.reason }
}
