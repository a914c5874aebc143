import {
  Call,
  exit,
  GenServer,
  Info,
  isExit,
  type Pid,
  receive,
  sleep,
  spawn,
  spawnLink,
  start,
  trapExit,
} from 'heartwood'
import type { Simulation } from 'heartwood/testing'
import type { Bug } from './bug.js'
import { expectSame } from './expectation.js'
import { moments } from './moments.js'

/** Has a worker, and has it replaced in two steps. */
@GenServer()
class Manager {
  #worker: Pid | undefined
  #careful = false

  init({ careful }: { careful: boolean }): void {
    trapExit(true)
    this.#careful = careful
    this.hire()
  }

  @Call() dismiss(): void {
    if (this.#worker !== undefined) exit(this.#worker, 'shutdown')
  }

  @Call() hire(): void {
    this.#worker = spawnLink(() => receive(), { label: 'worker' })
  }

  @Info(isExit) gone({ from }: { from: Pid }): void {
    if (!this.#careful || from === this.#worker) this.#worker = undefined
  }

  @Call() worker(): Pid | undefined {
    return this.#worker
  }
}

async function hasItsWorker(sim: Simulation, careful: boolean): Promise<boolean> {
  const manager = await start(Manager, { careful })
  const chief = async (): Promise<void> => {
    await moments(sim, 2)
    await manager.call.dismiss()
    await moments(sim, 2)
    await manager.call.hire()
  }
  spawn(chief, { label: 'chief' })
  await sleep(1)
  return (await manager.call.worker()) !== undefined
}

export const exitOfThePredecessor: Bug = {
  name: 'exit of the predecessor',
  story: 'A worker is replaced, and the end of the former one is taken for that of the new one.',

  async broken(sim) {
    expectSame(await hasItsWorker(sim, false), true)
  },

  async fixed(sim) {
    expectSame(await hasItsWorker(sim, true), true)
  },
}
