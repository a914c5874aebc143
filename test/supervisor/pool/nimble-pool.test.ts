/**
 * The cases of NimblePool's test suite, by their names, on a pool of resources. What has no counterpart: `handle_update`, since a
 * resource is shared with its keeper and never out of date; `handle_enqueue` and `init_pool`, which a closure or a class does.
 */
import { describe, expect, it } from 'vitest'
import { sys, Task } from '../../../src/genserver/index.js'
import {
  DownMessage,
  ExitMessage,
  exit,
  type Pid,
  Reference,
  receive,
  self,
  send,
  spawn,
} from '../../../src/kernel/index.js'
import { type PooledResource, type PoolLimits, startPool } from '../../../src/supervisor/index.js'
import { codeOf, expectNoMessage, idle, inWorld } from '../../kernel/world.js'
import { settle, tryPool } from './pools.js'

/** A resource: which one it is, and the process that keeps it. */
interface Thing {
  readonly id: number
  readonly keeper: Pid
}

/** A pool of numbered things, and what is done to them in the order in which it is done. */
async function numbered(options: PoolLimits & Partial<PooledResource<Thing>> = {}) {
  const log: string[] = []
  let count = 0
  const tried = await tryPool<Thing>({
    size: 1,
    open: () => {
      log.push(`open ${++count}`)
      return { id: count, keeper: self() }
    },
    close: ({ id }) => log.push(`close ${id}`),
    ...options,
  })
  /** What was done since the last look. */
  const done = async (): Promise<string[]> => {
    await settle()
    return log.splice(0)
  }
  return { ...tried, log, done }
}

/** A borrower that keeps a thing until it is sent `release`. */
function borrower(pool: Awaited<ReturnType<typeof numbered>>['pool']): Pid {
  const parent = self()
  return spawn(async () => {
    const result = await pool.run(async ({ id }) => {
      send(parent, `lock ${id}`)
      await receive('release')
      return id
    })
    send(parent, `result ${result}`)
    await idle()
  })
}

describe('NimblePool: start_link/1', () => {
  it(
    'validates the :worker option',
    inWorld(async () => {
      expect(await codeOf(() => startPool({} as never))).toBe('INVALID_POOL_OPTION')
      expect(await codeOf(() => startPool({ worker: 'no child' } as never))).toBe('INVALID_CHILD_SPEC')
      expect(await codeOf(() => startPool({ open: 1 } as never))).toBe('INVALID_POOL_OPTION')
    }),
  )

  it(
    'validates the :pool_size option',
    inWorld(async () => {
      const open = () => ({})
      for (const size of ['many', -1, 1.5]) {
        expect(await codeOf(() => startPool({ open, size } as never))).toBe('INVALID_POOL_OPTION')
      }
    }),
  )
})

it(
  'NimblePool: starts the pool with init_pool, checkout, checkin, and terminate',
  inWorld(async () => {
    const { pool, done } = await numbered({ reset: () => true })
    expect(await pool.run(({ id }) => `used ${id}`)).toBe('used 1')
    await pool.stop()
    expect((await done()).slice(0, 2)).toEqual(['open 1', 'close 1'])
    await expectNoMessage()
  }),
)

describe('NimblePool: checkout!', () => {
  it(
    'exits with noproc for missing process',
    inWorld(async () => {
      const { pool } = await numbered()
      const pid = pool.pid as Pid
      await pool.stop()
      const { PoolRef } = await import('../../../src/supervisor/index.js')
      expect(await codeOf(() => new PoolRef('unknown').checkOut())).toBe('CALL_NOPROC')
      expect(await codeOf(() => new PoolRef(pid).checkOut())).toBe('CALL_NOPROC')
    }),
  )

  it(
    'exits when pool terminates on checkout',
    inWorld(async () => {
      const lend = (): void => exit(self(), 'kill') as never
      const { pool } = await numbered({ lend })
      expect(await codeOf(() => pool.checkOut())).toBe('CALL_SERVER_EXITED')
    }),
  )

  it(
    'restarts worker on client throw/error/exit during checkout',
    inWorld(async () => {
      const { pool, done } = await numbered()
      const failing = pool.run(() => {
        throw new Error('oops')
      })
      await expect(failing).rejects.toThrow('oops')
      expect(await done()).toEqual(['open 1', 'close 1', 'open 2'])
      expect(await pool.run(({ id }) => id)).toBe(2)
      await expectNoMessage()
    }),
  )

  it(
    'restarts worker on client down during checkout',
    inWorld(async () => {
      const { pool, done } = await numbered()
      const client = borrower(pool)
      await receive('lock 1')
      exit(client, 'you shall not pass')
      expect(await done()).toEqual(['open 1', 'close 1', 'open 2'])
      expect(await pool.run(({ id }) => id)).toBe(2)
      await expectNoMessage()
    }),
  )

  it(
    'does not restart worker on client timeout during checkout',
    inWorld(async ({ clock }) => {
      const { pool, done } = await numbered()
      await sys.suspend(pool)
      const late = codeOf(() => pool.checkOut({ timeout: 0 }))
      await clock.advance(1_000)
      // A pool that does not answer at all has a second.
      expect(await late).toBe('CALL_TIMEOUT')
      await sys.resume(pool)
      expect(await pool.run(({ id }) => id)).toBe(1)
      expect(await done()).toEqual(['open 1'])
    }),
  )

  it(
    'does not restart worker on client timeout during unused checkout',
    inWorld(async ({ clock }) => {
      const { pool, done } = await numbered()
      const client = borrower(pool)
      await receive('lock 1')
      const late = codeOf(() => pool.checkOut({ timeout: 0 }))
      await clock.advance(1)
      expect(await late).toBe('POOL_TIMEOUT')
      send(client, 'release')
      await receive('result 1')
      expect(await pool.run(({ id }) => id)).toBe(1)
      expect(await done()).toEqual(['open 1'])
    }),
  )

  it(
    'queues checkouts',
    inWorld(async () => {
      const { pool } = await numbered()
      const first = borrower(pool)
      await receive('lock 1')
      const second = Task.async(() => pool.run(({ id }) => id))
      send(first, 'release')
      expect(await receive('result 1')).toBe('result 1')
      expect(await second.await()).toBe(1)
    }),
  )

  for (const lazy of [false, true]) {
    it(
      `concurrent checkouts on ${lazy ? 'lazy' : 'eager'} pool`,
      inWorld(async ({ clock }) => {
        const { pool } = await numbered({ size: 2, lazy })
        const clients = [borrower(pool)]
        await receive((message: unknown) => String(message).startsWith('lock'))
        clients.push(borrower(pool))
        await receive((message: unknown) => String(message).startsWith('lock'))
        const third = codeOf(() => pool.checkOut({ timeout: 1 }))
        await clock.advance(1)
        expect(await third).toBe('POOL_TIMEOUT')
        for (const client of clients) send(client, 'release')
        await receive((message: unknown) => String(message).startsWith('result'))
        await receive((message: unknown) => String(message).startsWith('result'))
      }),
    )
  }

  it(
    'eager checkouts',
    inWorld(async () => {
      const { pool, done } = await numbered({ size: 2, strategy: 'fifo' })
      expect(await done()).toEqual(['open 1', 'open 2'])
      expect([await pool.run(({ id }) => id), await pool.run(({ id }) => id)]).toEqual([1, 2])
    }),
  )

  it(
    'lazy checkouts',
    inWorld(async () => {
      const { pool, done } = await numbered({ size: 2, lazy: true })
      expect(await done()).toEqual([])
      expect([await pool.run(({ id }) => id), await pool.run(({ id }) => id)]).toEqual([1, 1])
      expect(await done()).toEqual(['open 1'])
    }),
  )

  it(
    'lazy concurrent checkouts',
    inWorld(async () => {
      const { pool, done } = await numbered({ size: 2, lazy: true })
      const client = borrower(pool)
      await receive('lock 1')
      const id = await pool.run(async (thing) => {
        send(client, 'release')
        await receive('result 1')
        return thing.id
      })
      expect([id, await done()]).toEqual([2, ['open 1', 'open 2']])
    }),
  )
})

describe('NimblePool: handle_info', () => {
  const ref = new Reference()
  const messages = {
    'is invoked for all children': () => 'info',
    'forwards DOWN messages': () => new DownMessage('DOWN', ref, self(), 'shutdown'),
    'forwards ref messages': () => [ref, 'ok'],
    'forwards exit messages': () => new ExitMessage(self(), 'normal'),
  }
  for (const [name, message] of Object.entries(messages)) {
    it(
      name,
      inWorld(async () => {
        const parent = self()
        const keepers: Pid[] = []
        await numbered({
          size: 2,
          open: () => {
            keepers.push(self())
            return { id: keepers.length, keeper: self() }
          },
          info: (_thing, message) => send(parent, message),
        })
        const sent = message()
        // Each is a process of its own, which has its own messages.
        for (const keeper of keepers) send(keeper, sent)
        expect([
          await receive((it: unknown) => it === sent),
          await receive((it: unknown) => it === sent),
        ]).toEqual([sent, sent])
      }),
    )
  }
})

describe('NimblePool: async', () => {
  it(
    'lazily initializes a connection',
    inWorld(async ({ clock }) => {
      const parent = self()
      const open = async (): Promise<Thing> => {
        send(parent, self())
        await receive('release')
        return { id: 1, keeper: self() }
      }
      const { pool } = await numbered({ lazy: true, open })
      const late = codeOf(() => pool.checkOut({ timeout: 50 }))
      const keeper = await receive((it: unknown): it is Pid => it !== undefined)
      await clock.advance(50)
      expect(await late).toBe('POOL_TIMEOUT')
      send(keeper, 'release')
      expect(await pool.run(({ id }) => id)).toBe(1)
    }),
  )

  it(
    'reinitializes the connection if it fails',
    inWorld(async ({ clock }) => {
      let opened = 0
      const open = (): Thing => {
        if (++opened === 1) throw new Error('oops')
        return { id: opened, keeper: self() }
      }
      const { pool } = await numbered({ lazy: true, open, retry: { initial: 100, jitter: 'none' } })
      const used = pool.run(({ id }) => id)
      await clock.advance(99)
      expect((await pool.status()).waiting).toBe(1)
      await clock.advance(1)
      expect(await used).toBe(2)
    }),
  )
})

describe('NimblePool: remove', () => {
  it(
    'removes and restarts on checkout',
    inWorld(async () => {
      const { pool, done } = await numbered({ lend: ({ id }) => id !== 1 })
      expect(await pool.run(({ id }) => id)).toBe(2)
      expect(await done()).toEqual(['open 1', 'close 1', 'open 2'])
    }),
  )

  for (const [name, reset] of [
    ['removes and restarts on checkin', ({ id }: Thing) => id !== 1],
    [
      'restarts on handle_checkin failure',
      ({ id }: Thing) => {
        if (id === 1) throw new Error('oops')
      },
    ],
  ] as const) {
    it(
      name,
      inWorld(async () => {
        const { pool, done } = await numbered({ reset })
        expect(await pool.run(({ id }) => id)).toBe(1)
        expect(await pool.run(({ id }) => id)).toBe(2)
        expect(await done()).toEqual(['open 1', 'close 1', 'open 2'])
      }),
    )
  }

  for (const [name, info] of [
    ['removes and restarts on handle_info', () => false],
    [
      'restarts on handle_info failure',
      () => {
        throw new Error('oops')
      },
    ],
  ] as const) {
    it(
      name,
      inWorld(async () => {
        const { pool, done } = await numbered({ info })
        const keeper = await pool.run((thing) => thing.keeper)
        send(keeper, 'remove')
        expect(await done()).toEqual(['open 1', 'close 1', 'open 2'])
        expect(await pool.run(({ id }) => id)).toBe(2)
      }),
    )
  }
})

describe('NimblePool: errors', () => {
  it(
    'restarts on init failure without blocking main loop',
    inWorld(async ({ clock }) => {
      const parent = self()
      let opened = 0
      const open = async (): Promise<Thing> => {
        opened++
        if (opened === 3 || opened === 4) {
          send(parent, self())
          await receive('release')
          throw new Error('oops')
        }
        return { id: opened, keeper: self() }
      }
      const { pool } = await numbered({ size: 2, open, retry: { initial: 10, factor: 1, jitter: 'none' } })
      const loan = await pool.checkOut()
      loan.remove()
      const first = await receive((it: unknown): it is Pid => it !== undefined)
      // The other member is lent while one cannot be opened.
      expect(await pool.run(({ id }) => id)).toBe(1)
      send(first, 'release')
      await settle()
      await clock.advance(10)
      send(await receive((it: unknown): it is Pid => it !== undefined), 'release')
      await settle()
      await clock.advance(10)
      await settle()
      expect((await pool.status()).idle).toBe(2)
    }),
  )

  it(
    'restarts on handle_checkout failure',
    inWorld(async ({ reports }) => {
      const { pool, done } = await numbered({
        lend: ({ id }) => {
          if (id === 1) throw new Error('oops')
        },
      })
      expect(await pool.run(({ id }) => id)).toBe(2)
      expect(await done()).toEqual(['open 1', 'close 1', 'open 2'])
      expect(reports.filter(({ kind }) => kind === 'pool').map(({ level }) => level)).toEqual(['error'])
    }),
  )

  it(
    'discards terminate failure',
    inWorld(async () => {
      const close = (): never => {
        throw new Error('oops')
      }
      const { pool } = await numbered({ close })
      const loan = await pool.checkOut()
      loan.remove()
      expect(await pool.run(({ id }) => id)).toBe(2)
    }),
  )
})

describe('NimblePool: skip', () => {
  it(
    'skips checkout and does not restart worker when handle_checkout returns :skip tuple',
    inWorld(async () => {
      const full = new Error('not now')
      const lend = (_thing: Thing, request: unknown): unknown => (request === 'skip' ? full : true)
      const { pool, done } = await numbered({ lend })
      await expect(pool.run(({ id }) => id, { request: 'skip' })).rejects.toBe(full)
      expect(await pool.run(({ id }) => id, { request: 'go' })).toBe(1)
      expect(await done()).toEqual(['open 1'])
      expect((await pool.status()).refused).toBe(1)
    }),
  )
})

describe('NimblePool: handle_ping', () => {
  /** A pool whose checks are told. */
  async function checked(options: PoolLimits & { check?: (thing: Thing) => unknown }) {
    const pinged: number[] = []
    const { check = () => true } = options
    const tried = await numbered({
      size: 3,
      checkAfter: 5,
      strategy: 'fifo',
      ...options,
      check: (thing) => {
        pinged.push(thing.id)
        return check(thing)
      },
    })
    return { ...tried, pinged }
  }

  it(
    'ping only idle workers',
    inWorld(async ({ clock }) => {
      const { pool, pinged } = await checked({})
      await clock.advance(3)
      expect(await pool.run(({ id }) => id)).toBe(1)
      await clock.advance(2)
      await settle()
      expect(pinged).toEqual([2, 3])
    }),
  )

  it(
    'terminate worker if handle_ping return {:remove, user_reason}',
    inWorld(async ({ clock }) => {
      const { pool, done, pinged } = await checked({ size: 1, check: ({ id }) => id !== 1 })
      await clock.advance(5)
      expect(await done()).toEqual(['open 1', 'close 1', 'open 2'])
      expect([pinged, await pool.run(({ id }) => id)]).toEqual([[1], 2])
    }),
  )

  it(
    'ping workers in order and do not change workers sequence',
    inWorld(async ({ clock }) => {
      const { pinged } = await checked({})
      await clock.advance(5)
      await settle()
      await clock.advance(5)
      await settle()
      expect(pinged).toEqual([1, 2, 3, 1, 2, 3])
    }),
  )

  it(
    'ping only max_idle_pings workers each verification cycle',
    inWorld(async ({ clock }) => {
      const { pinged } = await checked({ checksAtOnce: 2 })
      await clock.advance(5)
      await settle()
      expect(pinged).toEqual([1, 2])
    }),
  )

  it(
    'Bug - Do not remove worker on verification cycle',
    inWorld(async ({ clock }) => {
      // An idle member of a lazy pool that is not fit is closed, and another is opened when one is asked for.
      const { pool, done } = await checked({ size: 1, lazy: true, check: () => false })
      expect(await pool.run(({ id }) => id)).toBe(1)
      await clock.advance(10)
      expect(await done()).toEqual(['open 1', 'close 1'])
      expect(await pool.run(({ id }) => id)).toBe(2)
    }),
  )
})

it(
  'NimblePool: terminate_pool: should terminate workers and call parent when terminating',
  inWorld(async () => {
    const log: string[] = []
    const pool = await startPool({
      size: 2,
      open: () => ({}),
      close: () => log.push('member'),
    })
    await pool.stop()
    await settle()
    expect(log).toEqual(['member', 'member'])
  }),
)

describe('NimblePool: handle_cancelled', () => {
  it(
    'should run when client raise after checkout',
    inWorld(async () => {
      const { pool } = await numbered()
      await codeOf(() => pool.run(() => Promise.reject(new Error('unexpected')))).catch(() => undefined)
      expect((await pool.status()).failed).toBe(1)
    }),
  )

  it(
    'should run when checkout timeout and known request ref',
    inWorld(async ({ clock }) => {
      const { pool } = await numbered()
      borrower(pool)
      await receive('lock 1')
      const late = codeOf(() => pool.checkOut({ timeout: 1 }))
      await clock.advance(1)
      await late
      expect((await pool.status()).gaveUp).toBe(1)
    }),
  )

  it(
    'should run when checkout timeout and unkown request ref',
    inWorld(async ({ clock }) => {
      const { pool } = await numbered()
      await sys.suspend(pool)
      const late = codeOf(() => pool.checkOut({ timeout: 0 }))
      await clock.advance(1_000)
      await late
      await sys.resume(pool)
      expect(await pool.run(({ id }) => id)).toBe(1)
      expect((await pool.status()).gaveUp).toBe(1)
    }),
  )
})
