import type { ClaimRecord, Engine, EngineStore, Hints, LeaseRecord, Opening } from '../../../cluster/index.js'
import { isList } from '../../../kernel/index.js'
import { demand } from '../options.js'
import { demandText } from './node-arguments.js'
import type { SimulatedNode } from './simulated-node.js'
import type { SurroundingWorld } from './world-part.js'
import { WorldStep } from './world-step.js'

type Operation = keyof EngineStore

/** The world of an engine: whose requests it takes. */
interface EngineWorld extends SurroundingWorld {
  readonly nodes: ReadonlyMap<string, SimulatedNode>
}

/** How an engine is reached. */
export interface EngineOptions {
  /**
   * Milliseconds that a request, an answer and a hint are on their way, from and to; none of a node overtakes another. Default 0: the schedule alone decides.
   * An object gives single nodes, by name, a latency; the others have none.
   */
  readonly latency?:
    | number
    | readonly [from: number, to: number]
    | Readonly<Record<string, number | readonly [from: number, to: number]>>
}

type Latency = number | readonly [from: number, to: number]

/** What was there at a moment. */
interface Snapshot {
  readonly leases: readonly LeaseRecord[]
  readonly claims: readonly ClaimRecord[]
}

/** What may applyFault a request to an engine. */
export type EngineMishap = 'lose request' | 'lose answer' | 'late request'

interface Request {
  readonly way: Way
  readonly operation: Operation
  readonly number: number
  readonly work: () => Promise<unknown>
  readonly settle: (answer: Answer) => void
  order: number
  /** When it is there. */
  readonly at: number
  mishap?: EngineMishap
}

type Answer = { readonly value: unknown } | { readonly error: unknown }

/**
 * An engine of a cluster as the nodes of a simulation have it: each request arrives in a step of its own, and so does its answer. Requests and answers of
 * one node keep their order, but for those that something befalls.
 */
export class SimulatedEngine implements Engine {
  readonly #world: EngineWorld
  readonly #inner: Engine
  readonly #ways: Way[] = []
  /** Of nodes that have no way to it. */
  readonly #cut = new Map<string, number>()
  #isDown = 0
  /** Milliseconds by which a late request is late. */
  lateBy = 1_000
  readonly #latencyOf: (node: string) => Latency

  /** @internal */
  constructor(world: EngineWorld, inner: Engine, { latency = 0 }: EngineOptions = {}) {
    this.#world = world
    this.#inner = inner
    this.#latencyOf = isLatency(latency) ? () => latency : (node) => latency[node] ?? 0
  }

  get name(): string {
    return this.#inner.name
  }

  async open(opening: Opening): Promise<EngineStore> {
    demand(
      typeof opening === 'object' && opening !== null,
      'engine.open',
      'opening',
      opening,
      'what a cluster opens it with',
    )
    const { clock } = this.#world
    const node = [...this.#world.nodes.values()].find((each) => each.kernel?.clock === opening.clock)
    const store = await this.#inner.open({ ...opening, clock })
    const way = new Way(this.#world, this, node, store)
    this.#ways.push(way)
    return way.store
  }

  /** No request of a node arrives, and no answer, and nobody says so. @returns what heals it */
  cut(node: string): () => void {
    demandText('engine.cut', 'node', node)
    this.#cut.set(node, (this.#cut.get(node) ?? 0) + 1)
    let isHealed = false
    return () => {
      if (isHealed) return
      isHealed = true
      this.#cut.set(node, (this.#cut.get(node) ?? 0) - 1)
    }
  }

  /** It is down, and every request fails at once; what it keeps is on its disk. @returns what starts it again */
  stop(): () => void {
    this.#isDown++
    let isUp = false
    return () => {
      if (!isUp) this.#isDown--
      isUp = true
    }
  }

  /**
   * What a node reads is as it was at this moment, whatever is written: it asks a server that led the others and does not know yet that it no longer does. What
   * it writes is written. @returns what ends that
   */
  staleReads(node: string): () => void {
    demandText('engine.staleReads', 'node', node)
    const ends = this.#ways.filter((way) => way.node?.name === node).map((way) => way.keep())
    return () => {
      for (const end of ends) end()
    }
  }

  get isDown(): boolean {
    return this.#isDown > 0
  }

  /** @internal */
  lateness(node: string): number {
    const latency = this.#latencyOf(node)
    if (typeof latency === 'number') return latency
    const [from, to] = latency
    return to === 0 ? 0 : Math.floor(from + this.#world.chance.next() * (to - from))
  }

  /** @internal */
  isCut(node: SimulatedNode | undefined): boolean {
    return node !== undefined && (this.#cut.get(node.name) ?? 0) > 0
  }

  /** @internal */
  steps(): readonly WorldStep[] {
    return this.#ways.flatMap((way) => way.steps())
  }

  /** The next request of each node, for whoever has something applyFault it. @internal */
  pending(): readonly Request[] {
    return this.#ways.flatMap((way) => way.next ?? [])
  }
}

function isLatency(latency: NonNullable<EngineOptions['latency']>): latency is Latency {
  return typeof latency === 'number' || isList(latency)
}

/** The way between an engine and one node. */
class Way {
  readonly store: EngineStore
  readonly #kernel: SimulatedNode['kernel']
  #requests: Request[] = []
  #answers: {
    readonly order: number
    readonly at: number
    readonly what: string
    readonly go: () => void
  }[] = []
  #count = 0
  /** When the last one that was sent is there, in each direction. */
  readonly #last = { there: 0, back: 0 }
  /** What it reads, while that is behind. */
  #kept: Promise<Snapshot> | undefined
  readonly #inner: EngineStore

  constructor(
    readonly world: EngineWorld,
    readonly engine: SimulatedEngine,
    readonly node: SimulatedNode | undefined,
    inner: EngineStore,
  ) {
    this.#kernel = node?.kernel
    this.#inner = inner
    this.store = this.#storeOf(inner)
  }

  /** What is there now is what it reads from now on. */
  keep(): () => void {
    const all = Promise.all([this.#inner.leases(), this.#inner.claims()])
    const kept = all.then(([leases, claims]) => ({ leases, claims }))
    this.#kept = kept
    return () => {
      if (this.#kept === kept) this.#kept = undefined
    }
  }

  get next(): Request | undefined {
    const [first] = this.#requests
    return first?.mishap === undefined ? first : undefined
  }

  get #name(): string {
    return this.node?.name ?? 'main'
  }

  /** Whether its node is the one that it was opened for, and goes on. */
  get #isThere(): boolean {
    return this.node === undefined || (this.node.kernel === this.#kernel && this.node.isRunning)
  }

  steps(): readonly WorldStep[] {
    const { engine, world } = this
    if (engine.isCut(this.node)) return []
    const kernel = this.#kernel ?? world.main
    const steps: WorldStep[] = []
    const [request] = this.#requests
    const now = world.clock.now()
    if (request !== undefined && request.at <= now) {
      const what = `${engine.name} takes ${request.operation} of ${this.#name}`
      steps.push(
        new WorldStep(`${this.#name}→${engine.name}`, this.#name, world.main, request.order, what, () =>
          this.#arrives(),
        ),
      )
    }
    const [answer] = this.#answers
    if (answer !== undefined && answer.at <= now && this.#isThere) {
      const go = (): void => void this.#answers.shift()?.go()
      steps.push(
        new WorldStep(`${engine.name}→${this.#name}`, engine.name, kernel, answer.order, answer.what, go),
      )
    }
    return steps
  }

  #arrives(): void {
    const request = this.#requests.shift()
    if (request === undefined || request.mishap === 'lose request') return
    if (request.mishap === 'late request') {
      this.world.after(this.engine.lateBy, () => void this.#done(request))
      return
    }
    void this.#done(request)
  }

  async #done(request: Request): Promise<void> {
    const answer = await this.#answerOf(request)
    if (request.mishap !== undefined) return
    const what = `${this.#name} has the answer to ${request.operation}`
    this.#back(what, () => request.settle(answer))
  }

  async #answerOf({ work }: Request): Promise<Answer> {
    if (this.engine.isDown) return { error: new Error('the engine is down') }
    try {
      return { value: await work() }
    } catch (error) {
      return { error }
    }
  }

  #ask<T>(operation: Operation, work: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const settle = (answer: Answer): void => {
        if ('error' in answer) reject(answer.error)
        else resolve(answer.value as T)
      }
      this.#count++
      const order = this.world.nextOrder()
      const at = this.#at('there')
      this.#requests.push({ way: this, operation, number: this.#count, work, settle, order, at })
    })
  }

  #back(what: string, go: () => void): void {
    this.#answers.push({ order: this.world.nextOrder(), at: this.#at('back'), what, go })
  }

  /** When what is sent now is there; it does not overtake what was sent before. */
  #at(direction: 'there' | 'back'): number {
    const now = this.world.clock.now()
    const at = Math.max(this.#last[direction], now + this.engine.lateness(this.#name))
    this.#last[direction] = at
    if (at > now) this.world.wakeAt(at)
    return at
  }

  /** As it is, or as it was when the server that is asked was the first of all. */
  async #read<T>(now: () => Promise<T>, then: (kept: Snapshot) => T): Promise<T> {
    return this.#kept === undefined ? now() : then(await this.#kept)
  }

  /** A hint is on its way as an answer is; it may be lost. */
  #hint(what: string, go: () => void): void {
    if (this.engine.isCut(this.node) || this.engine.isDown) return
    this.#back(`${this.#name} ${what}`, go)
  }

  #storeOf(inner: EngineStore): EngineStore {
    return {
      name: () => this.#ask('name', () => inner.name()),
      createLease: (id, card) => this.#ask('createLease', () => inner.createLease(id, structuredClone(card))),
      renewLease: (id, revision, card) =>
        this.#ask('renewLease', () => inner.renewLease(id, revision, structuredClone(card))),
      lease: (id) =>
        this.#ask('lease', () =>
          this.#read(
            () => inner.lease(id),
            ({ leases }) => leases.find((lease) => lease.id === id),
          ),
        ),
      leases: () =>
        this.#ask('leases', () =>
          this.#read(
            () => inner.leases(),
            ({ leases }) => leases,
          ),
        ),
      voidLease: (id) => this.#ask('voidLease', () => inner.voidLease(id)),
      endLease: (id) => this.#ask('endLease', () => inner.endLease(id)),
      claim: (key) =>
        this.#ask('claim', () =>
          this.#read(
            () => inner.claim(key),
            ({ claims }) => claims.find((claim) => claim.key === key),
          ),
        ),
      claims: () =>
        this.#ask('claims', () =>
          this.#read(
            () => inner.claims(),
            ({ claims }) => claims,
          ),
        ),
      sweep: (age) => this.#ask('sweep', () => inner.sweep(age)),
      writeClaim: (write) => this.#ask('writeClaim', () => inner.writeClaim(write)),
      publish: (topic, text) => this.#ask('publish', () => inner.publish(topic, text)),
      close: () => this.#ask('close', () => inner.close()),
      watch: (hints: Hints) =>
        inner.watch({
          changed: (key) => this.#hint('hears of a write', () => hints.changed(key)),
          message: (topic, text) => this.#hint('hears a broadcast', () => hints.message(topic, text)),
        }),
    }
  }
}
