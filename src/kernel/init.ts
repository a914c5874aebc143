import type { ExitReason } from './reason.js'

/** How the init of a process ended; nothing means that it is ready. */
export type InitOutcome =
  | undefined
  | undefined
  | { ignore: true }
  | { stop: ExitReason }
  | { error: ExitReason }

/** What a reactive process is made of: the scheduler calls `handle` for one message at a time. */
export interface Behaviour {
  /** The first thing run inside the process; whoever started it with `startBehaviour` waits for it. */
  start?(): InitOutcome | PromiseLike<InitOutcome>
  /** Run once after a successful `start`, when the starter knows of it and before any message is handled. */
  ready?(): void | PromiseLike<void>
  /** The next message is handled when what this returns is done; a synchronous handler costs no promise. */
  handle(message: unknown): void | PromiseLike<void>
  /** Called once when the process died, before its links and monitors are told; must not throw. */
  exited?(reason: ExitReason): void
}
