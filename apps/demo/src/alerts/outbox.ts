import { Journal } from '../journal.js'
import type { Alert } from './alert.js'

/** With a sink away, so many alerts wait for it; then the oldest go. */
const MAX_WAITING = 10_000
/** So many of the latest alerts are remembered for the operator. */
const REMEMBERED = 50

/** An alert that waits for a sink, and the key of the journal that it is noted under. */
interface Waiting {
  readonly key: string
  readonly alert: Alert
}

/**
 * The alerts that are still to be delivered, sink by sink, and the latest ones for the operator's page. It outlives the
 * workers that deliver them, and through the journal the program: a sink that crashes over an alert finds it again, and
 * nobody else's are touched.
 */
export class Outbox {
  #waiting: Map<string, Waiting[]> | undefined
  #recent: Alert[] = []

  constructor(private readonly journal: Journal = new Journal()) {}

  /** What an earlier run has left, read when it is first asked for: then the journal is open. */
  #queues(): Map<string, Waiting[]> {
    if (this.#waiting === undefined) {
      this.#waiting = new Map()
      // In the order in which they were noted: the oldest first.
      for (const key of this.journal.keys('out/')) {
        const [sink, alert] = this.journal.get(key) as readonly [string, Alert]
        this.#queueOf(sink).push({ key, alert })
      }
      const recent = this.journal.keys('alert/').map((key) => this.journal.get(key) as Alert)
      this.#recent = recent.reverse().slice(0, REMEMBERED)
    }
    return this.#waiting
  }

  #queueOf(sink: string): Waiting[] {
    const queues = this.#queues()
    const queue = queues.get(sink) ?? []
    queues.set(sink, queue)
    return queue
  }

  /** Newest first. */
  get recent(): readonly Alert[] {
    this.#queues()
    return this.#recent
  }

  /**
   * Notes an alert for these sinks. One that waits already is the same.
   *
   * @returns the sinks that too many alerts wait for, so that each has lost its oldest
   */
  add(alert: Alert, sinks: readonly string[]): readonly string[] {
    this.#remember(alert)
    return sinks.filter((sink) => {
      const key = `out/${sink}/${alert.id}`
      const queue = this.#queueOf(sink)
      if (this.journal.get(key) !== undefined) return false
      this.journal.set(key, [sink, alert], alert.target)
      queue.push({ key, alert })
      const lost = queue.length > MAX_WAITING ? queue.shift() : undefined
      if (lost !== undefined) this.#drop(lost)
      return lost !== undefined
    })
  }

  #remember(alert: Alert): void {
    const others = this.recent.filter(({ id }) => id !== alert.id)
    for (const { id, target } of others.splice(REMEMBERED - 1))
      this.journal.set(`alert/${id}`, undefined, target)
    this.journal.set(`alert/${alert.id}`, alert, alert.target)
    this.#recent = [alert, ...others]
  }

  /**
   * The oldest alert that the sink has not delivered, and may.
   *
   * @param isReady whether it may be told now; default all may
   */
  next(sink: string, isReady: (alert: Alert, key: string) => boolean = () => true): Alert | undefined {
    return this.#queueOf(sink).find(({ alert, key }) => isReady(alert, key))?.alert
  }

  delivered(sink: string, { id }: Alert): void {
    const queue = this.#queueOf(sink)
    const place = queue.findIndex(({ alert }) => alert.id === id)
    // One whose target another Pulse has taken meanwhile is that one's to tell.
    for (const waiting of place < 0 ? [] : queue.splice(place, 1)) this.#drop(waiting)
  }

  #drop({ key, alert }: Waiting): void {
    this.journal.set(key, undefined, alert.target)
  }

  /** The journal has been exchanged in part: what waits is read from it again, when it is next asked for. */
  reread(): void {
    this.#waiting = undefined
  }

  waiting(sink: string): number {
    return this.#queueOf(sink).length
  }

  /** Gives up what waits for sinks that are no more. @returns how many alerts, by sink */
  keepOnly(sinks: readonly string[]): ReadonlyMap<string, number> {
    const gone = [...this.#queues()].filter(([sink, queue]) => !sinks.includes(sink) && queue.length > 0)
    for (const [sink, queue] of gone) {
      for (const waiting of queue) this.#drop(waiting)
      this.#queues().delete(sink)
    }
    return new Map(gone.map(([sink, queue]) => [sink, queue.length]))
  }
}
