import {
  Call,
  Cast,
  type From,
  from,
  GenServer,
  type NoReply,
  noReply,
  type Pid,
  type Ref,
  receive,
  reply,
  self,
  send,
  spawn,
  start,
} from 'heartwood'
import type { Simulation } from 'heartwood/testing'
import type { Bug } from './bug.js'
import { expectSame } from './expectation.js'
import { moments } from './moments.js'

@GenServer()
class Queue {
  readonly #items: string[] = []
  readonly #sleepers: Pid[] = []
  readonly #waiting: From[] = []

  @Cast() put(item: string): void {
    const caller = this.#waiting.shift()
    if (caller !== undefined) reply(caller, item)
    else this.#items.push(item)
    for (const sleeper of this.#sleepers.splice(0)) send(sleeper, 'wake up')
  }

  @Call() poll(): string | undefined {
    return this.#items.shift()
  }

  @Call() wakeMe(pid: Pid): void {
    this.#sleepers.push(pid)
  }

  @Call() take(): string | NoReply<string> {
    const item = this.#items.shift()
    if (item !== undefined) return item
    this.#waiting.push(from())
    return noReply as NoReply<string>
  }
}

async function produce(sim: Simulation, queue: Ref<Queue>): Promise<void> {
  await moments(sim, 8)
  queue.cast.put('bread')
}

/** Looks, and goes to sleep when there is nothing: between the two, something may come. */
async function takeBroken(queue: Ref<Queue>): Promise<string> {
  for (;;) {
    const item = await queue.call.poll()
    if (item !== undefined) return item
    await queue.call.wakeMe(self())
    await receive((message: unknown) => message === 'wake up')
  }
}

export const lostWakeUp: Bug = {
  name: 'lost wake-up',
  story: 'A consumer finds the queue empty and asks to be woken; what was put in between wakes nobody.',

  async broken(sim) {
    const queue = await start(Queue)
    spawn(() => produce(sim, queue), { label: 'producer' })
    expectSame(await takeBroken(queue), 'bread')
  },

  async fixed(sim) {
    const queue = await start(Queue)
    spawn(() => produce(sim, queue), { label: 'producer' })
    expectSame(await queue.with({ timeout: Number.POSITIVE_INFINITY }).call.take(), 'bread')
  },
}
