/** What is done for each of many costs the same however many there are. */
import { describe } from 'vitest'
import { call, cast, defineServer, start, stateMachine } from '../../src/genserver/index.js'
import { type Pid, processInfo } from '../../src/kernel/index.js'
import { measures } from '../measuring.js'
import { costOf, isLinear } from './cost-of-each.js'

class Asked {
  slow(): Promise<void> {
    return new Promise(() => {})
  }
}
defineServer(Asked, { calls: ['slow'] })

describe('the cost of each', () => {
  measures('of those that gave up in the line for a full mailbox, among others that wait there', () =>
    isLinear(async (count, kernel) => {
      const mailbox = { limit: 1, policy: 'wait' as const }
      const asked = await start(Asked, undefined, { mailbox })
      const wait = (timeout: number) =>
        asked
          .with({ timeout })
          .call.slow()
          .catch(() => {})
      for (let index = 0; index < count; index++) wait(600_000)
      for (let index = 0; index < count; index++) wait(100)
      await kernel.clock.advance(100)
      return costOf(() => processInfo(asked.pid as Pid, 'mailbox'))
    }),
  )

  measures('of the time-outs of a machine whose names are lists', () =>
    isLinear(async (count) => {
      const machine: Pid = await start(
        stateMachine({
          init: () => ({ state: 'only' as const, data: 0 }),
          states: {
            only: (event) =>
              event.type === 'call'
                ? { actions: { reply: 'done', to: event.from } }
                : { actions: { timeout: 1e7, name: ['t', event.content] } },
          },
        }),
      )
      return costOf(async () => {
        for (let index = 0; index < count; index++) cast(machine, index)
        await call(machine, 'all of them')
      })
    }),
  )
})
