/** Timers that are due at the same millisecond. */
import timers from 'node:timers'
import { cancelTimer, exit, type Pid, receive, self, send, sendAfter, sleep, spawn } from 'heartwood'
import { type ExploreOptions, explore, type Program, simulate } from 'heartwood/testing'
import { setTimeout as owned } from 'heartwood/timers'
import { describe, expect, it } from 'vitest'

const whatCame = async (): Promise<string> => {
  const got: unknown[] = []
  for (;;) {
    const message = await receive({ timeout: 0, onTimeout: () => null })
    if (message === null) return got.join() || 'nothing'
    got.push(message)
  }
}

/** Whoever wakes at 10 ms takes back what is due at 10 ms, and was set later. */
const programs: Readonly<Record<string, Program>> = {
  'a message': async () => {
    let timer: ReturnType<typeof sendAfter>
    spawn(
      async () => {
        await sleep(10)
        cancelTimer(timer)
      },
      { label: 'canceller' },
    )
    await sleep(1)
    timer = sendAfter(9, self(), 'tick')
    await sleep(30)
    return whatCame()
  },
  'a timer of Node': async () => {
    let seen = 'nothing'
    let timer: NodeJS.Timeout
    spawn(
      async () => {
        await sleep(10)
        timers.clearTimeout(timer)
      },
      { label: 'canceller' },
    )
    await sleep(1)
    spawn(
      async () => {
        timer = timers.setTimeout(() => {
          seen = 'tick'
        }, 9)
        await sleep(30)
      },
      { label: 'owner' },
    )
    await sleep(50)
    return seen
  },
  'a timer of a process': async () => {
    const main = self()
    let timer: ReturnType<typeof owned>
    spawn(
      async () => {
        await sleep(10)
        timer.close()
      },
      { label: 'canceller' },
    )
    await sleep(1)
    spawn(
      async () => {
        timer = owned(() => send(main, 'tick'), 9)
        await sleep(30)
      },
      { label: 'owner' },
    )
    await sleep(50)
    return whatCame()
  },
  'the sleep of another': async () => {
    const main = self()
    const killer = async (victim: () => Pid) => {
      await sleep(10)
      exit(victim(), 'kill')
    }
    spawn(() => killer(() => sleeper), { label: 'killer' })
    await sleep(1)
    const sleeper = spawn(
      async () => {
        await sleep(9)
        send(main, 'tick')
      },
      { label: 'sleeper' },
    )
    await sleep(50)
    return whatCame()
  },
}

const searches: readonly ExploreOptions[] = [
  { strategy: 'exhaustive' },
  { strategy: 'exhaustive', reduction: false },
  { strategy: 'exhaustive', stepTime: 1 },
  { runs: 50 },
  { runs: 50, delivery: 'ordered' },
  { strategy: 'pct', runs: 50 },
]

describe('of two timers that are due at the same millisecond, and were not set at the same moment, either may be the first', () => {
  for (const [what, program] of Object.entries(programs)) {
    it(`and what comes of it comes before the other: ${what} is taken back, or not`, async () => {
      for (const search of searches) {
        const { outcomes, exhausted } = await explore(
          { globals: what === 'a timer of Node', ...search },
          program,
        )
        expect([...outcomes.keys()].sort(), JSON.stringify(search)).toEqual(["'nothing'", "'tick'"])
        expect(exhausted).toBe(search.strategy === 'exhaustive')
      }
    })
  }

  it('and a schedule says which, so that it can be replayed', async () => {
    const program = programs['a timer of a process'] as Program
    const traces = new Map<unknown, string>()
    for (let seed = 1; traces.size < 2; seed++) {
      const { value, trace, schedule } = await simulate({ seed }, program)
      traces.set(value, trace)
      expect((await simulate({ schedule }, program)).trace).toBe(trace)
    }
    expect(traces.get("'tick'") ?? traces.get('tick')).toMatch(/10 ms {2}the time of owner is up\n/)
  })
})

describe('sleeps that are over at the same millisecond', () => {
  const pollers = (count: number): Program => {
    return async (sim) => {
      let open = false
      let seen = 0
      const poller = async (): Promise<void> => {
        for (;;) {
          sim.touch('open', 'read')
          if (open) break
          await sleep(5)
        }
        sim.touch('seen')
        seen++
      }
      for (let each = 0; each < count; each++) spawn(poller, { label: `poller ${each}` })
      await sleep(22)
      sim.touch('open')
      open = true
      await sleep(100)
      return seen
    }
  }

  it('are no choice: processes that poll in step make as many schedules as what they do makes', async () => {
    const [two, three] = [pollers(2), pollers(3)]
    expect(await explore({ strategy: 'exhaustive' }, two)).toMatchObject({ runs: 2, exhausted: true })
    expect(await explore({ strategy: 'exhaustive' }, three)).toMatchObject({ runs: 6, exhausted: true })
  })

  it('stand behind a timer that was set before them at the same moment', async () => {
    const program: Program = async () => {
      const main = self()
      const timer = sendAfter(10, main, 'tick')
      spawn(
        async () => {
          await sleep(10)
          cancelTimer(timer)
        },
        { label: 'canceller' },
      )
      await sleep(20)
      return whatCame()
    }
    for (const search of searches) {
      const { outcomes } = await explore(search, program)
      expect([...outcomes.keys()], JSON.stringify(search)).toEqual(["'tick'"])
    }
  })

  it('can be ended by a signal that fires in that millisecond', async () => {
    const program: Program = async () => {
      const hurry = new AbortController()
      let end = 'slept'
      spawn(
        async () => {
          await sleep(1)
          await sleep(9, { signal: hurry.signal }).catch(() => {
            end = 'aborted'
          })
        },
        { label: 'sleeper' },
      )
      await sleep(10)
      hurry.abort()
      await sleep(20)
      return end
    }
    const { outcomes } = await explore({ strategy: 'exhaustive' }, program)
    expect([...outcomes.keys()].sort()).toEqual(["'aborted'", "'slept'"])
  })
})

describe('timers that are set at the same moment', () => {
  it('go off in the order in which they were set, whoever set them', async () => {
    const program: Program = async () => {
      const main = self()
      const second = spawn(async () => {
        await receive()
        sendAfter(10, main, 'second')
      })
      spawn(() => {
        sendAfter(10, main, 'first')
        send(second, 'now')
      })
      await sleep(20)
      return whatCame()
    }
    for (const search of searches) {
      const { outcomes } = await explore(search, program)
      expect([...outcomes.keys()], JSON.stringify(search)).toEqual(["'first,second'"])
    }
  })

  it('let go on whom the first wakes before the second goes off, or after it', async () => {
    const program: Program = async (sim) => {
      const main = self()
      spawn(
        async () => {
          await sleep(10)
          cancelTimer(timer)
        },
        { label: 'canceller' },
      )
      await sim.pause()
      const timer = sendAfter(10, main, 'tick')
      await sleep(20)
      return whatCame()
    }
    for (const search of searches) {
      const { outcomes } = await explore(search, program)
      expect([...outcomes.keys()].sort(), JSON.stringify(search)).toEqual(["'nothing'", "'tick'"])
    }
  })
})

it('between two timers of one millisecond come the ticks and promises of the first, as in Node', async () => {
  const program: Program = () =>
    new Promise((resolve) => {
      const log: string[] = []
      const goesOff = (name: string) => () => {
        log.push(name)
        Promise.resolve().then(() => log.push(`${name} then`))
        process.nextTick(() => log.push(`${name} tick`))
      }
      timers.setTimeout(goesOff('first'), 10)
      timers.setTimeout(goesOff('second'), 10)
      timers.setTimeout(() => resolve(log.join(', ')), 20)
    })
  const { outcomes } = await explore({ globals: true, runs: 20 }, program)
  const each = (name: string): string => `${name}, ${name} tick, ${name} then`
  expect([...outcomes.keys()]).toEqual([`'${each('first')}, ${each('second')}'`])
})
