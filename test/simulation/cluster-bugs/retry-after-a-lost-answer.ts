import { Call, GenServer, HeartwoodError, remote, sleep, start } from 'heartwood'
import type { Simulation } from 'heartwood/testing'
import { expectSame } from '../bugs/expectation.js'
import type { ProgramBug } from './cluster-bug.js'

@GenServer({ name: 'account' })
class Account {
  #balance = 100
  readonly #done = new Set<string>()

  @Call() withdraw(amount: number): void {
    this.#balance -= amount
  }
  @Call() withdrawOnce(id: string, amount: number): void {
    if (this.#done.has(id)) return
    this.#done.add(id)
    this.withdraw(amount)
  }
  @Call() balance(): number {
    return this.#balance
  }
}

const account = remote<Account>({ name: 'account', node: 'bank' })

async function balanceAfter(sim: Simulation, withdraw: () => Promise<void>): Promise<number> {
  const bank = await sim.node('bank', async () => void (await start(Account)))
  const till = await sim.node('till', () => {})
  sim.disasters.cutConnection('bank', 'till')
  sim.disasters.partition(['bank'], ['till'], { oneWay: true, for: [100, 4_000] })
  await till.run(async () => {
    for (let isDone = false; !isDone; ) {
      try {
        await withdraw()
        isDone = true
      } catch (error) {
        if (!HeartwoodError.is(error)) throw error
        await sleep(100)
      }
    }
  })
  return bank.run(() => account.call.balance())
}

export const retryAfterALostAnswer: ProgramBug = {
  name: 'retry after a lost answer',
  story: 'A call to another node fails when the connection breaks; it was done, and is done again.',

  async broken(sim) {
    expectSame(await balanceAfter(sim, () => account.call.withdraw(30)), 70)
  },

  async fixed(sim) {
    expectSame(await balanceAfter(sim, () => account.call.withdrawOnce('order 7', 30)), 70)
  },
}
