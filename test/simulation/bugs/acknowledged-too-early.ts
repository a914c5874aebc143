import { Call, exit, GenServer, isDown, receive, sleep, spawn, spawnMonitor, start } from 'heartwood'
import type { Simulation } from 'heartwood/testing'
import type { Bug } from './bug.js'
import { expectSame } from './expectation.js'
import { moments } from './moments.js'

/** Gives a job again as long as nobody has said that it is done. */
@GenServer()
class Queue {
  readonly #jobs = new Set(['job'])
  readonly #done = new Set<string>()

  @Call() next(): string | undefined {
    return [...this.#jobs][0]
  }

  @Call() acknowledge(job: string): void {
    this.#jobs.delete(job)
  }

  /** Twice is once. */
  @Call() perform(job: string): void {
    this.#done.add(job)
  }

  @Call() done(): number {
    return this.#done.size
  }
}

async function jobsDone(sim: Simulation, early: boolean): Promise<number> {
  const queue = await start(Queue)
  const work = async (): Promise<void> => {
    const job = await queue.call.next()
    if (job === undefined) return
    if (early) await queue.call.acknowledge(job)
    await queue.call.perform(job)
    if (!early) await queue.call.acknowledge(job)
  }
  const foreman = async (): Promise<void> => {
    for (;;) {
      spawnMonitor(work, { label: 'worker' })
      const { reason } = await receive(isDown)
      if (reason === 'normal') return
    }
  }
  spawn(foreman, { label: 'foreman' })
  const killer = async (): Promise<void> => {
    await moments(sim, 14)
    for (const pid of sim.kernel.processes()) {
      if (sim.kernel.titleOf(pid) === 'worker') exit(pid, 'kill')
    }
  }
  spawn(killer, { label: 'killer' })
  await sleep(1)
  return queue.call.done()
}

export const acknowledgedTooEarly: Bug = {
  name: 'acknowledged too early',
  story: 'A worker tells the queue that a job is done before it does it, and is killed in between.',
  options: { crashes: 'allow' },

  async broken(sim) {
    expectSame(await jobsDone(sim, true), 1)
  },

  async fixed(sim) {
    expectSame(await jobsDone(sim, false), 1)
  },
}
