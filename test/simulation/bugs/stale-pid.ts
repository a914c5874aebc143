import { Call, Cast, GenServer, HeartwoodError, ref, sleep, spawn, startSupervisor, whereis } from 'heartwood'
import type { Simulation } from 'heartwood/testing'
import type { Bug } from './bug.js'
import { expectSame } from './expectation.js'
import { moments } from './moments.js'

@GenServer({ name: 'printer' })
class Printer {
  @Call() print(page: string): string {
    return `${page} is printed`
  }

  @Cast() jam(): void {
    throw new Error('paper jam')
  }
}

async function printWhileItJams(sim: Simulation, print: () => Promise<string>): Promise<string> {
  await startSupervisor({ children: [Printer] })
  let printed = 'nothing'
  const gremlin = async (): Promise<void> => {
    await moments(sim, 5)
    ref(Printer).cast.jam()
  }
  spawn(gremlin, { label: 'gremlin' })
  const client = async (): Promise<void> => {
    printed = await print()
  }
  spawn(client, { label: 'client' })
  await sleep(100)
  return printed
}

/** A page that was in a printer when it jammed is put in again. */
async function again(print: () => Promise<string>): Promise<string> {
  try {
    return await print()
  } catch (error) {
    if (HeartwoodError.is(error, 'CALL_SERVER_EXITED')) return again(print)
    throw error
  }
}

export const stalePid: Bug = {
  name: 'stale pid after a restart',
  story: 'A client keeps the pid of a server that is restarted, and calls the dead one for ever after.',
  options: { crashes: 'allow' },

  async broken(sim) {
    const print = async (): Promise<string> => {
      const pid = whereis('printer')
      await sim.pause()
      return again(() => ref(Printer, pid).call.print('page 1'))
    }
    expectSame(await printWhileItJams(sim, print), 'page 1 is printed')
  },

  async fixed(sim) {
    const print = async (): Promise<string> => {
      await sim.pause()
      return again(() => ref(Printer).with({ waitForRestart: 50 }).call.print('page 1'))
    }
    expectSame(await printWhileItJams(sim, print), 'page 1 is printed')
  },
}
