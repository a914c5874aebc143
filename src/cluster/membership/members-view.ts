import { setMaxListeners } from 'node:events'
import { type Clock, Deadline, rules } from '../../kernel/index.js'
import type { LeaseRecord, Reach } from '../engine/engine.js'

/** A node that others can ask, and give keys to. */
export interface LiveMember {
  readonly node: string
  /** The identifier of its lease. */
  readonly lease: string
  readonly version: number
  readonly reach: Reach | undefined
  readonly weight: number
  readonly labels: Readonly<Record<string, string>>
  readonly supervisors: readonly string[]
  /** Fires when it is a member no more. */
  readonly gone: AbortSignal
}

/** Milliseconds behind the end of a lease, until it is looked whether it is over; and between two looks, at least. */
const BEHIND = 20
const LEAST = 100

export interface MembersViewOptions {
  readonly clock: Clock
  /** Milliseconds between two looks. */
  readonly every: number
  readonly read: () => Promise<readonly LeaseRecord[]>
  /** As `LeaseKeeper.sparesUntil`. */
  readonly sparesUntil: () => number
}

/**
 * The live nodes, as they were read last. While the engine is out of reach it stays as it was: nobody is taken for dead because nothing could be
 * read. Nor right after that: those whose leases have ended meanwhile may be joining anew. Nothing is decided by it but who tries.
 */
export class MembersView {
  readonly #options: MembersViewOptions
  readonly #followers = new Set<() => void>()
  #list: readonly LiveMember[] = []
  /** Of each member, by its lease, what tells that it is gone. */
  readonly #goings = new Map<string, AbortController>()
  /** When one that took keys was last seen to be gone. */
  #lostAt = Number.NEGATIVE_INFINITY
  #text = ''
  /** When the first of the leases ends that are not renewed until then, on this node's clock. */
  #firstEnd = Number.POSITIVE_INFINITY
  #looking: Promise<void> | undefined
  #next: Deadline | undefined
  #isStopped = false

  constructor(options: MembersViewOptions) {
    this.#options = options
  }

  get list(): readonly LiveMember[] {
    return this.#list
  }

  byLease(lease: string): LiveMember | undefined {
    return this.#list.find((member) => member.lease === lease)
  }

  /** Those that take keys of a supervisor. */
  of(supervisor: string): readonly LiveMember[] {
    return this.#list.filter(({ supervisors }) => supervisors.includes(supervisor))
  }

  /** Whether one that took keys has gone in the last `ms` milliseconds, without a word: it may be joining anew. */
  hasLost(ms: number): boolean {
    return this.#options.clock.now() - this.#lostAt < ms
  }

  /** Calls `listener` when it has changed; looks from time to time from then on. */
  follow(listener: () => void): () => void {
    this.#followers.add(listener)
    this.#schedule()
    return () => {
      this.#followers.delete(listener)
    }
  }

  /** Looks now; rejects where the engine does not answer. */
  refresh(): Promise<void> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined
    })
    return this.#looking
  }

  stop(): void {
    this.#isStopped = true
    this.#next?.stop()
    this.#followers.clear()
  }

  async #look(): Promise<void> {
    const asked = this.#options.clock.now()
    const records = await this.#options.read()
    this.#firstEnd = asked + Math.min(...records.map(({ remaining }) => remaining))
    const now = this.#options.clock.now()
    const isAway = ({ lease, node }: LiveMember): boolean =>
      records.every(({ id, card }) => id !== lease && card.node !== node)
    const spared = now < this.#options.sparesUntil() ? this.#list.filter(isAway) : []
    const text = JSON.stringify([records.map(({ id, card }) => [id, card]), spared.map(({ lease }) => lease)])
    if (text === this.#text || this.#isStopped) return
    this.#text = text
    const before = this.#list
    const members = records.map((record) => memberOf(record, this.#goingOf(record.id).signal))
    this.#list = [...members, ...spared]
    for (const { lease, supervisors } of before) {
      if (this.byLease(lease) !== undefined) continue
      if (supervisors.length > 0) this.#lostAt = this.#options.clock.now()
      this.#goings.get(lease)?.abort(new Error(`the lease ${lease} is over`))
      this.#goings.delete(lease)
    }
    for (const listener of [...this.#followers]) listener()
  }

  #goingOf(lease: string): AbortController {
    const known = this.#goings.get(lease)
    if (known !== undefined) return known
    const going = new AbortController()
    // Each question to the node listens, and there are as many at once as keys move.
    setMaxListeners(0, going.signal)
    this.#goings.set(lease, going)
    return going
  }

  #schedule(): void {
    if (this.#next !== undefined || this.#isStopped) return
    const { clock, every, sparesUntil } = this.#options
    // Of a node that died it is known when its lease ends: its keys need not wait for the next regular look.
    const untilEnd = this.#firstEnd - clock.now() + BEHIND
    const spared = sparesUntil() - clock.now()
    const pause = Math.max(LEAST, Math.min(every, untilEnd, spared > 0 ? spared + BEHIND : every))
    this.#next = new Deadline(clock, pause, () => {
      this.#next = undefined
      // Whoever keeps the lease tells that the engine is out of reach.
      const again = (): void => {
        if (this.#followers.size > 0) this.#schedule()
      }
      void this.refresh().then(again, again)
    })
  }
}

/** What another node wrote is looked at before it is relied on. */
function memberOf({ id, card }: LeaseRecord, gone: AbortSignal): LiveMember {
  const { node, version, weight, labels, supervisors } = card
  return {
    node: String(node),
    lease: id,
    version: typeof version === 'number' ? version : 1,
    reach: reachOf(card.reach),
    weight: typeof weight === 'number' && weight > 0 && Number.isFinite(weight) ? weight : 1,
    labels: rules.isRecord(labels) ? (labels as Record<string, string>) : {},
    supervisors: Array.isArray(supervisors) ? supervisors.filter((each) => typeof each === 'string') : [],
    gone,
  }
}

function reachOf(reach: unknown): Reach | undefined {
  if (!rules.isRecord(reach)) return undefined
  const { kernel, creation, host, port, secret } = reach
  if (typeof kernel !== 'string' || typeof creation !== 'number') return undefined
  const shown = typeof secret === 'string' ? { secret } : {}
  if (typeof host !== 'string' || typeof port !== 'number') return { kernel, creation, ...shown }
  return { kernel, creation, host, port, ...shown }
}
