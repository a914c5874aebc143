import { Cast, currentKernel, GenServer, Info, remote, self, sendAfter, sleep, start } from 'heartwood'
import { type Claim, local, startCluster } from 'heartwood/cluster'
import type { Program } from 'heartwood/testing'
import type { ProgramBug } from './cluster-bug.js'

/** Leads when the one before it in the alphabet was silent for a second. */
@GenServer({ name: 'candidate' })
class Candidate {
  #other = ''
  #isFirst = false
  #heard = 0
  #leads: (leads: boolean) => void = () => {}

  init({ own, leads }: { own: string; leads: (leads: boolean) => void }): void {
    this.#isFirst = own === 'a'
    this.#other = own === 'a' ? 'b' : 'a'
    this.#leads = leads
    this.#heard = currentKernel().now()
    this.beat()
  }

  @Info('beat') beat(): void {
    remote<Candidate>({ name: 'candidate', node: this.#other }).cast.lives()
    this.#leads(this.#isFirst || currentKernel().now() - this.#heard > 1_000)
    sendAfter(200, self(), 'beat')
  }

  @Cast() lives(): void {
    this.#heard = currentKernel().now()
  }
}

const oneLeader =
  (lead: (own: string, leads: Map<string, () => boolean>) => Promise<void>): Program =>
  async (sim) => {
    const leads = new Map<string, () => boolean>()
    for (const own of ['a', 'b']) await sim.node(own, () => lead(own, leads))
    sim.always(() => {
      if ([...leads.values()].filter((isLeader) => isLeader()).length > 1) throw new Error('two nodes lead')
    })
    sim.disasters.partition(['a'], ['b'], { for: [2_000, 4_000] })
    await sleep(5_000)
  }

export const leaderBySilence: ProgramBug = {
  name: 'leader by silence',
  story: 'Who hears nothing of the leader leads; in a partition both do.',
  broken: oneLeader(async (own, leads) => {
    const state = { leads: false }
    leads.set(own, () => state.leads)
    await start(Candidate, {
      own,
      leads: (isLeader: boolean) => {
        state.leads = isLeader
      },
    })
  }),
  // Its engine is made anew for each run.
  fixed: (sim) => {
    const engine = sim.engine(local())
    return oneLeader(async (own, leads) => {
      const cluster = await startCluster({ engine, lease: 1_000, development: true })
      let claim: Claim | undefined
      leads.set(own, () => claim?.valid() === true)
      void cluster.claim('leader', { wait: true }).then((taken) => {
        claim = taken
      })
    })(sim)
  },
}
