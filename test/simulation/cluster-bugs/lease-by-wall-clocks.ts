import { call, sleep, spawn, start } from 'heartwood'
import type { Program } from 'heartwood/testing'
import type { ProgramBug } from './cluster-bug.js'

interface Row {
  readonly owner?: string
  readonly until: number
}

interface Request {
  readonly me: string
  readonly now: number
}

/** Two nodes take turns at a lease of a second, which a row of a table keeps. One of them has its clock set. */
const leased =
  (nowOf: (request: Request) => number): Program =>
  async (sim) => {
    const owners = new Map<string, number>()
    const table = {
      init: () => ({ state: { until: 0 } as Row }),
      handleCall(request: Request, _from: unknown, row: Row) {
        const now = nowOf(request)
        const isFree = row.owner === undefined || row.owner === request.me || row.until <= now
        return isFree
          ? { reply: true, state: { owner: request.me, until: now + 1_000 } }
          : { reply: false, state: row }
      },
    }
    await sim.node('db', async () => void (await start(table, undefined, { name: 'table' })))
    for (const me of ['a', 'b']) {
      const work = async (): Promise<void> => {
        for (let round = 0; round < 10; round++) {
          if (await call({ name: 'table', node: 'db' }, { me, now: Date.now() })) owners.set(me, round)
          await sleep(200)
        }
      }
      await sim.node(me, () => void spawn(work, { label: 'worker' }))
    }
    // The first owner takes its lease anew in each round, long before its end.
    sim.always(() => owners.size <= 1)
    sim.disasters.setClock('b', 5_000)
    await sleep(1_800)
  }

export const leaseByWallClocks: ProgramBug = {
  name: 'lease by wall clocks',
  story: 'A lease is taken to be over by the clock of the node that asks for it.',
  options: { globals: true },
  broken: leased(({ now }) => now),
  // The clock of the table, which nobody else sets.
  fixed: leased(() => Date.now()),
}
