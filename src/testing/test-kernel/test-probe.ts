/** The probe of a test kernel: it writes down what happens, and lets the faults of the test interfere. */
import {
  type CallRequest,
  ExitMessage,
  type ExitReason,
  inherits,
  Pid,
  type Probe,
  type Suspension,
} from '../../kernel/index.js'
import type { Faults } from '../faults/index.js'
import type { HeldTimers } from '../time/held-timers.js'
import type { Actor } from '../trace/index.js'
import type { VirtualKernel } from '../watched-kernel.js'
import type { Suspended } from './idle-check.js'

/** The kernel of a test, which the probe tells what happens. */
interface ProbedKernel extends VirtualKernel {
  readonly faults: Faults
  readonly heldTimers: HeldTimers
  readonly suspended: Suspended
}

export class Instruments implements Probe {
  /** Set when the kernel is made, which needs its probe before. */
  kernel!: ProbedKernel

  spawned(pid: Pid, parent: Pid | undefined): void {
    this.kernel.heldTimers.notice()
    this.kernel.trace.spawned(pid, parent)
  }

  starts(pid: Pid): void | PromiseLike<void> {
    this.kernel.incarnations.began(pid)
    return this.kernel.faults.starts(pid)
  }

  sends(from: Pid | undefined, to: Pid, message: unknown, deliver: () => void): boolean {
    this.kernel.heldTimers.notice()
    const actor: Actor = from === undefined && this.kernel.clock.ringing ? 'timer' : from
    // An exit signal that becomes a message is in the trace already.
    if (inherits(message, ExitMessage.prototype)) return true
    this.#meet(actor, to)
    this.kernel.trace.add('send', actor, to, message)
    return this.kernel.faults.sends(from, to, message, deliver)
  }

  takes(pid: Pid, message: unknown): void {
    this.kernel.trace.add('take', undefined, pid, message)
  }

  handles(pid: Pid, message: unknown): void {
    this.kernel.faults.handles(pid, message)
  }

  suspends(pid: Pid, suspension: () => Suspension): void {
    // The test itself, in `kernel.run`, is not waited for: it may be what waits.
    if (this.kernel.trace.parentOf(pid) !== undefined) this.kernel.suspended.add(suspension, pid)
  }

  replies(call: CallRequest, server: Pid, value: unknown): boolean {
    this.kernel.trace.add('reply', server, call.caller, value)
    return this.kernel.faults.replies(call)
  }

  signals(from: Pid, to: Pid, reason: ExitReason, _linked: boolean): boolean {
    this.#meet(from, to)
    // A normal end of somebody linked is felt by nobody who does not trap exits.
    if (reason !== 'normal') this.kernel.trace.add('signal', from, to, reason)
    return this.kernel.faults.signals(to, reason)
  }

  terminates(pid: Pid, reason: ExitReason): void | PromiseLike<void> {
    return this.kernel.faults.terminates(pid, reason)
  }

  exits(pid: Pid, reason: ExitReason): void {
    this.kernel.incarnations.known(pid)
    this.kernel.trace.exited(pid, reason)
    this.kernel.faults.exits(pid)
  }

  loses(from: Pid | undefined, to: unknown, message: unknown): void {
    this.kernel.trace.add('lost', from, to instanceof Pid ? to : undefined, message)
  }

  /** What the test itself sends something to is what it means by that name from now on. */
  #meet(from: Actor, to: Pid): void {
    const isTest = from === undefined || (from !== 'timer' && this.kernel.trace.parentOf(from) === undefined)
    if (isTest) this.kernel.incarnations.met(to)
  }
}
