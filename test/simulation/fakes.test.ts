/** What stands in the place of an injected object: its calls fail, hang and are late where the schedule says. */
import {
  application,
  Call,
  defineConfig,
  GenServer,
  HeartwoodError,
  inject,
  injectable,
  overrideBindings,
  ref,
  Supervisor,
  sleep,
  spawn,
} from 'heartwood'
import { explore, type FakeMishap, type Program, simulate } from 'heartwood/testing'
import { describe, expect, it } from 'vitest'
import { failureOf } from './world.js'

@injectable()
class Bank {
  private readonly secret = 'never in a test'
  async charge(_amount: number): Promise<string> {
    return this.secret
  }
  currency(): string {
    return 'EUR'
  }
}

const code = (error: unknown): unknown => (HeartwoodError.is(error) ? error.code : error)

/** A bank whose calls meet with `may`, in the schedule in which they do at once. */
const struckBy = async (may: FakeMishap, program: (bank: Bank, done: string[]) => unknown) =>
  simulate({ schedule: '1;2!1.0' }, async (sim) => {
    const done: string[] = []
    const charge = async (amount: number): Promise<string> => {
      done.push(`charged ${amount}`)
      return 'receipt'
    }
    const bank = sim.fake(Bank, { charge, currency: () => 'EUR' }, { may: [may], error: 'broke', late: 300 })
    const outcome = await program(bank, done)
    return [outcome, ...done, sim.kernel.now()]
  })

describe('a fake', () => {
  it('does what it is made of, an async method in a step of its own', async () => {
    const { value, trace } = await simulate({ faults: 0 }, async (sim) => {
      const bank = sim.fake(Bank, { charge: async (amount) => `receipt of ${amount}`, currency: () => 'USD' })
      return [bank.currency(), await bank.charge(5)]
    })
    expect(value).toEqual(['USD', 'receipt of 5'])
    expect(trace).toContain('calls Bank.charge')
  })

  it('fails, undone or done', async () => {
    const charged = (bank: Bank) => bank.charge(5).catch((error: unknown) => `failed: ${error}`)
    expect((await struckBy('fail', charged)).value).toEqual(['failed: broke', 0])
    expect((await struckBy('lose answer', charged)).value).toEqual(['failed: broke', 'charged 5', 0])
  })

  it('is late, or never answers but to an abort', async () => {
    expect((await struckBy('be late', (bank) => bank.charge(5))).value).toEqual(['receipt', 'charged 5', 300])
    const timed = await simulate({ schedule: '1;2!1.0' }, async (sim) => {
      const get = async (_url: string, _options: { signal: AbortSignal }): Promise<string> => 'page'
      const web = sim.fake('web', { get }, { may: ['hang'] })
      const abort = new AbortController()
      spawn(async () => {
        await sleep(700)
        abort.abort('too long')
      })
      return [await web.get('/', { signal: abort.signal }).catch((error: unknown) => error), sim.kernel.now()]
    })
    expect(timed.value).toEqual(['too long', 700])
    expect(code((await failureOf(struckBy('hang', (bank) => bank.charge(5)))).cause)).toBe(
      'SIMULATION_DEADLOCK',
    )
  })

  it('is in the place of what is injected, and the search finds what it takes', async () => {
    @GenServer({ name: 'till' })
    class Till {
      constructor(@inject(Bank) private readonly bank: Bank) {}
      @Call() async pay(amount: number): Promise<string> {
        return this.bank.charge(amount).catch(() => this.bank.charge(amount))
      }
    }
    @Supervisor({ children: [Till] })
    class Root {}
    const shop = application({ name: 'shop', root: Root, bindings: (bind) => bind(Bank).toSelf() })
    const config = defineConfig({ applications: [shop], log: { level: 'silent' } })

    const program: Program = async (sim) => {
      let charged = 0
      const charge = async (amount: number): Promise<string> => {
        charged += amount
        return 'receipt'
      }
      const bank = sim.fake(Bank, { charge, currency: () => 'EUR' })
      const faked = overrideBindings(config, (bind) => bind(Bank).toConstantValue(bank))
      const node = await sim.node('shop', faked)
      await node.run(() =>
        ref(Till)
          .call.pay(10)
          .catch(() => {}),
      )
      if (charged > 10) throw new Error(`charged ${charged}`)
    }
    const failure = await failureOf(explore({ shrinking: 50 }, program))
    expect(failure.message).toContain('goes wrong: Bank.charge is done, and fails')
    expect(failure.message).toContain('in 1 place:')
    expect(String(failure.cause)).toBe('Error: charged 20')
  })

  it('has each outcome in an exhaustive search, and none when all is calm', async () => {
    const outcomes = async (isCalm: boolean): Promise<string[]> => {
      const program: Program = async (sim) => {
        const may = ['fail', 'lose answer', 'be late'] as const
        const bank = sim.fake('bank', { charge: async () => 'receipt' }, { may, late: 10 })
        if (isCalm) sim.disasters.clear()
        const told = await bank.charge().catch(() => 'failed')
        return `${told} at ${sim.kernel.now()}`
      }
      const { outcomes, exhausted } = await explore({ strategy: 'exhaustive' }, program)
      expect(exhausted).toBe(true)
      return [...outcomes.keys()].sort()
    }
    expect(await outcomes(false)).toEqual(["'failed at 0'", "'receipt at 0'", "'receipt at 10'"])
    expect(await outcomes(true)).toEqual(["'receipt at 0'"])
  })

  it('is refused where it cannot be what it says', async () => {
    const refusals: readonly ((sim: Parameters<Program>[0]) => unknown)[] = [
      (sim) => sim.fake('', {}),
      (sim) => sim.fake('bank', null as never),
      (sim) => sim.fake('bank', { charge: async () => 1 }, { may: ['explode' as never] }),
      (sim) => sim.fake('bank', { charge: () => 1 }, { methods: ['charge'] }),
      (sim) => sim.fake('bank', { charge: async () => 1 }, { late: [2, 1] }),
      (sim) => sim.fake('bank', { charge: async () => 1 }, { times: 0 }),
      (sim) => sim.fake('bank', { charge: () => Promise.resolve(1) }).charge(),
    ]
    for (const refused of refusals)
      expect(code((await failureOf(simulate({}, refused))).cause)).toBe('SIMULATION_OPTION')
    let kept: { charge(): Promise<number> } | undefined
    await simulate({}, (sim) => {
      kept = sim.fake('bank', { charge: async () => 1 })
    })
    expect(code(await kept?.charge().catch((error: unknown) => error))).toBe('SIMULATION_FAKE_OUTSIDE')
  })

  it('has the methods of its class, by its type', () => {
    const typed: Program = (sim) => {
      // @ts-expect-error: a method is missing
      sim.fake(Bank, { charge: async () => 'receipt' })
      // @ts-expect-error: it gives another type
      sim.fake(Bank, { charge: async () => 5, currency: () => 'EUR' })
      // @ts-expect-error: there is no such method
      sim.fake(Bank, { charge: async () => 'receipt', currency: () => 'EUR' }, { methods: ['refund'] })
    }
    expect(typed).toBeTypeOf('function')
  })
})
