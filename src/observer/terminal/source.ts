/** What the terminal shows, asked of an observer over HTTP. */
import { type Ask, ObserverClient } from '../../application/index.js'
import { read } from '../../kernel/index.js'
import { reasonLine } from '../../logging/index.js'
import type { Overview } from '../observed-kernel.js'
import type { SeenPart } from '../snapshot/process-detail.js'
import type { Row } from '../snapshot/process-row.js'
import type { TreeSnapshot } from '../snapshot/supervision-tree.js'
import type { TimelineEvent } from '../timeline.js'

/** One look at a program. */
export interface Look {
  readonly overview: Overview
  readonly tree: TreeSnapshot
  /** The processes around those that are seen. */
  readonly rows: readonly (Row | { readonly pid: string; readonly gone: true })[]
  /** The place of the first of them. */
  readonly offset: number
  /** All that match the search. */
  readonly matched: number
  readonly events: readonly TimelineEvent[]
  /** The part of a process's state that is looked through. */
  readonly state?: SeenPlace
}

/** What was seen in a place of a state, or why nothing was. */
export interface SeenPlace {
  readonly place: StatePlace
  readonly seen: SeenPart | { readonly error: string }
}

/** A place in the state of a process. */
export interface StatePlace {
  readonly pid: string
  readonly steps: readonly string[]
  /** The first entry or character that is wanted. */
  readonly from: number
}

/** What is looked for. */
export interface Wanted {
  readonly state?: StatePlace | undefined
  readonly sort: TableSort
  readonly search: string
  /** The first process that is seen. */
  readonly offset: number
}

/** What the table is sorted by, and which way. */
export const TABLE_SORTS = ['queue', 'rate', 'time', 'handled', 'name', 'pid'] as const
export type TableSort = (typeof TABLE_SORTS)[number]

/** Processes of one look, and of one answer at most. */
export const PAGE = 200
const MOST = 1_000
const EVENTS = 200

const ASKER = { usage: 'heartwood observe <url>', help: 'heartwood observe --help' }

/** Over HTTP. @throws USAGE for a URL that is none */
export function askOver(url: string, token: string | undefined): Ask {
  return new ObserverClient(url, token, ASKER).get
}

/** An observer somewhere. */
export class Source {
  constructor(private readonly ask: Ask) {}

  /** @throws OBSERVER_UNREACHABLE, OBSERVER_ANSWER */
  async look({ sort, search, offset, state: place }: Wanted): Promise<Look> {
    const from = Math.max(0, offset - PAGE / 4)
    const [overview, tree, { rows, matched }, { events }, state] = await Promise.all([
      this.#get<Overview>('overview'),
      this.#get<TreeSnapshot>('tree?depth=64&limit=500'),
      this.#page({ sort, search, offset: from }, PAGE),
      this.#get<{ events: readonly TimelineEvent[] }>(`timeline?limit=${EVENTS}`),
      place === undefined ? undefined : this.#statePart(place),
    ])
    return { overview, tree, rows, offset: from, matched, events, ...(state && { state }) }
  }

  /** All there is, for a program that reads it. @throws OBSERVER_UNREACHABLE, OBSERVER_ANSWER */
  async everything(): Promise<Pick<Look, 'overview' | 'tree' | 'rows' | 'events'>> {
    const { overview, tree, events } = await this.look({ sort: 'pid', search: '', offset: 0 })
    const rows: Look['rows'][number][] = []
    for (let listing = 0, matched = 1; rows.length < matched; ) {
      const page = await this.#page({ sort: 'pid', search: '', offset: rows.length }, MOST, listing)
      if (page.rows.length === 0) break
      rows.push(...page.rows)
      matched = page.matched
      listing = page.listing
    }
    return { overview, tree, rows: rows.filter((row) => !('gone' in row)), events }
  }

  /** That the process, or the place, is gone is no failure of the look. */
  async #statePart(place: StatePlace): Promise<SeenPlace> {
    const { pid, steps, from } = place
    const at = encodeURIComponent(steps.join('.'))
    const path = `state/${encodeURIComponent(pid)}?at=${at}&offset=${from}&limit=${PAGE}`
    const seen = await this.#get<SeenPart>(path).catch((error: unknown) => {
      const hint = read(read(error, 'details'), 'hint')
      return { error: typeof hint === 'string' ? hint : reasonLine(error) }
    })
    return { place, seen }
  }

  #page(
    { sort, search, offset }: Omit<Wanted, 'state'>,
    limit: number,
    listing = 0,
  ): Promise<{ listing: number; matched: number; rows: Look['rows'] }> {
    const order = sort === 'name' || sort === 'pid' ? 'asc' : 'desc'
    const q = encodeURIComponent(search)
    const where = `sort=${sort}&order=${order}&q=${q}&offset=${offset}&limit=${limit}&listing=${listing}`
    return this.#get(`processes?${where}`)
  }

  async #get<T>(path: string): Promise<T> {
    return (await this.ask(path)) as T
  }
}
