import { StructuredCodec } from '../../../carrier/index.js'
import type { Carrier, Connection, Signal, Terms } from '../../../kernel/index.js'
import { demandNames, demandOptions, demandSpan, demandText, demandTime } from './node-arguments.js'
import type { SimulatedNode } from './simulated-node.js'
import type { SurroundingWorld } from './world-part.js'
import { WorldStep } from './world-step.js'

/** The world of a network: which nodes it joins. */
interface NetworkWorld extends SurroundingWorld {
  readonly nodes: ReadonlyMap<string, SimulatedNode>
}

/** The options of the network between nodes. */
export interface NetworkOptions {
  /** Milliseconds that signals take, from and to; each batch has its own delay, and none overtakes another. Default 0: the schedule alone decides. */
  readonly latency?: number | readonly [from: number, to: number]
  /** Milliseconds without a signal after which a node treats a connection as broken. Default 2,000. */
  readonly silence?: number
  /** Milliseconds until nodes that can reach each other are connected again. Default 100. */
  readonly rejoin?: number
  /** Batches that may be on the way to a node before its senders are told that it is behind. Default 1,000. */
  readonly limit?: number
}

interface Batch {
  readonly signals: readonly Signal[]
  readonly at: number
  readonly order: number
}

/**
 * The network between the nodes of a simulation. It keeps the order, and loses signals only with a connection. Each signal arrives in a step of its own.
 * During a partition, or while a peer is slow or stopped, signals do not arrive, until a node treats the connection as broken.
 */
export class SimulatedNetwork {
  latency: readonly [number, number] = [0, 0]
  silence = 2_000
  rejoin = 100
  limit = 1_000
  readonly #world: NetworkWorld
  readonly #links: Link[] = []
  /** `a>b`: nothing gets from a to b. */
  readonly #blocked = new Map<string, number>()
  readonly #slow = new Map<string, number>()

  /** @internal */
  constructor(world: NetworkWorld) {
    this.#world = world
  }

  /** @internal */
  set(options: NetworkOptions): void {
    demandOptions('sim.setNetwork', options, ['latency', 'silence', 'rejoin', 'limit'])
    const { latency, limit, ...times } = options
    if (latency !== undefined) demandSpan('sim.setNetwork', 'latency', latency)
    for (const [name, ms] of Object.entries({ ...times, ...(limit === undefined ? {} : { limit }) }))
      if (ms !== undefined) demandTime('sim.setNetwork', name, ms)
    if (typeof latency === 'number') this.latency = [latency, latency]
    else if (latency !== undefined) this.latency = latency
    Object.assign(this, times, limit === undefined ? {} : { limit })
  }

  /**
   * Stops all signals from `some` to `others`, and back unless `oneWay`.
   *
   * @returns a function that ends the partition
   */
  partition(some: readonly string[], others: readonly string[], oneWay = false): () => void {
    demandNames('partition', 'some', some)
    demandNames('partition', 'others', others)
    const ways = some.flatMap((a) =>
      others
        .filter((b) => b !== a)
        .flatMap((b) =>
          oneWay
            ? [[a, b]]
            : [
                [a, b],
                [b, a],
              ],
        ),
    )
    for (const [from, to] of ways as [string, string][]) this.#block(from, to, 1)
    this.#watchSilence()
    let isHealed = false
    return () => {
      if (isHealed) return
      isHealed = true
      for (const [from, to] of ways as [string, string][]) this.#block(from, to, -1)
    }
  }

  /** Delays everything that is sent to and by a node by `ms` milliseconds. */
  slow(node: string, by: number): void {
    demandText('slow', 'node', node)
    demandTime('slow', 'by', by)
    this.#slow.set(node, by)
  }

  /** Breaks the connection of two nodes: signals on their way are lost. The nodes are connected again soon. */
  cut(one: string, other: string): void {
    demandText('cut', 'one', one)
    demandText('cut', 'other', other)
    for (const link of this.#links) if (link.joins(one, other)) link.break()
  }

  // What follows is for the world.

  /** @internal */
  isBlocked(from: string, to: string): boolean {
    return (this.#blocked.get(`${from}>${to}`) ?? 0) > 0
  }

  /** @internal */
  delayOf(from: string, to: string): number {
    const [least, most] = this.latency
    const own = least + Math.floor(this.#world.chance.next() * (most - least + 1))
    return own + (this.#slow.get(from) ?? 0) + (this.#slow.get(to) ?? 0)
  }

  /** A node is up: it is joined with those that it can reach. @internal */
  up(node: SimulatedNode): void {
    for (const other of this.#world.nodes.values()) {
      if (other === node || other.kernel === undefined) continue
      const link = new Link(this.#world, this, node, other)
      this.#links.push(link)
      if (link.canJoin) link.join()
    }
  }

  /** A node is gone. @internal */
  down(node: SimulatedNode): void {
    for (const link of this.#links) if (link.isOf(node)) link.end(node)
  }

  /** A node is stopped, or goes on. @internal */
  watchSilence(): void {
    this.#watchSilence()
  }

  /** @internal */
  steps(): readonly WorldStep[] {
    return this.#links.flatMap((link) => link.steps())
  }

  #block(from: string, to: string, by: number): void {
    const way = `${from}>${to}`
    this.#blocked.set(way, (this.#blocked.get(way) ?? 0) + by)
  }

  #watchSilence(): void {
    const since = this.#world.clock.now()
    this.#world.after(this.silence, () => {
      for (const link of this.#links) link.silentSince(since)
    })
  }
}

/** Two nodes that are, or were, or will be joined. */
class Link {
  readonly #world: NetworkWorld
  readonly #network: SimulatedNetwork
  readonly #nodes: readonly [SimulatedNode, SimulatedNode]
  readonly #kernels: readonly [SimulatedNode['kernel'], SimulatedNode['kernel']]
  #ends: readonly [End, End] | undefined
  #isOver = false
  /** From when on they may be joined anew. */
  #joinFrom: number | undefined

  constructor(world: NetworkWorld, network: SimulatedNetwork, one: SimulatedNode, other: SimulatedNode) {
    this.#world = world
    this.#network = network
    this.#nodes = [one, other]
    this.#kernels = [one.kernel, other.kernel]
  }

  isOf(node: SimulatedNode): boolean {
    return this.#nodes.includes(node)
  }

  joins(one: string, other: string): boolean {
    const names = this.#nodes.map(({ name }) => name)
    return names.includes(one) && names.includes(other)
  }

  get canJoin(): boolean {
    const [one, other] = this.#nodes
    const areUp = one.isRunning && other.isRunning
    return (
      areUp &&
      !this.#network.isBlocked(one.name, other.name) &&
      !this.#network.isBlocked(other.name, one.name)
    )
  }

  join(): void {
    const [one, other] = this.#nodes
    const ends = [
      new End(this.#world, this.#network, one, other),
      new End(this.#world, this.#network, other, one),
    ] as const
    ends[0].other = ends[1]
    ends[1].other = ends[0]
    this.#ends = ends
    for (const end of ends) end.open()
  }

  break(): void {
    for (const end of this.#ends ?? []) end.isBroken = true
  }

  /** A node of it has ended. */
  end(node: SimulatedNode): void {
    this.#isOver = true
    for (const end of this.#ends ?? []) if (end.node !== node) end.isBroken = true
  }

  /** So much time is over: whoever has heard nothing since takes it for broken. */
  silentSince(since: number): void {
    for (const end of this.#ends ?? []) if (end.isDeaf(since)) end.isBroken = true
  }

  steps(): readonly WorldStep[] {
    const ends = this.#ends
    const steps = (ends ?? []).flatMap((end) => end.steps())
    if (this.#isOver || (ends !== undefined && !ends.every((end) => end.isDown))) return steps
    const now = this.#world.clock.now()
    if (!this.canJoin || this.#kernels.some((kernel, at) => this.#nodes[at]?.kernel !== kernel)) return steps
    if (this.#joinFrom === undefined) {
      this.#joinFrom = now + this.#network.rejoin
      this.#world.wakeAt(this.#joinFrom)
    }
    if (now < this.#joinFrom) return steps
    const [one, other] = this.#nodes
    if (one.kernel === undefined) return steps
    const key = `${one.name}+${other.name}`
    const go = (): void => {
      this.#joinFrom = undefined
      this.join()
    }
    return [
      ...steps,
      new WorldStep(
        key,
        one.name,
        one.kernel,
        this.#world.shared.order,
        `${one.name} and ${other.name} are joined`,
        go,
      ),
    ]
  }
}

/** One of two ends of a connection: the carrier of its node's kernel. */
class End implements Carrier {
  other!: End
  isBroken = false
  isDown = false
  #connection: Connection | undefined
  #arriving: Batch[] = []
  #last = 0
  #wasBusy = false
  readonly #codec = new StructuredCodec()

  constructor(
    readonly world: NetworkWorld,
    readonly network: SimulatedNetwork,
    readonly node: SimulatedNode,
    readonly peer: SimulatedNode,
  ) {}

  open(): void {
    const { kernel } = this.peer
    if (kernel === undefined) return
    const { node, creation } = kernel
    this.#connection = this.node.kernel?.connect(this, { node, creation })
  }

  encode(value: unknown, terms: Terms, lenient: boolean): unknown {
    return this.#codec.encode(value, terms, lenient)
  }

  decode(encoded: unknown, terms: Terms): unknown {
    return this.#codec.decode(encoded, terms)
  }

  get busy(): boolean {
    const busy = this.other.#arriving.length > this.network.limit
    this.#wasBusy ||= busy
    return busy
  }

  send(signals: readonly Signal[]): void {
    if (!this.isBroken && !this.isDown) this.other.#comes(signals)
  }

  close(): void {
    this.#arriving = []
    this.isDown = true
    // The other side hears of it, if it hears anything.
    if (!this.network.isBlocked(this.node.name, this.peer.name)) this.other.isBroken = true
  }

  /** Whether it has heard nothing since then, for the way, or the other node, is stopped; and it is itself not. */
  isDeaf(since: number): boolean {
    if (this.isDown) return false
    const isStill = this.network.isBlocked(this.peer.name, this.node.name) || this.peer.stoppedSince <= since
    return isStill
  }

  steps(): readonly WorldStep[] {
    const { node, peer, world } = this
    if (this.isDown || !node.isRunning || node.kernel === undefined) return []
    const step = (sign: string, order: number, what: string, go: () => void): WorldStep =>
      new WorldStep(
        `${peer.name}${sign}${node.name}`,
        peer.name,
        node.kernel as NonNullable<typeof node.kernel>,
        order,
        what,
        go,
      )
    if (this.isBroken)
      return [
        step('|', world.shared.order, `${node.name} loses ${peer.name}`, () => this.#connection?.down()),
      ]
    const [first] = this.#arriving
    if (first === undefined || first.at > world.clock.now() || this.network.isBlocked(peer.name, node.name))
      return []
    return [step('⇒', first.order, `${node.name} hears ${peer.name}`, () => this.#take())]
  }

  #take(): void {
    const batch = this.#arriving.shift()
    if (batch !== undefined) this.#connection?.receive(batch.signals)
    this.other.#caughtUp()
  }

  #comes(signals: readonly Signal[]): void {
    const now = this.world.clock.now()
    const at = Math.max(this.#last, now + this.network.delayOf(this.peer.name, this.node.name))
    this.#last = at
    this.#arriving.push({ signals: structuredClone(signals), at, order: this.world.nextOrder() })
    if (at > now) this.world.wakeAt(at)
  }

  #caughtUp(): void {
    if (!this.#wasBusy || this.busy) return
    this.#wasBusy = false
    this.#connection?.ready()
  }
}
