import {
  Call,
  type From,
  from,
  GenServer,
  isDown,
  type NoReply,
  noReply,
  type Ref,
  receive,
  reply,
  spawnMonitor,
  start,
} from 'heartwood'
import type { Simulation } from 'heartwood/testing'
import type { Bug } from './bug.js'
import { moments } from './moments.js'

@GenServer()
class Lock {
  readonly #waiting: From[] = []
  #taken = false

  @Call() take(): undefined | NoReply<undefined> {
    if (this.#taken) {
      this.#waiting.push(from())
      return noReply as NoReply<undefined>
    }
    this.#taken = true
    return undefined
  }

  @Call() release(): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#taken = false
    else reply(next, undefined)
  }
}

async function withBoth(first: Ref<Lock>, second: Ref<Lock>): Promise<void> {
  const patiently = { timeout: Number.POSITIVE_INFINITY }
  await first.with(patiently).call.take()
  await second.with(patiently).call.take()
  await second.call.release()
  await first.call.release()
}

async function run(sim: Simulation, inOrder: boolean): Promise<void> {
  const [left, right] = [await start(Lock), await start(Lock)]
  spawnMonitor(() => withBoth(left, right), { label: 'one' })
  const other = async (): Promise<void> => {
    await moments(sim, 10)
    await (inOrder ? withBoth(left, right) : withBoth(right, left))
  }
  spawnMonitor(other, { label: 'other' })
  for (let each = 0; each < 2; each++) await receive(isDown)
}

export const locksInTwoOrders: Bug = {
  name: 'locks in two orders',
  story: 'Two processes take the same two locks, each in its own order, and wait for each other for ever.',
  broken: (sim) => run(sim, false),
  fixed: (sim) => run(sim, true),
}
