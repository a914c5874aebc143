import type { ExitReason } from '../terms/exit-reason.js'
import type { Pid } from '../terms/pid.js'

/** A process as those who choose the steps know it. */
export interface Actor {
  readonly pid: Pid
  /** Says by whom it was spawned, and as which of them: the same in every run, whatever the order of steps. */
  readonly key: string
  /** Its name, its label or its key: for people. */
  readonly title: string
}

/** Told of what happens in the steps. Senders are keys. */
export interface StepListener {
  spawned(process: Actor, parent: string): void
  sent(from: string, to: Actor, message: unknown): void
  /** A call of `to` has its answer, and its code is about to go on. */
  answered(from: string, to: Actor, answer: unknown, failed: boolean): void
  signalled(from: string, to: Actor, reason: ExitReason): void
  died(process: Actor, reason: ExitReason): void
  /** `what` is undefined where code goes on that awaited something. */
  took(
    process: Actor,
    from: string,
    what: { readonly message: unknown } | undefined,
    place: string | undefined,
  ): void
  /** `place` is where its code waited, as far as that is known. */
  ran(process: Actor, place: string | undefined): void
  timePassed(): void
  /** Of several timers that are due one goes off, which the process waits for, or which runs its code. */
  timeUp(process: Actor | undefined): void
}
