/** Servers of Node's that an isolated process has drained: with those of its application. */
import { currentKernel, type Expirable, Timer } from '../../kernel/index.js'
import type { Drains } from '../drain/drain.js'
import type { Drained } from '../drain/server-drain.js'

/** Milliseconds that the answer of the other side may take beside the draining itself. */
const SLACK = 1_000

/** What the other side says of them: that there are some, with the time that they may take; what came of it. */
export type DrainNews = { readonly drains: number } | { readonly drained: readonly Drained[] }

/** What it is told. */
export interface DrainOrder {
  readonly drain: 'announce' | 'now'
}

/** All servers of the other side, in the drains of the application. */
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

  /** It hangs. */
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
