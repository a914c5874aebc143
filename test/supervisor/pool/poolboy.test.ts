/** The cases of poolboy's test suite, by their names, on a pool of workers. What is left out there is left out here. */
import { describe, expect, it } from 'vitest'
import type { Ref } from '../../../src/genserver/index.js'
import { exit, isAlive, type Pid, receive, self, send, sleep, spawn } from '../../../src/kernel/index.js'
import type { Loan } from '../../../src/supervisor/index.js'
import { codeOf, expectNoMessage, inWorld } from '../../kernel/world.js'
import { newPool, settle, type Tried, type Worker } from './pools.js'

type Borrowed = Loan<Ref<Worker>>

/** Borrows so many, one after the other. */
async function borrow({ pool }: Tried<Ref<Worker>>, count: number): Promise<Borrowed[]> {
  const loans: Borrowed[] = []
  for (let at = 0; at < count; at++) loans.push(await pool.checkOut())
  return loans
}

const pidOf = (loan: Borrowed): Pid => loan.resource.pid as Pid

async function kill(loan: Borrowed): Promise<void> {
  exit(pidOf(loan), 'kill')
  await settle()
}

/** Gives members back and says what the pool looks like. */
async function after(tried: Tried<Ref<Worker>>, ...loans: (Borrowed | undefined)[]) {
  for (const loan of loans) loan?.checkIn()
  return tried.figures()
}

describe('poolboy', () => {
  it(
    'Basic pool operations',
    inWorld(async () => {
      const tried = await newPool(10, 5)
      expect((await tried.figures()).idle).toBe(10)
      await tried.pool.checkOut()
      expect((await tried.figures()).idle).toBe(9)
      const loan = await tried.pool.checkOut()
      expect((await tried.figures()).idle).toBe(8)
      expect(await after(tried, loan)).toEqual({ idle: 9, all: 10, lent: 1 })
      // A second check-in of the same loan is none.
      expect(await after(tried, loan)).toEqual({ idle: 9, all: 10, lent: 1 })
    }),
  )

  it(
    'Pool overflow should work',
    inWorld(async () => {
      const tried = await newPool(5, 5)
      const [a, b, c, d, e, f, g] = await borrow(tried, 7)
      expect(await tried.figures()).toEqual({ idle: 0, all: 7, lent: 7 })
      expect(await after(tried, a, b)).toEqual({ idle: 0, all: 5, lent: 5 })
      expect(await after(tried, c, d)).toEqual({ idle: 2, all: 5, lent: 3 })
      expect(await after(tried, e, f)).toEqual({ idle: 4, all: 5, lent: 1 })
      expect(await after(tried, g)).toEqual({ idle: 5, all: 5, lent: 0 })
    }),
  )

  for (const [name, overflow] of [
    ['Pool behaves when empty', 2],
    ['Pool behaves when empty and oveflow is disabled', 0],
  ] as const) {
    it(
      name,
      inWorld(async () => {
        const tried = await newPool(5, overflow)
        const total = 5 + overflow
        const loans = await borrow(tried, total)
        expect(await tried.figures()).toEqual({ idle: 0, all: total, lent: total })
        const me = self()
        spawn(async () => {
          const loan = await tried.pool.checkOut()
          send(me, 'got worker')
          loan.checkIn()
        })
        await settle()
        await expectNoMessage()
        const [first, second, ...rest] = loans
        expect(await after(tried, first, second)).toEqual({
          idle: 2 - overflow,
          all: 5,
          lent: total - 2,
        })
        expect(await receive('got worker')).toBe('got worker')
        expect(await after(tried, ...rest)).toEqual({ idle: 5, all: 5, lent: 0 })
        expect(await tried.borrowersWatched()).toBe(0)
      }),
    )
  }

  it(
    'Pool behaves on worker death',
    inWorld(async () => {
      const tried = await newPool(5, 2)
      const [first] = await borrow(tried, 1)
      await kill(first as Borrowed)
      expect((await tried.figures()).idle).toBe(5)
      const [a, b, c] = await borrow(tried, 7)
      expect(await tried.figures()).toEqual({ idle: 0, all: 7, lent: 7 })
      await kill(a as Borrowed)
      expect(await tried.figures()).toEqual({ idle: 0, all: 6, lent: 6 })
      await kill(b as Borrowed)
      await kill(c as Borrowed)
      expect(await tried.figures()).toEqual({ idle: 1, all: 5, lent: 4 })
    }),
  )

  it(
    'Pool behaves when full and a worker dies',
    inWorld(async () => {
      const tried = await newPool(5, 2)
      const [a, b] = await borrow(tried, 7)
      const me = self()
      spawn(async () => {
        await tried.pool.checkOut()
        send(me, 'got worker')
        await receive('end')
      })
      await settle()
      await expectNoMessage()
      await kill(a as Borrowed)
      expect(await receive('got worker')).toBe('got worker')
      await kill(b as Borrowed)
      expect(await tried.figures()).toEqual({ idle: 0, all: 6, lent: 6 })
    }),
  )

  it(
    'Pool behaves when full, a worker dies and overflow disabled',
    inWorld(async () => {
      const tried = await newPool(5, 0)
      const [a, b, c] = await borrow(tried, 5)
      const me = self()
      spawn(async () => {
        await tried.pool.checkOut()
        send(me, 'got worker')
        await receive('end')
      })
      await settle()
      await expectNoMessage()
      await kill(a as Borrowed)
      expect(await receive('got worker')).toBe('got worker')
      await kill(b as Borrowed)
      expect(await tried.figures()).toEqual({ idle: 1, all: 5, lent: 4 })
      await kill(c as Borrowed)
      expect(await tried.figures()).toEqual({ idle: 2, all: 5, lent: 3 })
    }),
  )

  it(
    'Non-blocking pool behaves when full and overflow disabled',
    inWorld(async () => {
      const tried = await newPool(5, 0)
      const { pool } = tried
      const [a] = await borrow(tried, 5)
      const pid = pidOf(a as Borrowed)
      expect(await codeOf(() => pool.checkOut({ wait: false }))).toBe('POOL_FULL')
      expect(await codeOf(() => pool.checkOut({ wait: false }))).toBe('POOL_FULL')
      a?.checkIn()
      expect(pidOf(await pool.checkOut())).toBe(pid)
      expect((await tried.figures()).lent).toBe(5)
    }),
  )

  it(
    'Non-blocking pool behaves when full',
    inWorld(async () => {
      const tried = await newPool(5, 5)
      const { pool } = tried
      const [a] = await borrow(tried, 10)
      const pid = pidOf(a as Borrowed)
      expect(await codeOf(() => pool.checkOut({ wait: false }))).toBe('POOL_FULL')
      a?.checkIn()
      const another = await pool.checkOut({ wait: false })
      expect([isAlive(pid), isAlive(pidOf(another))]).toEqual([false, true])
      expect(await codeOf(() => pool.checkOut({ wait: false }))).toBe('POOL_FULL')
      expect(await tried.figures()).toEqual({ idle: 0, all: 10, lent: 10 })
    }),
  )

  it(
    'Pool behaves on owner death',
    inWorld(async () => {
      const tried = await newPool(5, 5)
      const owner = spawn(async () => {
        await tried.pool.checkOut()
        await receive('end')
      })
      expect((await tried.figures()).lent).toBe(1)
      send(owner, 'end')
      expect(await tried.figures()).toEqual({ idle: 5, all: 5, lent: 0 })
      expect(await tried.borrowersWatched()).toBe(0)
    }),
  )

  it(
    'Worker checked-in after an exception in a transaction',
    inWorld(async () => {
      const tried = await newPool(2, 0)
      const failing = tried.pool.run(async () => {
        expect((await tried.figures()).idle).toBe(1)
        throw new Error('it on the ground')
      })
      await expect(failing).rejects.toThrow('it on the ground')
      expect(await tried.figures()).toEqual({ idle: 2, all: 2, lent: 0 })
    }),
  )

  for (const [size, overflow, ...states] of [
    [2, 0, 'ready 2 0 0', 'ready 1 0 1', 'full 0 0 2'],
    [1, 1, 'ready 1 0 0', 'overflow 0 0 1', 'full 0 1 2'],
    [0, 2, 'overflow 0 0 0', 'overflow 0 1 1', 'full 0 2 2'],
    [0, 0, 'full 0 0 0'],
  ] as const) {
    it(
      `Pool returns status (${size}, ${overflow})`,
      inWorld(async () => {
        const { pool } = await newPool(size, overflow)
        for (const [at, expected] of states.entries()) {
          if (at > 0) await pool.checkOut()
          const { state, idle, overflow: beyond, lent } = await pool.status()
          expect(`${state} ${idle} ${beyond} ${lent}`).toBe(expected)
        }
      }),
    )
  }

  it(
    'Pool demonitors previously waiting processes',
    inWorld(async ({ clock }) => {
      const tried = await newPool(1, 0)
      const me = self()
      const first = spawn(async () => {
        const loan = await tried.pool.checkOut()
        send(me, 'ok')
        await sleep(500)
        loan.checkIn()
        await receive('end')
      })
      await receive('ok')
      const waiting = tried.pool.checkOut()
      await clock.advance(500)
      const loan = await waiting
      expect(await tried.borrowersWatched()).toBe(1)
      loan.checkIn()
      expect(await tried.borrowersWatched()).toBe(0)
      expect(isAlive(first)).toBe(true)
    }),
  )

  it(
    'Pool demonitors when a checkout is cancelled',
    inWorld(async ({ clock }) => {
      const tried = await newPool(1, 0)
      const me = self()
      spawn(async () => {
        await tried.pool.checkOut()
        send(me, await codeOf(() => tried.pool.checkOut({ timeout: 1_000 })))
        await receive('end')
      })
      expect(await tried.borrowersWatched()).toBe(2)
      await clock.advance(1_000)
      expect(await receive('POOL_TIMEOUT')).toBe('POOL_TIMEOUT')
      expect(await tried.borrowersWatched()).toBe(1)
    }),
  )

  for (const [name, strategy, isSame] of [
    ['Check that LIFO is the default strategy', undefined, true],
    ['Check LIFO strategy', 'lifo', true],
    ['Check FIFO strategy', 'fifo', false],
  ] as const) {
    it(
      name,
      inWorld(async () => {
        const { pool } = await newPool(2, 0, { strategy })
        const loan = await pool.checkOut()
        const first = pidOf(loan)
        loan.checkIn()
        const second = pidOf(await pool.checkOut())
        expect(second === first).toBe(isSame)
        expect(pidOf(await pool.checkOut()) === first).toBe(!isSame)
      }),
    )
  }

  it(
    'Pool reuses waiting monitor when a worker exits',
    inWorld(async () => {
      const tried = await newPool(1, 0)
      const me = self()
      spawn(async () => {
        const loan = await tried.pool.checkOut()
        send(me, pidOf(loan))
        await tried.pool.checkOut()
        await receive('end')
      })
      const worker = await receive((message: unknown): message is Pid => message !== undefined)
      await settle()
      exit(worker, 'kill')
      expect(await tried.borrowersWatched()).toBe(1)
      expect((await tried.pool.status()).lent).toBe(1)
    }),
  )

  it(
    'Recover from timeout without exit handling',
    inWorld(async ({ clock }) => {
      const tried = await newPool(1, 0)
      spawn(async () => tried.pool.run((worker) => worker.with(0).call.hang(), { timeout: 0 }))
      await clock.advance(1)
      expect(await tried.figures()).toEqual({ idle: 1, all: 1, lent: 0 })
    }),
  )

  it(
    'Recover from transaction timeout',
    inWorld(async ({ clock }) => {
      const tried = await newPool(1, 0)
      const pid = await tried.pool.run((worker) => worker.pid)
      const timedOut = tried.pool.run((worker) => worker.with(0).call.hang(), { timeout: 0 })
      const code = codeOf(() => timedOut)
      await clock.advance(1)
      expect(await code).toBe('CALL_TIMEOUT')
      expect(await tried.figures()).toEqual({ idle: 1, all: 1, lent: 0 })
      expect(await tried.pool.run((worker) => worker.pid)).toBe(pid)
    }),
  )
})
