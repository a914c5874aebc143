import {
  Call,
  Cast,
  type From,
  from,
  GenServer,
  HeartwoodError,
  type NoReply,
  noReply,
  Reference,
  reply,
  sleep,
  spawn,
  start,
} from 'heartwood'
import type { Simulation } from 'heartwood/testing'
import type { Bug } from './bug.js'
import { expectSame } from './expectation.js'
import { moments } from './moments.js'

interface Waiter {
  readonly ticket: Reference
  readonly from: From
}

/** One guest at a time; the others wait in line, and may leave it. */
@GenServer()
class Table {
  #guest: Reference | undefined
  #line: Waiter[] = []
  #careful = false

  init({ careful }: { careful: boolean }): void {
    this.#careful = careful
  }

  @Call() sit(ticket: Reference): boolean | NoReply<boolean> {
    if (this.#guest !== undefined) {
      this.#line.push({ ticket, from: from() })
      return noReply as NoReply<boolean>
    }
    this.#guest = ticket
    return true
  }

  @Cast() leaveLine(ticket: Reference): void {
    this.#line = this.#line.filter((waiter) => waiter.ticket !== ticket)
    // It may have been its turn already.
    if (this.#careful && this.#guest === ticket) this.#next()
  }

  @Call() getUp(): void {
    this.#next()
  }

  @Call() isFree(): boolean {
    return this.#guest === undefined
  }

  #next(): void {
    const next = this.#line.shift()
    this.#guest = next?.ticket
    if (next !== undefined) reply(next.from, true)
  }
}

async function isFreeInTheEnd(sim: Simulation, careful: boolean): Promise<boolean> {
  const table = await start(Table, { careful })
  await table.call.sit(new Reference())
  const first = async (): Promise<void> => {
    await sleep(20)
    await moments(sim, 4)
    await table.call.getUp()
  }
  const impatient = async (): Promise<void> => {
    const ticket = new Reference()
    try {
      await table.with({ timeout: 20 }).call.sit(ticket)
    } catch (error) {
      if (!HeartwoodError.is(error, 'CALL_TIMEOUT')) throw error
      table.cast.leaveLine(ticket)
      return
    }
    await table.call.getUp()
  }
  spawn(first, { label: 'first' })
  spawn(impatient, { label: 'impatient' })
  await sleep(100)
  return table.call.isFree()
}

export const grantedTooLate: Bug = {
  name: 'granted to one who has left',
  story:
    'A guest waits no longer and leaves the line, just after the table was given to it; nobody gives it back.',

  async broken(sim) {
    expectSame(await isFreeInTheEnd(sim, false), true)
  },

  async fixed(sim) {
    expectSame(await isFreeInTheEnd(sim, true), true)
  },
}
