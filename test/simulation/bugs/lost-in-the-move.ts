import { Call, Cast, GenServer, type Ref, sleep, spawn, start } from 'heartwood'
import type { Simulation } from 'heartwood/testing'
import type { Bug } from './bug.js'
import { expectSame } from './expectation.js'
import { moments } from './moments.js'

@GenServer()
class Cart {
  #items = 0
  #successor: Ref<Cart> | undefined

  init(items: number): void {
    this.#items = items
  }

  @Cast() add(): void {
    if (this.#successor === undefined) this.#items++
    else this.#successor.cast.add()
  }

  @Call() items(): number {
    return this.#items
  }

  /** From now on it passes on what still comes to it. */
  @Call() async handOver(): Promise<Ref<Cart>> {
    this.#successor = await start(Cart, this.#items)
    return this.#successor
  }
}

async function itemsAfterMove(sim: Simulation, careful: boolean): Promise<number> {
  let cart = await start(Cart, 0)
  const move = async (): Promise<void> => {
    const old = cart
    const moved = careful ? await old.call.handOver() : await start(Cart, await old.call.items())
    sim.touch('route')
    cart = moved
  }
  spawn(move, { label: 'move' })
  const customer = async (): Promise<void> => {
    await moments(sim, 10)
    sim.touch('route', 'read')
    cart.cast.add()
  }
  spawn(customer, { label: 'customer' })
  await sleep(1)
  return cart.call.items()
}

export const lostInTheMove: Bug = {
  name: 'lost in the move',
  story:
    'A cart is copied to its successor, and what is put in before the route is changed stays in the old one.',

  async broken(sim) {
    expectSame(await itemsAfterMove(sim, false), 1)
  },

  async fixed(sim) {
    expectSame(await itemsAfterMove(sim, true), 1)
  },
}
