import { describe, expect, it } from 'vitest'
import { local } from '../../src/cluster/index.js'
import { processorTime, silenceOf } from '../../src/cluster/membership/silence.js'
import { MachineClock, StepClock, VirtualClock } from '../../src/kernel/index.js'
import { inClusterWorld, type TestNode } from './cluster-world.js'

const LEASE = 10_000

/** What a node tells after something befell it. */
async function told(applyFault: (node: TestNode, pass: (ms: number) => Promise<void>) => Promise<void>) {
  const clock = new VirtualClock()
  const pass = (ms: number): Promise<void> => clock.advance(ms)
  let messages = ''
  await inClusterWorld(
    { engine: local(), clock, lease: LEASE, pass, lose: async () => {} },
    async ({ node }) => {
      const a = await node('a')
      await applyFault(a, pass)
      messages = a.reports.map(({ message }) => message).join('\n')
    },
  )
  return messages
}

describe('a node whose claims pause says why', () => {
  it('the engine did not answer', async () => {
    const messages = await told(async ({ way }, pass) => {
      way.cut()
      await pass(LEASE * 2)
    })
    expect(messages).toMatch(/node a could not renew .* the engine did not answer/)
    expect(messages).not.toMatch(/blocked|stopped/)
  })

  it('it was stopped', async () => {
    const messages = await told(async (node, pass) => {
      node.freeze()
      await pass(LEASE * 200)
      node.thaw()
      await pass(LEASE)
    })
    expect(messages).toMatch(/node a did not renew .* its machine, was stopped/)
    expect(messages).not.toMatch(/blocked|did not answer/)
  })

  it.each([
    ['engine', { late: 20, busy: 5_000 }],
    ['loop', { late: 5_000, busy: 14_000 }],
    ['loop', { late: 5_000, busy: 600 }],
    ['machine', { late: 5_000, busy: 40 }],
  ])('it was the %s: %j', (silence, signs) => {
    expect(silenceOf({ ...signs, time: LEASE })).toBe(silence)
  })
})

describe('the processor time of a program', () => {
  it('is the machine’s, and none in a simulation, where it would differ from run to run', () => {
    expect(processorTime(new MachineClock())).toBeGreaterThan(0)
    expect(processorTime(new StepClock())).toBe(0)
  })
})
