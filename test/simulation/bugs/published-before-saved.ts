import { Call, GenServer, Info, PubSub, type Ref, sleep, spawn, start } from 'heartwood'
import type { Bug } from './bug.js'
import { expectSame } from './expectation.js'

@GenServer()
class Prices {
  @Call() of(item: string): number {
    return item.length
  }
}

@GenServer()
class Customers {
  @Call() isKnown(): boolean {
    return true
  }
}

@GenServer()
class Orders {
  readonly #prices = new Map<string, number>()

  @Call() save(item: string, price: number): void {
    this.#prices.set(item, price)
  }

  @Call() find(item: string): number | undefined {
    return this.#prices.get(item)
  }
}

interface Surroundings {
  readonly bus: PubSub
  readonly customers: Ref<Customers>
  readonly orders: Ref<Orders>
}

/** Writes a bill for each order it hears of. */
@GenServer()
class Billing {
  #customers!: Ref<Customers>
  #orders!: Ref<Orders>
  #billed = 0

  init({ bus, customers, orders }: Surroundings): void {
    this.#customers = customers
    this.#orders = orders
    bus.subscribe('ordered')
  }

  @Info() async onOrder(item: unknown): Promise<void> {
    if (!(await this.#customers.call.isKnown())) return
    // An order that is not there was withdrawn: nothing to pay.
    this.#billed += (await this.#orders.call.find(item as string)) ?? 0
  }

  @Call() billed(): number {
    return this.#billed
  }
}

async function billed(savedFirst: boolean): Promise<number> {
  const bus = new PubSub('bus')
  await bus.startLink()
  const [prices, orders] = [await start(Prices), await start(Orders)]
  const billing = await start(Billing, { bus, customers: await start(Customers), orders })
  const customer = async (): Promise<void> => {
    if (!savedFirst) bus.broadcast('ordered', 'cake')
    await orders.call.save('cake', await prices.call.of('cake'))
    if (savedFirst) bus.broadcast('ordered', 'cake')
  }
  spawn(customer, { label: 'customer' })
  await sleep(1)
  return billing.call.billed()
}

export const publishedBeforeSaved: Bug = {
  name: 'published before it was saved',
  story: 'An order is announced and then saved; who hears of it looks it up at once, and does not find it.',
  options: { messages: 'share', crashes: 'allow' },

  async broken() {
    expectSame(await billed(false), 4)
  },

  async fixed() {
    expectSame(await billed(true), 4)
  },
}
