import {
  type Carrier,
  type Kernel,
  type Connection as KernelConnection,
  type NodeTransport,
  type Pid,
} from '../../kernel/index.js'
import { type CarrierNode, ErlangCarrier } from '../carrier/erlang-carrier.js'
import { structOf, valueOfStruct } from '../carrier/structs.js'
import { WireTerms } from '../carrier/wire-terms.js'
import type { Connection } from '../distribution/connection.js'
import { DistributionNode, type DistributionOptions } from '../distribution/distribution-node.js'
import { type Exposed, ExposedFunctions } from './exposed-functions.js'
import { NET_KERNEL, netKernel } from './net-kernel.js'

const MIB = 1024 * 1024
/** What a message has besides its payload. */
const ENVELOPE = 65_536

export interface ErlangNodeOptions
  extends Omit<DistributionOptions, 'clock' | 'name' | 'creation' | 'onConnection' | 'replace'> {
  readonly expose?: Exposed
}

/** A kernel among the nodes of Erlang. */
export class ErlangNode implements NodeTransport {
  readonly #kernel: Kernel
  readonly #node: DistributionNode
  readonly #parts: CarrierNode
  #netKernel: Pid | undefined
  /** Those that wait for a connection. */
  readonly #dialing = new Map<string, ErlangCarrier>()

  /** @throws NODE_OPTION_INVALID */
  constructor(kernel: Kernel, options: ErlangNodeOptions) {
    const { node: name, creation, clock } = kernel
    const nodes = kernel.withNodes()
    const wire = new WireTerms(name, creation, nodes)
    const replace = (value: unknown): unknown => wire.termOf(value) ?? structOf(value)
    const { message = 64 * MIB, depth } = options.limits ?? {}
    const exposed = new ExposedFunctions(kernel, wire, options.expose ?? {})
    this.#kernel = kernel
    this.#parts = {
      wire,
      writing: { size: message - ENVELOPE, replace, ...(depth === undefined ? {} : { depth }) },
      over: (reason) => {
        // What could not be read is a fault of somebody; that a node ends is none.
        const level = reason.cause === undefined ? 'info' : 'warn'
        kernel.report({ level, kind: 'node', message: reason.message })
      },
      spawn: (carrier, request, args) => exposed.spawn(carrier, request, args),
    }
    this.#node = new DistributionNode({
      ...options,
      clock,
      name,
      creation,
      forms: { ...options.forms, revive: wire.revive, struct: valueOfStruct },
      replace,
      onConnection: (connection) => this.#join(connection),
    })
  }

  /** Where it listens. */
  get port(): number {
    return this.#node.port
  }

  /** @throws EPMD_UNREACHABLE, EPMD_REFUSED */
  async start(): Promise<void> {
    await this.#node.start()
    this.#kernel.withNodes().transport = this
    if (this.#kernel.whereis(NET_KERNEL) === undefined)
      this.#netKernel = this.#kernel.spawnBehaviour(netKernel, {
        name: NET_KERNEL,
        label: 'what Node.ping asks',
      })
  }

  /** @throws NODE_NOT_FOUND, NODE_UNREACHABLE, HANDSHAKE_FAILED, EPMD_UNREACHABLE */
  async connect(node: string): Promise<void> {
    await this.#node.connect(node)
  }

  dial(node: string, joined: (carrier: Carrier) => KernelConnection): void {
    const carrier = new ErlangCarrier(this.#parts)
    carrier.connection = joined(carrier)
    this.#dialing.set(node, carrier)
    this.#node
      .connect(node)
      .catch((error: unknown) => {
        const message = `${node} is out of reach: ${error instanceof Error ? error.message : String(error)}`
        this.#kernel.report({ level: 'info', kind: 'node', message })
        carrier.connection.down()
      })
      .finally(() => {
        if (this.#dialing.get(node) === carrier) this.#dialing.delete(node)
      })
  }

  /** Ends all connections. */
  close(): void {
    const nodes = this.#kernel.withNodes()
    if (nodes.transport === this) nodes.transport = undefined
    if (this.#netKernel !== undefined) this.#kernel.exit(this.#netKernel, 'shutdown')
    this.#node.close()
  }

  #join(connection: Connection): void {
    const { node } = connection.peer
    const carrier = this.#dialing.get(node) ?? new ErlangCarrier(this.#parts)
    this.#dialing.delete(node)
    carrier.connection = this.#kernel.connect(carrier, connection.peer)
    carrier.attach(connection)
  }
}
