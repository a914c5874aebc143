import { Call, GenServer, type Ref, sleep, spawn, start } from 'heartwood'
import type { Simulation } from 'heartwood/testing'
import type { Bug } from './bug.js'
import { expectSame } from './expectation.js'
import { moments } from './moments.js'

@GenServer()
class Office {
  #term = 0
  @Call() elect(): number {
    return ++this.#term
  }
}

@GenServer()
class Ledger {
  #entry = ''
  #term = 0

  @Call() write(entry: string): void {
    this.#entry = entry
  }

  @Call() writeIn(term: number, entry: string): void {
    if (term < this.#term) return
    this.#term = term
    this.#entry = entry
  }

  @Call() entry(): string {
    return this.#entry
  }
}

/** Whether the last entry is that of the last leader. */
async function lastEntryIsOfLastLeader(sim: Simulation, fenced: boolean): Promise<boolean> {
  const [office, ledger] = [await start(Office), await start(Ledger)]
  let last = 0
  const lead = async (at: Ref<Office>, late: number): Promise<void> => {
    await moments(sim, late)
    const term = await at.call.elect()
    sim.touch('last')
    last = Math.max(last, term)
    if (fenced) await ledger.call.writeIn(term, `of ${term}`)
    else await ledger.call.write(`of ${term}`)
  }
  spawn(() => lead(office, 0), { label: 'ada' })
  spawn(() => lead(office, 10), { label: 'bob' })
  await sleep(1)
  return (await ledger.call.entry()) === `of ${last}`
}

export const formerLeader: Bug = {
  name: 'write of a former leader',
  story: 'What a leader wrote before it was replaced arrives after the first entry of its successor.',

  async broken(sim) {
    expectSame(await lastEntryIsOfLastLeader(sim, false), true)
  },

  async fixed(sim) {
    expectSame(await lastEntryIsOfLastLeader(sim, true), true)
  },
}
