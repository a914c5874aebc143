import { sleep, spawn } from 'heartwood'
import { type Claim, local, startCluster } from 'heartwood/cluster'
import type { Program } from 'heartwood/testing'
import type { ProgramBug } from './cluster-bug.js'

/** A file on a disk that both nodes see; closing it takes as long as what is to be written. */
class SharedFile {
  #users = 0
  problem: string | undefined

  open(): void {
    this.#users++
    if (this.#users > 1) this.problem = 'two nodes have the file open'
  }

  async close(): Promise<void> {
    await sleep(20)
    this.#users--
  }
}

const inTurn =
  (end: (claim: Claim, file: SharedFile) => Promise<void>): Program =>
  async (sim) => {
    const file = new SharedFile()
    const engine = sim.engine(local())
    const user = async (): Promise<void> => {
      const cluster = await startCluster({ engine, lease: 1_000, development: true })
      const work = async (): Promise<void> => {
        const claim = await cluster.claim('file', { wait: true })
        file.open()
        await sleep(50)
        await end(claim, file)
      }
      spawn(work, { label: 'user' })
    }
    await sim.node('a', user)
    await sim.node('b', user)
    await sleep(2_000)
    if (file.problem !== undefined) throw new Error(file.problem)
  }

export const nameFreedTooEarly: ProgramBug = {
  name: 'name freed before its file is closed',
  story: 'A node gives the key of a file back and then closes it; the next one opens it meanwhile.',
  broken: inTurn(async (claim, file) => {
    await claim.release()
    await file.close()
  }),
  fixed: inTurn(async (claim, file) => {
    await file.close()
    await claim.release()
  }),
}
