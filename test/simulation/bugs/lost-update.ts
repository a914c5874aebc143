import { Call, GenServer, sleep, spawn, start } from 'heartwood'
import type { Bug } from './bug.js'
import { expectSame } from './expectation.js'
import { moments } from './moments.js'

@GenServer()
class Account {
  #balance = 0

  @Call() balance(): number {
    return this.#balance
  }

  @Call() setBalance(balance: number): void {
    this.#balance = balance
  }

  @Call() deposit(amount: number): void {
    this.#balance += amount
  }
}

export const lostUpdate: Bug = {
  name: 'lost update',
  story: 'Two clients read a balance in one call and write it back in another; one deposit is gone.',

  async broken(sim) {
    const account = await start(Account)
    const client = async (amount: number, late: number): Promise<void> => {
      await moments(sim, late)
      await account.call.setBalance((await account.call.balance()) + amount)
    }
    spawn(() => client(10, 0), { label: 'early' })
    spawn(() => client(20, 4), { label: 'late' })
    await sleep(1)
    expectSame(await account.call.balance(), 30)
  },

  async fixed(sim) {
    const account = await start(Account)
    const client = async (amount: number, late: number): Promise<void> => {
      await moments(sim, late)
      await account.call.deposit(amount)
    }
    spawn(() => client(10, 0), { label: 'early' })
    spawn(() => client(20, 4), { label: 'late' })
    await sleep(1)
    expectSame(await account.call.balance(), 30)
  },
}
