import type { Connection, Terms } from '../kernel/index.js'
import type { StructuredCodec } from './codec/structured-codec.js'

/** The base of carriers that move structured clones: it packs values, and tells waiting senders when there is room again. */
export abstract class CloningCarrier {
  #wasBusy = false

  protected constructor(protected readonly codec: StructuredCodec) {}

  get brings(): boolean {
    return true
  }

  /** Whether the other side is further behind than the limit. */
  protected abstract get isBehind(): boolean

  get busy(): boolean {
    const busy = this.isBehind
    this.#wasBusy ||= busy
    return busy
  }

  encode(value: unknown, terms: Terms, lenient: boolean): unknown {
    return this.codec.encode(value, terms, lenient)
  }

  decode(encoded: unknown, terms: Terms): unknown {
    return this.codec.decode(encoded, terms)
  }

  /** Called when the other side has taken signals: senders that wait are told when it is not behind any more. */
  protected caughtUp(connection: Connection): void {
    if (!this.#wasBusy || this.isBehind) return
    this.#wasBusy = false
    connection.ready()
  }
}
