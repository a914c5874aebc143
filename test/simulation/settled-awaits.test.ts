/** Code that awaits what is settled already: with `betweenAwaits` others may come in between, as in a plain kernel. */
import { Call, type Callbacks, cast, GenServer, sleep, spawn, start } from 'heartwood'
import { type ExploreOptions, explore, type Program, simulate } from 'heartwood/testing'
import { describe, expect, it } from 'vitest'
import { HeartwoodError } from '../../src/kernel/index.js'

const program: Program<string> = async (sim) => {
  const log: string[] = []
  const note = (what: string): void => {
    sim.touch('log')
    log.push(what)
  }
  const first = async (): Promise<void> => {
    note('a1')
    await undefined
    note('a2')
    await undefined
    note('a3')
  }
  spawn(first, { label: 'a' })
  spawn(() => note('b'), { label: 'b' })
  await sleep(1)
  return log.join(' ')
}

const WHOLE = ["'a1 a2 a3 b'", "'b a1 a2 a3'"]
const ALL = ["'a1 a2 a3 b'", "'a1 a2 b a3'", "'a1 b a2 a3'", "'b a1 a2 a3'"]

async function outcomesOf(options: ExploreOptions, of: Program = program): Promise<string[]> {
  return [...(await explore(options, of)).outcomes.keys()].sort()
}

describe('an await of what is settled already', () => {
  it('ends no step by itself', async () => {
    expect(await outcomesOf({ strategy: 'exhaustive', reduction: false })).toEqual(WHOLE)
    expect(await outcomesOf({ runs: 100 })).toEqual(WHOLE)
  })

  it.each<[string, ExploreOptions]>([
    ['random', { runs: 100 }],
    ['PCT', { strategy: 'pct', runs: 300 }],
    ['exhaustive', { strategy: 'exhaustive' }],
  ])('lets others in between with the option: %s', async (_, options) => {
    const search = await explore({ ...options, betweenAwaits: true }, program)
    expect([...search.outcomes.keys()].sort()).toEqual(ALL)
    expect(search.exhausted).toBe(options.strategy === 'exhaustive')
  })

  it('is one choice more where it touches something after it, however many there are', async () => {
    const runsOf = async (awaits: number): Promise<number> => {
      const { runs } = await explore({ strategy: 'exhaustive', betweenAwaits: true }, async (sim) => {
        const code = async (label: string): Promise<void> => {
          sim.touch(label)
          for (let each = 0; each < awaits; each++) await undefined
        }
        for (const label of ['a', 'b']) spawn(() => code(label), { label })
        await sleep(1)
      })
      return runs
    }
    expect(await runsOf(3)).toBe(await runsOf(1))
  })

  it('lets whom it has sent something go first, as a plain kernel does', async () => {
    const ground: Program<string> = async (sim) => {
      const log: string[] = []
      const note = (what: string): void => {
        sim.touch('log')
        log.push(what)
      }
      const server: Callbacks<undefined, undefined> = {
        init: () => ({ state: undefined }),
        handleCast: (_, state) => {
          note('handled')
          return { state }
        },
      }
      const pid = await start(server, undefined)
      spawn(
        async () => {
          cast(pid, 'it')
          await undefined
          await undefined
          note('went on')
        },
        { label: 'caster' },
      )
      await sleep(1)
      return log.join(', ')
    }
    expect(await outcomesOf({ strategy: 'exhaustive' }, ground)).toEqual(["'went on, handled'"])
    expect(await outcomesOf({ strategy: 'exhaustive', betweenAwaits: true }, ground)).toEqual([
      "'handled, went on'",
      "'went on, handled'",
    ])
  })

  it('is in the schedule, which replays it', async () => {
    const fails: Program = async (sim) => {
      if ((await program(sim)) === 'a1 a2 b a3') throw new Error('b was between')
    }
    for (const strategy of ['random', 'exhaustive'] as const) {
      const error: unknown = await explore({ strategy, betweenAwaits: true }, fails).catch((each) => each)
      expect(String(error)).toContain('b was between')
      const { schedule } = (error as HeartwoodError).details as { schedule: string }
      expect(schedule).toMatch(/;(?:\d+:\d+,)*\d+\.\d+:0/)
      await expect(simulate({ schedule, betweenAwaits: true }, fails)).rejects.toMatchObject({
        cause: { message: 'b was between' },
      })
      // Without the option nobody comes between them.
      await expect(simulate({ schedule }, fails)).rejects.toMatchObject({ code: 'SIMULATION_SCHEDULE_UNFIT' })
    }
  })

  it('is not seen by the reduction, which says so', async () => {
    const { exhausted, reason } = await explore(
      { strategy: 'exhaustive', reduction: true, betweenAwaits: true },
      program,
    )
    expect([exhausted, reason]).toEqual([false, expect.stringContaining('give `reduction: false`')])
  })

  it('keeps the order of what one process sends another', async () => {
    @GenServer()
    class Echo {
      @Call() async slowly(): Promise<string> {
        await undefined
        return 'answer'
      }
    }
    const outcomes = await outcomesOf({ runs: 100, betweenAwaits: true }, async (sim) => {
      const echo = await start(Echo)
      spawn(() => sim.touch('it'), { label: 'other' })
      return [await echo.call.slowly(), await echo.call.slowly()].join()
    })
    expect(outcomes).toEqual(["'answer,answer'"])
  })
})
