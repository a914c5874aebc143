import { Call, GenServer, sleep, spawn, start } from 'heartwood'
import type { Simulation } from 'heartwood/testing'
import type { Bug } from './bug.js'
import { expectSame } from './expectation.js'
import { moments } from './moments.js'

/** Orders by number, read in pages of two. */
@GenServer()
class Orders {
  #numbers = [1, 2, 3, 4]

  @Call() page(skipped: number): number[] {
    return this.#numbers.slice(skipped, skipped + 2)
  }

  @Call() pageAfter(number: number): number[] {
    return this.#numbers.filter((each) => each > number).slice(0, 2)
  }

  @Call() withdraw(number: number): void {
    this.#numbers = this.#numbers.filter((each) => each !== number)
  }
}

async function ordersSeen(sim: Simulation, careful: boolean): Promise<number[]> {
  const orders = await start(Orders)
  const seen: number[] = []
  const report = async (): Promise<void> => {
    for (;;) {
      const page = await (careful ? orders.call.pageAfter(seen.at(-1) ?? 0) : orders.call.page(seen.length))
      if (page.length === 0) return
      seen.push(...page)
    }
  }
  spawn(report, { label: 'report' })
  const customer = async (): Promise<void> => {
    await moments(sim, 10)
    await orders.call.withdraw(1)
  }
  spawn(customer, { label: 'customer' })
  await sleep(1)
  return seen
}

export const movingPage: Bug = {
  name: 'row between two pages',
  story:
    'A row of the first page is deleted before the second is read, and the next one moves up and is skipped.',

  async broken(sim) {
    expectSame((await ordersSeen(sim, false)).includes(3), true)
  },

  async fixed(sim) {
    expectSame((await ordersSeen(sim, true)).includes(3), true)
  },
}
