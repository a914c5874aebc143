import {
  Call,
  exit,
  type From,
  from,
  GenServer,
  Info,
  isDown,
  monitor,
  type NoReply,
  noReply,
  type Pid,
  type Ref,
  reply,
  sleep,
  spawn,
  start,
} from 'heartwood'
import type { Simulation } from 'heartwood/testing'
import type { Bug } from './bug.js'
import { expectSame } from './expectation.js'
import { moments } from './moments.js'

/** One at a time; the others wait in line. */
@GenServer()
class Semaphore {
  #holder: Pid | undefined
  readonly #line: From[] = []
  #careful = false

  init({ careful }: { careful: boolean }): void {
    this.#careful = careful
  }

  @Call() acquire(): boolean | NoReply<boolean> {
    if (this.#holder !== undefined) {
      this.#line.push(from())
      return noReply as NoReply<boolean>
    }
    this.#hold(from())
    return true
  }

  @Call() release(): void {
    this.#next()
  }

  @Info(isDown) ended({ object }: { object: unknown }): void {
    if (object === this.#holder) this.#next()
  }

  @Call() isFree(): boolean {
    return this.#holder === undefined
  }

  #hold({ caller }: From): void {
    this.#holder = caller
    // Of a dead one it is told at once.
    if (this.#careful && caller !== undefined) monitor(caller)
  }

  #next(): void {
    this.#holder = undefined
    const next = this.#line.shift()
    if (next === undefined) return
    this.#hold(next)
    reply(next, true)
  }
}

async function isFreeInTheEnd(sim: Simulation, careful: boolean): Promise<boolean> {
  const semaphore = await start(Semaphore, { careful })
  const use = async (at: Ref<Semaphore>): Promise<void> => {
    await at.call.acquire()
    await at.call.release()
  }
  await semaphore.call.acquire()
  const waiting = spawn(() => use(semaphore), { label: 'waiting' })
  const first = async (): Promise<void> => {
    await semaphore.call.release()
  }
  spawn(first, { label: 'first' })
  const reaper = async (): Promise<void> => {
    await moments(sim, 8)
    exit(waiting, 'kill')
  }
  spawn(reaper, { label: 'reaper' })
  await sleep(1)
  return semaphore.call.isFree()
}

export const permitOfTheDead: Bug = {
  name: 'permit of the dead',
  story: 'Who waits in line dies, and is given the permit all the same.',

  async broken(sim) {
    expectSame(await isFreeInTheEnd(sim, false), true)
  },

  async fixed(sim) {
    expectSame(await isFreeInTheEnd(sim, true), true)
  },
}
