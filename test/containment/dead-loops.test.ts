import {
  call,
  currentKernel,
  exit,
  Kernel,
  type Report,
  receive,
  sleep,
  spawn,
  start,
  startSupervisor,
  stop,
} from 'heartwood'
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
    ['a stop', () => stop('nobody')],
    ['the start of a supervisor', () => startSupervisor({ children: [] })],
    ['a run', () => currentKernel().run(() => 1)],
  ])('is not resumed any more after 1,000 refusals, and the log is told once: %s', async (_, act) => {
    const reports: Report[] = []
    const kernel = new Kernel({ report: (it) => reports.push(it) })
    let failures = 0
    await kernel.run(async () => {
      const pid = spawn(async () => {
        // Until it is dead.
        await receive().catch(() => {})
        while (failures < TOO_MANY) await act().catch(() => failures++)
      })
      await sleep(0)
      exit(pid, 'kill')
    })
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve))
    expect(failures).toBe(1_000)
    expect(reports.filter(({ message }) => message.includes('not resumed any more'))).toMatchObject([
      { level: 'warn', kind: 'stray', count: 1_000 },
    ])
  })

  it('is over with a simulation, which it cannot make fail', async () => {
    let rounds = 0
    await simulate({ seed: 1 }, async () => {
      spawn(async () => {
        while (rounds < TOO_MANY) {
          rounds++
          await receive({ timeout: 100 }).catch(() => null)
        }
      })
      await sleep(1_000)
    })
    const atEnd = rounds
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve))
    expect(atEnd).toBeGreaterThan(9)
    expect(rounds).toBeLessThan(atEnd + 1_001)
    const later = rounds
    await new Promise((resolve) => setImmediate(resolve))
    expect(rounds).toBe(later)
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
