import type { CallRequest } from '../calls/pending-call.js'
import type { ExitReason } from '../terms/exit-reason.js'
import type { Pid } from '../terms/pid.js'

/** What a suspended handler waits for: nothing any more; a message, reply or time of the kernel's; or something else. */
export type Suspension = 'over' | 'kernel' | 'elsewhere'

/**
 * Told of all that happens in a kernel, and able to interfere: what tests look through and inject faults with. A kernel
 * has one from its beginning or never; without one its processes run none of this.
 */
export interface Probe {
  /** A process was made; it has not run, and has no name yet. */
  spawned(pid: Pid, parent: Pid | undefined): void
  /** The init is about to run, or the script. What this throws, the init throws. */
  starts(pid: Pid): void | PromiseLike<void>
  /**
   * A message is about to be put into a mailbox.
   *
   * @param from undefined for code outside any process, timers among it
   * @param deliver puts it there, now or later, as often as it is called
   * @returns false to keep it out
   */
  sends(from: Pid | undefined, to: Pid, message: unknown, deliver: () => void): boolean
  /** A message was taken out of a mailbox. */
  takes(pid: Pid, message: unknown): void
  /** The handler of a message is about to run. What this throws, the handler throws. */
  handles(pid: Pid, message: unknown): void
  /** A handler or an init goes on asynchronously; `suspension` tells what it waits for at the moment. */
  suspends(pid: Pid, suspension: () => Suspension): void
  /** A call is about to be answered; false to withhold the answer. */
  replies(call: CallRequest, server: Pid, value: unknown, deliver: () => void): boolean
  /** An exit signal arrives; false when it is not to be felt. */
  signals(from: Pid, to: Pid, reason: ExitReason, linked: boolean): boolean
  /** The terminate callback of a server is about to run. What this throws, the callback throws. */
  terminates(pid: Pid, reason: ExitReason): void | PromiseLike<void>
  /** A process is about to be dead. */
  exits(pid: Pid, reason: ExitReason): void
  /** A message went to a process that is dead, or to nobody. */
  loses(from: Pid | undefined, to: unknown, message: unknown): void
}
