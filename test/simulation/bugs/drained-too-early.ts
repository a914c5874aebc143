import { Call, Cast, GenServer, HeartwoodError, sleep, spawn, start, stop } from 'heartwood'
import type { Simulation } from 'heartwood/testing'
import type { Bug } from './bug.js'
import { expectSame } from './expectation.js'
import { moments } from './moments.js'

@GenServer()
class Shop {
  #orders = 0
  #closed = false

  @Call() order(): boolean {
    if (this.#closed) return false
    this.#orders++
    return true
  }

  @Cast() deliver(): void {
    this.#orders--
  }

  @Call() open(): number {
    return this.#orders
  }

  @Call() close(): number {
    this.#closed = true
    return this.#orders
  }
}

/** Whether nobody was told that the order is taken, and got nothing. */
async function keepsItsWord(sim: Simulation, careful: boolean): Promise<boolean> {
  const shop = await start(Shop)
  let [taken, delivered] = [0, 0]
  const customer = async (): Promise<void> => {
    try {
      if (!(await shop.call.order())) return
    } catch (error) {
      if (HeartwoodError.is(error)) return
      throw error
    }
    sim.touch('taken')
    taken++
    await sim.pause()
    // The shop delivers as long as it is there.
    if (shop.pid === undefined || !sim.kernel.isAlive(shop.pid)) return
    shop.cast.deliver()
    sim.touch('taken')
    delivered++
  }
  const owner = async (): Promise<void> => {
    await moments(sim, 6)
    while ((await (careful ? shop.call.close() : shop.call.open())) > 0) await sleep(1)
    await stop(shop)
  }
  spawn(customer, { label: 'customer' })
  spawn(owner, { label: 'owner' })
  await sleep(20)
  return taken === delivered
}

export const drainedTooEarly: Bug = {
  name: 'drained too early',
  story: 'A shop has nothing to do and is stopped, and takes an order in between.',

  async broken(sim) {
    expectSame(await keepsItsWord(sim, false), true)
  },

  async fixed(sim) {
    expectSame(await keepsItsWord(sim, true), true)
  },
}
