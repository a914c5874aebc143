import type { ExitReason } from '../terms/exit-reason.js'
import type { Actor } from './stepped-process.js'

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
