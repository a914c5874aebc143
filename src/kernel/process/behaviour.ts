import type { CallRequest } from '../calls/pending-call.js'
import type { Kernel } from '../kernel.js'
import type { Exit, ExitReason } from '../terms/exit-reason.js'
import type { Pid } from '../terms/pid.js'

/** The outcome of an init; `undefined` means that the process is ready. */
export type InitOutcome = undefined | { ignore: true } | { stop: ExitReason } | { error: ExitReason }

/** The outcome of a message: it was handled, or the process must end with a reason. Returning the reason costs less than throwing it. */
// biome-ignore lint/suspicious/noConfusingVoidType: handlers that return nothing are functions without a return
export type Handled = void | Exit

/** The code of a reactive process. The scheduler calls `handle` for one message at a time. */
export interface Behaviour {
  /**
   * The init, which runs first inside the process. A caller of `startBehaviour` waits for it. Its arguments are the results of
   * `currentKernel`, `self` and `parentPid`, which every start would call otherwise.
   */
  start?(kernel: Kernel, pid: Pid, parent: Pid | undefined): InitOutcome | PromiseLike<InitOutcome>
  /** Called once after a successful `start`, when the starter has been told and before any message is handled. */
  ready?(): Handled | PromiseLike<Handled>
  /** Handles a message. The next one is handled when the result is settled; a synchronous handler needs no promise. */
  handle(message: unknown): Handled | PromiseLike<Handled>
  /**
   * Whether an `ExitMessage` from `pid` ends the process, if it traps exits. Default: none does. It decides whether the
   * end of a dead parent waits for the resources of this process.
   */
  endsOnExitOf?(pid: Pid): boolean
  /**
   * The processes of which one must act before a call to this process can be answered; `undefined` if others may answer it, or if that is
   * unknown. Without this method nothing is known about a call that the process took. See `call-cycle.ts`.
   */
  answerers?(call: CallRequest): readonly Pid[] | undefined
  /**
   * Where that is not certain: the processes that are expected to act. With these a circle of calls is named, but no call is refused.
   */
  likelyAnswerers?(call: CallRequest): readonly Pid[] | undefined
  /** Whether it ends by itself, after a time, what it is asked to wait for. */
  readonly limitsTime?: boolean
  /** Removes a call that the process took and put by; false if there is none. */
  withdraw?(call: CallRequest): boolean
  /** Whether the next message will be skipped. Observers then see no handler. */
  leavesOut?(message: unknown): boolean
  /** Whether the process is internal: observers of messages and handlers do not see it. */
  readonly internal?: boolean
  /** Called once when the process has died, before its links and monitors are signalled. It must not throw. It may be set later. */
  exited?: ((reason: ExitReason) => void) | undefined
}

/** The code of any process. Without `handle` it is a script, which ends when `start` ends. */
export interface Body {
  start?(kernel: Kernel, pid: Pid, parent: Pid | undefined): InitOutcome | PromiseLike<InitOutcome>
  ready?(): Handled | PromiseLike<Handled>
  handle?(message: unknown): Handled | PromiseLike<Handled>
  endsOnExitOf?(pid: Pid): boolean
  answerers?(call: CallRequest): readonly Pid[] | undefined
  likelyAnswerers?(call: CallRequest): readonly Pid[] | undefined
  readonly limitsTime?: boolean
  withdraw?(call: CallRequest): boolean
  leavesOut?(message: unknown): boolean
  readonly internal?: boolean
  /** Called with an uncaught failure; the process does not end then. */
  failed?(thrown: unknown): void
  exited?: ((reason: ExitReason) => void) | undefined
}
