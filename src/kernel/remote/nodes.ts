import { type Stores, storesOfNow } from '../context/async-scope.js'
import { runAsNobody } from '../context/no-process.js'
import { kernelError } from '../errors/errors.js'
import type { Kernel } from '../kernel.js'
import { NodeWatchers } from '../nodes/node-watchers.js'
import type { Process } from '../process/process.js'
import { Pid, RemotePid, routeOf } from '../terms/pid.js'
import { Reference, RemoteReference } from '../terms/reference.js'
import type { Carrier, NodeTransport, Terms } from './carrier.js'
import { Connection } from './connection.js'
import { ExportedTerms } from './exported-terms.js'
import { RemoteDeath } from './remote-monitor.js'
import { ANY, RemoteNode } from './remote-node.js'
import type { RemoteProcess } from './remote-process.js'
import type { RequestedStart } from './requested-start.js'
import type { NodeIdentity, PidAddress, TermAddress } from './signal.js'
import { WeakTable } from './weak-table.js'

/** Makes the process to start of a request of another kernel. An error that it throws is the failure of the start. */
export type StartServer = (request: unknown, from: Pid) => RequestedStart | PromiseLike<RequestedStart>

/** The other kernels that a kernel knows. */
export class Nodes implements Terms {
  readonly exported: ExportedTerms
  /** The stores outside all requests: representatives of other kernels' processes begin with them. */
  readonly stores: Stores = runAsNobody(storesOfNow)
  /** The number of threads and programs that were started to be connected with. */
  started = 0
  /** Starts servers for other kernels. Without it, other kernels cannot start anything here. */
  startServer: StartServer | undefined = undefined
  /** Finds other nodes. Without it, only connected kernels can be reached. */
  transport: NodeTransport | undefined = undefined
  /** The connection to the kernel that forwards signals to other kernels. */
  gateway: Connection | undefined = undefined
  readonly watchers: NodeWatchers
  /** For each name, the incarnation that is connected, or was last. */
  readonly #current = new Map<string, RemoteNode>()
  /** The connections that are being set up. */
  readonly #dialing = new Map<string, Connection>()
  /** Other incarnations, of which pids are known. */
  readonly #former = new WeakTable<string, RemoteNode>()

  constructor(readonly kernel: Kernel) {
    this.exported = new ExportedTerms(kernel.node)
    this.watchers = new NodeWatchers(kernel)
  }

  /** The names of the connected kernels. */
  connected(): string[] {
    const nodes = [...this.#current.values()].filter((node) => node.connection !== undefined)
    return nodes.filter(({ isBehind }) => !isBehind).map(({ name }) => name)
  }

  /** All connections, including those that are being set up. */
  connections(): Connection[] {
    const up = [...this.#current.values()].flatMap(({ connection }) => connection ?? [])
    return [...up, ...this.#dialing.values()]
  }

  /** @throws NODE_NAME */
  connect(carrier: Carrier, { node: name, creation }: NodeIdentity): Connection {
    const here = this.kernel.node
    if (typeof name !== 'string' || name === '' || name === here)
      throw kernelError('NODE_NAME', { name, here })
    const node = this.node(name, creation)
    const dialing = this.#dialing.get(name)
    if (dialing?.carrier === carrier) {
      this.#dialing.delete(name)
      if (dialing.isFor(node)) return this.#joined(dialing, node)
      dialing.notThere()
    }
    // The node that connects now is another incarnation or the same one again; in both cases the former connection has ended.
    this.#current.get(name)?.connection?.down()
    return this.#joined(new Connection(node, carrier), node)
  }

  #joined(connection: Connection, node: RemoteNode): Connection {
    connection.found(node)
    this.#current.set(node.name, node)
    if (connection.carrier.routes === 'there') this.gateway = connection
    if (connection.carrier.routes === 'here') node.isBehind = true
    else this.watchers.up(node.name)
    return connection
  }

  /** Starts a connection to a node. */
  dial(node: RemoteNode): Connection | undefined {
    const { name } = node
    if (this.gateway !== undefined) return this.gateway.share(node)
    const connection = this.to(name)
    // If another incarnation is there, this one is not.
    if (connection !== undefined) return node.isAny ? connection.share(node) : undefined
    const dialing = this.#dialing.get(name)
    if (dialing !== undefined) return dialing.share(node)
    this.transport?.dial(name, (carrier) => {
      const begun = new Connection(node, carrier, true)
      node.connection = begun
      this.#dialing.set(name, begun)
      return begun
    })
    return node.connection
  }

  /** Called when a connection is broken, or could not be set up. */
  lost(connection: Connection): void {
    const { name } = connection.node
    if (this.#dialing.get(name) === connection) this.#dialing.delete(name)
    if (this.gateway === connection) this.gateway = undefined
    if (!connection.node.isBehind) this.watchers.down(name, !connection.dialing)
  }

  /** The connection to a node, if there is one. */
  to(name: string): Connection | undefined {
    return this.#current.get(name)?.connection
  }

  /** Whether names on nodes that were never connected may be reached. */
  get reachesOthers(): boolean {
    return this.transport !== undefined || this.gateway !== undefined
  }

  /** The connection to a node; starts one if there is none. */
  way(name: string): Connection | undefined {
    return this.#whoever(name).way()
  }

  /** Returns the incarnation that is there; if that is not known, one that stands for any. Without a transport, the last known one. */
  #whoever(name: string): RemoteNode {
    const current = this.#current.get(name)
    const isThere = current?.connection !== undefined || !this.reachesOthers
    return current !== undefined && isThere ? current : this.node(name, ANY)
  }

  current(name: string): RemoteNode | undefined {
    return this.#current.get(name)
  }

  node(name: string, creation: number): RemoteNode {
    const current = this.#current.get(name)
    if (current?.creation === creation) return current
    const key = `${creation} ${name}`
    const known = this.#former.get(key)
    if (known !== undefined) return known
    const made = new RemoteNode(this, name, creation)
    this.#former.set(key, made)
    return made
  }

  /** Returns the pid with an id in the kernel that is connected under a name, unless the process is known to have ended. */
  known(node: string, id: number): Pid | undefined {
    const process = this.#current.get(node)?.process(id)
    return process?.atHand === true ? process.pid : undefined
  }

  /** Returns what represents the process with a name in another kernel. */
  named(name: string, node: string): RemoteProcess {
    return this.#whoever(node).holder(name)
  }

  /**
   * Registers a process of another kernel under a name here, until it ends or cannot be reached.
   *
   * @throws NAME_TAKEN
   */
  name(pid: Pid, name: string): void {
    const process = routeOf<Process>(pid) as RemoteProcess | undefined
    if (process === undefined) return
    this.kernel.names.register(name, process)
    process.home.named.add(process)
    this.kernel.names.up(process)
  }

  /** Describes what is known here of a process of another kernel, for logs and inspection. */
  describe(pid: Pid, label: unknown, runs: string): void {
    const process = routeOf<Process>(pid) as RemoteProcess | undefined
    if (process === undefined) return
    process.label = label
    process.runs = runs
  }

  /** Makes the death observers of a process of another kernel be told when its death is known here. */
  observe(process: Process): void {
    const death = new RemoteDeath(process as RemoteProcess)
    death.attach(process)
  }

  addressOf(term: Pid): PidAddress
  addressOf(term: Pid | Reference): TermAddress
  addressOf(term: Pid | Reference): TermAddress {
    if (term instanceof RemotePid) {
      const { node, creation, id } = term
      return { node, creation, id }
    }
    if (term instanceof RemoteReference) {
      const { node, creation, home } = term
      return { node, creation, id: home }
    }
    if (term instanceof Pid) {
      // Another kernel of this program may have passed it here directly.
      const kernel = routeOf<Process>(term)?.kernel ?? this.kernel
      const { exported } = kernel === this.kernel ? this : kernel.withNodes()
      exported.addPid(term)
      return { node: term.node, creation: kernel.creation, id: term.id }
    }
    this.exported.addReference(term)
    return { node: this.kernel.node, creation: this.kernel.creation, id: term.id }
  }

  /**
   * The same as `addressOf` and the others, for kernels that reach the kernels behind this one only through it: to them these terms belong
   * to this kernel.
   */
  readonly outside: Terms = {
    addressOf: (term: Pid | Reference) => this.#fronted(term) as PidAddress,
    pidAt: (address) => this.pidAt(address),
    referenceAt: (address) => this.referenceAt(address),
  }

  #fronted(term: Pid | Reference): TermAddress {
    if (!(term instanceof RemotePid || term instanceof RemoteReference)) return this.addressOf(term)
    if (!this.node(term.node, term.creation).isBehind) return this.addressOf(term)
    return { node: this.kernel.node, creation: this.kernel.creation, id: this.front(term) }
  }

  /** Returns the id of another kernel's term, as if it belonged to this kernel. */
  front(term: RemotePid | RemoteReference): number {
    this.node(term.node, term.creation).fronted.add(term)
    return this.exported.front(term)
  }

  pidAt({ node, creation, id }: PidAddress): Pid {
    return this.#isHere(node, creation) ? this.exported.pid(id) : this.node(node, creation).pid(id)
  }

  referenceAt({ node, creation, id }: TermAddress): Reference {
    if (!this.#isHere(node, creation)) return this.node(node, creation).reference(id)
    return this.exported.reference(id) ?? new Reference()
  }

  #isHere(node: string, creation: number): boolean {
    return node === this.kernel.node && creation === this.kernel.creation
  }
}
