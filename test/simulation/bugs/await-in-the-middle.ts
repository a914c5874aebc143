import { Call, GenServer, sleep, spawn, start } from 'heartwood'
import type { Simulation } from 'heartwood/testing'
import type { Bug } from './bug.js'
import { expectSame } from './expectation.js'
import { moments } from './moments.js'

/** A file of one number, which takes its time. */
class Disk {
  #value = 0

  constructor(readonly sim: Simulation) {}

  async read(): Promise<number> {
    await this.sim.pause()
    this.sim.touch('disk', 'read')
    return this.#value
  }

  async write(value: number): Promise<void> {
    await this.sim.pause()
    this.sim.touch('disk')
    this.#value = value
  }
}

@GenServer()
class Keeper {
  #disk!: Disk

  init(disk: Disk): void {
    this.#disk = disk
  }

  /** The next message is not handled before this is done. */
  @Call() async add(by: number): Promise<void> {
    await this.#disk.write((await this.#disk.read()) + by)
  }
}

export const awaitInTheMiddle: Bug = {
  name: 'await in the middle',
  story: 'Two processes read a file, await, and write it; a plain object is no mutex, so one write is gone.',
  options: { messages: 'share' },

  async broken(sim) {
    const disk = new Disk(sim)
    const writer = async (by: number, late: number): Promise<void> => {
      await moments(sim, late)
      await disk.write((await disk.read()) + by)
    }
    for (const by of [1, 2]) spawn(() => writer(by, by * 3), { label: 'writer' })
    await sleep(1)
    expectSame(await disk.read(), 3)
  },

  async fixed(sim) {
    const disk = new Disk(sim)
    const keeper = await start(Keeper, disk)
    const writer = async (by: number, late: number): Promise<void> => {
      await moments(sim, late)
      await keeper.call.add(by)
    }
    for (const by of [1, 2]) spawn(() => writer(by, by * 3), { label: 'writer' })
    await sleep(1)
    expectSame(await disk.read(), 3)
  },
}
