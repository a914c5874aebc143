import { Call, GenServer, sleep, spawn, start } from 'heartwood'
import type { Bug } from './bug.js'
import { expectSame } from './expectation.js'
import { moments } from './moments.js'

@GenServer()
class Database {
  #connections = 0

  @Call() connect(): number {
    return ++this.#connections
  }

  @Call() connections(): number {
    return this.#connections
  }
}

export const poolMadeTwice: Bug = {
  name: 'pool made twice',
  story: 'Whoever needs the pool first makes it, and awaits; two of them make two, and one is never closed.',

  async broken(sim) {
    const database = await start(Database)
    let pool: number | undefined
    const use = async (late: number): Promise<void> => {
      await moments(sim, late)
      sim.touch('pool', 'read')
      if (pool !== undefined) return
      const made = await database.call.connect()
      sim.touch('pool')
      pool = made
    }
    for (const late of [0, 4]) spawn(() => use(late), { label: 'user' })
    await sleep(1)
    expectSame(await database.call.connections(), 1)
  },

  async fixed(sim) {
    const database = await start(Database)
    let pool: Promise<number> | undefined
    const use = async (late: number): Promise<void> => {
      await moments(sim, late)
      sim.touch('pool')
      pool ??= database.call.connect()
      await pool
    }
    for (const late of [0, 4]) spawn(() => use(late), { label: 'user' })
    await sleep(1)
    expectSame(await database.call.connections(), 1)
  },
}
