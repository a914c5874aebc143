import { sleep, spawn } from 'heartwood'
import { type Claim, local, startCluster } from 'heartwood/cluster'
import type { Program } from 'heartwood/testing'
import type { ProgramBug } from './cluster-bug.js'

/** A table outside; the last row tells who wrote it. */
class Ledger {
  #token = 0
  problem: string | undefined

  write(token: number): void {
    if (token < this.#token) this.problem = 'a former owner wrote last'
    this.#token = token
  }

  /** With the token in the condition of the update. */
  writeUnder(token: number): void {
    if (token >= this.#token) this.write(token)
  }
}

const writers =
  (write: (ledger: Ledger, token: number) => void): Program =>
  async (sim) => {
    const ledger = new Ledger()
    const engine = sim.engine(local())
    const entries = async (claim: Claim): Promise<void> => {
      for (let entry = 0; entry < 3 && claim.state !== 'lost'; entry++) {
        if (claim.valid()) {
          const { token } = claim
          // What is to be written is looked up.
          await sleep(30)
          write(ledger, token)
        } else await sleep(100)
      }
    }
    const owner = async (): Promise<void> => {
      const cluster = await startCluster({ engine, lease: 1_000, development: true })
      const work = async (): Promise<void> => {
        const claim = await cluster.claim('ledger', { wait: true })
        await entries(claim)
        await claim.release().catch(() => {})
      }
      spawn(work, { label: 'owner' })
    }
    await sim.node('a', owner)
    await sim.node('b', owner)
    sim.disasters.pauseNode('a', { for: [1_100, 3_000] })
    sim.disasters.pauseNode('b', { for: [1_100, 3_000] })
    await sleep(6_000)
    if (ledger.problem !== undefined) throw new Error(ledger.problem)
  }

export const staleOwnerWrites: ProgramBug = {
  name: 'stale owner writes',
  story:
    'An owner sees that its claim is valid, is stopped for longer than its lease, and writes over its successor.',
  broken: writers((ledger, token) => ledger.write(token)),
  fixed: writers((ledger, token) => ledger.writeUnder(token)),
}
