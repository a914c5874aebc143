import type { KvWatchEntry } from '@nats-io/kv'
import type { QueuedIterator } from '@nats-io/transport-node'
import { Deadline } from '../../kernel/index.js'
import type { Opening } from '../engine/engine.js'
import { Pauses } from '../engine/pauses.js'

/** A watcher that is begun anew without end, whatever ends it. */
export class NatsWatch {
  readonly #pauses: Pauses
  readonly #opening: Opening
  readonly #begin: () => Promise<QueuedIterator<KvWatchEntry>>
  /** The key that was written; undefined when any may have been. */
  readonly #changed: (key: string | undefined) => void
  #entries: QueuedIterator<KvWatchEntry> | undefined
  #next: Deadline | undefined
  #isStopped = false

  constructor(
    opening: Opening,
    begin: () => Promise<QueuedIterator<KvWatchEntry>>,
    changed: (key: string | undefined) => void,
  ) {
    const { lease, random } = opening
    this.#opening = opening
    this.#begin = begin
    this.#changed = changed
    this.#pauses = new Pauses(lease / 50, lease, random)
    void this.#turn()
  }

  /** What is watched has been made anew. */
  restart(): void {
    this.#entries?.stop()
  }

  stop(): void {
    this.#isStopped = true
    this.#next?.stop()
    this.#entries?.stop()
  }

  async #turn(): Promise<void> {
    try {
      const entries = await this.#begin()
      this.#entries = entries
      if (this.#isStopped) return entries.stop()
      this.#changed(undefined)
      this.#pauses.reset()
      for await (const { key } of entries) this.#changed(key)
    } catch {
      // Out of reach, which whoever keeps the lease tells.
    }
    if (!this.#isStopped)
      this.#next = new Deadline(this.#opening.clock, this.#pauses.next(), () => void this.#turn())
  }
}
