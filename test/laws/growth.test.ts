/** What costs more for each the more there are shows as a ratio, between few and many. */
import { describe } from 'vitest'
import { killTree } from '../../src/application/lifecycle/kill-stragglers.js'
import {
  currentKernel,
  exit,
  Kernel,
  monitor,
  type Pid,
  receive,
  self,
  send,
  sleep,
  spawn,
  trapExit,
} from '../../src/kernel/index.js'
import { getChildSpec, startSupervisor, whichChildren } from '../../src/supervisor/index.js'
import { measures } from '../measuring.js'
import { costOf, isFlat, isLinear } from './cost-of-each.js'

const child = (): Pid => currentKernel().spawnBehaviour({ handle() {} }, { link: true })
const specs = (count: number, more = {}) =>
  Array.from({ length: count }, (_, index) => ({ id: `c${index}`, start: child, ...more }))

describe('the cost of each', () => {
  measures('of the messages that overflow a mailbox full of what must not be dropped', () =>
    isLinear(async (count) => {
      let cost = 0
      await new Kernel({ report() {} }).run(async () => {
        const mailbox = { limit: count, policy: 'drop_oldest' as const }
        const full = spawn(
          async () => {
            trapExit(true)
            await receive({ never: 'comes' })
          },
          { mailbox },
        )
        await currentKernel().settled()
        for (let index = 0; index < count - 1; index++) exit(full, 'told')
        cost = await costOf(() => {
          for (let index = 0; index < count; index++) send(full, index)
        })
      })
      return cost
    }, 16_000),
  )

  measures('of the receives and sleeps that a process waits in at the same time', () =>
    isLinear(async (count) => {
      let cost = 0
      await new Kernel({ report() {} }).run(async () => {
        cost = await costOf(async () => {
          const all = Array.from({ length: count }, (_, index) => [receive({ index }), sleep(1)])
          for (let index = 0; index < count; index++) send(self(), { index })
          await Promise.all(all.flat())
        })
      })
      return cost
    }, 16_000),
  )

  measures('of the restarts of the last child by rest_for_one, among other children', () =>
    isFlat(async (count) => {
      let cost = 0
      await new Kernel({ report() {} }).run(async () => {
        trapExit(true)
        let last: Pid | undefined
        const start = (): Pid => {
          last = child()
          return last
        }
        const children = [...specs(count), { id: 'last', start }]
        const supervisor = await startSupervisor({ strategy: 'rest_for_one', intensity: 1e9, children })
        cost = await costOf(async () => {
          for (let index = 0; index < 1_000; index++) {
            exit(last as Pid, 'boom')
            await getChildSpec(supervisor, 'last')
          }
        })
      })
      return cost
    }),
  )

  measures('of the significant children that end in the order of their start', () =>
    isLinear(async (count) => {
      trapExit(true)
      const children = specs(count, { restart: 'transient', significant: true })
      const supervisor = await startSupervisor({ autoShutdown: 'all_significant', children })
      const pids = (await whichChildren(supervisor)).map(({ pid }) => pid as Pid).reverse()
      monitor(supervisor)
      return costOf(async () => {
        for (const pid of pids) exit(pid, 'shutdown')
        await receive()
      })
    }, 16_000),
  )

  measures('of the stragglers that are found and killed', () =>
    isLinear(async (count, kernel) => {
      const top = spawn(() => {
        for (let index = 0; index < count; index++) currentKernel().spawnBehaviour({ handle() {} })
        return new Promise(() => {})
      })
      await kernel.settled()
      return costOf(() => killTree(top))
    }),
  )
})
