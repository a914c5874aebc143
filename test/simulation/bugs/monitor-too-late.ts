import { Call, exit, GenServer, isDown, monitor, receive, spawn, spawnMonitor, start } from 'heartwood'
import type { Simulation } from 'heartwood/testing'
import type { Bug } from './bug.js'
import { expectSame } from './expectation.js'
import { moments } from './moments.js'

@GenServer()
class Log {
  @Call() write(_line: string): void {}
}

async function job(sim: Simulation): Promise<never> {
  await moments(sim, 4)
  exit({ done: 42 })
}

export const monitorTooLate: Bug = {
  name: 'monitor set too late',
  story:
    'A job is started, its start is logged, and only then it is watched; it may be over by then, its result lost.',
  options: { crashes: 'allow' },

  async broken(sim) {
    const log = await start(Log)
    const pid = spawn(() => job(sim), { label: 'job' })
    await log.call.write('started')
    monitor(pid)
    expectSame((await receive(isDown)).reason, { done: 42 })
  },

  async fixed(sim) {
    const log = await start(Log)
    spawnMonitor(() => job(sim), { label: 'job' })
    await log.call.write('started')
    expectSame((await receive(isDown)).reason, { done: 42 })
  },
}
