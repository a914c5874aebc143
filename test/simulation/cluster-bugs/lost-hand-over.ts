import { Call, Cast, GenServer, HeartwoodError, ref, remote, sleep, start } from 'heartwood'
import type { Simulation } from 'heartwood/testing'
import { expectSame } from '../bugs/expectation.js'
import type { ProgramBug } from './cluster-bug.js'

/** The jobs of a node; one that is there already counts once. */
@GenServer({ name: 'jobs' })
class Jobs {
  readonly #jobs = new Set<number>()

  @Cast() put(jobs: readonly number[]): void {
    for (const job of jobs) this.#jobs.add(job)
  }
  @Call() keep(jobs: readonly number[]): number {
    this.put(jobs)
    return this.#jobs.size
  }
  @Call() all(): readonly number[] {
    return [...this.#jobs].sort()
  }
  @Call() drop(): void {
    this.#jobs.clear()
  }
}

const there = remote<Jobs>({ name: 'jobs', node: 'b' })

/** Node a gives its jobs to node b. */
async function jobsAfterMove(sim: Simulation, give: (jobs: readonly number[]) => Promise<void>) {
  const node = async (): Promise<void> => void (await start(Jobs))
  const a = await sim.node('a', node)
  const b = await sim.node('b', node)
  sim.disasters.cutConnection('a', 'b')
  sim.disasters.partition(['a'], ['b'], { for: [500, 4_000] })
  await a.run(async () => {
    await ref(Jobs).call.keep([1, 2, 3])
    await give(await ref(Jobs).call.all())
    await ref(Jobs).call.drop()
  })
  await sleep(10_000)
  const left = await a.run(() => ref(Jobs).call.all())
  return [...left, ...(await b.run(() => ref(Jobs).call.all()))]
}

export const lostHandOver: ProgramBug = {
  name: 'lost hand-over',
  story: 'A node sends its jobs to another and forgets them; the connection breaks before they are there.',

  async broken(sim) {
    expectSame(await jobsAfterMove(sim, async (jobs) => there.cast.put(jobs)), [1, 2, 3])
  },

  async fixed(sim) {
    const give = async (jobs: readonly number[]): Promise<void> => {
      for (let isThere = false; !isThere; ) {
        try {
          await there.call.keep(jobs)
          isThere = true
        } catch (error) {
          if (!HeartwoodError.is(error)) throw error
          await sleep(200)
        }
      }
    }
    expectSame(await jobsAfterMove(sim, give), [1, 2, 3])
  },
}
