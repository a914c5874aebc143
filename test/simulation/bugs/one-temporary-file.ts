import { sleep, spawn } from 'heartwood'
import type { Simulation } from 'heartwood/testing'
import type { Bug } from './bug.js'
import { expectSame } from './expectation.js'
import { moments } from './moments.js'

/** A disk on which a text is written page by page. */
class Disk {
  readonly files = new Map<string, string>()

  constructor(private readonly sim: Simulation) {}

  async append(file: string, page: string): Promise<void> {
    await this.sim.pause()
    this.sim.touch(file)
    this.files.set(file, (this.files.get(file) ?? '') + page)
  }

  async rename(from: string, to: string): Promise<void> {
    await this.sim.pause()
    this.sim.touch(from)
    this.sim.touch(to)
    const text = this.files.get(from)
    if (text === undefined) return
    this.files.delete(from)
    this.files.set(to, text)
  }
}

async function saved(sim: Simulation, own: boolean): Promise<boolean> {
  const disk = new Disk(sim)
  const save = async (text: string, late: number): Promise<void> => {
    await moments(sim, late)
    const temporary = own ? `${text}.tmp` : 'tmp'
    for (const page of text) await disk.append(temporary, page)
    await disk.rename(temporary, 'book')
  }
  spawn(() => save('ab', 0), { label: 'ada' })
  spawn(() => save('xy', 6), { label: 'bob' })
  await sleep(1)
  return ['ab', 'xy'].includes(disk.files.get('book') ?? '')
}

export const oneTemporaryFile: Bug = {
  name: 'one temporary file for two',
  story: 'Two writers go by way of the same temporary file, and what is put in place is a mixture.',

  async broken(sim) {
    expectSame(await saved(sim, false), true)
  },

  async fixed(sim) {
    expectSame(await saved(sim, true), true)
  },
}
