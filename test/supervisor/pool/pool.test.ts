import { describe, expect, expectTypeOf, it } from 'vitest'
import { call, defineServer, type Ref } from '../../../src/genserver/index.js'
import {
  exchangeDefaultKernel,
  exit,
  HeartwoodError,
  Kernel,
  type Pid,
  receive,
  self,
  spawn,
  trapExit,
  VirtualClock,
} from '../../../src/kernel/index.js'
import { type Loan, PoolRef, poolRef, poolSpec, startPool } from '../../../src/supervisor/index.js'
import { TwoKernels } from '../../carrier/two-kernels.js'
import { codeOf, idle, inWorld } from '../../kernel/world.js'
import { newPool, settle, tryPool, Worker } from './pools.js'

/** What a call comes to: its error. */
async function errorOf(act: () => unknown): Promise<HeartwoodError> {
  try {
    await act()
  } catch (error) {
    return error as HeartwoodError
  }
  throw new Error('it did not fail')
}

/** The error of a borrower whose pool has a member that is never open. */
async function tryHanging(clock: VirtualClock): Promise<HeartwoodError> {
  const open = (): Promise<never> => new Promise(() => {})
  const pool = await startPool({ size: 1, lazy: true, hookTimeout: 500, open, close: () => undefined })
  const waiting = errorOf(() => pool.checkOut({ timeout: 600 }))
  await settle()
  await clock.advance(600)
  return waiting
}

describe('a pool', () => {
  it('knows the types of what it lends', () => {
    const open = async (): Promise<Date> => new Date()
    const spec = { id: 'worker', start: () => self() }
    class Dates {
      open = open
    }
    class Workers {
      worker(): typeof Worker {
        return Worker
      }
    }
    const ofDates = poolRef<Date>('dates')
    const pools = {
      dates: () => startPool({ open }),
      workers: () => startPool({ worker: Worker }),
      listed: () => startPool({ worker: [Worker] }),
      pids: () => startPool({ worker: spec }),
      result: () => ofDates.run((date) => date.getTime()),
      loan: () => ofDates.checkOut(),
      ofClass: () => poolRef(Dates),
      ofWorkers: () => poolRef(Workers),
    }
    expectTypeOf(pools.dates).returns.resolves.toEqualTypeOf<PoolRef<Date>>()
    expectTypeOf(pools.workers).returns.resolves.toEqualTypeOf<PoolRef<Ref<Worker>>>()
    expectTypeOf(pools.listed).returns.resolves.toEqualTypeOf<PoolRef<Ref<Worker>>>()
    expectTypeOf(pools.pids).returns.resolves.toEqualTypeOf<PoolRef<Pid>>()
    expectTypeOf(pools.result).returns.resolves.toEqualTypeOf<number>()
    expectTypeOf(pools.loan).returns.resolves.toEqualTypeOf<Loan<Date>>()
    expectTypeOf(pools.ofClass).returns.toEqualTypeOf<PoolRef<Date>>()
    expectTypeOf(pools.ofWorkers).returns.toEqualTypeOf<PoolRef<Ref<Worker>>>()
  })

  it(
    'needs no name, and finds its server again after a restart',
    inWorld(async () => {
      const pool = await startPool({ size: 1, open: () => ({}), close: () => undefined })
      const before = pool.pid as Pid
      exit(before, 'kill')
      await settle()
      expect(pool.pid).not.toBe(before)
      expect(await pool.run(() => 'used')).toBe('used')
    }),
  )

  it(
    'closes its members when its server ends, and tells those who have them',
    inWorld(async () => {
      const log: string[] = []
      const { pool } = await tryPool({ size: 1, open: () => ({}), close: () => log.push('closed') })
      const loan = await pool.checkOut()
      const failed = errorOf(() => pool.run(() => idle()))
      await call(pool, 'nonsense')
      await pool.stop()
      await settle()
      expect(log).toEqual(['closed'])
      expect(loan.isOver).toBe(true)
      expect(await codeOf(() => loan.resource)).toBe('LOAN_LOST')
      expect((await failed).code).toBe('CALL_SERVER_EXITED')
    }),
  )

  it(
    'owns what has no close of its own, and refuses what nothing can close',
    inWorld(async () => {
      let closed = 0
      const { pool } = await tryPool({ size: 1, open: () => ({ end: () => closed++ }) })
      ;(await pool.checkOut()).remove()
      await settle()
      expect(closed).toBe(1)
      trapExit(true)
      const error = await errorOf(() => startPool({ size: 1, open: () => ({}) }))
      expect([error.code, error.message]).toEqual(['START_FAILED', expect.stringContaining('own()')])
    }),
  )

  it(
    'does not start when a member of an eager pool cannot be opened, and says why',
    inWorld(async () => {
      trapExit(true)
      const open = async (): Promise<never> => {
        throw new Error('wrong password')
      }
      const error = await errorOf(() => startPool({ size: 2, open }))
      expect(error.code).toBe('START_FAILED')
      expect(error.message).toContain('wrong password')
      const { reason } = (error.details.reason as { shutdown: { reason: HeartwoodError } }).shutdown
      expect(reason.code).toBe('POOL_OPEN_FAILED')
    }),
  )

  it(
    'opens the members of an eager pool at the same time',
    inWorld(async ({ clock }) => {
      const open = async (): Promise<object> => {
        await receive({ timeout: 100, onTimeout: () => undefined })
        return {}
      }
      const started = startPool({ size: 5, open, close: () => undefined })
      await clock.advance(100)
      expect((await (await started).status()).idle).toBe(5)
    }),
  )

  it(
    'waits longer each time when members cannot be opened, tells waiting borrowers why, and is well after one loan',
    inWorld(async ({ clock }) => {
      let fails = true
      let tried = 0
      let keeper: Pid | undefined
      const { pool } = await tryPool({
        size: 1,
        lazy: true,
        retry: { initial: 100, jitter: 'none' },
        close: () => undefined,
        open: () => {
          tried++
          keeper = self()
          if (fails) throw new Error('connection refused')
          return {}
        },
      })
      const late = errorOf(() => pool.checkOut({ timeout: 650 }))
      await clock.advance(650)
      // At 0, 100 and 300 ms; then nobody waits any more.
      expect(tried).toBe(3)
      const error = await late
      expect(error.code).toBe('POOL_TIMEOUT')
      expect(error.message).toContain('connection refused')
      expect(String(error.cause)).toContain('connection refused')
      fails = false
      const used = pool.run(() => 'used')
      await clock.advance(1_000)
      expect(await used).toBe('used')
      // The waits begin with the shortest again.
      fails = true
      tried = 0
      exit(keeper as Pid, 'kill')
      await settle()
      const again = errorOf(() => pool.checkOut({ timeout: 650 }))
      await clock.advance(650)
      expect((await again).code).toBe('POOL_TIMEOUT')
      expect(tried).toBe(3)
    }),
  )

  it(
    'replaces members that all end at once at once, and slows down when those that replace them do not last',
    inWorld(async ({ clock }) => {
      let opened = 0
      const keepers: Pid[] = []
      const { pool } = await tryPool({
        size: 3,
        close: () => undefined,
        retry: { initial: 100, jitter: 'none' },
        open: () => {
          opened++
          keepers.push(self())
          return {}
        },
      })
      for (const keeper of keepers.splice(0)) exit(keeper, 'kill')
      await settle()
      expect([opened, (await pool.status()).idle]).toEqual([6, 3])
      for (const keeper of keepers.splice(0)) exit(keeper, 'kill')
      await settle()
      expect([opened, (await pool.status()).idle]).toEqual([6, 0])
      await clock.advance(100)
      await settle()
      expect([opened, (await pool.status()).idle]).toEqual([9, 3])
    }),
  )

  it(
    'refuses borrowers beyond its queue, and says who has the oldest loan',
    inWorld(async () => {
      const { pool } = await newPool(1, 0, { queue: 1 })
      const holder = spawn(() => pool.run(() => idle()))
      await settle()
      spawn(() => pool.checkOut())
      await settle()
      const error = await errorOf(() => pool.checkOut())
      expect(error.code).toBe('POOL_FULL')
      expect(error.message).toContain(String(holder))
      expect(error.details).toMatchObject({ lent: 1, capacity: 1, waiting: 1 })
    }),
  )

  it(
    'takes a member away from a borrower that has it too long',
    inWorld(async ({ clock }) => {
      const { pool } = await tryPool({
        size: 1,
        loanTimeout: 1_000,
        open: () => ({}),
        close: () => undefined,
      })
      const hanging = errorOf(() => pool.run(() => new Promise(() => {})))
      await settle()
      await clock.advance(1_000)
      const error = await hanging
      expect([error.code, (error.cause as HeartwoodError).code]).toEqual(['LOAN_LOST', 'LOAN_OVERDUE'])
      expect(await pool.run(() => 'used')).toBe('used')
    }),
  )

  it(
    'rejects a run the moment its member ends, with the reason',
    inWorld(async () => {
      const { pool } = await tryPool({ size: 1, open: () => ({ keeper: self() }), close: () => undefined })
      const loan = await pool.checkOut()
      const { keeper } = loan.resource
      loan.checkIn()
      const running = errorOf(() => pool.run(() => new Promise(() => {})))
      await settle()
      exit(keeper, new Error('connection reset'))
      const error = await running
      expect(error.code).toBe('LOAN_LOST')
      expect(error.message).toContain('connection reset')
      expect((await pool.status()).failed).toBe(1)
    }),
  )

  it(
    'ends a loan once: what is done with it afterwards has no effect on the next borrower',
    inWorld(async () => {
      const { pool } = await newPool(1, 0)
      const loan = await pool.checkOut()
      loan.checkIn()
      const next = await pool.checkOut()
      loan.checkIn()
      loan.remove()
      await settle()
      expect(await codeOf(() => loan.resource)).toBe('LOAN_OVER')
      expect(next.isOver).toBe(false)
      expect((await pool.status()).lent).toBe(1)
      next[Symbol.dispose]()
      expect((await pool.status()).lent).toBe(0)
    }),
  )

  it(
    'kills a member whose hook hangs, and lends another',
    inWorld(async ({ clock }) => {
      let opened = 0
      const { pool } = await tryPool({
        size: 1,
        hookTimeout: 500,
        close: () => undefined,
        open: () => ++opened,
        reset: (id) => (id === 1 ? new Promise(() => {}) : undefined),
      })
      await pool.run(() => undefined)
      const next = pool.run((id) => id)
      await settle()
      await clock.advance(500)
      expect(await next).toBe(2)
      const opening = await tryHanging(clock)
      expect([opening.code, (opening.cause as HeartwoodError).code]).toEqual([
        'POOL_TIMEOUT',
        'POOL_MEMBER_OVERDUE',
      ])
    }),
  )

  it(
    'closes a member whose close hangs in bounded time, and lends others meanwhile',
    inWorld(async ({ clock }) => {
      let opened = 0
      const { pool } = await tryPool({
        size: 2,
        close: (id) => (id === 1 ? new Promise(() => {}) : undefined),
        open: () => ++opened,
        strategy: 'fifo',
      })
      ;(await pool.checkOut()).remove()
      expect(await pool.run((id) => id)).toBe(2)
      await clock.advance(10_000)
      await settle()
      expect((await pool.status()).idle).toBe(2)
    }),
  )

  it(
    'tells the borrower that lend must answer at once, and opens no other member for it',
    inWorld(async () => {
      const lend = async (): Promise<boolean> => Promise.reject(new Error('late'))
      let opened = 0
      const open = () => ({ number: ++opened })
      const { pool } = await tryPool({ size: 1, lazy: true, open, close: () => undefined, lend })
      expect(await codeOf(() => pool.checkOut())).toBe('POOL_LEND_ASYNC')
      await settle()
      expect(opened).toBe(1)
    }),
  )

  it(
    'keeps nothing of borrowers that give up by a signal',
    inWorld(async () => {
      const tried = await newPool(1, 0)
      const loan = await tried.pool.checkOut()
      const controller = new AbortController()
      const aborted = codeOf(() => tried.pool.checkOut({ signal: controller.signal }))
      await settle()
      controller.abort()
      expect(await aborted).toBe('CALL_ABORTED')
      loan.checkIn()
      expect(await tried.figures()).toEqual({ idle: 1, all: 1, lent: 0 })
      expect(await tried.borrowersWatched()).toBe(0)
    }),
  )

  it(
    'never loses a member, however its borrowers end',
    inWorld(async ({ clock }) => {
      const tried = await newPool(3, 2)
      const ends = ['kill', 'shutdown', 'boom']
      for (let round = 0; round < 40; round++) {
        const borrower = spawn(async () => {
          const loan = await tried.pool.checkOut({ timeout: 50 })
          if (round % 3 === 0) loan.checkIn()
          if (round % 5 === 0) exit(loan.resource.pid as Pid, 'kill')
          await idle()
        })
        // Some die while they wait, some with their loan, some after it.
        if (round % 2 === 0) await settle()
        exit(borrower, ends[round % 3])
      }
      await clock.advance(60_000)
      expect(await tried.figures()).toEqual({ idle: 3, all: 3, lent: 0 })
      expect(await tried.borrowersWatched()).toBe(0)
      expect((await tried.pool.status()).waiting).toBe(0)
    }),
  )

  it('lends to code outside any process, too', async () => {
    const kernel = new Kernel({ clock: new VirtualClock() })
    const before = exchangeDefaultKernel(kernel)
    try {
      kernel.spawn(async () => {
        await startPool({ worker: Worker, size: 1 }, { name: 'pool' })
        await idle()
      })
      await kernel.settled()
      const pool = poolRef<Ref<Worker>>('pool')
      expect(await pool.run((worker) => worker.call.work())).toBe('done')
      const loan = await pool.checkOut()
      expect((await pool.status()).lent).toBe(1)
      loan.checkIn()
      expect((await pool.status()).lent).toBe(0)
      await pool.stop()
    } finally {
      exchangeDefaultKernel(before)
    }
  })

  it('lends to nobody in another kernel, and says so', async () => {
    const two = new TwoKernels()
    let pool: Pid | undefined
    two.b.spawn(async () => {
      pool = (await startPool({ worker: Worker, size: 1 })).pid
      await idle()
    })
    await two.settled()
    await two.a.run(async () => {
      const there = poolRef(two.inA(pool as Pid))
      expect(await codeOf(() => there.checkOut())).toBe('POOL_ELSEWHERE')
    })
  })

  it(
    'lends what cannot be frozen where messages are',
    inWorld(
      async () => {
        const { pool } = await tryPool({ size: 1, open: () => ({ count: 0 }), close: () => undefined })
        expect(await pool.run((thing) => ++thing.count)).toBe(1)
        expect(await pool.run((thing) => ++thing.count)).toBe(2)
      },
      { messages: 'freeze' },
    ),
  )

  it(
    'replaces a resource whose borrower failed, or keeps it where it is told so',
    inWorld(async () => {
      let opened = 0
      const { pool } = await tryPool({
        size: 1,
        afterFailure: 'keep',
        open: () => ++opened,
        close: () => undefined,
      })
      await pool.run(() => Promise.reject('oops')).catch(() => undefined)
      expect(await pool.run((id) => id)).toBe(1)
    }),
  )

  it(
    'says all that is wrong with its options',
    inWorld(async () => {
      const wrong = { size: -1, overflow: 0.5, quue: 3, open: () => ({}), retry: { initial: 10, max: 1 } }
      const error = await errorOf(() => startPool(wrong as never))
      expect(error.code).toBe('INVALID_POOL_OPTION')
      for (const field of ['size', 'overflow', 'queue', 'retry.max']) expect(error.message).toContain(field)
      expect(await codeOf(() => poolSpec('pool', { worker: Worker, reset: () => true } as never))).toBe(
        'INVALID_POOL_OPTION',
      )
      class Named {
        nothing(): void {}
      }
      defineServer(Named, { name: 'named', calls: ['nothing'] })
      const named = await errorOf(() => poolSpec('pool', { worker: Named }))
      expect([named.code, named.message]).toEqual(['INVALID_POOL_OPTION', expect.stringContaining('named')])
      expect(await codeOf(() => poolRef(Named))).toBe('POOL_CLASS_INVALID')
      expect(await codeOf(() => poolRef('pool').checkOut({ timeout: -1 }))).toBe('BAD_TIMEOUT')
      expect(await codeOf(() => poolRef('pool').checkOut({ wait: 1 } as never))).toBe('BAD_OPTION')
      expect(await codeOf(() => poolRef('pool').run(1 as never))).toBe('NOT_A_FUNCTION')
    }),
  )
})
