/** The drains of an isolated server, which run together with those of its application. */
import { currentKernel, type Expirable, Timer } from '../../kernel/index.js'
import type { Drains } from '../drain/drain.js'
import type { Drained } from '../drain/server-drain.js'

/** Milliseconds for the answer of the other side beyond the draining itself. */
const SLACK = 1_000

/** A message of the other side: that it has drains, with the longest time; or the result of a draining. */
export type DrainNews = { readonly drains: number } | { readonly drained: readonly Drained[] }

/** The request to the other side. */
export interface DrainOrder {
  readonly drain: 'announce' | 'now'
}

/** All servers of the other side, as one entry in the drains of the application. */
export class DrainsElsewhere implements Expirable {
  limit = 0
  readonly #kernel = currentKernel()
  readonly #timer = new Timer(this)
  #drained: ((outcome: readonly Drained[]) => void) | undefined

  constructor(
    private readonly drains: Drains,
    private readonly tell: (order: DrainOrder) => void,
  ) {}

  heard(news: DrainNews): void {
    if ('drained' in news) this.#over(news.drained)
    else {
      this.limit = news.drains
      this.drains.add(this)
    }
  }

  left(): void {
    this.drains.delete(this)
    this.#over([])
  }

  /** Called when the other side does not answer in time. */
  expired(): void {
    this.#over([{ requests: ['an isolated server that does not answer'], connections: 0 }])
  }

  announce(): void {
    this.tell({ drain: 'announce' })
  }

  drained(): Promise<readonly Drained[]> {
    return new Promise((resolve) => {
      this.#drained = resolve
      if (this.limit !== Number.POSITIVE_INFINITY) this.#kernel.timers.set(this.#timer, this.limit + SLACK)
      this.tell({ drain: 'now' })
    })
  }

  #over(outcome: readonly Drained[]): void {
    this.#kernel.timers.cancel(this.#timer)
    this.#drained?.(outcome)
  }
}
