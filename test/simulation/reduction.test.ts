import fc from 'fast-check'
import { link, type Pid, PubSub, receive, self, send, sleep, spawn, UniqueRegistry, whereis } from 'heartwood'
import { type ExploreOptions, explore, type Program } from 'heartwood/testing'
import { describe, expect, it } from 'vitest'
import { acts } from './random-programs.js'

const EXHAUSTIVE = { strategy: 'exhaustive', crashes: 'allow' } as const

async function outcomesOf(
  program: Program,
  options: ExploreOptions,
): Promise<{ runs: number; outcomes: string[] }> {
  const { runs, outcomes, exhausted } = await explore({ ...EXHAUSTIVE, ...options }, program)
  expect(exhausted).toBe(true)
  return { runs, outcomes: [...outcomes.keys()].sort() }
}

/** Expects the reduced search to find each outcome there is, in no more runs. */
async function expectSameOutcomes(program: Program, options: ExploreOptions = {}): Promise<[number, number]> {
  const all = await outcomesOf(program, { ...options, reduction: false })
  const some = await outcomesOf(program, options)
  expect(some.outcomes).toEqual(all.outcomes)
  expect(some.runs).toBeLessThanOrEqual(all.runs)
  return [all.runs, some.runs]
}

/** Two processes that each make `moments + 1` steps and nothing else. */
const twoInParallel =
  (moments: number, touching: boolean): Program =>
  async (sim) => {
    const order: string[] = []
    const walker = async (name: string): Promise<void> => {
      for (let moment = 0; moment <= moments; moment++) {
        if (moment > 0) await sim.pause()
        if (touching) sim.touch('order')
        order.push(name)
      }
    }
    for (const name of ['a', 'b']) spawn(() => walker(name), { label: name })
    await sleep(1)
    return order.join('')
  }

describe('the exhaustive search', () => {
  it.each([
    [0, 2],
    [1, 6],
    [2, 20],
    [3, 70],
  ])('makes all interleavings of two processes of %i + 1 steps: %i', async (moments, count) => {
    const { runs, outcomes } = await outcomesOf(twoInParallel(moments, false), { reduction: false })
    expect(runs).toBe(count)
    expect(outcomes).toHaveLength(count)
  })

  it('makes one of them when the steps touch nothing in common, and all when they do', async () => {
    const untouched: Program = async (sim) => {
      await twoInParallel(2, false)(sim)
    }
    expect((await outcomesOf(untouched, {})).runs).toBe(1)
    const touching = await outcomesOf(twoInParallel(2, true), {})
    expect(touching.runs).toBe(20)
    expect(touching.outcomes).toHaveLength(20)
  })

  it('says when processes share something that it was not told of', async () => {
    const { exhausted, reason } = await explore(EXHAUSTIVE, twoInParallel(2, false))
    expect(exhausted).toBe(false)
    expect(reason).toMatch(/^a random schedule had an outcome that the reduction did not find.*sim\.touch/)
  })

  it('says so when it could not make all schedules, and why', async () => {
    const { exhausted, reason } = await explore({ ...EXHAUSTIVE, runs: 5 }, twoInParallel(2, true))
    expect([exhausted, reason]).toEqual([false, 'these were all 5 runs that it may make'])
  })

  it('leaves out schedules in which a process asks for ever, and says so', async () => {
    for (const reduction of [true, false]) {
      const search = await explore({ ...EXHAUSTIVE, reduction, runs: 2_000 }, async (sim) => {
        let done = false
        spawn(() => {
          sim.touch('done')
          done = true
        })
        for (let asked = 0; ; asked++) {
          sim.touch('done', 'read')
          if (done) return asked < 200
          await sim.pause()
        }
      })
      expect(search.outcomes.size).toBe(1)
      expect(search.runs).toBeLessThan(200)
      expect(search.reason).toMatch(/more than 100 times were left out/)
    }
  })

  it('delivers what two processes send a third in each order that keeps theirs: C(4, 2)', async () => {
    const program: Program = async () => {
      const main = self()
      for (const name of ['a', 'b']) {
        const sender = (): void => {
          send(main, `${name}1`)
          send(main, `${name}2`)
        }
        spawn(sender, { label: name })
      }
      const came: unknown[] = []
      for (let each = 0; each < 4; each++) came.push(await receive())
      return came.join(' ')
    }
    const { outcomes } = await outcomesOf(program, {})
    expect(outcomes).toEqual(
      ['a1 a2 b1 b2', 'a1 b1 a2 b2', 'a1 b1 b2 a2', 'b1 a1 a2 b2', 'b1 a1 b2 a2', 'b1 b2 a1 a2'].map(
        (it) => `'${it}'`,
      ),
    )
  })
})

/** Fresh ones each time are compared by `npm run simulate:fuzz`. */
const SEED = 5

describe('the reduction', () => {
  it('reaches the same outcomes of random programs in a fraction of the runs', async () => {
    let [full, reduced, compared] = [0, 0, 0]
    for (const scripts of fc.sample(acts.arbitrary, { seed: 11, numRuns: 25 })) {
      const program = acts.programOf(scripts)
      const all = await explore({ ...EXHAUSTIVE, reduction: false, runs: 400 }, program)
      if (!all.exhausted) continue
      compared++
      const some = await outcomesOf(program, {})
      expect(some.outcomes, JSON.stringify(scripts)).toEqual([...all.outcomes.keys()].sort())
      full += all.runs
      reduced += some.runs
    }
    expect(compared).toBeGreaterThan(15)
    expect(full / reduced).toBeGreaterThan(5)
  }, 600_000)

  it('does so where messages arrive in the order they were sent', async () => {
    for (const scripts of fc.sample(acts.arbitrary, { seed: SEED, numRuns: 15 })) {
      const ordered = { delivery: 'ordered', runs: 600 } as const
      const all = await explore({ ...EXHAUSTIVE, ...ordered, reduction: false }, acts.programOf(scripts))
      if (!all.exhausted) continue
      const some = await outcomesOf(acts.programOf(scripts), ordered)
      expect(some.outcomes, JSON.stringify(scripts)).toEqual([...all.outcomes.keys()].sort())
    }
  })

  it('knows that a registry is shared', async () => {
    const [all, some] = await expectSameOutcomes(async () => {
      const names = new UniqueRegistry<string>('names')
      await names.startLink()
      const seen: unknown[] = []
      const taker = (): void => {
        seen.push(names.lookup('it') === undefined)
        names.register('it', undefined)
      }
      const looker = (): void => void seen.push(`free: ${names.lookup('it') === undefined}`)
      spawn(taker, { label: 'taker' })
      spawn(looker, { label: 'looker' })
      await sleep(1)
      return seen
    })
    expect(some).toBeLessThanOrEqual(all)
  })

  it('knows that a topic is shared', async () => {
    await expectSameOutcomes(async () => {
      const bus = new PubSub('bus')
      await bus.startLink()
      let heard: unknown
      const reader = async (): Promise<void> => {
        bus.subscribe('news')
        heard = await receive({ timeout: 5, onTimeout: () => 'silence' })
      }
      spawn(reader, { label: 'reader' })
      spawn(() => bus.broadcast('news', 'extra'), { label: 'paper' })
      await sleep(10)
      return heard
    })
  })

  it('goes on after the end of the program, where another step could have come before it', async () => {
    const { outcomes } = await outcomesOf(async (sim) => {
      spawn(() => receive(), { name: 'short-lived', label: 'short-lived' })
      const pid = whereis('short-lived') as Pid
      const killer = async (): Promise<void> => {
        link(pid)
        throw new Error('and both of us')
      }
      spawn(killer, { label: 'killer' })
      await sim.pause()
      return whereis('short-lived') === undefined
    }, {})
    expect(outcomes).toEqual(['false', 'true'])
  })
})
