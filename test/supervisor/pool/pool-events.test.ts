import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type LoanEvent, POOL_LOANS, startPool } from '../../../src/supervisor/index.js'
import { inWorld } from '../../kernel/world.js'
import { settle } from './pools.js'

const events: LoanEvent[] = []
const hear = (message: unknown): void => {
  events.push(message as LoanEvent)
}
beforeEach(() => {
  events.length = 0
  subscribe(POOL_LOANS, hear)
})
afterEach(() => unsubscribe(POOL_LOANS, hear))

const told = (): [string, number | undefined][] => events.map(({ step, ms }) => [step, ms])
const one = { size: 1, open: () => ({}), close: () => undefined }

describe('the channel of loans', () => {
  it(
    'tells how long a borrower waited, and how long it had the member',
    inWorld(async ({ clock }) => {
      const pool = await startPool(one)
      const first = await pool.checkOut()
      const waiting = pool.checkOut()
      await settle()
      await clock.advance(300)
      first.checkIn()
      const second = await waiting
      await clock.advance(50)
      second.checkIn()
      await settle()
      expect(told()).toEqual([
        ['lent', 0],
        ['returned', 300],
        ['lent', 300],
        ['returned', 50],
      ])
      expect(events[0]).toMatchObject({ pool: pool.pid })
    }),
  )

  it(
    'tells of the borrowers that fail, are refused, and give up',
    inWorld(async ({ clock }) => {
      const pool = await startPool({ ...one, queue: 1 })
      await pool.run(() => Promise.reject(new Error('bad'))).catch(() => undefined)
      await settle()
      await pool.checkOut()
      const late = pool.checkOut({ timeout: 100 }).catch(() => undefined)
      await settle()
      await pool.checkOut().catch(() => undefined)
      await clock.advance(100)
      await late
      expect(told()).toEqual([
        ['lent', 0],
        ['failed', 0],
        ['lent', 0],
        ['refused', undefined],
        ['gave_up', 100],
      ])
    }),
  )

  it(
    'does not know how long a member was lent before anybody listened',
    inWorld(async () => {
      unsubscribe(POOL_LOANS, hear)
      const pool = await startPool(one)
      const loan = await pool.checkOut()
      subscribe(POOL_LOANS, hear)
      loan.checkIn()
      await settle()
      expect(told()).toEqual([['returned', undefined]])
    }),
  )
})
