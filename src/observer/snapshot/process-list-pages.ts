import type { Kernel } from '../../kernel/index.js'
import type { Measures } from './handler-times.js'
import { Listing, type ListQuery } from './process-list.js'
import { type Row, rowOf } from './process-row.js'

/** How many orders are kept for paging through them. */
const KEPT = 6
/** How long, in milliseconds. */
const LIFETIME = 60_000

/** One page of the list of processes. */
export interface ListPage {
  readonly at: number
  /** Names the order, to ask for its other pages. */
  readonly listing: number
  readonly total: number
  readonly matched: number
  readonly offset: number
  /** Those that died since the order was made keep their place in it. */
  readonly rows: readonly (Row | { readonly pid: string; readonly gone: true })[]
}

/** Pages of the list of processes; an order stays as it is while somebody pages through it. */
export class Listings {
  readonly #kept = new Map<number, { readonly listing: Listing; usedAt: number }>()
  #last = 0

  constructor(
    private readonly kernel: Kernel,
    private readonly measures: Measures,
  ) {}

  /** @param id of an order that was given out; a new one is made when it is not kept any more, or for 0 */
  async page(query: ListQuery, id: number, offset: number, limit: number): Promise<ListPage> {
    const now = this.kernel.now()
    let kept = this.#kept.get(id)
    let listing = id
    if (kept === undefined || !sameQuery(kept.listing.query, query)) {
      kept = { listing: await Listing.of(this.kernel, query, this.measures), usedAt: now }
      listing = ++this.#last
      this.#kept.set(listing, kept)
      const [oldest] = this.#kept.keys()
      if (this.#kept.size > KEPT && oldest !== undefined) this.#kept.delete(oldest)
    }
    kept.usedAt = now
    const { total, matched } = kept.listing
    const pids = kept.listing.page(offset, limit)
    const rows = pids.map((pid) => rowOf(pid, this.measures) ?? ({ pid: String(pid), gone: true } as const))
    return { at: this.kernel.clock.wallTime(), listing, total, matched, offset, rows }
  }

  /** Forgets what nobody pages through any more. */
  sweep(): void {
    const now = this.kernel.now()
    for (const [id, { usedAt }] of this.#kept) if (now - usedAt > LIFETIME) this.#kept.delete(id)
  }
}

function sameQuery(a: ListQuery, b: ListQuery): boolean {
  return (
    a.sort === b.sort &&
    a.order === b.order &&
    a.text === b.text &&
    a.type === b.type &&
    a.status === b.status
  )
}
