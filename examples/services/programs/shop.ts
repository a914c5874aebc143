/** The tree that the services of this folder share: two workers that depend on a price list. */
import { Call, Cast, GenServer, inject, Supervisor, sleep, trapExit } from 'heartwood'

/** What somebody else has made: here the host of the tree, or the tree itself. */
export abstract class Prices {
  abstract of(what: string): number
}

@GenServer({ name: 'stock' })
export class Stock {
  readonly #left = new Map([
    ['tea', 3],
    ['cake', 5],
  ])

  init(): void {
    // So that `terminate` is called when its supervisor stops it, as in OTP.
    trapExit(true)
  }

  @Call() take(what: string): number {
    const left = (this.#left.get(what) ?? 0) - 1
    if (left < 0) throw new Error(`there is no ${what} left`)
    this.#left.set(what, left)
    return left
  }

  @Cast() breaks(): void {
    throw new Error('the stock is broken')
  }

  terminate(): void {
    console.log('worker stock stops')
  }
}

@GenServer({ name: 'till' })
export class Till {
  #total = 0

  constructor(@inject(Prices) private readonly prices: Prices) {}

  init(): void {
    trapExit(true)
  }

  @Call() sell(what: string): number {
    this.#total += this.prices.of(what)
    return this.#total
  }

  /** Takes so long that somebody may lose patience. */
  @Call() async count(ms: number): Promise<number> {
    await sleep(ms)
    return this.#total
  }

  @Cast() breaks(): void {
    // Where no caller waits: in plain Node the end of the program.
    setImmediate(() => {
      throw new Error('the till is broken')
    })
  }

  terminate(): void {
    console.log('worker till stops')
  }
}

/** How many crashes it takes in five seconds before it gives up. */
const intensity = Number(process.env.INTENSITY ?? 100)

@Supervisor({ children: [Stock, Till], intensity })
export class Shop {}
