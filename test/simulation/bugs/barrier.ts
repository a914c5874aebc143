import { Call, GenServer, sleep, spawn, start } from 'heartwood'
import type { Simulation } from 'heartwood/testing'
import type { Bug } from './bug.js'
import { expectSame } from './expectation.js'
import { moments } from './moments.js'

/** Two have to arrive before either goes on; asked again and again, as where nobody can be called back. */
@GenServer()
class Barrier {
  #arrived = 0
  #left = 0

  @Call() arrive(): number {
    this.#arrived++
    return Math.ceil(this.#arrived / 2)
  }

  /** Whether both are there; who has left twice begins the next round. */
  @Call() isOpen(): boolean {
    if (this.#arrived < 2) return false
    this.#left++
    if (this.#left === 2) {
      this.#arrived = 0
      this.#left = 0
    }
    return true
  }

  @Call() isOpenFor(round: number): boolean {
    return this.#arrived >= 2 * round
  }
}

/** How far one of them ever was ahead of the other. */
async function lead(sim: Simulation, careful: boolean): Promise<number> {
  const barrier = await start(Barrier)
  const rounds = [0, 0]
  let most = 0
  const runner = async (me: number, late: number): Promise<void> => {
    for (let round = 1; round <= 2; round++) {
      await moments(sim, late)
      await barrier.call.arrive()
      for (let tries = 0; tries < 6; tries++) {
        const open = careful ? barrier.call.isOpenFor(round) : barrier.call.isOpen()
        if (await open) {
          sim.touch('rounds')
          rounds[me] = round
          most = Math.max(most, Math.abs((rounds[0] as number) - (rounds[1] as number)))
          break
        }
        await sleep(1)
      }
    }
  }
  spawn(() => runner(0, 0), { label: 'fast' })
  spawn(() => runner(1, 0), { label: 'slow' })
  await sleep(50)
  return most
}

export const barrierOfTwoRounds: Bug = {
  name: 'barrier of two rounds',
  story: 'The faster one comes back to the barrier before the slower has left it, and passes in its place.',

  async broken(sim) {
    expectSame(await lead(sim, false), 1)
  },

  async fixed(sim) {
    expectSame(await lead(sim, true), 1)
  },
}
