import { describe, expect, it } from 'vitest'
import { reconfigure, SettingsChange, start } from '../../src/genserver/index.js'
import { currentKernel, exit, type Pid, self, sleep } from '../../src/kernel/index.js'
import { world } from './world.js'

const change = new SettingsChange({ a: 2 }, { a: 1 }, new Map([['a', 2]]), new Map(), [])

/** Servers of one kind, each with a number. */
async function kind(count: number, configChange: (server: number) => unknown): Promise<Pid[]> {
  const callbacks = {
    init: (server: number) => ({ state: server }),
    configChange: async (_: SettingsChange, server: number) => {
      await configChange(server)
      return { state: server }
    },
  }
  const pids: Pid[] = []
  for (let server = 0; server < count; server++) pids.push(await start(callbacks, server))
  return pids
}

describe('a change of settings, for the servers of one kind', () => {
  it('comes to one first, then to two, to four and so on', () =>
    world(async (kernel) => {
      const begun: number[] = []
      const pids = await kind(9, async () => {
        begun.push(currentKernel().now())
        await sleep(10)
      })
      const from = currentKernel().now()
      expect((await kernel.runUntil(reconfigure(pids, change))).handled).toEqual(pids)
      expect(begun.map((at) => at - from)).toEqual([0, 10, 10, 20, 20, 20, 20, 30, 30])
    }))

  it('comes to no more of them than those that were told together with one that it crashed', () =>
    world(async (kernel) => {
      const told: number[] = []
      const refusals: number[] = []
      const pids = await kind(9, (server) => {
        told.push(server)
        if (server === 1) throw new Error('no such size')
      })
      const onRefusal = () => refusals.push(told.length)
      const { handled, missed, refused } = await kernel.runUntil(reconfigure(pids, change, { onRefusal }))
      expect(refused).toMatchObject([{ pid: pids[1], error: { code: 'CALL_SERVER_EXITED' } }])
      expect([handled, missed, told]).toEqual([[pids[0], pids[2]], [], [0, 1, 2]])
      expect(refusals).toEqual([3])
    }))

  it('waits for those that are busy once, and not in each round', () =>
    world(async (kernel) => {
      const pids = await kind(9, () => sleep(60_000))
      const from = currentKernel().now()
      const { handled, missed } = await kernel.runUntil(reconfigure(pids, change, { timeout: 5_000 }))
      expect(currentKernel().now() - from).toBe(10_000)
      expect(handled).toEqual([])
      expect(missed.map(({ pid, error }) => [pid, (error as { code: string }).code])).toEqual(
        pids.map((pid) => [pid, 'CALL_TIMEOUT']),
      )
    }))

  it.each([
    'kill',
    'shutdown',
    'normal',
    { shutdown: 'moved' },
  ])('is missed, and not refused, by one that ends with %o', (reason) =>
    world(async (kernel) => {
      const pids = await kind(3, (server) => {
        if (server === 0) exit(self(), reason)
      })
      const onRefusal = () => expect.unreachable()
      const { handled, missed, refused } = await kernel.runUntil(reconfigure(pids, change, { onRefusal }))
      expect([handled, refused]).toEqual([pids.slice(1), []])
      expect(missed).toMatchObject([{ pid: pids[0], error: { code: 'CALL_SERVER_EXITED' } }])
    }))
})
