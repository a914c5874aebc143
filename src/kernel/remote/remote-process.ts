import { CallRequest } from '../calls/pending-call.js'
import { currentProcess } from '../context/current-process.js'
import type { SelfEnvelope } from '../mail/mailbox.js'
import type { Body } from '../process/behaviour.js'
import { Process } from '../process/process.js'
import { addLink, hasLink, removeLink } from '../signals/link-table.js'
import type { Monitor } from '../signals/monitor-record.js'
import { endRoute, type Pid, RemotePid } from '../terms/pid.js'
import type { RemoteName } from '../terms/signal-messages.js'
import { RemoteMonitor } from './remote-monitor.js'
import type { RemoteNode } from './remote-node.js'
import type { LocalAddress, ReferenceId } from './signal.js'

/** The body of a process that never runs. */
const NOBODY: Body = { handle() {} }

/**
 * Represents a process of another kernel in this one; the route of its pid leads here. It has the links and monitors between that process
 * and processes here, in the lists that every process has, and sends on what happens to it. So no function that uses a process needs to ask
 * where it is.
 */
export class RemoteProcess extends Process {
  declare readonly pid: RemotePid
  /**
   * For each process of this kernel, the unlink that the other side has not confirmed. Until then, signals of the process there concern a
   * link that has ended.
   */
  unlinks: Map<Pid, number> | undefined = undefined
  /** What it runs, if that is known, for inspection: the name of a class. */
  runs: string | undefined = undefined

  constructor(
    readonly home: RemoteNode,
    /** What it represents: a process, the process that has a name, or the process of an alias. */
    readonly address: LocalAddress | { readonly ref: ReferenceId },
  ) {
    const { kernel, stores } = home.nodes
    super(kernel, 0, NOBODY, undefined, stores)
    const id = typeof address === 'number' ? address : 0
    const pid = new RemotePid(home.name, home.creation, id, this)
    if (typeof address === 'string') pid.holderOf = address
    ;(this as { pid: RemotePid }).pid = pid
  }

  override get isRemote(): boolean {
    return true
  }

  override get atHand(): boolean {
    return this.home.connection !== undefined
  }

  override get congested(): boolean {
    return this.home.connection?.busy === true
  }

  /** The process in the form of a destination, or of the object of a monitor. */
  get object(): Pid | RemoteName {
    return typeof this.address === 'string' ? { name: this.address, node: this.home.name } : this.pid
  }

  override deliver(message: unknown): void {
    if (CallRequest.is(message)) {
      this.#call(message)
      return
    }
    const connection = this.home.way()
    if (connection === undefined) this.kernel.deadLetter(this.object, message)
    else connection.message(this, message)
  }

  override offer(message: unknown): boolean {
    this.deliver(message)
    return true
  }

  override post(letter: SelfEnvelope): PromiseLike<void> | undefined {
    this.deliver(letter)
    return this.congested ? this.home.connection?.room : undefined
  }

  override wake(): void {}

  /** Its code runs elsewhere: an error in its context belongs to no process here. */
  override fail(thrown: unknown): void {
    this.kernel.strayFailure(this, thrown)
  }

  override exitSignal(from: Pid, reason: unknown, linked: boolean): void {
    const connection = linked ? this.home.connection : this.home.way()
    if (reason === 'kill' && !linked && connection?.carrier.kill?.(this.pid.id) === true) return
    if (linked) connection?.unlinked(this)
    connection?.exit(from, this, reason, linked)
  }

  override linkFrom(process: Process): void {
    addLink(process, this)
    const connection = this.home.way()
    if (connection !== undefined) connection.link(process, this)
    else {
      removeLink(process, this)
      process.exitSignal(this.pid, this.home.unreachable, true, currentProcess<Process>())
    }
  }

  override unlinkFrom(process: Process): void {
    if (!hasLink(process, this)) return
    removeLink(process, this)
    this.home.connection?.unlink(process, this)
  }

  override newMonitor(owner: Process | undefined, object: Pid | RemoteName, tag: unknown): Monitor {
    return new RemoteMonitor(owner, object, tag)
  }

  override forgetCall(call: Monitor): void {
    this.home.connection?.forgetCall(call)
  }

  /** Called when it is known to have ended: from now on its pid is that of a dead process. */
  over(): void {
    this.kernel.names.release(this)
    this.home.named.delete(this)
    endRoute(this.pid)
  }

  #call(call: CallRequest): void {
    const connection = this.home.way()
    if (connection === undefined) {
      const { unreachable } = this.home
      if (unreachable === 'noproc') call.noProcess()
      else call.unanswered(unreachable)
      return
    }
    try {
      connection.call(this, call)
    } catch (error) {
      // The call was never sent; it fails where it was made.
      call.detach()
      throw error
    }
  }
}
