import { Call, Cast, GenServer, Info, logger, self, sendAfter } from 'heartwood'

/** Counts seconds. Its state lives in its fields; after a crash there is a new instance, which begins anew. */
@GenServer({ name: 'ticker' })
export class Ticker {
  #ticks = 0

  init(): void {
    sendAfter(1_000, self(), 'tick')
  }

  @Info('tick')
  onTick(): void {
    this.#ticks++
    logger().info(`tick ${this.#ticks}`)
    sendAfter(1_000, self(), 'tick')
  }

  /** How many ticks it has counted. */
  @Call()
  ticks(): number {
    return this.#ticks
  }

  @Cast()
  crash(): void {
    throw new Error('crashed on purpose')
  }
}
