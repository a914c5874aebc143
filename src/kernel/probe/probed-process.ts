import { CallRequest } from '../calls/pending-call.js'
import type { Stores } from '../context/async-scope.js'
import { currentProcess } from '../context/current-process.js'
import { isThenable } from '../context/thenable.js'
import type { Kernel } from '../kernel.js'
import { type Envelope, Mailbox, type SelfEnvelope } from '../mail/mailbox.js'
import { submit } from '../mail/mailbox-limit.js'
import type { Body } from '../process/behaviour.js'
import { Process } from '../process/process.js'
import { isAskable } from '../show/index.js'
import type { Monitor } from '../signals/monitor-record.js'
import { StartMonitor } from '../start/process-start.js'
import type { ExitReason } from '../terms/exit-reason.js'
import { Pid, routeOf } from '../terms/pid.js'
import { DownMessage, ExitMessage } from '../terms/signal-messages.js'
import type { Probe, Suspension } from './probe.js'

/** The body of a probed process: it has the methods of the given body and no others. */
class WatchedBody implements Body {
  start?: NonNullable<Body['start']>
  ready?: NonNullable<Body['ready']>
  handle?: NonNullable<Body['handle']>
  exited?: NonNullable<Body['exited']>
  constructor(readonly given: Body) {}

  get internal(): boolean {
    return this.given.internal === true
  }

  endsOnExitOf(pid: Pid): boolean {
    return this.given.endsOnExitOf?.(pid) === true
  }

  answerers(call: CallRequest): readonly Pid[] | undefined {
    return this.given.answerers?.(call)
  }

  likelyAnswerers(call: CallRequest): readonly Pid[] | undefined {
    return this.given.likelyAnswerers?.(call)
  }

  get limitsTime(): boolean {
    return this.given.limitsTime === true
  }

  leavesOut(message: unknown): boolean {
    return this.given.leavesOut?.(message) === true
  }

  withdraw(call: CallRequest): boolean {
    return this.given.withdraw?.(call) === true
  }
}

/** Returns the body of a process as it was given, by which code recognizes its own processes. */
export function givenBody({ body }: Process): Body {
  return body instanceof WatchedBody ? body.given : body
}

/** A process that tells a probe what it does. It is a class of its own, so that a process without a probe pays nothing. */
export class ProbedProcess extends Process {
  override readonly mailbox: Mailbox
  /** Whether its engine tells the probe what its handlers get, at the place where an error of a handler would be. */
  engineTells = false

  constructor(
    kernel: Kernel,
    id: number,
    body: Body,
    parent: Pid | undefined,
    stores: Stores,
    readonly probe: Probe,
  ) {
    const watched = new WatchedBody(body)
    super(kernel, id, watched, parent, stores)
    this.mailbox = new ProbedMailbox(this)
    this.#watch(watched)
    probe.spawned(this.pid, parent)
  }

  override probeOfEngine(): Probe {
    this.engineTells = true
    return this.probe
  }

  override deliver(message: unknown, offered?: boolean): void {
    const from = senderOf(message)
    if (!this.alive) {
      super.deliver(message, offered)
      return
    }
    const deliver = () => super.deliver(message, offered)
    if (this.probe.sends(from, this.pid, message, deliver)) deliver()
  }

  override post(letter: SelfEnvelope): PromiseLike<void> | undefined {
    return submit(this, letter)
  }

  override exitSignal(from: Pid, reason: ExitReason, linked: boolean, acting: Process | undefined): void {
    if (this.alive && !this.probe.signals(from, this.pid, reason, linked)) return
    super.exitSignal(from, reason, linked, acting)
  }

  override die(reason: ExitReason): void {
    if (!this.alive) return
    this.probe.exits(this.pid, reason)
    super.die(reason)
    // Its resources are still closing.
    if (this.exiting) this.probe.suspends(this.pid, () => (this.exiting ? 'elsewhere' : 'over'))
  }

  #watch(watched: WatchedBody): void {
    const { probe, pid } = this
    const { given } = watched
    if (given.start !== undefined || given.handle !== undefined) {
      watched.start = (...handed) => {
        const held = probe.starts(pid)
        const start = () => given.start?.(...handed)
        return this.#follow(isThenable(held) ? Promise.resolve(held).then(start) : start())
      }
    }
    if (given.ready !== undefined) watched.ready = () => this.#follow(given.ready?.())
    watched.exited = (reason) => given.exited?.(reason)
    if (given.handle === undefined) return
    watched.handle = (message) => {
      if (!this.engineTells) probe.handles(pid, message)
      return this.#follow(given.handle?.(message))
    }
  }

  #follow<T>(result: T): T {
    if (isThenable(result)) this.probe.suspends(this.pid, () => this.#suspension())
    return result
  }

  #suspension(): Suspension {
    if (!this.busy) return 'over'
    if (this.waiter !== undefined) return 'kernel'
    for (let at: Monitor | undefined = this.monitors; at !== undefined; at = at.nextOwned) {
      if (CallRequest.is(at) || at instanceof StartMonitor) return 'kernel'
    }
    return 'elsewhere'
  }
}

/** Makes a process of the class that its kernel needs. */
export function newProcess(
  kernel: Kernel,
  id: number,
  body: Body,
  parent: Pid | undefined,
  stores: Stores,
): Process {
  const { probe } = kernel
  if (probe === undefined) return new Process(kernel, id, body, parent, stores)
  return new ProbedProcess(kernel, id, body, parent, stores, probe)
}

/** Ends a process as if its code had thrown `reason`. Nothing happens to a dead one. */
export function crashProcess(pid: Pid, reason: unknown): void {
  routeOf<Process>(pid)?.fail(reason)
}

/** Ends a process from outside, without running its code: with the reason with which its thread ended. */
export function endProcess(pid: Pid, reason: ExitReason): void {
  routeOf<Process>(pid)?.die(reason)
}

/** Sends an exit signal that looks as if `from` had sent it. */
export function signalAs(from: Pid, to: Pid, reason: ExitReason): void {
  routeOf<Process>(to)?.exitSignal(from, reason, false, undefined)
}

/** Returns the probe of the current process, for an engine that from now on itself tells the probe what its handlers get. */
export function engineProbe(): Probe | undefined {
  return currentProcess<Process>()?.probeOfEngine()
}

class ProbedMailbox extends Mailbox {
  readonly #process: ProbedProcess

  constructor(process: ProbedProcess) {
    super()
    this.#process = process
  }

  override take(envelope: Envelope): void {
    super.take(envelope)
    this.#process.probe.takes(this.#process.pid, envelope.message)
    // A message that a script takes counts as handled. If the probe throws, the receive fails where it is awaited.
    if (this.#process.isScript) this.#process.probe.handles(this.#process.pid, envelope.message)
    this.#process.bound?.taken(this.#process, envelope)
  }
}

function senderOf(message: unknown): Pid | undefined {
  if (!isAskable(message)) return currentProcess<Process>()?.pid
  if (message instanceof ExitMessage) return message.from
  if (message instanceof DownMessage) return message.object instanceof Pid ? message.object : undefined
  // A call that has waited for room arrives when its receiver makes some.
  if (CallRequest.is(message)) return message.caller
  return currentProcess<Process>()?.pid
}
