import {
  Call,
  exit,
  GenServer,
  Info,
  isDown,
  monitor,
  type Pid,
  type Ref,
  receive,
  sleep,
  spawn,
  start,
} from 'heartwood'
import type { Simulation } from 'heartwood/testing'
import type { Bug } from './bug.js'
import { expectSame } from './expectation.js'
import { moments } from './moments.js'

/** Lends connections, and takes back those of the dead. */
@GenServer()
class Pool {
  readonly #free = ['left', 'right']
  readonly #lent = new Map<Pid, string>()
  #careful = false

  init({ careful }: { careful: boolean }): void {
    this.#careful = careful
  }

  @Call() lend(borrower: Pid): string | undefined {
    const connection = this.#free.pop()
    if (connection === undefined) return undefined
    monitor(borrower)
    this.#lent.set(borrower, connection)
    return connection
  }

  @Call() giveBack(borrower: Pid, connection: string): void {
    const isLent = this.#lent.delete(borrower)
    if (this.#careful && !isLent) return
    this.#free.push(connection)
  }

  @Info(isDown) ended({ object }: { object: unknown }): void {
    const connection = this.#lent.get(object as Pid)
    if (connection === undefined) return
    this.#lent.delete(object as Pid)
    this.#free.push(connection)
  }

  @Call() free(): readonly string[] {
    return this.#free.toSorted()
  }
}

async function borrow(sim: Simulation, pool: Ref<Pool>, borrower: Pid): Promise<void> {
  const connection = await pool.call.lend(borrower)
  await moments(sim, 2)
  if (connection !== undefined) await pool.call.giveBack(borrower, connection)
}

async function run(sim: Simulation, careful: boolean): Promise<void> {
  const pool = await start(Pool, { careful })
  const owner = spawn(() => receive(), { label: 'owner' })
  spawn(() => borrow(sim, pool, owner), { label: 'helper' })
  const reaper = async (): Promise<void> => {
    await moments(sim, 12)
    exit(owner, 'kill')
  }
  spawn(reaper, { label: 'reaper' })
  await sleep(1)
  expectSame(await pool.call.free(), ['left', 'right'])
}

export const connectionLentTwice: Bug = {
  name: 'connection lent twice',
  story: 'A connection is given back by hand and by the death of its borrower, and the pool has it twice.',
  broken: (sim) => run(sim, false),
  fixed: (sim) => run(sim, true),
}
