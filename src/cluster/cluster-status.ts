import type { Kernel, StatusQuery } from '../kernel/index.js'
import type { ClaimRecord } from './engine/engine.js'
import type { LiveMember, MembersView } from './membership/members-view.js'

/** Milliseconds for which what was read is shown again: the engine is asked once, however many look. */
const FRESH = 2_000
/** Moves that are remembered. */
const MOVES = 100
/** Characters that are shown of what other nodes wrote. */
const LONGEST = 200

export interface ClusterSightOptions {
  readonly kernel: Kernel
  readonly cluster: string
  readonly node: string
  readonly members: MembersView
  readonly isMember: () => boolean
  /** All claims. */
  readonly records: () => Promise<readonly ClaimRecord[]>
}

/** A key that another node has than at the look before. */
interface Move {
  readonly key: string
  readonly from: string | undefined
  /** Undefined where it was released. */
  readonly to: string | undefined
  readonly token: number
  /** When it was seen, in epoch milliseconds. */
  readonly at: number
}

/** A cluster as one of its nodes sees it: for observers. Secrets of members are not shown. */
export class ClusterStatus {
  readonly #options: ClusterSightOptions
  #claims: readonly ClaimRecord[] = []
  #moves: Move[] = []
  #problem: string | undefined
  #looking: Promise<void> | undefined
  #lookedAt = Number.NEGATIVE_INFINITY

  constructor(options: ClusterSightOptions) {
    this.#options = options
  }

  async look({ text, offset, limit }: StatusQuery): Promise<object> {
    const { kernel, cluster, node, members, isMember } = this.#options
    if (kernel.now() - this.#lookedAt >= FRESH) await this.#refresh()
    const found = this.#claims.filter(({ key }) => key.includes(text))
    return {
      ...{ cluster, node, isMember: isMember(), problem: this.#problem },
      members: members.list.map((each) => memberOf(each, node)),
      total: found.length,
      claims: found.slice(offset, offset + limit).map((each) => this.#claimOf(each)),
      moves: this.#moves,
    }
  }

  #refresh(): Promise<void> {
    this.#looking ??= this.#read().finally(() => {
      this.#looking = undefined
    })
    return this.#looking
  }

  async #read(): Promise<void> {
    const { kernel, members, records } = this.#options
    try {
      const [found] = await Promise.all([records(), members.refresh()])
      this.#compare(found)
      this.#claims = [...found].sort((one, other) => (one.key < other.key ? -1 : 1))
      this.#problem = undefined
    } catch (error) {
      // What was read last is shown with it.
      this.#problem = error instanceof Error ? error.message : String(error)
    }
    this.#lookedAt = kernel.now()
  }

  #compare(found: readonly ClaimRecord[]): void {
    if (this.#lookedAt === Number.NEGATIVE_INFINITY) return
    const before = new Map(this.#claims.map((each) => [each.key, each]))
    const at = this.#options.kernel.clock.wallTime()
    for (const { key, lease, node, token } of found) {
      const was = before.get(key)
      if (was?.lease === lease) continue
      const from = was?.lease === undefined ? undefined : cut(was.node)
      this.#moves.unshift({ key, from, to: lease === undefined ? undefined : cut(node), token, at })
    }
    this.#moves = this.#moves.slice(0, MOVES)
  }

  #claimOf({ key, lease, node, token }: ClaimRecord): object {
    if (lease === undefined) return { key, token, state: 'released' }
    const isLive = this.#options.members.byLease(lease) !== undefined
    return { key, node: cut(node), token, state: isLive ? 'held' : 'orphaned' }
  }
}

function memberOf(
  { node, lease, version, reach, weight, labels, supervisors }: LiveMember,
  self: string,
): object {
  return {
    node: cut(node),
    isSelf: node === self,
    ...{ incarnation: lease, version, weight },
    kernel: reach && cut(reach.kernel),
    labels: Object.fromEntries(
      Object.entries(labels)
        .slice(0, 20)
        .map(([name, text]) => [cut(name), cut(text)]),
    ),
    supervisors: supervisors.slice(0, 50).map(cut),
  }
}

const cut = (text: unknown): string => String(text).slice(0, LONGEST)
