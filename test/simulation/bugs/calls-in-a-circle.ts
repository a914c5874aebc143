import { Call, Cast, GenServer, ref, sleep, start } from 'heartwood'
import type { Bug } from './bug.js'
import { expectSame } from './expectation.js'
import { moments } from './moments.js'

@GenServer({ name: 'orders' })
class Orders {
  @Cast() async place(): Promise<void> {
    await ref(Stock).call.reserve()
  }

  @Call() open(): number {
    return 1
  }
}

@GenServer({ name: 'stock' })
class Stock {
  reserved = 0

  @Cast() async count(): Promise<void> {
    await ref(Orders).call.open()
  }

  @Cast() async countOpen(open: number): Promise<void> {
    expectSame(open, 1)
  }

  @Call() reserve(): void {
    this.reserved++
  }

  @Call() total(): number {
    return this.reserved
  }
}

export const callsInACircle: Bug = {
  name: 'calls in a circle',
  story: 'Two servers call each other in their handlers; when both do so at once, neither can answer.',

  async broken(sim) {
    await start(Orders)
    await start(Stock)
    ref(Orders).cast.place()
    await moments(sim, 4)
    ref(Stock).cast.count()
    await sleep(1)
    expectSame(await ref(Stock).call.total(), 1)
  },

  async fixed(sim) {
    await start(Orders)
    await start(Stock)
    ref(Orders).cast.place()
    await moments(sim, 4)
    // Whoever knows tells; nobody asks back.
    ref(Stock).cast.countOpen(await ref(Orders).call.open())
    await sleep(1)
    expectSame(await ref(Stock).call.total(), 1)
  },
}
