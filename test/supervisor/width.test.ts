import { describe, expect } from 'vitest'
import { startLink } from '../../src/genserver/index.js'
import {
  exit,
  FairScheduler,
  Kernel,
  type Pid,
  type Runnable,
  receive,
  trapExit,
  VirtualClock,
} from '../../src/kernel/index.js'
import { startChild, startDynamicSupervisor, terminateChild } from '../../src/supervisor/index.js'
import { exitOf } from '../kernel/world.js'
import { measures } from '../measuring.js'

/** Counts how often a process gets a turn: the kernel's own measure of work, the same on every machine. */
class CountingScheduler extends FairScheduler {
  turns = 0

  override enqueue(task: Runnable): void {
    this.turns++
    super.enqueue(task)
  }

  override runsAtOnce(): boolean {
    const atOnce = super.runsAtOnce()
    if (atOnce) this.turns++
    return atOnce
  }
}

const idle = { init: () => ({ state: undefined }) }
const child = { id: 'room', start: () => startLink(idle) }

const FEW = 10
const MANY = 100_000

/** What one operation costs: turns, and the processor's time of the quickest of several rounds, against its noise. */
interface Cost {
  turns: number
  time: number
}

class Bench {
  readonly scheduler = new CountingScheduler({ now: () => Number(process.hrtime.bigint()) / 1e6 })
  readonly kernel = new Kernel({
    clock: new VirtualClock(),
    scheduler: this.scheduler,
    report: () => undefined,
  })

  /** The cost of `act` on average of `times`. */
  async costOf(times: number, act: () => Promise<unknown>): Promise<Cost> {
    const turns = this.scheduler.turns
    const begun = process.hrtime.bigint()
    for (let at = 0; at < times; at++) await act()
    const time = Number(process.hrtime.bigint() - begun) / times
    return { turns: (this.scheduler.turns - turns) / times, time }
  }
}

async function populated(count: number): Promise<Pid> {
  const top = await startDynamicSupervisor({ intensity: 1_000_000_000 })
  for (let at = 0; at < count; at++) await startChild(top, child)
  return top
}

/** Starts a child, has it crash and come back, and terminates the one that came back. */
async function lifeOf(kernel: Kernel, top: Pid): Promise<void> {
  let last: Pid | undefined
  const start = async (): Promise<Pid> => {
    last = await startLink(idle)
    return last
  }
  const first = (await startChild(top, { id: 'mortal', start })) as Pid
  exit(first, 'kill')
  while (last === first) await startChild(top, { id: 'none', start: () => 'ignore' as const })
  await terminateChild(top, last as Pid)
  if (kernel.isAlive(last as Pid)) throw new Error('it survived')
}

describe('the width of a dynamic supervisor', () => {
  measures(
    `makes no difference: start, crash, restart and termination among ${FEW} and ${MANY} children`,
    async () => {
      const bench = new Bench()
      await bench.kernel.run(async () => {
        const narrow = await populated(FEW)
        const wide = await populated(MANY)
        const best: Record<'narrow' | 'wide', Cost> = {
          narrow: { turns: 0, time: Number.POSITIVE_INFINITY },
          wide: { turns: 0, time: Number.POSITIVE_INFINITY },
        }
        // Side by side, so that whatever else the machine does hits both.
        for (let round = 0; round < 12; round++) {
          for (const [name, top] of Object.entries({ narrow, wide }) as ['narrow' | 'wide', Pid][]) {
            const { turns, time } = await bench.costOf(50, () => lifeOf(bench.kernel, top))
            best[name] = { turns, time: Math.min(best[name].time, time) }
          }
        }
        expect(best.wide.turns).toBe(best.narrow.turns)
        expect(best.wide.time / best.narrow.time).toBeLessThan(3)
      })
    },
  )

  measures('is stopped in linear time', async () => {
    const bench = new Bench()
    await bench.kernel.run(async () => {
      trapExit(true)
      const perChild = async (count: number): Promise<Cost> => {
        const top = await populated(count)
        const stopped = await bench.costOf(1, async () => {
          exit(top, 'shutdown')
          await receive(exitOf(top))
        })
        return { turns: stopped.turns / count, time: stopped.time / count }
      }
      const small = [await perChild(MANY / 10), await perChild(MANY / 10), await perChild(MANY / 10)]
      const large = [await perChild(MANY), await perChild(MANY)]
      const quickest = (costs: readonly Cost[]): number => Math.min(...costs.map(({ time }) => time))
      const turns = (costs: readonly Cost[]): number => Math.min(...costs.map((cost) => cost.turns))
      // Many are stopped in one turn; how many fit into a slice of time is the machine's doing.
      expect(turns(large)).toBeLessThan(0.05)
      // Ten times as many: quadratic work would show as a factor of ten.
      expect(quickest(large) / quickest(small)).toBeLessThan(5)
    })
  })
})
