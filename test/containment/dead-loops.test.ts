import { call, exit, Kernel, receive, sleep, spawn, start } from 'heartwood'
import { simulate } from 'heartwood/testing'
import { describe, expect, it } from 'vitest'

describe('code of a dead process that tries again for ever', () => {
  /** At this many failures it is given up, so that the test fails and does not hang. */
  const TOO_MANY = 200_000

  it.each<[string, () => Promise<unknown>]>([
    ['a call', () => call('nobody', 'anything')],
    ['a sleep', () => sleep(1)],
    ['a receive', () => receive()],
    ['a start', () => start({ init: () => ({ state: 0 }) })],
  ])('leaves the event loop to others: %s', async (_, act) => {
    const kernel = new Kernel({ report: () => {} })
    let failures = 0
    let goesOn = true
    await kernel.run(async () => {
      const pid = spawn(async () => {
        // Until it is dead.
        await receive().catch(() => {})
        while (goesOn && failures < TOO_MANY) {
          try {
            await act()
          } catch {
            failures++
          }
        }
      })
      await sleep(0)
      exit(pid, 'kill')
    })
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve))
    goesOn = false
    expect(failures).toBeGreaterThan(0)
    expect(failures).toBeLessThan(10_000)
  })

  it('is told nothing but the error in a simulation, where a seed decides all that happens', async () => {
    await simulate({ seed: 1, crashes: 'allow' }, async () => {
      const refused: unknown[] = []
      const pid = spawn(async () => {
        await receive().catch(() => {})
        await call('nobody', 'anything').catch((error: unknown) => refused.push(error))
      })
      await sleep(1)
      exit(pid, 'kill')
      await sleep(1)
      expect(refused).toMatchObject([{ code: 'PROCESS_DEAD' }])
    })
  })
})
