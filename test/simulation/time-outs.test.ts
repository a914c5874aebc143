import { Call, GenServer, HeartwoodError, receive, self, send, sleep, spawn, start } from 'heartwood'
import { explore, type Program, type Simulation, simulate } from 'heartwood/testing'
import { describe, expect, it } from 'vitest'
import { failureOf } from './world.js'

@GenServer()
class Bank {
  #charges = 0
  #seen = new Set<string>()
  #sim!: Simulation
  #careful!: boolean

  init({ sim, careful }: { sim: Simulation; careful: boolean }): void {
    this.#sim = sim
    this.#careful = careful
  }

  @Call() async charge(key: string): Promise<void> {
    if (this.#careful && this.#seen.has(key)) return
    this.#seen.add(key)
    for (let each = 0; each < 5; each++) await this.#sim.pause()
    this.#charges++
  }

  @Call() charges(): number {
    return this.#charges
  }
}

/** A client that asks again when its call timed out. */
const charging =
  (careful: boolean): Program =>
  async (sim) => {
    const bank = await start(Bank, { sim, careful })
    const client = async (): Promise<void> => {
      try {
        await bank.with({ timeout: 50 }).call.charge('once')
      } catch (error) {
        if (!HeartwoodError.is(error, 'CALL_TIMEOUT')) throw error
        await bank.call.charge('once')
      }
    }
    spawn(client, { label: 'client' })
    await sleep(1_000)
    const charges = await bank.call.charges()
    if (charges !== 1) throw new Error(`charged ${charges} times`)
  }

const shared = { messages: 'share' } as const

describe('a time-out', () => {
  it.each(['random', 'pct'] as const)('comes while others work, in the %s search', async (strategy) => {
    const error = await failureOf(explore({ ...shared, strategy }, charging(false)))
    expect(error.cause).toMatchObject({ message: 'charged 2 times' })
    const replayed = await failureOf(
      simulate({ ...shared, schedule: String(error.details.schedule) }, charging(false)),
    )
    expect(replayed.details.trace).toBe(error.details.trace)
    const right = await explore({ ...shared, strategy, runs: 200 }, charging(true))
    expect(right).toMatchObject({ runs: 200, exhausted: false, timeouts: 'among steps' })
  })

  it('does so in the exhaustive search where that is asked for, and it says which schedules were searched', async () => {
    const last = await explore({ ...shared, strategy: 'exhaustive' }, charging(false))
    expect(last).toMatchObject({ exhausted: true, timeouts: 'last' })
    const among = { ...shared, strategy: 'exhaustive', stepTime: 10 } as const
    const error = await failureOf(explore(among, charging(false)))
    expect(error.cause).toMatchObject({ message: 'charged 2 times' })
    expect(await explore(among, charging(true))).toMatchObject({ exhausted: true, timeouts: 'among steps' })
  })

  it('does not come before the steps could have taken as long', async () => {
    const outcomesWith = async (timeout: number): Promise<string[]> => {
      const { outcomes } = await explore({ runs: 300 }, async () => {
        let heard: unknown
        const listener = spawn(
          async () => {
            heard = await receive({ timeout })
          },
          { label: 'listener' },
        )
        spawn(() => send(listener, 'news'), { label: 'teller' })
        await sleep(1)
        await sleep(100)
        return heard
      })
      return [...outcomes.keys()].sort()
    }
    expect(await outcomesWith(10)).toEqual(["'news'", 'undefined'])
    expect(await outcomesWith(500)).toEqual(["'news'"])
  })

  it('leaves `main` its sleeps and receives: it waits for the others', async () => {
    const { outcomes } = await explore({ runs: 200 }, async (sim) => {
      const main = self()
      const slow = async (): Promise<void> => {
        for (let each = 0; each < 20; each++) await sim.pause()
        send(main, 'done')
      }
      spawn(slow, { label: 'slow' })
      await sleep(1)
      return receive({ timeout: 1 })
    })
    expect([...outcomes.keys()]).toEqual(["'done'"])
  })
})

describe('a program that asks again and again', () => {
  it.each([
    'random',
    'pct',
    'exhaustive',
  ] as const)('for what comes with time has an end, in the %s search', async (strategy) => {
    const { outcomes } = await explore({ strategy, runs: 5, maxSteps: 1_000 }, async (sim) => {
      let done = false
      const slow = async (): Promise<void> => {
        await sleep(100)
        sim.touch('done')
        done = true
      }
      spawn(slow, { label: 'slow' })
      while (!done) {
        await sim.pause()
        sim.touch('done', 'read')
      }
      return 'done'
    })
    expect([...outcomes.keys()]).toEqual(["'done'"])
  })
})
