/**
 * The list of processes, sorted and filtered here and given out in pages.
 *
 * A hundred thousand processes are looked at in portions with the event loop free in between, each portion is sorted by
 * itself, and the portions are merged only as far as somebody looks:
 *
 *     portion 1: ▪▪▪▪▪    ┐
 *     portion 2: ▪▪▪▪▪    ├─ merged on demand ─▶  page, page, …
 *     portion 3: ▪▪▪      ┘
 */
import { type Figure, figure, type Kernel, type Pid, processSummary } from '../../kernel/index.js'
import type { Measures } from './handler-times.js'
import { lineOf } from './one-line-value.js'
import { behaviourName, type ProcessType, typeOf } from './process-type.js'

export const SORTS = [
  'pid',
  'name',
  'behaviour',
  'status',
  'queue',
  'handled',
  'rate',
  'time',
  'links',
  'owned',
] as const
export type Sort = (typeof SORTS)[number]

/** Which processes, in which order. */
export interface ListQuery {
  readonly sort: Sort
  readonly order: 'asc' | 'desc'
  /** Part of a name, label, behaviour or pid; capitals do not matter. */
  readonly text: string
  readonly type: ProcessType | undefined
  readonly status: 'busy' | 'runnable' | 'waiting' | undefined
}

/** Processes of one portion. */
const PORTION = 4_000

const FIGURE_OF: Partial<Record<Sort, Figure>> = {
  pid: 'id',
  queue: 'queueLength',
  handled: 'handled',
  links: 'links',
  owned: 'owned',
}

interface Entry {
  readonly pid: Pid
  readonly key: number | string
}

interface Portion {
  readonly entries: readonly Entry[]
  at: number
}

/** Processes in the order of one query, as of one moment. */
export class Listing {
  readonly #portions: Portion[] = []
  #merged: Pid[] = []
  readonly #compare: (a: Entry, b: Entry) => number
  #total = 0
  #matched = 0

  private constructor(
    readonly query: ListQuery,
    private readonly measures: Measures,
  ) {
    const sign = query.order === 'desc' ? -1 : 1
    this.#compare = (a, b) => (a.key < b.key ? -sign : a.key > b.key ? sign : a.pid.id - b.pid.id)
  }

  /** Looks at all processes of a kernel. */
  static async of(kernel: Kernel, query: ListQuery, measures: Measures): Promise<Listing> {
    const listing = new Listing(query, measures)
    const pids = kernel.processes()
    const { sort, order, text, type, status } = query
    if (sort === 'pid' && text === '' && type === undefined && status === undefined) {
      // As they are.
      listing.#merged = order === 'asc' ? pids : pids.reverse()
      listing.#total = pids.length
      listing.#matched = pids.length
      return listing
    }
    for (let from = 0; from < pids.length; from += PORTION) {
      if (from > 0) await new Promise((resolve) => setImmediate(resolve))
      listing.#add(pids.slice(from, from + PORTION))
    }
    return listing
  }

  /** All processes there were. */
  get total(): number {
    return this.#total
  }

  /** Those that match the query. */
  get matched(): number {
    return this.#matched
  }

  page(offset: number, limit: number): readonly Pid[] {
    this.#mergeTo(Math.min(offset + limit, this.#matched))
    return this.#merged.slice(offset, offset + limit)
  }

  #add(pids: readonly Pid[]): void {
    this.#total += pids.length
    const entries = pids.filter((pid) => this.#matches(pid)).map((pid) => ({ pid, key: this.#keyOf(pid) }))
    this.#matched += entries.length
    if (entries.length > 0) this.#portions.push({ entries: entries.sort(this.#compare), at: 0 })
  }

  #mergeTo(length: number): void {
    while (this.#merged.length < length) {
      let least: Portion | undefined
      for (const portion of this.#portions) {
        const head = portion.entries[portion.at]
        if (head === undefined) continue
        const best = least?.entries[least.at]
        if (best === undefined || this.#compare(head, best) < 0) least = portion
      }
      const next = least?.entries[least.at++]
      if (next === undefined) return
      this.#merged.push(next.pid)
    }
  }

  #matches(pid: Pid): boolean {
    const { text, type, status } = this.query
    if (type !== undefined && typeOf(pid) !== type) return false
    if (status === undefined && text === '') return true
    const seen = processSummary(pid)
    if (seen === undefined || (status !== undefined && seen.status !== status)) return false
    if (text === '') return true
    const wanted = text.toLowerCase()
    const { name = '', label } = seen
    const has = (value: string): boolean => value.toLowerCase().includes(wanted)
    return has(name) || has(labelText(label)) || has(String(pid)) || has(behaviourName(pid))
  }

  #keyOf(pid: Pid): number | string {
    const { sort } = this.query
    const which = FIGURE_OF[sort]
    if (which !== undefined) return figure(pid, which)
    if (sort === 'rate') return this.measures.rates.of(pid, figure(pid, 'handled')) ?? 0
    if (sort === 'time') return this.measures.times.of(pid) ?? 0
    if (sort === 'behaviour') return behaviourName(pid)
    const seen = processSummary(pid)
    if (sort === 'status') return seen?.status ?? 'exiting'
    const title = seen?.name ?? labelText(seen?.label)
    // Those without a name come last, whichever way round.
    return title === '' ? (this.query.order === 'desc' ? '' : '\uffff') : title.toLowerCase()
  }
}

function labelText(label: unknown): string {
  if (label === undefined) return ''
  return typeof label === 'string' ? label : lineOf(label)
}
