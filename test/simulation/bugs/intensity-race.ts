import { Call, Cast, GenServer, isAlive, ref, sleep, spawn, startSupervisor } from 'heartwood'
import type { Simulation } from 'heartwood/testing'
import type { Bug } from './bug.js'
import { expectSame } from './expectation.js'
import { moments } from './moments.js'

@GenServer({ name: 'connection' })
class Connection {
  @Call() query(): string {
    return 'row'
  }

  @Cast() lose(): void {
    throw new Error('the line is dead')
  }
}

@GenServer({ name: 'reports' })
class Reports {
  @Cast() async collect(patient: boolean): Promise<void> {
    try {
      await ref(Connection).call.query()
    } catch (error) {
      // The next round will do; what became of the connection is its supervisor's business.
      if (!patient) throw error
    }
  }
}

/** Whether the tree outlives the loss of its connection, with one restart in 5 s. */
async function survives(sim: Simulation, patient: boolean): Promise<boolean> {
  const supervisor = await startSupervisor({ intensity: 1, children: [Connection, Reports] })
  const clerk = async (): Promise<void> => {
    await moments(sim, 8)
    ref(Reports).cast.collect(patient)
  }
  spawn(clerk, { label: 'clerk' })
  ref(Connection).cast.lose()
  await sleep(100)
  return isAlive(supervisor)
}

export const intensityRace: Bug = {
  name: 'intensity race',
  story:
    'A connection is lost, and whoever queries it just then crashes too: two restarts for one failure, more than the supervisor allows.',
  options: { crashes: 'allow' },

  async broken(sim) {
    expectSame(await survives(sim, false), true)
  },

  async fixed(sim) {
    expectSame(await survives(sim, true), true)
  },
}
