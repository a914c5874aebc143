import type { CallRequest } from '../calls/pending-call.js'
import type { Kernel } from '../kernel.js'
import type { Exit, ExitReason } from '../terms/exit-reason.js'
import type { Pid } from '../terms/pid.js'
import type { Process } from './process.js'

/** How the init of a process ended; nothing means that it is ready. */
export type InitOutcome = undefined | { ignore: true } | { stop: ExitReason } | { error: ExitReason }

/** What became of a message: it is handled, or the process ends for a reason, which costs less than to throw that. */
// biome-ignore lint/suspicious/noConfusingVoidType: handlers that return nothing are functions without a return
export type Handled = void | Exit

/** What a reactive process is made of: the scheduler calls `handle` for one message at a time. */
export interface Behaviour {
  /**
   * The first thing run inside the process; whoever started it with `startBehaviour` waits for it. What it is handed is
   * what `currentKernel`, `self` and `parentPid` give, for which each start would ask.
   */
  start?(kernel: Kernel, pid: Pid, parent: Pid | undefined): InitOutcome | PromiseLike<InitOutcome>
  /** Run once after a successful `start`, when the starter knows of it and before any message is handled. */
  ready?(): Handled | PromiseLike<Handled>
  /** The next message is handled when what this returns is done; a synchronous handler costs no promise. */
  handle(message: unknown): Handled | PromiseLike<Handled>
  /**
   * Whether an `ExitMessage` of `pid` ends it: asked of one that traps exits. Without it, none does. It decides whether the
   * end of a dead parent waits for what this process owns.
   */
  endsOnExitOf?(pid: Pid): boolean
  /**
   * The processes of which one must go on before this call to it can be answered; undefined where others may answer it, or
   * that is not known. Without it, nobody knows of a call that it took. See `call-cycle.ts`.
   */
  answerers?(call: CallRequest): readonly Pid[] | undefined
  /** Takes back a call that it took and put by; false when there is none. */
  withdraw?(call: CallRequest): boolean
  /** Whether a message whose turn has come will be left out: for those who watch, nothing is handled then. */
  leavesOut?(message: unknown): boolean
  /** What it is sent and what it does is nobody's business: those who watch messages and handlers are not told. */
  readonly internal?: boolean
  /** Called once when the process died, before its links and monitors are told; must not throw. May come later. */
  exited?: ((reason: ExitReason) => void) | undefined
}

/** What a process does. Without `handle` it is a script and ends when `start` is done. */
export interface Body {
  start?(kernel: Kernel, pid: Pid, parent: Pid | undefined): InitOutcome | PromiseLike<InitOutcome>
  ready?(): Handled | PromiseLike<Handled>
  handle?(message: unknown): Handled | PromiseLike<Handled>
  endsOnExitOf?(pid: Pid): boolean
  answerers?(call: CallRequest): readonly Pid[] | undefined
  withdraw?(call: CallRequest): boolean
  leavesOut?(message: unknown): boolean
  readonly internal?: boolean
  /** Is told of a failure that no code caught, in place of ending with it. */
  failed?(thrown: unknown): void
  exited?: ((reason: ExitReason) => void) | undefined
}

/** The processes that started a process, nearest first; shared between siblings. */
export interface Ancestry {
  readonly nearest: Pid | string
  readonly further: Ancestry | undefined
}

/** The ancestry of what `spawner` starts: one object for all its children, as long as it keeps its name. */
export function ancestryUnder(spawner: Process): Ancestry {
  const nearest = spawner.name ?? spawner.pid
  const { offspring } = spawner
  if (offspring?.nearest === nearest) return offspring
  spawner.offspring = { nearest, further: spawner.ancestry }
  return spawner.offspring
}
