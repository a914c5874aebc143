import {
  Call,
  exit,
  GenServer,
  isDown,
  type Pid,
  type Ref,
  receive,
  sleep,
  spawn,
  spawnMonitor,
  start,
} from 'heartwood'
import type { Simulation } from 'heartwood/testing'
import type { Bug } from './bug.js'
import { expectSame } from './expectation.js'
import { moments } from './moments.js'

/** Keeps a change ready until it hears whether it is to be. */
@GenServer()
class Account {
  #balance = 0
  #prepared: number | undefined

  @Call() prepare(change: number): void {
    this.#prepared = change
  }

  /** Twice is once. */
  @Call() commit(): void {
    this.#balance += this.#prepared ?? 0
    this.#prepared = undefined
  }

  @Call() rollBack(): void {
    this.#prepared = undefined
  }

  @Call() balance(): number {
    return this.#balance
  }
}

/** What the coordinator has decided outlives it. */
@GenServer()
class Decisions {
  #committed = false

  @Call() commit(): void {
    this.#committed = true
  }

  @Call() isCommitted(): boolean {
    return this.#committed
  }
}

async function sumAfterTransfer(sim: Simulation, logged: boolean): Promise<number> {
  const [payer, payee, decisions] = [await start(Account), await start(Account), await start(Decisions)]
  const both = async (step: (account: Ref<Account>) => Promise<void>): Promise<void> => {
    await step(payer)
    await step(payee)
  }
  const transfer = async (): Promise<void> => {
    await payer.call.prepare(-5)
    await payee.call.prepare(5)
    if (logged) await decisions.call.commit()
    await both((account) => account.call.commit())
  }
  const recover = async (): Promise<void> => {
    const committed = await decisions.call.isCommitted()
    await both((account) => (committed ? account.call.commit() : account.call.rollBack()))
  }
  const killer = async (coordinator: Pid): Promise<void> => {
    await moments(sim, 14)
    exit(coordinator, 'kill')
  }
  const bank = async (): Promise<void> => {
    const { pid } = spawnMonitor(transfer, { label: 'coordinator' })
    spawn(() => killer(pid), { label: 'killer' })
    const { reason } = await receive(isDown)
    if (reason !== 'normal') await recover()
  }
  spawn(bank, { label: 'bank' })
  await sleep(1)
  return (await payer.call.balance()) + (await payee.call.balance())
}

export const halfCommitted: Bug = {
  name: 'half committed',
  story:
    'The coordinator of a transfer dies between its two commits; what is left is rolled back, as no decision was kept.',
  options: { crashes: 'allow' },

  async broken(sim) {
    expectSame(await sumAfterTransfer(sim, false), 0)
  },

  async fixed(sim) {
    expectSame(await sumAfterTransfer(sim, true), 0)
  },
}
