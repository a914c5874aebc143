import {
  Call,
  Cast,
  GenServer,
  type Pid,
  type Ref,
  receive,
  self,
  send,
  sleep,
  spawn,
  start,
} from 'heartwood'
import type { Simulation } from 'heartwood/testing'
import type { Bug } from './bug.js'
import { expectSame } from './expectation.js'
import { moments } from './moments.js'

interface Change {
  readonly by: number
  readonly version: number
}

@GenServer()
class Stock {
  #count = 0
  #version = 0
  #listener: Pid | undefined

  @Call() listen(listener: Pid): void {
    this.#listener = listener
  }

  @Call() snapshot(): { count: number; version: number } {
    return { count: this.#count, version: this.#version }
  }

  @Cast() add(by: number): void {
    this.#count += by
    this.#version++
    if (this.#listener !== undefined) send(this.#listener, { by, version: this.#version } satisfies Change)
  }
}

/** What a view of the stock says in the end, that listens first and then takes what there is. */
async function viewOf(sim: Simulation, careful: boolean): Promise<[number, number]> {
  const stock = await start(Stock)
  let shown = 0
  const view = async (at: Ref<Stock>): Promise<void> => {
    await at.call.listen(self())
    const { count, version } = await at.call.snapshot()
    shown = count
    for (;;) {
      const change = (await receive()) as Change
      if (!careful || change.version > version) shown += change.by
    }
  }
  spawn(() => view(stock), { label: 'view' })
  const seller = async (): Promise<void> => {
    await moments(sim, 10)
    stock.cast.add(5)
  }
  spawn(seller, { label: 'seller' })
  await sleep(1)
  return [shown, (await stock.call.snapshot()).count]
}

export const countedTwice: Bug = {
  name: 'change counted twice',
  story: 'A view listens for changes and then takes a snapshot, and a change between is in both.',

  async broken(sim) {
    const [shown, count] = await viewOf(sim, false)
    expectSame(shown, count)
  },

  async fixed(sim) {
    const [shown, count] = await viewOf(sim, true)
    expectSame(shown, count)
  },
}
