import { randomBytes } from 'node:crypto'
import { Deadline, type Kernel, type NodeCarrier, printed } from '../../kernel/index.js'
import type { EngineStore, Reach } from '../engine/engine.js'
import { Pauses } from '../engine/pauses.js'
import type { LiveMember, MembersView } from '../membership/members-view.js'
import type { Trouble } from '../membership/trouble.js'
import { EngineTransport } from './engine-transport.js'

/** Attempts after which it is told that a member is not reached. */
const TOLD_AFTER = 3
const LONGEST_PAUSE = 5_000

export interface KernelLinksOptions {
  readonly kernel: Kernel
  /** The name of the engine. */
  readonly engine: string
  readonly store: EngineStore
  readonly members: MembersView
  readonly trouble: Trouble
  /** What joins the kernels; undefined where somebody else sees to that, or nobody. */
  readonly carrier: NodeCarrier | 'engine' | undefined
  /** Milliseconds of a lease. */
  readonly lease: number
  readonly development: boolean
}

interface Missing {
  readonly pauses: Pauses
  attempts: number
  /** When it is tried again; undefined while it is tried. */
  next: number | undefined
}

/** The kernel of a node joined with those of all other members, as soon as they are there and for as long as they are. */
export class KernelLinks {
  readonly #options: KernelLinksOptions
  readonly #every: number
  /** Members that there is no way to. */
  readonly #missing = new Map<string, Missing>()
  #way: { close(): void } | undefined
  #unfollow = (): void => {}
  #next: Deadline | undefined
  #isClosed = false
  /** Since when another program has the name of this kernel; infinity once it was told. */
  #namesakeSince: number | undefined

  constructor(options: KernelLinksOptions) {
    this.#options = options
    this.#every = Math.max(20, Math.min(1_000, options.lease / 6))
  }

  /**
   * Begins to listen.
   *
   * @returns what the others need to connect
   * @throws what the carrier throws
   */
  async open(): Promise<Partial<Reach>> {
    const { kernel, engine, store, members, carrier, development, lease: silence, trouble } = this.#options
    if (carrier === undefined) return {}
    const secret = randomBytes(24).toString('base64url')
    if (carrier === 'engine') {
      const told = (problem: Error): void => trouble.note(problem)
      const transport = new EngineTransport({ kernel, engine, store, members, secret, silence, told })
      transport.open()
      this.#way = transport
      return { secret }
    }
    const resolve = (node: string) => this.#addressOf(node)
    const way = await carrier.start(kernel, { development, members: { secret, resolve } })
    this.#way = way
    return way.address === undefined ? {} : { ...way.address, secret }
  }

  /** Connects with whoever is a member from now on. */
  follow(): void {
    if (this.#options.kernel.nodes?.transport === undefined) return
    this.#unfollow = this.#options.members.follow(() => this.#look())
    void this.#options.members.refresh().catch(() => {})
    this.#lookLater()
  }

  /** Looks for them no more. */
  pause(): void {
    this.#isClosed = true
    this.#unfollow()
    this.#next?.stop()
  }

  close(): void {
    this.pause()
    this.#way?.close()
  }

  async #addressOf(node: string) {
    const { members } = this.#options
    const found = () => members.list.find(({ reach }) => reach?.kernel === node)?.reach
    if (found() === undefined) await members.refresh().catch(() => {})
    const { host, port, secret: cookie } = found() ?? {}
    return host === undefined || port === undefined ? undefined : { host, port, cookie }
  }

  #lookLater(): void {
    if (this.#isClosed) return
    this.#next = new Deadline(this.#options.kernel.clock, this.#every, () => {
      this.#look()
      this.#lookLater()
    })
    this.#next.release()
  }

  #look(): void {
    const { kernel, members } = this.#options
    const connected = new Set(kernel.nodes?.connected())
    const there = new Set(members.list.flatMap(({ reach }) => reach?.kernel ?? []))
    there.delete(kernel.node)
    this.#checkName()
    for (const node of this.#missing.keys())
      if (!there.has(node) || connected.has(node)) this.#missing.delete(node)
    for (const node of there) if (!connected.has(node)) this.#connect(node)
  }

  /** Nobody can tell two programs of one name apart. A lease of the one before this is over soon. */
  #checkName(): void {
    const { kernel, members, trouble, lease } = this.#options
    const isMine = ({ reach }: LiveMember) => reach?.kernel === kernel.node
    const other = members.list.find((each) => isMine(each) && each.reach?.creation !== kernel.creation)
    const now = kernel.now()
    if (other === undefined) this.#namesakeSince = undefined
    else if (this.#namesakeSince === undefined) this.#namesakeSince = now
    else if (now - this.#namesakeSince > lease * 2) {
      this.#namesakeSince = Number.POSITIVE_INFINITY
      const why = `another program of the cluster is ${kernel.node}, too: give each kernel a name of its own`
      trouble.note(new Error(why))
    }
  }

  #connect(node: string): void {
    const { kernel, trouble } = this.#options
    const pauses = new Pauses(this.#every, LONGEST_PAUSE, kernel.random)
    const missing = this.#missing.get(node) ?? { pauses, attempts: 0, next: 0 }
    this.#missing.set(node, missing)
    if (missing.next === undefined || missing.next > kernel.now()) return
    missing.next = undefined
    const failed = (error: unknown): void => {
      missing.next = kernel.now() + missing.pauses.next()
      // One that has just begun or is about to leave is no trouble yet.
      if (++missing.attempts === TOLD_AFTER && this.#missing.get(node) === missing && !this.#isClosed)
        trouble.note(new Error(`node ${node} is a member, but there is no way to it: ${printed(error)}`))
    }
    const transport = kernel.nodes?.transport
    if (transport === undefined) this.#missing.delete(node)
    else transport.connect(node).then(() => this.#missing.delete(node), failed)
  }
}
