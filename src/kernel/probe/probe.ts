import type { CallRequest } from '../calls/pending-call.js'
import type { ExitReason } from '../terms/exit-reason.js'
import type { Pid } from '../terms/pid.js'

/** What a suspended handler waits for: nothing any more; a message, a reply or a time of the kernel; or something else. */
export type Suspension = 'over' | 'kernel' | 'elsewhere'

/**
 * Told of all that happens in a kernel, and able to interfere: what tests look through and inject faults with. A kernel
 * has one from its beginning or never; without one its processes run none of this.
 */
export interface Probe {
  /** Called when a process was made. It has not run and has no name yet. */
  spawned(pid: Pid, parent: Pid | undefined): void
  /** Called before an init or a script runs. An error that this throws is thrown by the init. */
  starts(pid: Pid): void | PromiseLike<void>
  /**
   * A message is about to be put into a mailbox.
   *
   * @param from undefined for code outside any process, timers among it
   * @param deliver puts it there, now or later, as often as it is called
   * @returns false to keep it out
   */
  sends(from: Pid | undefined, to: Pid, message: unknown, deliver: () => void): boolean
  /** Called when a message was taken out of a mailbox. */
  takes(pid: Pid, message: unknown): void
  /** Called before a handler runs. An error that this throws is thrown by the handler. */
  handles(pid: Pid, message: unknown): void
  /** Called when a handler or an init continues asynchronously. `suspension` returns what it waits for at that moment. */
  suspends(pid: Pid, suspension: () => Suspension): void
  /** Called before a call is answered. If it returns false, the answer is withheld. */
  replies(call: CallRequest, server: Pid, value: unknown, deliver: () => void): boolean
  /** Called when an exit signal arrives. If it returns false, the signal has no effect. */
  signals(from: Pid, to: Pid, reason: ExitReason, linked: boolean): boolean
  /** Called before the terminate callback of a server runs. An error that this throws is thrown by the callback. */
  terminates(pid: Pid, reason: ExitReason): void | PromiseLike<void>
  /** Called immediately before the death of a process. */
  exits(pid: Pid, reason: ExitReason): void
  /** Called when a message was sent to a dead process, or to none. */
  loses(from: Pid | undefined, to: unknown, message: unknown): void
}
