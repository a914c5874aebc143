import { Call, Cast, decorate, GenServer, Info, logger, self, sendAfter } from 'heartwood'

/** Counts seconds. Its state lives in its fields; after a crash there is a new instance, which begins anew. */
export class Ticker {
  #ticks = 0

  init(): void {
    sendAfter(1_000, self(), 'tick')
  }

  onTick(): void {
    this.#ticks++
    logger().info(`tick ${this.#ticks}`)
    sendAfter(1_000, self(), 'tick')
  }

  /** How many ticks it has counted. */
  ticks(): number {
    return this.#ticks
  }

  crash(): void {
    throw new Error('crashed on purpose')
  }

  static {
    decorate(Info('tick'), Ticker, 'onTick')
    decorate(Call(), Ticker, 'ticks')
    decorate(Cast(), Ticker, 'crash')
    decorate(GenServer({ name: 'ticker' }), Ticker)
  }
}
