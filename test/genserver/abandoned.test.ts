import { describe, expect, it } from 'vitest'
import {
  defineServer,
  from,
  type NoReply,
  noReply,
  receiveResponse,
  reply,
  start,
  stop,
  Task,
} from '../../src/genserver/index.js'
import { defineMachine } from '../../src/genserver/state-machine/index.js'
import { exit, type HeartwoodError, isAlive, type Pid, sleep, spawn } from '../../src/kernel/index.js'
import { failure, world } from './world.js'

/** Rejects when the signal fires, as `fetch` does. */
const aborted = (signal: AbortSignal, wrapped = false): Promise<never> =>
  new Promise((_, reject) => {
    const fail = () =>
      reject(wrapped ? new Error('The operation was aborted', { cause: signal.reason }) : signal.reason)
    if (signal.aborted) fail()
    signal.addEventListener('abort', fail)
  })

class Search {
  state = 'ready'
  handled: number[] = []
  reasons: unknown[] = []
  signals: AbortSignal[] = []
  async find(n: number): Promise<number> {
    this.handled.push(n)
    await sleep(100)
    return n
  }
  async look(n: number): Promise<number> {
    return this.find(n)
  }
  async fetch(wrapped: boolean): Promise<string> {
    const { signal } = from()
    signal.addEventListener('abort', () => this.reasons.push((signal.reason as HeartwoodError).code))
    await aborted(signal, wrapped)
    return 'never'
  }
  async crash(): Promise<never> {
    const { signal } = from()
    await aborted(signal).catch(() => {})
    throw new Error('of its own')
  }
  async raise(make: (reason: unknown) => unknown): Promise<never> {
    const { signal } = from()
    await aborted(signal).catch(() => {})
    throw make(signal.reason)
  }
  async pass(ask: () => Promise<unknown>): Promise<unknown> {
    try {
      return await ask()
    } catch (cause) {
      throw new Error('no stock', { cause })
    }
  }
  keep(): NoReply<string> {
    const waiting = from()
    this.signals.push(waiting.signal)
    void sleep(50).then(() => reply(waiting, 'late'))
    return noReply
  }
  seen(): Search {
    return this
  }
}
class Beside extends Search {}
class Machine extends Search {}
const calls = ['find', 'look', 'fetch', 'crash', 'raise', 'pass', 'keep', 'seen'] as const
defineServer(Search, { calls, skipAbandoned: ['find'] })
defineServer(Beside, { calls, concurrent: ['fetch', 'raise', 'pass'] })
defineMachine(Machine, {
  handlers: calls.map((method) => ({ on: 'call', method, skipAbandoned: method === 'find' })),
})

const classes = [
  ['a server', Search],
  ['a server that answers beside its messages', Beside],
  ['a state machine', Machine],
] as const

describe.each(classes)('the signal of a call (%s)', (_, Class) => {
  it('fires when the caller gives up, aborts or dies, and what it brings about is no crash', () =>
    world(async (kernel) => {
      const search = await start(Class)
      const controller = new AbortController()
      const outcomes = [failure(search.with({ timeout: 10 }).call.fetch(false))]
      await kernel.clock.advance(10)
      outcomes.push(failure(search.with({ signal: controller.signal }).call.fetch(true)))
      await kernel.settled()
      controller.abort()
      const caller = spawn(() => search.call.fetch(false))
      await kernel.settled()
      exit(caller, 'kill')
      await kernel.settled()
      const waited = receiveResponse(search.request.fetch(false), 10)
      await kernel.clock.advance(10)
      expect(await waited).toBe('timeout')
      expect((await Promise.all(outcomes)).map(({ code }) => code)).toEqual(['CALL_TIMEOUT', 'CALL_ABORTED'])
      expect((await search.call.seen()).reasons).toEqual([
        'CALL_TIMEOUT',
        'CALL_ABORTED',
        'PROCESS_DEAD',
        'CALL_ABORTED',
      ])
      expect(kernel.reports).toEqual([])
      expect(isAlive(search.pid as Pid)).toBe(true)
      await stop(search)
    }))

  it('excuses what is made of its reasons, and an abort by another controller', () =>
    world(async (kernel) => {
      const search = await start(Class)
      const abort = () => new DOMException('This operation was aborted', 'AbortError')
      const made: readonly ((reason: unknown) => unknown)[] = [
        (reason) => new AggregateError([reason, new Error('of it', { cause: reason }), abort()]),
        abort,
        () => new Error('no answer', { cause: abort() }),
      ]
      for (const make of made) {
        const outcome = failure(search.with({ timeout: 10 }).call.raise(make))
        await kernel.clock.advance(10)
        expect(await outcome).toMatchObject({ code: 'CALL_TIMEOUT' })
        expect(isAlive(search.pid as Pid)).toBe(true)
      }
    }))

  it('excuses an error by whatever causes it leads to the reason, and an aggregate of such', () =>
    world(async (kernel) => {
      const search = await start(Class)
      const wrap = (cause: unknown, times: number): unknown =>
        times === 0 ? cause : new Error('of it', { cause: wrap(cause, times - 1) })
      const circular = new Error('circular')
      circular.cause = circular
      const made: readonly [(reason: unknown) => unknown, boolean][] = [
        [(reason) => wrap(reason, 2), true],
        [(reason) => wrap(reason, 9), true],
        [(reason) => wrap(new AggregateError([wrap(reason, 2), reason]), 2), true],
        [(reason) => wrap(new AggregateError([wrap(reason, 2), new Error('of its own')]), 1), false],
        [() => circular, false],
      ]
      for (const [make, isExcused] of made) {
        const asked = await start(Class)
        const outcome = failure(asked.with({ timeout: 10 }).call.raise(make))
        await kernel.clock.advance(10)
        expect(await outcome).toMatchObject({ code: 'CALL_TIMEOUT' })
        expect(isAlive(asked.pid as Pid)).toBe(isExcused)
      }
      await stop(search)
    }))

  it('excuses what is made of a call that was given up with it', () =>
    world(async (kernel) => {
      const stock = await start(Search)
      const search = await start(Class)
      const outcome = failure(
        search.with({ timeout: 10 }).call.pass(() => stock.with({ deadline: 'inherit' }).call.find(1)),
      )
      await kernel.clock.advance(200)
      expect(await outcome).toMatchObject({ code: 'CALL_TIMEOUT' })
      expect(isAlive(search.pid as Pid)).toBe(true)
      expect(kernel.reports).toEqual([])
    }))

  it('does not fire for a call that is answered', () =>
    world(async (kernel) => {
      const search = await start(Class)
      const [answered, late] = [search.call.keep(), failure(search.with({ timeout: 10 }).call.keep())]
      await kernel.clock.advance(100)
      expect(await answered).toBe('late')
      expect(await late).toMatchObject({ code: 'CALL_TIMEOUT' })
      expect((await search.call.seen()).signals.map(({ aborted }) => aborted)).toEqual([false, true])
      await stop(search)
    }))

  it('excuses no failure but its own', () =>
    world(async (kernel) => {
      const search = await start(Class)
      const outcome = failure(search.with({ timeout: 10 }).call.crash())
      await kernel.clock.advance(10)
      expect(await outcome).toMatchObject({ code: 'CALL_TIMEOUT' })
      expect(isAlive(search.pid as Pid)).toBe(false)
      expect(kernel.reports[0]).toMatchObject({ reason: { message: 'of its own' } })
    }))
})

describe.each([classes[0], classes[2]])('skipAbandoned (%s)', (_, Class) => {
  it('leaves out calls that nobody waits for when their turn comes, and no others', () =>
    world(async (kernel) => {
      const search = await start(Class)
      const slow = search.call.find(0)
      const outcomes = [
        failure(search.with({ timeout: 10 }).call.find(1)),
        failure(search.with({ timeout: 10 }).call.look(2)),
      ]
      const caller = spawn(() => search.call.find(3))
      const waited = receiveResponse(search.request.find(4), 10)
      const last = search.call.find(5)
      await kernel.clock.advance(10)
      exit(caller, 'kill')
      expect(await waited).toBe('timeout')
      await kernel.clock.advance(1_000)
      expect([await slow, await last]).toEqual([0, 5])
      expect((await Promise.all(outcomes)).map(({ code }) => code)).toEqual(['CALL_TIMEOUT', 'CALL_TIMEOUT'])
      expect((await search.call.seen()).handled).toEqual([0, 2, 5])
      await stop(search)
    }))
})

it('skipAbandoned leaves out concurrent calls that wait for their turn', () =>
  world(async (kernel) => {
    class Narrow extends Search {}
    defineServer(Narrow, {
      calls: ['find', 'seen'],
      concurrent: [{ method: 'find', limit: 1 }],
      skipAbandoned: ['find'],
    })
    const search = await start(Narrow)
    const slow = search.call.find(0)
    const abandoned = failure(search.with({ timeout: 10 }).call.find(1))
    const last = search.call.find(2)
    await kernel.clock.advance(1_000)
    expect([await slow, await last]).toEqual([0, 2])
    expect(await abandoned).toMatchObject({ code: 'CALL_TIMEOUT' })
    expect((await search.call.seen()).handled).toEqual([0, 2])
    await stop(search)
  }))

describe('calls that will be skipped, since their callers are gone, count for no limit', () => {
  const limited = { limit: 2, policy: 'reject' } as const
  class Waiting {
    state = 'closed'
    ran: string[] = []
    async find(text: string): Promise<string> {
      this.ran.push(text)
      await sleep(100)
      return text
    }
    all(): string[] {
      return this.ran
    }
    open(): string {
      this.state = 'open'
      return 'open'
    }
  }
  class Narrow extends Waiting {}
  class Machine extends Waiting {}
  const table = { calls: ['find', 'open', 'all'], mailbox: limited } as const
  class Kept extends Waiting {}
  defineServer(Kept, { ...table, concurrent: [{ method: 'find', limit: 1 }] })
  defineServer(Waiting, { ...table, skipAbandoned: ['find'] })
  defineServer(Narrow, { ...table, concurrent: [{ method: 'find', limit: 1 }], skipAbandoned: ['find'] })
  defineMachine(Machine, {
    mailbox: limited,
    handlers: [
      { on: 'call', method: 'find', states: ['open'], postponed: ['closed'], skipAbandoned: true },
      { on: 'call', method: 'open' },
      { on: 'call', method: 'all' },
    ],
  })

  it.each([
    ['in the mailbox', Waiting, ['first', 'fresh']],
    ['that wait for their turn beside the server', Narrow, ['first', 'fresh']],
    ['that a machine has postponed', Machine, ['fresh']],
  ] as const)('%s', (_, Class, ran) =>
    world(async (kernel) => {
      const search = await start(Class)
      const first = Class === Machine ? undefined : search.call.find('first')
      await kernel.settled()
      const gone = ['gone 1', 'gone 2'].map((text) => failure(search.with({ timeout: 10 }).call.find(text)))
      await kernel.clock.advance(10)
      expect((await Promise.all(gone)).map(({ code }) => code)).toEqual(['CALL_TIMEOUT', 'CALL_TIMEOUT'])
      const fresh = search.call.find('fresh')
      await kernel.settled()
      if (Class === Machine) await search.call.open()
      await kernel.clock.advance(1_000)
      await first
      expect(await fresh).toBe('fresh')
      expect(await search.call.all()).toEqual(ran)
    }))

  it('and others do', () =>
    world(async (kernel) => {
      const search = await start(Kept)
      const first = search.call.find('first')
      await kernel.settled()
      const gone = ['gone 1', 'gone 2'].map((text) => failure(search.with({ timeout: 10 }).call.find(text)))
      await kernel.clock.advance(10)
      await Promise.all(gone)
      expect(await failure(search.call.find('fresh'))).toMatchObject({ code: 'MAILBOX_FULL' })
      await kernel.clock.advance(1_000)
      await first
    }))
})

describe('a task that is handed the signal of a call', () => {
  class Tasks {
    async wait(how: 'await' | 'await with it' | 'await all' | 'stream'): Promise<unknown> {
      const { signal } = from()
      const work = (): Promise<void> => sleep(1_000, { signal })
      if (how === 'await') return Task.async(work).await()
      if (how === 'await with it') return Task.async(work).await({ signal })
      if (how === 'await all') return Task.awaitMany([Task.async(work), Task.async(work)])
      for await (const outcome of Task.asyncStream([1, 2], work)) if ('exit' in outcome) throw outcome.exit
      return undefined
    }
    well(): string {
      return 'well'
    }
  }
  defineServer(Tasks, { calls: ['wait', 'well'] })

  it.each([
    'await',
    'await with it',
    'await all',
    'stream',
  ] as const)('ends without taking the server along when the caller gives up (%s)', (how) =>
    world(async (kernel) => {
      const tasks = await start(Tasks)
      const outcome = failure(tasks.with({ timeout: 10 }).call.wait(how))
      const next = tasks.call.well()
      await kernel.clock.advance(100)
      expect(await outcome).toMatchObject({ code: 'CALL_TIMEOUT' })
      expect(await next).toBe('well')
      expect(kernel.reports.filter(({ level }) => level === 'error')).toEqual([])
      await stop(tasks)
    }))
})

it('skipAbandoned names calls', async () => {
  class Wrong {
    note(): void {}
  }
  expect(
    await failure(() => defineServer(Wrong, { casts: ['note'], skipAbandoned: ['note'] })),
  ).toMatchObject({ code: 'HANDLER_INVALID', details: { table: 'skipAbandoned' } })
})
