import fc from 'fast-check'
import { TestKernel } from 'heartwood/testing'
import { describe, expect, it } from 'vitest'
import { type Callbacks, call, cast, getState, start } from '../../src/genserver/index.js'
import { type HeartwoodError, sleep } from '../../src/kernel/index.js'

/** What a handler does for each message that it is given, one after the other. */
type Step = { readonly to: number; readonly by: 'cast' | 'call' | 'sleep' }

interface Plan {
  readonly limits: readonly number[]
  /** By server. */
  readonly steps: readonly (readonly Step[])[]
  /** Who gets a message to begin with. */
  readonly first: readonly number[]
}

const plans: fc.Arbitrary<Plan> = fc.integer({ min: 2, max: 4 }).chain((size) => {
  const one = fc.integer({ min: 0, max: size - 1 })
  const step = fc.record({ to: one, by: fc.constantFrom('cast', 'cast', 'cast', 'call', 'sleep') })
  const each = <T>(what: fc.Arbitrary<T>) => fc.array(what, { minLength: size, maxLength: size })
  return fc.record({
    limits: each(fc.integer({ min: 1, max: 2 })),
    steps: each(fc.array(step, { maxLength: 3 })),
    first: fc.array(one, { minLength: 1, maxLength: 6 }),
  }) as fc.Arbitrary<Plan>
})

/** How often a message leads to others. */
const DEPTH = 3

async function played({ limits, steps, first }: Plan): Promise<{ told: string[]; stuck: number[] }> {
  const kernel = new TestKernel()
  const told: string[] = []
  const awaited = async (to: string, depth: number): Promise<void> => {
    await cast(to, depth)
  }
  const act = async (depth: number, mine: readonly Step[]): Promise<void> => {
    if (depth === 0) return
    for (const { to, by } of mine) {
      const doing =
        by === 'cast'
          ? awaited(`s${to}`, depth - 1)
          : by === 'call'
            ? call(`s${to}`, depth - 1, 5_000)
            : sleep(5)
      await (doing as Promise<unknown>).catch((error: HeartwoodError) => told.push(error.code))
    }
  }
  const stuck: number[] = []
  try {
    await kernel.run(async () => {
      for (const [at, mine] of steps.entries()) {
        const callbacks: Callbacks<number> = {
          init: () => ({ state: 0 }),
          handleCall: async (depth, _from, state) => {
            await act(depth as number, mine)
            return { reply: 'done', state: state + 1 }
          },
          handleCast: async (depth, state) => {
            await act(depth as number, mine)
            return { state: state + 1 }
          },
        }
        const mailbox = { limit: limits[at] as number, policy: 'wait' } as const
        await start(callbacks, undefined, { name: `s${at}`, mailbox })
      }
      for (const to of first) cast(`s${to}`, DEPTH)
      await kernel.clock.advance(1_000_000)
      const looks = steps.map((_, at) => getState(`s${at}`).catch(() => stuck.push(at)))
      await kernel.clock.advance(5_000)
      await Promise.all(looks)
    })
  } finally {
    await kernel.close()
  }
  return { told, stuck }
}

describe('servers whose handlers wait for room in the mailboxes of others, and for their answers', () => {
  it('never stand for ever: what would is told', async () => {
    let cycles = 0
    await fc.assert(
      fc.asyncProperty(plans, async (plan) => {
        const { told, stuck } = await played(plan)
        expect(stuck).toEqual([])
        for (const code of told)
          expect(['CALL_CYCLE', 'CALL_SELF', 'MAILBOX_FULL', 'CALL_TIMEOUT']).toContain(code)
        cycles += told.filter((code) => code === 'CALL_CYCLE').length
      }),
      { numRuns: 200 },
    )
    // The plans are such that there are circles.
    expect(cycles).toBeGreaterThan(0)
  })
})
