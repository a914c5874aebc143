import {
  Call,
  Cast,
  GenServer,
  HeartwoodError,
  isDown,
  receive,
  ref,
  register,
  self,
  send,
  sleep,
  spawn,
  spawnMonitor,
  startLink,
  startSupervisor,
  stop,
} from 'heartwood'
import { type ExploreOptions, explore, type Program, simulate } from 'heartwood/testing'
import { describe, expect, it } from 'vitest'
import { shrink } from '../../src/testing/simulation/search/shrinking.js'
import { failureOf, race } from './world.js'

const raceThatThrows: Program = async (sim) => {
  const count = await race(sim)
  if (count !== 3) throw new RangeError(`three clients, but the counter says ${count}`)
}

@GenServer()
class Kettle {
  #boils = false

  @Cast() boil(): void {
    this.#boils = true
  }

  @Call() boils(): boolean {
    return this.#boils
  }
}

describe.each(['random', 'pct', 'exhaustive'] as const)('the %s search', (strategy) => {
  it('finds a schedule that fails, and prints what leads to it', async () => {
    const error = await failureOf(explore({ strategy }, raceThatThrows))
    expect(error.code).toBe('SIMULATION_FAILED')
    expect(error.cause).toBeInstanceOf(RangeError)
    const { schedule, runs, trace } = error.details
    expect(runs).toBeLessThan(1_000)
    const lines = error.message.split('\n')
    expect(lines[0]).toMatch(
      /^a schedule makes the program fail: RangeError: three clients, but the counter says [12]$/,
    )
    expect(lines[1]).toBe(
      `found by the ${strategy} search in run ${runs} of ${strategy === 'exhaustive' ? 100_000 : 1_000}, seed 1`,
    )
    expect(error.message).toContain(`replay: simulate({ schedule: '${schedule}' }, program)`)
    expect(error.message).toMatch(/^step +main +Counter +client/m)
    expect(error.message).toContain('\nsequenceDiagram\n  participant p0 as main\n')
    const replayed = await failureOf(simulate({ schedule: String(schedule) }, raceThatThrows))
    expect(replayed.details.trace).toBe(trace)
  })

  it('is the same search every time', async () => {
    const [first, second] = [0, 1].map(() => failureOf(explore({ strategy, seed: 5 }, raceThatThrows)))
    expect((await first)?.message).toBe((await second)?.message)
  })

  it('does not accuse a program that asks until something is so', async () => {
    const options: ExploreOptions = { strategy, runs: 50, maxSteps: 2_000 }
    const { outcomes } = await explore(options, async (sim) => {
      const kettle = await startLink(Kettle)
      spawn(async () => {
        for (let each = 0; each < 3; each++) await sim.pause()
        kettle.cast.boil()
      })
      while (!(await kettle.call.boils())) await sim.pause()
      return 'tea'
    })
    expect([...outcomes.keys()]).toEqual(["'tea'"])
  })

  it('finds nothing in a correct program of supervisors and servers', async () => {
    const runs = strategy === 'exhaustive' ? 50 : 100
    const { steps, outcomes } = await explore({ strategy, runs, crashes: 'allow', messages: 'share' }, bank)
    expect([...outcomes.keys()]).toEqual(['70'])
    expect(steps).toBeGreaterThan(runs * 20)
  })
})

@GenServer({ name: 'account' })
class Account {
  #balance = 0

  #saved!: { balance: number }

  /** What is saved outlives the server, as a file does. */
  init(saved: { balance: number }): void {
    this.#saved = saved
    this.#balance = saved.balance
  }

  @Call() deposit(amount: number): void {
    this.#balance += amount
    this.#saved.balance = this.#balance
  }

  @Call() balance(): number {
    return this.#balance
  }

  @Cast() fail(): void {
    throw new Error('the account is down')
  }
}

/** Deposits that are tried until they are made, while somebody makes the account crash. */
const bank: Program = async () => {
  const saved = { balance: 0 }
  const supervisor = await startSupervisor({
    children: [{ id: 'account', start: () => startLink(Account, saved) }],
  })
  const patient = ref(Account).with({ waitForRestart: 1_000 })
  // A server that ended before it answered has done nothing: it answers in the step in which it deposits.
  const surely = async <T>(ask: () => Promise<T>): Promise<T> => {
    try {
      return await ask()
    } catch (error) {
      if (!HeartwoodError.is(error, 'CALL_SERVER_EXITED')) throw error
      return surely(ask)
    }
  }
  for (const amount of [10, 20, 40]) {
    spawnMonitor(() => surely(() => patient.call.deposit(amount)), { label: 'customer' })
  }
  spawn(() => ref(Account).cast.fail(), { label: 'gremlin' })
  for (let each = 0; each < 3; each++) await receive(isDown)
  const balance = await surely(() => patient.call.balance())
  await stop(supervisor)
  return balance
}

describe('shrinking', () => {
  const shrunk = async (program: Program, options: ExploreOptions = {}) => {
    const { details } = await failureOf(explore(options, program))
    return details as { schedule: string; found: unknown[]; shortest: boolean }
  }

  it('leaves the default order in no more places than needed: none', async () => {
    const { schedule, shortest, found } = await shrunk(async (sim) => {
      for (let each = 0; each < 3; each++) spawn(() => sim.pause())
      await sim.quiet()
      throw new Error('always')
    })
    expect([schedule, shortest]).toEqual(['1;', true])
    expect(found.length).toBeGreaterThan(0)
  })

  it('… one, where one step must come before its time', async () => {
    const { schedule, shortest } = await shrunk(async (sim) => {
      let winner = ''
      for (const name of ['a', 'b', 'c', 'd']) {
        spawn(async () => {
          if (winner === '') winner = name
          for (let each = 0; each < 3; each++) await sim.pause()
        })
      }
      await sim.quiet()
      if (winner === 'c') throw new Error('c has won')
    })
    expect(schedule).toMatch(/^\d+;2:2$/)
    expect(shortest).toBe(true)
  })

  it('… two, where two must', async () => {
    const { schedule, shortest } = await shrunk(
      async (sim) => {
        const order: string[] = []
        for (const name of ['a', 'b', 'c', 'd']) spawn(() => void order.push(name))
        await sim.quiet()
        if (order.join('') === 'cdab') throw new Error('halves exchanged')
      },
      { shrinking: 2_000 },
    )
    expect(schedule).toMatch(/^\d+;2:2,3:2$/)
    expect(shortest).toBe(true)
  })

  it('drops two that go only together', async () => {
    const found = [1, 2, 3, 4, 5, 6].map((step) => ({ step, choice: 1 }))
    const { deviations } = await shrink(
      found,
      async (some) => {
        const has = (step: number): boolean => some.some((each) => each.step === step)
        return { fails: [2, 3, 4, 5].every(has) && has(1) === has(6), options: [] }
      },
      100,
    )
    expect(deviations.map(({ step }) => step)).toEqual([2, 3, 4, 5])
  })

  it('keeps to the failure that was found, though shorter schedules fail otherwise', async () => {
    const program: Program = async (sim) => {
      let last = ''
      for (const name of ['a', 'b']) {
        spawn(() => {
          last = name
        })
      }
      await sim.quiet()
      if (last === 'a') throw new RangeError('rare')
      throw new TypeError('usual')
    }
    for (let seed = 1; seed <= 6; seed++) {
      const error = await failureOf(explore({ seed }, program))
      expect(error.details.schedule).toBe(error.cause instanceof RangeError ? `${seed};2:1` : `${seed};`)
    }
  })

  it('keeps to the message, the place and the invariant', async () => {
    const deposits: Program = async (sim) => {
      const log: number[] = []
      let balance = 0
      const deposit = (amount: number, late: number) => async (): Promise<void> => {
        for (let each = 0; each < late; each++) await sim.pause()
        const before = balance
        await sim.pause()
        await sim.pause()
        balance = before + amount
        log.push(amount)
      }
      spawn(deposit(1, 0), { label: 'one' })
      spawn(deposit(2, 5), { label: 'two' })
      await sleep(1)
      if (balance !== 3) throw new Error('money lost')
      if (log[0] !== 1) throw new Error('out of order')
    }
    const messages = new Set<unknown>()
    for (let seed = 1; messages.size < 2; seed++) {
      const [long, short] = await Promise.all(
        [0, 500].map((shrinking) => explore({ seed, shrinking }, deposits).catch((error) => error)),
      )
      expect(short.cause.message).toBe(long.cause.message)
      expect(short.details.first).toMatchObject({ schedule: long.details.schedule })
      messages.add(short.cause.message)
    }
    const invariants: Program = async (sim) => {
      const order: string[] = []
      sim.invariant('a is not last', () => order.length < 3 || order[2] !== 'a')
      sim.invariant('b is not last', () => order.length < 3 || order[2] !== 'b')
      for (const name of ['a', 'b', 'c']) spawn(() => order.push(name), { label: name })
      await sleep(1)
    }
    const names = new Set<unknown>()
    for (let seed = 1; names.size < 2; seed++) {
      const error = await failureOf(explore({ seed }, invariants))
      const { first, runs } = error.details as { first: { error: HeartwoodError }; runs: number }
      expect((error.cause as HeartwoodError).details.name).toBe(first.error.details.name)
      names.add(first.error.details.name)
      expect(runs).toBeGreaterThan(0)
    }
  })

  it('makes draws smaller, and the schedule says which', async () => {
    const program: Program = async (sim) => {
      const steps = sim.pick(Array.from({ length: 100 }, (_, at) => at))
      sim.pick(['white', 'black'])
      for (let each = 0; each < steps; each++) await sim.pause()
      if (steps >= 13) throw new Error(`unlucky after ${steps} steps`)
    }
    const error = await failureOf(explore({ seed: 3 }, program))
    expect(error.cause).toMatchObject({ message: 'unlucky after 13 steps' })
    const { schedule, first } = error.details as { schedule: string; first: { schedule: string } }
    expect(schedule).toMatch(/^\d+;;main#1=13(,main#2=0)?$/)
    expect(error.message).toContain(`, schedule '${first.schedule}'`)
    const replayed = await failureOf(simulate({ schedule }, program))
    expect(replayed.cause).toMatchObject({ message: 'unlucky after 13 steps' })
  })

  it('leaves no draws in the schedule that it no longer comes to', async () => {
    const wanders: Program = (sim) => {
      const all = Array.from({ length: 8 }, (_, at) => at)
      const steps = sim.pick(all)
      for (let at = 0; at < steps; at++) sim.pick(all)
      throw new RangeError('in any case')
    }
    const { details } = await failureOf(explore({ seed: 3 }, wanders))
    expect(details.schedule).toMatch(/^\d+;(;main#1=0)?$/)
    const again = await failureOf(simulate({ schedule: String(details.schedule) }, wanders))
    expect(again.message).not.toContain('there is more')
  })

  it('can be left out', async () => {
    const { schedule, found } = await shrunk(raceThatThrows, { shrinking: 0 })
    expect(schedule.split(',')).toHaveLength(found.length)
  })
})

describe('explore', () => {
  it('counts runs, steps and outcomes, and says whether that was all', async () => {
    const random = await explore({ runs: 200 }, race)
    expect(random).toMatchObject({ runs: 200, pruned: 0, exhausted: false })
    expect([...random.outcomes.keys()].sort()).toEqual(['1', '2', '3'])
    expect([...random.outcomes.values()].reduce((sum, count) => sum + count)).toBe(200)
    const all = await explore({ strategy: 'exhaustive' }, race)
    expect(all.exhausted).toBe(true)
    expect([...all.outcomes.keys()].sort()).toEqual(['1', '2', '3'])
  })

  it('can be several at a time, also of those that own Node’s globals', async () => {
    const listeners = process.listenerCount('unhandledRejection')
    const searches = [1, 2, 3].map((seed) => explore({ seed, runs: 20, globals: seed > 1 }, race))
    for (const { runs } of await Promise.all(searches)) expect(runs).toBe(20)
    expect(process.listenerCount('unhandledRejection')).toBe(listeners)
  })

  it('refuses a program that depends on more than the schedule: SIMULATION_NOT_REPEATABLE', async () => {
    let runs = 0
    const forgetful: Program = () => {
      runs++
      if (runs === 3) throw new Error('only once')
    }
    expect((await failureOf(explore({}, forgetful))).code).toBe('SIMULATION_NOT_REPEATABLE')
    const cache = new Map<string, number>()
    const warmed: Program = async (sim) => {
      if (cache.has('answer')) return cache.get('answer')
      await sim.pause()
      cache.set('answer', 42)
      return 42
    }
    for (const strategy of ['random', 'pct', 'exhaustive'] as const) {
      for (const program of [() => Math.random(), () => process.hrtime.bigint(), warmed]) {
        cache.clear()
        expect((await failureOf(explore({ strategy, runs: 20 }, program))).code).toBe(
          'SIMULATION_NOT_REPEATABLE',
        )
      }
      for (const program of [() => Math.random(), () => process.hrtime.bigint(), () => new Date()])
        await explore({ strategy, runs: 20, globals: true }, program)
    }
    let order = 0
    const fickle: Program = async (sim) => {
      order++
      for (const name of order % 2 === 0 ? ['a'] : ['a', 'b']) {
        spawn(() => sim.touch('x'), { label: name })
      }
      await sim.quiet()
    }
    expect((await failureOf(explore({ strategy: 'exhaustive' }, fickle))).code).toBe(
      'SIMULATION_NOT_REPEATABLE',
    )
  })

  it('refuses an option that there is not: BAD_OPTION', async () => {
    const error = await failureOf(explore({ strategie: 'pct' } as ExploreOptions, race))
    expect(error.code).toBe('BAD_OPTION')
    expect(error.message).toMatch(/strategie.*strategy/s)
  })

  it('refuses options that are none: SIMULATION_OPTION', async () => {
    for (const options of [
      { runs: 0 },
      { strategy: 'clever' },
      { depth: 0 },
      { shrinking: -1 },
      { reduction: 1 },
    ]) {
      expect((await failureOf(explore(options as ExploreOptions, race))).code).toBe('SIMULATION_OPTION')
    }
    for (const search of [explore, simulate])
      expect((await failureOf(search(race as never, undefined as never))).message).toContain(
        'is a function, given after the options',
      )
  })

  it('has what fails where nobody waits fail its process', async () => {
    const error = await failureOf(
      explore({ runs: 5 }, async () => {
        process.nextTick(() => {
          throw new RangeError('ticked')
        })
        await sleep(5)
      }),
    )
    expect(error.cause).toMatchObject({ message: 'ticked' })
  })

  it('has a program end when it returns: what fails after that is no failure of it', async () => {
    const leaves: Program = async (sim) => {
      spawn(async () => {
        await sim.pause()
        await sim.pause()
        throw new RangeError('too late')
      })
      await sim.pause()
      return 'done'
    }
    const { exhausted, outcomes } = await explore({ strategy: 'exhaustive', crashes: 'allow' }, leaves)
    expect([exhausted, [...outcomes.keys()]]).toEqual([true, ["'done'"]])
    await expect(explore({ strategy: 'exhaustive' }, leaves)).rejects.toMatchObject({
      cause: { code: 'SIMULATION_CRASH' },
    })
  })

  it('tells an endless run from a long one, and who kept it busy', async () => {
    const error = await failureOf(
      explore({ maxSteps: 100, shrinking: 10 }, async () => {
        const echo = spawn(
          async () => {
            for (;;) send('player', await receive())
          },
          { label: 'echo' },
        )
        register('player', self())
        send(echo, 'ball')
        for (;;) send(echo, await receive())
      }),
    )
    expect(error.cause).toMatchObject({ code: 'SIMULATION_ENDLESS' })
  })

  it.each<[string, () => unknown]>([
    ['for themselves', () => register('door', self())],
    ['for one that they start', () => spawn(() => receive(), { name: 'door' })],
  ])('tries who comes first of two that want one name %s', async (_, take) => {
    const { exhausted, outcomes } = await explore({ strategy: 'exhaustive' }, async (sim) => {
      const seen: string[] = []
      for (const who of ['one', 'two']) {
        const enter = async (): Promise<void> => {
          try {
            take()
            seen.unshift(who)
          } catch {
            seen.push('refused')
          }
          await receive()
        }
        spawn(enter, { label: who })
      }
      await sim.quiet()
      return seen.join()
    })
    expect([exhausted, [...outcomes.keys()].sort()]).toEqual([true, ["'one,refused'", "'two,refused'"]])
  })

  it('finds a deadlock that one order of steps leads to', async () => {
    const error = await failureOf(
      explore({ strategy: 'exhaustive' }, async () => {
        const main = self()
        spawn(() => send(main, 'one'), { label: 'one' })
        spawn(() => send(main, 'two'), { label: 'two' })
        // The first is taken for the one that is waited for.
        if ((await receive()) === 'two') await receive((message: unknown) => message === 'three')
      }),
    )
    expect(error.cause).toMatchObject({ code: 'SIMULATION_DEADLOCK' })
    expect(error.details.shortest).toBe(true)
  })
})
