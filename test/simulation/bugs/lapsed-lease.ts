import type { Ref } from 'heartwood'
import { Call, GenServer, Info, Reference, self, sendAfter, sleep, spawn, start } from 'heartwood'
import type { Simulation } from 'heartwood/testing'
import type { Bug } from './bug.js'
import { expectSame } from './expectation.js'

/** A lock that is taken back after 50 ms. */
@GenServer()
class Lease {
  #holder: Reference | undefined

  @Call() take(): Reference | undefined {
    if (this.#holder !== undefined) return undefined
    this.#holder = new Reference()
    sendAfter(50, self(), this.#holder)
    return this.#holder
  }

  @Call() release(): void {
    this.#holder = undefined
  }

  @Call() giveBack(mine: Reference): void {
    if (this.#holder === mine) this.#holder = undefined
  }

  @Info() lapse(message: unknown): void {
    if (this.#holder === message) this.#holder = undefined
  }
}

async function mostAtOnce(
  sim: Simulation,
  release: (lease: Ref<Lease>, mine: Reference) => Promise<void>,
): Promise<number> {
  const lease = await start(Lease)
  let inside = 0
  let most = 0
  const worker = async (work: number): Promise<void> => {
    for (;;) {
      const mine = await lease.call.take()
      if (mine === undefined) {
        await sleep(7)
        continue
      }
      // Only who is done within its lease touches the thing.
      if (work > 50) await sleep(work)
      else {
        sim.touch('inside')
        inside++
        most = Math.max(most, inside)
        await sleep(work)
        sim.touch('inside')
        inside--
      }
      await release(lease, mine)
      return
    }
  }
  for (const work of [30, 30, 60]) spawn(() => worker(work), { label: `worker of ${work} ms` })
  await sleep(1_000)
  return most
}

export const lapsedLease: Bug = {
  name: 'lapsed lease',
  story:
    'Whoever comes back after its lease has lapsed releases the lock that another holds by now, and lets a third in.',

  async broken(sim) {
    expectSame(await mostAtOnce(sim, (lease) => lease.call.release()), 1)
  },

  async fixed(sim) {
    expectSame(await mostAtOnce(sim, (lease, mine) => lease.call.giveBack(mine)), 1)
  },
}
