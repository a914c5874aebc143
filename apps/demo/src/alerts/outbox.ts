import type { Alert } from './alert.js'

/** With a sink away, so many alerts wait for it; then the oldest go. */
const MAX_WAITING = 1_000
/** So many of the latest alerts are remembered for the operator. */
const REMEMBERED = 50

/**
 * The alerts that are still to be delivered, sink by sink, and the latest ones for the operator's page. It outlives the
 * workers that deliver them: a sink that crashes over an alert finds it again, and nobody else's are touched.
 */
export class Outbox {
  readonly #waiting = new Map<string, Alert[]>()
  #recent: readonly Alert[] = []

  /** Newest first. */
  get recent(): readonly Alert[] {
    return this.#recent
  }

  /** Returns the sinks that too many alerts wait for, so that each has lost its oldest. */
  add(alert: Alert, sinks: readonly string[]): readonly string[] {
    this.#recent = [alert, ...this.#recent].slice(0, REMEMBERED)
    return sinks.filter((sink) => {
      const waiting = this.#waiting.get(sink) ?? []
      waiting.push(alert)
      this.#waiting.set(sink, waiting)
      return waiting.length > MAX_WAITING && waiting.shift() !== undefined
    })
  }

  /** The oldest alert that the sink has not delivered. */
  next(sink: string): Alert | undefined {
    return this.#waiting.get(sink)?.[0]
  }

  delivered(sink: string, { id }: Alert): void {
    const waiting = this.#waiting.get(sink)
    if (waiting?.[0]?.id === id) waiting.shift()
  }

  waiting(sink: string): number {
    return this.#waiting.get(sink)?.length ?? 0
  }
}
