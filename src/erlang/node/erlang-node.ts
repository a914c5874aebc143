import {
  type Behaviour,
  type Carrier,
  Deadline,
  HeartwoodError,
  type Kernel,
  type Connection as KernelConnection,
  type NodeTransport,
  type Pid,
} from '../../kernel/index.js'
import { type CarrierNode, ErlangCarrier } from '../carrier/erlang-carrier.js'
import { structOf, valueOfStruct } from '../carrier/structs.js'
import { WireTerms } from '../carrier/wire-terms.js'
import type { Connection } from '../distribution/connection.js'
import {
  type Address,
  DistributionNode,
  type DistributionOptions,
} from '../distribution/distribution-node.js'
import { type Exposed, ExposedFunctions } from './exposed-functions.js'
import { termsWhereIsolated } from './isolated-terms.js'
import { NET_KERNEL, netKernel } from './net-kernel.js'
import { RepeatedNews } from './repeated-news.js'
import { Retries } from './retries.js'
import { RPC_SERVER, rpcServer } from './rpc-server.js'

const MIB = 1024 * 1024
/** The size of a message besides its payload, in bytes. */
const ENVELOPE = 65_536

export interface ErlangNodeOptions
  extends Omit<DistributionOptions, 'clock' | 'name' | 'creation' | 'onConnection' | 'replace'> {
  readonly expose?: Exposed
}

/** A kernel as a node among nodes of Erlang. */
export class ErlangNode implements NodeTransport {
  readonly #kernel: Kernel
  readonly #node: DistributionNode
  readonly #parts: CarrierNode
  readonly #host: string
  readonly #exposed: ExposedFunctions
  /** The servers that other nodes look for by name. */
  readonly #servers: Pid[] = []
  /** The carriers that wait for a connection. */
  readonly #dialing = new Map<string, ErlangCarrier>()
  readonly #retries = new Retries()
  /** Of those, the carriers whose node is not looked for yet. */
  readonly #pausing = new Map<ErlangCarrier, Deadline>()
  readonly #news: RepeatedNews
  readonly #faults: RepeatedNews
  #leave: (() => void) | undefined

  /** @throws NODE_OPTION_INVALID */
  constructor(kernel: Kernel, options: ErlangNodeOptions) {
    const { node: name, creation, clock } = kernel
    const nodes = kernel.withNodes()
    const wire = new WireTerms(name, creation, nodes.outside)
    const replace = (value: unknown): unknown => wire.termOf(value) ?? structOf(value)
    const { message = 64 * MIB, depth } = options.limits ?? {}
    const writing = { size: message - ENVELOPE, replace, ...(depth === undefined ? {} : { depth }) }
    const exposed = new ExposedFunctions(kernel, wire, options.expose ?? {}, writing)
    this.#exposed = exposed
    this.#host = options.host ?? '127.0.0.1'
    this.#kernel = kernel
    const told = (level: 'info' | 'warn'): RepeatedNews =>
      new RepeatedNews(clock, (message) => kernel.report({ level, kind: 'node', message }))
    this.#news = told('info')
    this.#faults = told('warn')
    this.#parts = {
      wire,
      writing,
      busy: options.limits?.busy ?? MIB,
      waiting: options.limits?.waiting ?? 256 * MIB,
      // Data that could not be read is a fault to report; the end of a node is not.
      over: (node, reason) =>
        (reason.cause === undefined ? this.#news : this.#faults).say(node, reason.message),
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
      onProblem: (problem) => {
        options.onProblem?.(problem)
        const kind = HeartwoodError.is(problem, 'EPMD_UNREACHABLE') ? 'EPMD' : 'handshake'
        const text = problem instanceof Error ? problem.message : String(problem)
        this.#faults.say(kind, `node ${name}: ${text}`)
      },
    })
  }

  /** Where it listens. */
  get port(): number {
    return this.#node.port
  }

  get address(): Address {
    return { host: this.#host, port: this.port }
  }

  /**
   * @param listens false if it only connects
   * @throws EPMD_UNREACHABLE, EPMD_REFUSED
   */
  async start(listens = true): Promise<void> {
    if (listens) await this.#node.start()
    this.#kernel.withNodes().transport = this
    this.#leave = termsWhereIsolated(this.#kernel)
    this.#serve(NET_KERNEL, netKernel, 'what Node.ping asks')
    this.#serve(RPC_SERVER, rpcServer(this.#exposed), 'what rpc asks')
  }

  #serve(name: string, behaviour: Behaviour, label: string): void {
    if (this.#kernel.whereis(name) === undefined)
      this.#servers.push(this.#kernel.spawnBehaviour(behaviour, { name, label }))
  }

  /** @throws NODE_NOT_FOUND, NODE_UNREACHABLE, HANDSHAKE_FAILED, EPMD_UNREACHABLE */
  async connect(node: string): Promise<void> {
    await this.#node.connect(node)
  }

  dial(node: string, joined: (carrier: Carrier) => KernelConnection): void {
    const carrier = new ErlangCarrier(this.#parts)
    carrier.connection = joined(carrier)
    this.#dialing.set(node, carrier)
    const { clock } = this.#kernel
    const pause = this.#retries.pause(node, clock.now())
    if (pause === 0) this.#lookFor(node, carrier)
    else this.#pausing.set(carrier, new Deadline(clock, pause, () => this.#lookFor(node, carrier)))
  }

  #lookFor(node: string, carrier: ErlangCarrier): void {
    this.#pausing.delete(carrier)
    // The node connected by itself, or the connection is not wanted any more.
    if (this.#dialing.get(node) !== carrier || !carrier.connection.open) return
    this.#node
      .connect(node)
      .catch((error: unknown) => {
        this.#retries.failed(node, this.#kernel.now())
        const why = error instanceof Error ? error.message : String(error)
        this.#news.say(`out of reach ${node}`, `${node} is out of reach: ${why}`)
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
    this.#leave?.()
    for (const server of this.#servers) this.#kernel.exit(server, 'shutdown')
    this.#node.close()
    for (const [carrier, deadline] of this.#pausing) {
      deadline.stop()
      carrier.connection.down()
    }
    this.#news.close()
    this.#faults.close()
  }

  #join(connection: Connection): void {
    const { node } = connection.peer
    const carrier = this.#dialing.get(node) ?? new ErlangCarrier(this.#parts)
    this.#dialing.delete(node)
    this.#retries.found(node)
    carrier.connection = this.#kernel.connect(carrier, connection.peer)
    carrier.attach(connection)
  }
}
