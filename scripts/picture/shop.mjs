// What the picture of README shows: a shop whose stock crashes at its fourth order, while the shop goes on selling.
import {
  application,
  Call,
  decorate,
  defineConfig,
  GenServer,
  Info,
  inject,
  LOGGER,
  ref,
  Supervisor,
  self,
  sendAfter,
} from 'heartwood'

class Stock {
  #left = 4

  take() {
    if (this.#left === 1) throw new Error('the count of teapots is wrong')
    this.#left -= 1
    return this.#left
  }

  static {
    decorate(Call(), Stock, 'take')
    decorate(GenServer({ name: 'stock' }), Stock)
  }
}

class Shop {
  #order = 0
  #log

  constructor(log) {
    this.#log = log
  }

  init() {
    sendAfter(300, self(), 'order')
  }

  async onOrder() {
    const order = ++this.#order
    if (order < 7) sendAfter(300, self(), 'order')
    try {
      const left = await ref(Stock).call.take()
      this.#log.info(`order ${order}: sold a teapot, ${left} left`)
    } catch (error) {
      this.#log.warn(`order ${order}: not now (${error.code})`)
    }
  }

  static {
    decorate(inject(LOGGER), Shop, 0)
    decorate(Info('order'), Shop, 'onOrder')
    decorate(GenServer({ name: 'shop' }), Shop)
  }
}

class Root {}
decorate(Supervisor({ strategy: 'one_for_one', children: [Stock, Shop] }), Root)

export default defineConfig({
  applications: [application({ name: 'teapots', root: Root })],
  // Whether the machine is busy is not what the picture is about.
  blockingLimit: Number.POSITIVE_INFINITY,
})
