import type { CallRequest } from '../calls/pending-call.js'
import { runOutside } from '../context/no-process.js'
import { kernelError } from '../errors/errors.js'
import type { Process } from '../process/process.js'
import { broughtWith } from '../report/message-attachments.js'
import type { Runnable } from '../schedule/scheduler.js'
import { printed } from '../show/index.js'
import { forgetLink, takeLinks } from '../signals/link-table.js'
import type { Monitor } from '../signals/monitor-record.js'
import type { Started } from '../start/process-start.js'
import type { ExitReason } from '../terms/exit-reason.js'
import { type Pid, RemotePid } from '../terms/pid.js'
import type { RemoteName } from '../terms/signal-messages.js'
import type { Carrier } from './carrier.js'
import type { IncomingCall } from './incoming-call.js'
import { IncomingSignals } from './incoming-signals.js'
import type { RemoteNode } from './remote-node.js'
import type { RemoteProcess } from './remote-process.js'
import type { CallFailure, ProcessAddress, ReferenceId, SenderAddress, Signal } from './signal.js'

/** The number of signals after which a batch is passed to the carrier before the turn is over. */
const BATCH = 1_000

/** The most lost messages that are reported. */
const MOST_TOLD = 100

/** A start that was requested from the other kernel. */
export interface PendingStart {
  readonly by: Process
  readonly link: boolean
  readonly resolve: (value: Started | 'ignore') => void
  readonly reject: (error: unknown) => void
}

/**
 * The connection to another kernel while it lasts. Everything that is sent in a turn goes as one batch. It knows which links, monitors and calls wait for the other side, so
 * that it can tell them when the connection breaks.
 */
export class Connection implements Runnable {
  nextTask: Runnable | undefined = undefined
  /** The processes there that are linked with processes of this kernel, or whose unlink was not confirmed yet. */
  readonly linked = new Map<Pid, RemoteProcess>()
  /** The monitors that this kernel has there. */
  readonly monitors = new Map<ReferenceId, Monitor>()
  /** The calls that this kernel has made there. */
  readonly calls = new Map<number, CallRequest>()
  readonly starts = new Map<number, PendingStart>()
  /** The monitors that the other kernel has here, by its references. */
  readonly watchers = new Map<ReferenceId, Monitor>()
  /** The calls that the other kernel has made here. */
  readonly serving = new Map<number, IncomingCall>()
  #waitingForRoom: (() => void)[] = []
  #batch: Signal[] = []
  #queued = false
  /** The other incarnations that may be there, until the other side is known; and the node that is known by its name alone. */
  readonly #sharing = new Set<RemoteNode>()
  /** The lost things that were reported. */
  readonly #told = new Set<string>()
  #open = true
  #lastUnlink = 0
  #lastStart = 0
  readonly #incoming: IncomingSignals

  constructor(
    /** The node on the other side; while its incarnation is not known, the node that was looked for. */
    public node: RemoteNode,
    readonly carrier: Carrier,
    /** Whether the other side has not answered yet. */
    public dialing = false,
  ) {
    this.#incoming = new IncomingSignals(this)
  }

  // Called by `Nodes`.

  /** Uses the connection for another incarnation, too, as far as is known. */
  share(node: RemoteNode): Connection {
    this.#sharing.add(node)
    node.connection = this
    return this
  }

  /** Whether all signals of this connection can be meant for that kernel. */
  isFor(found: RemoteNode): boolean {
    return [this.node, ...this.#sharing].every((node) => node === found || node.isAny)
  }

  found(node: RemoteNode): void {
    if (this.node !== node) this.#sharing.add(this.node)
    this.node = node
    this.dialing = false
    node.connection = this
  }

  /** Called when another node was found instead of the one that was looked for. */
  notThere(): void {
    const isNamed = [this.node, ...this.#sharing].some(({ isAny }) => isAny)
    this.down(isNamed ? 'noconnection' : 'noproc')
  }

  /** Whether it is not broken. */
  get open(): boolean {
    return this.#open
  }

  get busy(): boolean {
    return this.carrier.busy
  }

  // Called by the carrier.

  /** Handles signals from the other side, in the order in which they were sent there. */
  receive(signals: readonly Signal[]): void {
    runOutside(() => {
      for (const signal of signals) {
        if (!this.#open) return
        this.#incoming.take(signal)
      }
    })
  }

  /** Called when the other side has caught up: senders that wait for room continue. */
  ready(): void {
    const waiting = this.#waitingForRoom
    this.#waitingForRoom = []
    for (const resolve of waiting) resolve()
  }

  /**
   * Called when the connection is broken. Links, monitors and calls across it end with `reason`. A second call changes nothing.
   *
   * @param reason default `'noconnection'`: it is unknown whether the processes there live. A carrier that knows why they ended passes that reason.
   */
  down(reason: ExitReason = 'noconnection'): void {
    if (!this.#open) return
    this.#open = false
    for (const node of [this.node, ...this.#sharing])
      if (node.connection === this) node.connection = undefined
    this.node.nodes.lost(this)
    this.#batch = []
    runOutside(() => this.#tellAll(reason))
    this.carrier.close()
  }

  /** Called when the carrier could not send a signal: a process that waits for its result gets the error, and the log has it. */
  unsent(signal: Signal, thrown: unknown): void {
    const what = `refused by the engine (${printed(thrown)})`
    const error = kernelError(
      'NOT_CLONEABLE',
      { path: 'message', what, advice: 'less of it' },
      { cause: thrown },
    )
    if (signal.op === 'call') {
      const call = this.calls.get(signal.id)
      this.calls.delete(signal.id)
      call?.unsaid(error)
    } else if (signal.op === 'start') {
      this.starts.get(signal.id)?.reject(error)
      this.starts.delete(signal.id)
    } else if (signal.op === 'reply')
      this.push({ op: 'call_failed', id: signal.id, why: 'refused', reason: this.reason(error) })
    else if ('reason' in signal && typeof signal.reason === 'object')
      this.push({ ...signal, reason: printed(error) })
    this.refused(`a signal "${signal.op}"`, error)
  }

  // Called by the kernel.

  /** Its turn: sends the signals since the last turn. */
  turn(): boolean {
    this.#queued = false
    this.flush()
    return false
  }

  flush(): void {
    if (this.#batch.length === 0) return
    const batch = this.#batch
    this.#batch = []
    this.carrier.send(batch)
  }

  push(signal: Signal): void {
    if (!this.#open) return
    this.#batch.push(signal)
    if (this.#batch.length >= BATCH) this.flush()
    if (this.#queued) return
    this.#queued = true
    this.node.nodes.kernel.scheduler.enqueue(this)
  }

  message(other: RemoteProcess, message: unknown): void {
    const encoded = this.encode(message)
    const brought = broughtWith(this, message)
    const { address, home } = other
    if (typeof address !== 'object') {
      this.push({ op: 'send', to: this.#addressOf(other), message: encoded, brought })
      return
    }
    const { name: node, creation } = home
    const ref = this.#isBeyond(home) ? { node, creation, id: address.ref } : address.ref
    this.push({ op: 'alias_send', ref, message: encoded, brought })
  }

  /**
   * A promise that resolves when the other side has caught up, or is out of reach: a cast to a dead process is lost without an error, also one that
   * waits. As in OTP, where a sender that is suspended goes on when the connection breaks. If it is not awaited, it costs nothing.
   */
  readonly room: PromiseLike<void> = {
    // biome-ignore lint/suspicious/noThenProperty: it is meant to be awaited.
    then: (done, failed) =>
      new Promise<void>((resolve) => {
        if (this.#open && this.busy) this.#waitingForRoom.push(resolve)
        else resolve()
      }).then(done, failed),
  }

  link(process: Process, other: RemoteProcess): void {
    this.linked.set(other.pid, other)
    this.push({ op: 'link', from: this.senderOf(process.pid), to: this.#idOf(other) })
  }

  unlink(process: Process, other: RemoteProcess): void {
    const id = ++this.#lastUnlink
    other.unlinks ??= new Map()
    other.unlinks.set(process.pid, id)
    this.push({ op: 'unlink', id, from: this.senderOf(process.pid), to: this.#idOf(other) })
  }

  /** Called when a link with a process there has ended. */
  unlinked(other: RemoteProcess): void {
    if (other.links === undefined && (other.unlinks?.size ?? 0) === 0) this.linked.delete(other.pid)
  }

  exit(from: Pid, to: RemoteProcess, reason: ExitReason, linked: boolean): void {
    this.push({
      op: linked ? 'link_exit' : 'exit',
      from: this.senderOf(from),
      to: this.#idOf(to),
      reason: this.reason(reason),
    })
  }

  monitor(monitor: Monitor, other: RemoteProcess): void {
    const to = this.#addressOf(other)
    this.monitors.set(monitor.id, monitor)
    const from = monitor.owner === undefined ? 0 : this.senderOf(monitor.owner.pid)
    this.push({ op: 'monitor', ref: monitor.id, from, to })
  }

  demonitor(monitor: Monitor): void {
    if (this.monitors.delete(monitor.id)) this.push({ op: 'demonitor', ref: monitor.id })
  }

  call(other: RemoteProcess, call: CallRequest): void {
    const to = this.#addressOf(other)
    const payload = this.encode(call.payload)
    const { caller, id } = call
    const brought = broughtWith(this, call)
    this.calls.set(id, call)
    const from = caller && this.senderOf(caller)
    this.push({ op: 'call', id, from, to, payload, brought })
  }

  forgetCall({ id }: Monitor): void {
    if (this.calls.delete(id)) this.push({ op: 'abandon', id })
  }

  reply(id: number, value: unknown): void {
    this.push({ op: 'reply', id, value: this.encode(value) })
    this.serving.delete(id)
  }

  callFails(id: number, why: CallFailure, reason: unknown): void {
    if (this.serving.delete(id)) this.push({ op: 'call_failed', id, why, reason: this.reason(reason) })
  }

  /** Reports something received that cannot be passed on or read here, once for each place to which it went. */
  refused(what: string, error: unknown): void {
    if (this.#told.has(what) || this.#told.size >= MOST_TOLD) return
    this.#told.add(what)
    const { kernel } = this.node.nodes
    const message = `${what} from ${this.node.name} is lost, since it cannot cross: ${printed(error)}`
    kernel.report({ level: 'warn', kind: 'node', message, error })
  }

  /**
   * Asks the other kernel to start a process, as its `Nodes.startServer` does, with `by` as its parent.
   *
   * @throws NO_CONNECTION, and the error of the start there. All of them reject.
   */
  start(by: Process, request: unknown, link: boolean): Promise<Started | 'ignore'> {
    return new Promise((resolve, reject) => {
      if (!this.#open) throw kernelError('NO_CONNECTION', { node: this.node.name })
      const id = ++this.#lastStart
      const encoded = this.encode(request)
      this.starts.set(id, { by, link, resolve, reject })
      this.push({ op: 'start', id, from: this.idOf(by.pid), request: encoded, link })
    })
  }

  encode(value: unknown): unknown {
    return this.carrier.encode(value, this.node.nodes, false)
  }

  decode(encoded: unknown): unknown {
    return this.carrier.decode(encoded, this.node.nodes)
  }

  /** Decodes a received reason. If it cannot be read, the result is the error about that. */
  decodeReason(encoded: unknown): ExitReason {
    try {
      return this.decode(encoded)
    } catch (error) {
      return error
    }
  }

  /** Encodes a reason. It always arrives: parts that cannot be sent are replaced by a text. */
  reason(reason: ExitReason): unknown {
    return this.carrier.encode(reason, this.node.nodes, true)
  }

  /** Returns the id of a process of this kernel, which the other side may use from now on. */
  idOf(pid: Pid): number {
    this.node.nodes.exported.addPid(pid)
    return pid.id
  }

  /**
   * Returns the sender of a signal. A process of a third kernel is named as itself to a kernel behind this one, and as one of this kernel
   * to all others.
   */
  senderOf(pid: Pid): SenderAddress {
    const { nodes } = this.node
    if (!(pid instanceof RemotePid)) return this.idOf(pid)
    return this.carrier.routes === 'here' ? nodes.addressOf(pid) : nodes.front(pid)
  }

  #addressOf(other: RemoteProcess): ProcessAddress {
    const { address, home, object, pid } = other
    if (typeof address === 'string') this.carrier.checkName?.(address)
    if (!this.#isBeyond(home)) return address as ProcessAddress
    return typeof address === 'string' ? (object as RemoteName) : this.node.nodes.addressOf(pid)
  }

  #idOf(other: RemoteProcess): SenderAddress {
    return this.#isBeyond(other.home) ? this.node.nodes.addressOf(other.pid) : other.pid.id
  }

  /** Whether it is in a third kernel that the other side reaches. */
  #isBeyond(home: RemoteNode): boolean {
    return this.carrier.routes === 'there' && home.name !== this.node.name
  }

  #tellAll(reason: ExitReason): void {
    // The names are free before any process hears of the end.
    for (const process of this.node.named) process.kernel.names.release(process)
    this.node.named.clear()
    this.node.fronted.clear()
    // A reason other than `'noconnection'` says that no process lives there.
    const dead = reason !== 'noconnection'
    for (const other of this.linked.values()) {
      other.unlinks = undefined
      if (dead) other.over()
      for (const process of takeLinks<Process>(other)) {
        forgetLink(process, other)
        process.exitSignal(other.pid, reason, true, undefined)
      }
    }
    for (const monitor of taken(this.monitors)) {
      // Its owner may have died just now, by a link.
      if (!monitor.active) continue
      if (dead) (monitor.target as RemoteProcess).over()
      monitor.detach()
      monitor.fired(reason)
    }
    for (const call of taken(this.calls)) call.unanswered(reason)
    for (const start of taken(this.starts)) {
      start.reject(kernelError('NO_CONNECTION', { node: this.node.name }, { cause: reason }))
    }
    for (const watcher of taken(this.watchers)) watcher.detach()
    for (const call of taken(this.serving)) {
      call.detach()
      call.abandoned()
    }
    this.ready()
  }
}

/** Takes all values out of a table, so that code that follows from them finds it empty. */
function taken<K, T>(table: Map<K, T>): T[] {
  const all = [...table.values()]
  table.clear()
  return all
}
