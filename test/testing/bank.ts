import { Call, Cast, GenServer, Info, Supervisor, self, sendAfter, sleep, trapExit } from 'heartwood'

@GenServer({ name: 'counter' })
export class Counter {
  #count = 0

  @Call() add(by: number): number {
    if (by > 100) throw new RangeError(`${by} is too much`)
    this.#count += by
    return this.#count
  }

  @Call() async slow(ms: number): Promise<string> {
    await sleep(ms)
    return 'done'
  }

  @Cast() fail(): void {
    throw new Error('told to fail')
  }
}

/** Has no name: its class and its place in the tree tell who it is. */
@GenServer()
export class Ticker {
  ticks = 0
  stopped: string[] = []

  init(): void {
    trapExit(true)
    sendAfter(1_000, self(), 'tick')
  }

  @Info('tick') onTick(): void {
    this.ticks++
    sendAfter(1_000, self(), 'tick')
  }

  @Call() count(): number {
    return this.ticks
  }

  terminate(): void {
    this.stopped.push('terminate')
  }
}

@Supervisor({
  name: 'bank',
  strategy: 'one_for_all',
  intensity: 2,
  period: 5_000,
  children: [Counter, Ticker],
})
export class Bank {}
