import {
  type Carrier,
  type Connection,
  Deadline,
  type Kernel,
  type NodeTransport,
} from '../../kernel/index.js'
import type { EngineStore, Reach } from '../engine/engine.js'
import { clusterError } from '../errors.js'
import type { MembersView } from '../membership/members-view.js'
import { EngineLink, type Said } from './engine-link.js'
import { bytesOf, frameOf, isSameSecret, type LinkFrame, LONGEST_FRAME } from './link-frame.js'

/** Signs of life in the time after which silence breaks a link. */
const BEATS = 8

export interface EngineTransportOptions {
  readonly kernel: Kernel
  /** The name of the engine. */
  readonly engine: string
  readonly store: EngineStore
  readonly members: MembersView
  /** What frames to this node must have. */
  readonly secret: string
  /** Milliseconds of silence after which a link is broken. */
  readonly silence: number
  readonly told: (problem: Error) => void
}

/** An engine that carries messages between nodes. */
type Carrying = EngineStore & Required<Pick<EngineStore, 'receive' | 'post'>>

/**
 * Joins a kernel with those of other members through the engine, for nodes that cannot connect to each other. Either side may begin: both say their session until
 * each knows that of the other. Only members are listened to: they show the secret of this node, which stands in its lease.
 */
export class EngineTransport implements NodeTransport {
  readonly #options: EngineTransportOptions
  readonly #store: Carrying
  readonly #links = new Map<string, EngineLink>()
  #lastSession = 0
  #beating: Deadline | undefined
  #isClosed = false

  /** @throws CLUSTER_OPTION_INVALID for an engine that carries no messages */
  constructor(options: EngineTransportOptions) {
    const { store, engine } = options
    if (!carries(store)) {
      const problems = `messages: 'engine' needs an engine that carries messages, such as nats(), but ${engine} does not`
      throw clusterError('CLUSTER_OPTION_INVALID', { action: 'startCluster', problems })
    }
    this.#options = options
    this.#store = store
  }

  /** @throws ENGINE_UNSUITABLE */
  open(): void {
    const { kernel } = this.#options
    const inbox = inboxOf(kernel.node, kernel.creation)
    this.#store.receive(inbox, LONGEST_FRAME, (bytes) => this.#take(bytes))
    kernel.withNodes().transport = this
    this.#beatLater()
  }

  close(): void {
    const nodes = this.#options.kernel.withNodes()
    if (nodes.transport === this) nodes.transport = undefined
    this.#isClosed = true
    this.#beating?.stop()
    for (const link of [...this.#links.values()]) link.break('this node leaves')
  }

  dial(node: string, joined: (carrier: Carrier) => Connection): void {
    // One that the other side has begun is not known to the kernel yet, and ends by itself.
    const link = this.#begin(node)
    link.connection = joined(link)
    void this.#greet(link)
  }

  /** @throws MEMBER_UNREACHABLE */
  async connect(node: string): Promise<void> {
    const { kernel, engine } = this.#options
    const connection = kernel.withNodes().way(node)
    if (connection === undefined) throw unreachable(node, engine, 'another program has its name')
    if (!(connection.carrier instanceof EngineLink)) return
    await connection.carrier.ready.catch((error: Error) => {
      throw unreachable(node, engine, error.message)
    })
  }

  #begin(node: string): EngineLink {
    const { kernel, told } = this.#options
    const link: EngineLink = new EngineLink(
      {
        clock: kernel.clock,
        post: (to, said) => this.#post(to, said),
        over: (_, why) => {
          if (this.#links.get(node) === link) this.#links.delete(node)
          if (why !== undefined && link.isUp && !this.#isClosed)
            told(new Error(`the link with ${node} through the engine is broken: ${why}`))
        },
      },
      node,
      ++this.#lastSession,
    )
    this.#links.set(node, link)
    return link
  }

  async #greet(link: EngineLink): Promise<void> {
    if (this.#reachOf(link.node) === undefined) await this.#options.members.refresh().catch(() => {})
    if (this.#reachOf(link.node) === undefined) link.break('it is no member of the cluster')
    else if (!link.isUp) link.say('hello')
  }

  #reachOf(node: string): Reach | undefined {
    return this.#options.members.list.find(({ reach }) => reach?.kernel === node)?.reach
  }

  /** @throws ENGINE_UNREACHABLE */
  #post(node: string, said: Said): void {
    const { kernel } = this.#options
    const reach = this.#reachOf(node)
    // What was said to one that has left, or is another by now, is lost as what it says is.
    if (reach?.secret === undefined) return
    const { creation, secret: key } = reach
    const frame: LinkFrame = { ...said, from: kernel.node, creation: kernel.creation, key }
    this.#store.post(inboxOf(node, creation), bytesOf(frame))
  }

  #take(bytes: Uint8Array): void {
    const { kernel, secret, members } = this.#options
    const frame = frameOf(bytes)
    if (frame === undefined || !isSameSecret(frame.key, secret) || frame.from === kernel.node) return
    // Somebody who has just joined, or a program before it: the lease says which.
    if (this.#reachOf(frame.from)?.creation !== frame.creation) {
      void members.refresh().catch(() => {})
      return
    }
    const link = this.#links.get(frame.from)
    if (frame.op === 'hello') this.#welcome(frame, link)
    else if (link?.isFor(frame) === true) {
      if (!link.isUp) this.#join(link, frame)
      link.heard(frame)
    } else if (frame.op !== 'reset') this.#reset(frame)
  }

  /** What it sends is of a link that is over here. */
  #reset(frame: LinkFrame): void {
    try {
      this.#post(frame.from, resetFor(frame))
    } catch {
      // The engine is out of reach. It sends again, at the latest its next sign of life.
    }
  }

  #welcome(frame: LinkFrame, known: EngineLink | undefined): void {
    let link = known
    if (link !== undefined && link.theirs !== 0 && link.theirs !== frame.mine) {
      // Of a link that was before this one.
      if (link.creation === frame.creation && frame.mine < link.theirs) return
      link.break('the other side begins anew')
      link = undefined
    }
    link ??= this.#begin(frame.from)
    link.theirs = frame.mine
    link.creation = frame.creation
    if (frame.yours !== link.session) link.say('hello')
    else if (!link.isUp) this.#join(link, frame)
  }

  #join(link: EngineLink, { from: node, creation }: LinkFrame): void {
    link.up(this.#options.kernel.connect(link, { node, creation }))
  }

  #beatLater(): void {
    const { kernel, silence } = this.#options
    const every = silence / BEATS
    const due = kernel.now() + every
    this.#beating = new Deadline(kernel.clock, every, () => {
      const now = kernel.now()
      // A program that was stopped has not listened: that it heard nothing says nothing.
      const wasStopped = now - due > silence / 2
      for (const link of [...this.#links.values()]) this.#beat(link, wasStopped ? link.heardAt : now)
      this.#beatLater()
    })
    this.#beating.release()
  }

  #beat(link: EngineLink, now: number): void {
    const { silence } = this.#options
    if (now - link.heardAt > silence) link.break(`nothing was heard of it for ${silence} ms`)
    else link.say(link.isUp ? 'tick' : 'hello')
  }
}

const resetFor = ({ mine, yours }: LinkFrame): Said => ({
  ...{ op: 'reset', mine: yours, yours: mine, number: 0, taken: 0, more: false },
  payload: new Uint8Array(0),
})

/** Of one program: those that had its name before have another. */
const inboxOf = (node: string, creation: number): string => `${node} ${creation}`

function carries(store: EngineStore): store is Carrying {
  return store.receive !== undefined && store.post !== undefined
}

function unreachable(node: string, engine: string, problem: string): Error {
  return clusterError('MEMBER_UNREACHABLE', { node, engine, problem })
}
