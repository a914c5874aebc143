import type { EngineStore, StoreName } from '../engine/engine.js'
import type { Requests } from '../engine/requests.js'

/** Which store it is, asked after something was written: it was written in that one. Those who ask at once share a request. */
export class StoreCheck {
  #running: Promise<StoreName> | undefined
  #next: Promise<StoreName> | undefined

  constructor(
    private readonly store: EngineStore,
    private readonly requests: Requests,
  ) {}

  /** The name as it is after this call. */
  name(): Promise<StoreName> {
    if (this.#running === undefined) return this.#ask()
    // The one that runs may have been answered before.
    this.#next ??= this.#running
      .catch(() => {})
      .then(() => {
        this.#next = undefined
        return this.#ask()
      })
    return this.#next
  }

  #ask(): Promise<StoreName> {
    const asked = this.requests
      .ask('read the name of the store', () => this.store.name())
      .finally(() => {
        this.#running = undefined
      })
    this.#running = asked
    return asked
  }
}
