import { Call, GenServer, HeartwoodError, type Ref, Reference, sleep, spawn, start } from 'heartwood'
import type { Bug } from './bug.js'
import { expectSame } from './expectation.js'

@GenServer()
class Till {
  readonly #seen = new Set<Reference>()
  #charges = 0

  /** Asks the bank, which takes its time. */
  @Call() async charge(ms: number, order?: Reference): Promise<void> {
    if (order !== undefined && this.#seen.has(order)) return
    if (order !== undefined) this.#seen.add(order)
    await sleep(ms)
    this.#charges++
  }

  @Call() charges(): number {
    return this.#charges
  }
}

/** Pays, and once more if there was no answer in time. */
async function pay(till: Ref<Till>, ms: number, timeout: number, order?: Reference): Promise<void> {
  const soon = till.with({ timeout })
  try {
    await soon.call.charge(ms, order)
  } catch (error) {
    if (!HeartwoodError.is(error, 'CALL_TIMEOUT')) throw error
    await till.call.charge(ms, order)
  }
}

async function twoOrders(keyed: boolean): Promise<number> {
  const till = await start(Till)
  const order = (): Reference | undefined => (keyed ? new Reference() : undefined)
  spawn(() => pay(till, 20, 90, order()), { label: 'hasty' })
  spawn(() => pay(till, 80, 110, order()), { label: 'patient' })
  await sleep(1_000)
  return till.call.charges()
}

export const chargedTwice: Bug = {
  name: 'charged twice',
  story: 'A payment that takes too long is tried again, though the first one is only waiting in line.',

  async broken() {
    expectSame(await twoOrders(false), 2)
  },

  async fixed() {
    expectSame(await twoOrders(true), 2)
  },
}
