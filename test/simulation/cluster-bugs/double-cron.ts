import { Call, GenServer, remote, sleep, spawn, start } from 'heartwood'
import type { Simulation } from 'heartwood/testing'
import { expectSame } from '../bugs/expectation.js'
import type { ProgramBug } from './cluster-bug.js'

/** Which minutes had their report. */
@GenServer({ name: 'reports' })
class Reports {
  readonly #begun = new Set<number>()
  #sent = 0

  @Call() isSent(minute: number): boolean {
    return this.#begun.has(minute)
  }
  @Call() begin(minute: number): boolean {
    const isFirst = !this.#begun.has(minute)
    this.#begun.add(minute)
    return isFirst
  }
  @Call() send(minute: number): number {
    this.#begun.add(minute)
    return ++this.#sent
  }
  @Call() sent(): number {
    return this.#sent
  }
}

const reports = remote<Reports>({ name: 'reports', node: 'db' })

/** Two nodes send a report for each of three minutes. */
async function reportsSent(sim: Simulation, isMine: (minute: number) => Promise<boolean>): Promise<number> {
  const db = await sim.node('db', async () => void (await start(Reports)))
  const cron = async (): Promise<void> => {
    for (let minute = 1; minute <= 3; minute++) {
      await sleep(60_000)
      if (await isMine(minute)) await reports.call.send(minute)
    }
  }
  // One of them was started a moment later.
  await sim.node('a', () => void spawn(cron, { label: 'cron' }))
  await sleep(40)
  await sim.node('b', () => void spawn(cron, { label: 'cron' }))
  sim.disasters.pauseNode('a', { for: [20, 2_000] })
  await sleep(200_000)
  return db.run(() => reports.call.sent())
}

export const doubleCron: ProgramBug = {
  name: 'double cron',
  story: 'Each of two nodes asks whether the report of a minute was sent, and sends it if not.',

  async broken(sim) {
    expectSame(await reportsSent(sim, async (minute) => !(await reports.call.isSent(minute))), 3)
  },

  async fixed(sim) {
    expectSame(await reportsSent(sim, (minute) => reports.call.begin(minute)), 3)
  },
}
