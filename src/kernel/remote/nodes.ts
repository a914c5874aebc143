import { type Stores, storesOfNow } from '../context/async-scope.js'
import { runAsNobody } from '../context/current-process.js'
import { kernelError } from '../errors/errors.js'
import type { Kernel } from '../kernel.js'
import type { Process } from '../process/process.js'
import { Pid, RemotePid, routeOf } from '../terms/pid.js'
import { Reference, RemoteReference } from '../terms/reference.js'
import type { Carrier, NodeIdentity, TermAddress, Terms } from './carrier.js'
import { Connection } from './connection.js'
import { ExportedTerms } from './exported-terms.js'
import { RemoteDeath } from './remote-monitor.js'
import { RemoteNode } from './remote-node.js'
import type { RemoteProcess } from './remote-process.js'
import type { RequestedStart } from './requested-start.js'
import { WeakTable } from './weak-table.js'

/** Makes of a request from another kernel what is to be started. What it throws is the failure of the start. */
export type StartServer = (request: unknown, from: Pid) => RequestedStart | PromiseLike<RequestedStart>

/** The other kernels that a kernel knows. */
export class Nodes implements Terms {
  readonly exported: ExportedTerms
  /** What is outside all requests: what stands for a process elsewhere begins with it. */
  readonly stores: Stores = runAsNobody(storesOfNow)
  /** How many threads and programs were started to be joined with. */
  started = 0
  /** Without one, no other kernel starts anything here. */
  startServer: StartServer | undefined = undefined
  /** Of each name, the incarnation that is joined, or was last. */
  readonly #current = new Map<string, RemoteNode>()
  /** Others that pids of are known. */
  readonly #former = new WeakTable<string, RemoteNode>()

  constructor(readonly kernel: Kernel) {
    this.exported = new ExportedTerms(kernel.node)
  }

  /** The names of those that there is a way to. */
  connected(): string[] {
    return [...this.#current.values()].filter((node) => node.connection !== undefined).map(({ name }) => name)
  }

  /** @throws NODE_NAME */
  connect(carrier: Carrier, { node: name, creation }: NodeIdentity): Connection {
    const here = this.kernel.node
    if (typeof name !== 'string' || name === '' || name === here)
      throw kernelError('NODE_NAME', { name, here })
    // What comes now is another, or the same again: either way what was before is over.
    this.#current.get(name)?.connection?.down()
    const node = this.node(name, creation)
    this.#current.set(name, node)
    node.connection = new Connection(node, carrier)
    return node.connection
  }

  /** The way to a node, while there is one. */
  to(name: string): Connection | undefined {
    return this.#current.get(name)?.connection
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

  /** What stands for whoever has that name in another kernel. */
  named(name: string, node: string): RemoteProcess {
    return (this.#current.get(node) ?? this.node(node, 0)).holder(name)
  }

  /**
   * Gives a process elsewhere a name here, until it ends or is out of reach.
   *
   * @throws NAME_TAKEN
   */
  name(pid: Pid, name: string): void {
    const process = routeOf(pid) as RemoteProcess | undefined
    if (process === undefined) return
    this.kernel.names.register(name, process)
    process.home.named.add(process)
    this.kernel.names.up(process)
  }

  /** Has the observers of a death elsewhere told of it when it is heard of. */
  observe(process: Process): void {
    const death = new RemoteDeath(process as RemoteProcess)
    death.attach(process)
  }

  addressOf(term: Pid | Reference): TermAddress {
    if (term instanceof RemotePid || term instanceof RemoteReference) {
      const { node, creation, id } = term
      return { node, creation, id }
    }
    if (term instanceof Pid) {
      // Another kernel of this program may have handed it over by hand.
      const kernel = routeOf(term)?.kernel ?? this.kernel
      const { exported } = kernel === this.kernel ? this : kernel.withNodes()
      exported.addPid(term)
      return { node: term.node, creation: kernel.creation, id: term.id }
    }
    this.exported.addReference(term)
    return { node: this.kernel.node, creation: this.kernel.creation, id: term.id }
  }

  pidAt({ node, creation, id }: TermAddress): Pid {
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
