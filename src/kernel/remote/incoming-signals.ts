import type { CallRequest } from '../calls/pending-call.js'
import { kernelError } from '../errors/errors.js'
import type { Process } from '../process/process.js'
import { deliverWith } from '../report/message-attachments.js'
import { addLink, hasLink, removeLink } from '../signals/link-table.js'
import { resolveAlias } from '../signals/monitor.js'
import { Monitor } from '../signals/monitor-record.js'
import { type Started, startNow } from '../start/process-start.js'
import type { ExitReason } from '../terms/exit-reason.js'
import { type Pid, type RemotePid, routeOf } from '../terms/pid.js'
import type { Connection } from './connection.js'
import { IncomingCall } from './incoming-call.js'
import { RemoteMonitor } from './remote-monitor.js'
import type { RemoteNode } from './remote-node.js'
import type { RemoteProcess } from './remote-process.js'
import type { ProcessAddress, ReferenceId, SenderAddress, Signal } from './signal.js'

type Op = Signal['op']
type SignalOf<O extends Op> = Extract<Signal, { readonly op: O }>

/** Carries out the signals that come from another kernel. */
export class IncomingSignals {
  readonly #handlers: { readonly [O in Op]: (signal: SignalOf<O>) => void }

  constructor(private readonly connection: Connection) {
    this.#handlers = {
      send: ({ to, message }) => this.#deliver(this.#local(to), to, message),
      alias_send: (signal) => this.#aliasSend(signal),
      link: (signal) => this.#link(signal),
      unlink: (signal) => this.#unlink(signal),
      unlink_ack: (signal) => this.#unlinkAck(signal),
      link_exit: (signal) => this.#linkExit(signal),
      exit: (signal) => this.#exit(signal),
      monitor: (signal) => this.#monitor(signal),
      demonitor: ({ ref }) => this.#watcher(ref)?.detach(),
      down: (signal) => this.#down(signal),
      call: (signal) => this.#call(signal),
      reply: (signal) => this.#reply(signal),
      call_failed: (signal) => this.#callFailed(signal),
      abandon: (signal) => this.#abandon(signal),
      start: (signal) => this.#start(signal),
      started: (signal) => this.#started(signal),
      start_failed: (signal) => this.#startFailed(signal),
    }
  }

  /** Takes a signal. An error concerns this signal only; the connection goes on. */
  take(signal: Signal): void {
    try {
      this.#take(signal)
    } catch (error) {
      this.#refuse(signal, error)
    }
  }

  #take(signal: Signal): void {
    // For each `op` the table has the function for signals with that `op`.
    const handler = this.#handlers[signal.op] as (signal: Signal) => void
    const { brought } = signal as { readonly brought?: unknown }
    if (brought === undefined) handler(signal)
    else deliverWith(this.connection, brought, () => handler(signal))
  }

  get #node(): RemoteNode {
    return this.connection.node
  }

  get #kernel() {
    return this.#node.nodes.kernel
  }

  #local(to: ProcessAddress): Process | undefined {
    if (typeof to === 'number') return this.#node.nodes.exported.process(to)
    if (typeof to === 'string') return this.#kernel.names.get(to)
    // It is to be forwarded.
    return 'name' in to
      ? this.#node.nodes.named(to.name, to.node)
      : routeOf<Process>(this.#node.nodes.pidAt(to))
  }

  #addressed(to: ProcessAddress): Pid | string {
    if (typeof to === 'number') return this.#node.nodes.exported.pid(to)
    if (typeof to === 'string') return to
    return 'name' in to ? this.#node.nodes.named(to.name, to.node).pid : this.#node.nodes.pidAt(to)
  }

  #pidOf(from: SenderAddress): RemotePid {
    return this.#homeOf(from).pid(typeof from === 'number' ? from : from.id)
  }

  #process(from: SenderAddress): RemoteProcess | undefined {
    return this.#homeOf(from).process(typeof from === 'number' ? from : from.id)
  }

  /** Returns the node of a sender. A kernel behind the other side is reached through it. */
  #homeOf(from: SenderAddress): RemoteNode {
    if (typeof from === 'number') return this.#node
    const home = this.#node.nodes.node(from.node, from.creation)
    home.way()
    return home
  }

  #refuse(signal: Signal, error: unknown): void {
    const { connection } = this
    if (signal.op === 'call') {
      const call = connection.serving.get(signal.id)
      call?.detach()
      if (call === undefined)
        connection.push({
          op: 'call_failed',
          id: signal.id,
          why: 'refused',
          reason: connection.reason(error),
        })
      else connection.callFails(signal.id, 'refused', error)
    }
    const to = 'to' in signal ? ` to ${String(this.#addressed(signal.to))}` : ''
    connection.refused(`a signal "${signal.op}"${to}`, error)
  }

  #reply({ id, value }: SignalOf<'reply'>): void {
    const call = this.#pending(id)
    try {
      call?.reply(this.connection.decode(value))
    } catch (error) {
      call?.unsaid(error)
      throw error
    }
  }

  #deliver(target: Process | undefined, to: ProcessAddress, encoded: unknown): void {
    const message = this.connection.decode(encoded)
    if (target === undefined) this.#kernel.deadLetter(this.#addressed(to), message)
    // A message that a full mailbox refuses is counted there. A sender that must know makes a call.
    else target.offer(message)
  }

  #aliasSend({ ref, message }: SignalOf<'alias_send'>): void {
    const { nodes } = this.#node
    const alias = typeof ref === 'object' ? nodes.referenceAt(ref) : nodes.exported.reference(ref)
    const target = alias && resolveAlias(alias)
    const decoded = this.connection.decode(message)
    if (target === undefined) this.#kernel.deadLetter(alias ?? `alias ${String(ref)}`, decoded)
    else target.deliver(decoded)
  }

  #link({ from, to }: SignalOf<'link'>): void {
    const process = this.#local(to)
    if (process?.alive !== true) {
      this.connection.push({ op: 'link_exit', from: to, to: from, reason: this.connection.reason('noproc') })
      return
    }
    const other = this.#process(from)
    // The signal was sent before the unlink of this side was known there, which ends the link.
    if (other === undefined || other.unlinks?.has(process.pid) === true) return
    this.connection.linked.set(other.pid, other)
    if (hasLink(process, other)) return
    if (process.isRemote) process.linkFrom(other)
    else addLink(process, other)
  }

  #unlink({ id, from, to }: SignalOf<'unlink'>): void {
    // This is sent before anything else that the process may send.
    this.connection.push({ op: 'unlink_ack', id, from: to, to: from })
    const process = this.#local(to)
    const other = this.#other(from)
    if (process === undefined || other === undefined) return
    if (process.isRemote) process.unlinkFrom(other)
    else removeLink(process, other)
    this.connection.unlinked(other)
  }

  #unlinkAck({ id, from, to }: SignalOf<'unlink_ack'>): void {
    const other = this.#other(from)
    const pid = this.#addressed(to) as Pid
    // Another unlink was sent since; its confirmation is still to come.
    if (other?.unlinks?.get(pid) !== id) return
    other.unlinks.delete(pid)
    this.connection.unlinked(other)
  }

  #linkExit({ from, to, reason }: SignalOf<'link_exit'>): void {
    const other = this.#other(from)
    if (other === undefined) return
    other.over()
    const process = this.#local(to)
    if (process === undefined || other.unlinks?.has(process.pid) === true) return
    if (!hasLink(process, other)) return
    removeLink(process, other)
    this.connection.unlinked(other)
    process.exitSignal(other.pid, this.connection.decodeReason(reason), true, undefined)
  }

  #exit({ from, to, reason }: SignalOf<'exit'>): void {
    const decoded = this.connection.decodeReason(reason)
    this.#local(to)?.exitSignal(this.#pidOf(from), decoded, false, undefined)
  }

  #monitor({ ref, from, to }: SignalOf<'monitor'>): void {
    const target = this.#local(to)
    if (target === undefined) {
      this.connection.push({ op: 'down', ref, reason: this.connection.reason('noproc') })
      return
    }
    const watcher = target.isRemote
      ? new RelayedWatcher(this.connection, ref, target.pid)
      : new Watcher(this.connection, ref, this.#process(from), target.pid)
    this.connection.watchers.set(ref, watcher)
    watcher.attach(target)
  }

  #watcher(ref: ReferenceId): Monitor | undefined {
    const watcher = this.connection.watchers.get(ref)
    this.connection.watchers.delete(ref)
    return watcher
  }

  #down({ ref, reason }: SignalOf<'down'>): void {
    const monitor = this.connection.monitors.get(ref)
    if (monitor === undefined) return
    this.connection.monitors.delete(ref)
    const other = monitor.target as RemoteProcess
    monitor.detach()
    if (typeof other.address === 'number') other.over()
    monitor.fired(this.connection.decodeReason(reason))
  }

  #call({ id, from, to, payload }: SignalOf<'call'>): void {
    const { connection } = this
    const target = this.#local(to)
    if (target?.alive !== true) {
      connection.push({ op: 'call_failed', id, why: 'noproc', reason: undefined })
      return
    }
    const caller = from === undefined ? undefined : this.#process(from)
    const server = typeof to === 'string' ? to : target.pid
    const call = new IncomingCall(connection, id, caller, target, connection.decode(payload), server)
    connection.serving.set(id, call)
    if (target.bound === undefined) target.deliver(call)
    else target.bound.take(target, call, false)
  }

  #pending(id: number): CallRequest | undefined {
    const call = this.connection.calls.get(id)
    this.connection.calls.delete(id)
    return call
  }

  #callFailed({ id, why, reason }: SignalOf<'call_failed'>): void {
    const call = this.#pending(id)
    if (why === 'noproc') call?.noProcess()
    else if (why === 'overload') call?.dropped()
    else if (why === 'cycle') call?.refuse(String(this.connection.decode(reason)))
    else call?.unanswered(this.connection.decodeReason(reason))
  }

  #abandon({ id }: SignalOf<'abandon'>): void {
    const call = this.connection.serving.get(id)
    if (call === undefined) return
    this.connection.serving.delete(id)
    call.detach()
    call.abandoned()
  }

  #start({ id, from, request, link }: SignalOf<'start'>): void {
    const caller = this.#node.process(from)
    if (caller === undefined) return
    this.#carryOut(caller, request, link).then(
      (started) => {
        const pid = started === 'ignore' ? undefined : this.connection.idOf(started.pid)
        this.connection.push({ op: 'started', id, pid })
      },
      (error: unknown) =>
        this.connection.push({ op: 'start_failed', id, error: this.connection.reason(error) }),
    )
  }

  async #carryOut(caller: RemoteProcess, encoded: unknown, link: boolean): Promise<Started | 'ignore'> {
    const { startServer } = this.#node.nodes
    if (startServer === undefined) throw kernelError('STARTS_NOTHING', { node: this.#kernel.node })
    const request = this.connection.decode(encoded)
    const { behaviour, options } = await startServer(request, caller.pid)
    const started = startNow(this.#kernel, behaviour, { ...options, link }, caller)
    if (link) this.connection.linked.set(caller.pid, caller)
    return started
  }

  #started({ id, pid }: SignalOf<'started'>): void {
    const start = this.#startOf(id)
    const other = pid === undefined ? undefined : this.#node.process(pid)
    if (start === undefined) return
    if (other === undefined) {
      start.resolve('ignore')
      return
    }
    if (start.link && start.by.alive) {
      addLink(start.by, other)
      this.connection.linked.set(other.pid, other)
    } else if (start.link) this.connection.exit(start.by.pid, other, start.by.reason, true)
    start.resolve({ pid: other.pid })
  }

  #startFailed({ id, error }: SignalOf<'start_failed'>): void {
    this.#startOf(id)?.reject(this.connection.decodeReason(error))
  }

  #startOf(id: number) {
    const start = this.connection.starts.get(id)
    this.connection.starts.delete(id)
    return start
  }

  /** Returns what represents a process there, even one that is known to have ended and has signals on their way. */
  #other(from: SenderAddress): RemoteProcess | undefined {
    return this.connection.linked.get(this.#pidOf(from)) ?? this.#process(from)
  }
}

/** A monitor of the other kernel, of a process of a third one. */
class RelayedWatcher extends RemoteMonitor {
  constructor(
    private readonly connection: Connection,
    private readonly ref: ReferenceId,
    object: Pid,
  ) {
    super(undefined, object, 'DOWN')
  }

  override fired(reason: ExitReason): void {
    if (this.connection.watchers.delete(this.ref)) {
      this.connection.push({ op: 'down', ref: this.ref, reason: this.connection.reason(reason) })
    }
  }
}

/** A monitor of the other kernel, of a process of this one. */
class Watcher extends Monitor {
  constructor(
    private readonly connection: Connection,
    private readonly ref: ReferenceId,
    owner: Process | undefined,
    object: Pid,
  ) {
    super(owner, object, 'DOWN')
  }

  override fired(reason: ExitReason): void {
    if (this.connection.watchers.delete(this.ref)) {
      this.connection.push({ op: 'down', ref: this.ref, reason: this.connection.reason(reason) })
    }
  }
}
