import type { ExitReason } from '../terms/exit-reason.js'
import type { Pid } from '../terms/pid.js'

/** A process, as the code that chooses the steps knows it. */
export interface Actor {
  readonly pid: Pid
  /**
   * The key of the process. It says which process spawned it, and as which of its children: it is the same in every run, whatever the order
   * of steps.
   */
  readonly key: string
  /** Its name, its label or its key: for people. */
  readonly title: string
}

/** A listener to what happens in the steps. Senders are given by their keys. */
export interface StepListener {
  spawned(process: Actor, parent: string): void
  sent(from: string, to: Actor, message: unknown): void
  /** Called when a call of `to` has its answer, before its code continues. */
  answered(from: string, to: Actor, answer: unknown, failed: boolean): void
  signalled(from: string, to: Actor, reason: ExitReason): void
  died(process: Actor, reason: ExitReason): void
  /** `what` is undefined if code continues that awaited something. */
  took(
    process: Actor,
    from: string,
    what: { readonly message: unknown } | undefined,
    place: string | undefined,
  ): void
  /** `place` is where its code waited, as far as that is known. */
  ran(process: Actor, place: string | undefined): void
  timePassed(): void
  /** Called when one of several due timers fires: `process` waits for it, or it runs code of `process`. */
  timeUp(process: Actor | undefined): void
}
