/** Circles that lead through more than calls: the result of a task, an answer by message, a start, a call that a machine has postponed. */
import { describe, expect, it } from 'vitest'
import {
  call,
  defineMachine,
  defineServer,
  from,
  RequestCollection,
  receiveResponse,
  ref,
  reply,
  start,
  stateMachine,
  Task,
} from '../../src/genserver/index.js'
import { type HeartwoodError, type Pid, sleep, spawn } from '../../src/kernel/index.js'
import type { TestKernel } from '../../src/testing/index.js'
import { world } from './world.js'

const forEver = Number.POSITIVE_INFINITY
const circles = (kernel: TestKernel) => kernel.reports.filter(({ kind }) => kind === 'circle')

/** The first error of what failed. */
function rootOf(thrown: unknown): unknown {
  const { cause } = (thrown ?? {}) as { cause?: unknown }
  return cause === undefined ? thrown : rootOf(cause)
}
const failed = (outcome: Promise<unknown>) => outcome.then((value) => ({ value }), rootOf)

type Way = (ask: () => Promise<unknown>) => Promise<unknown>

/** How a handler waits for what calls its server back. */
const ways: readonly [string, Way, string][] = [
  ['Task.await', (ask) => Task.async(ask).await(forEver), 'task'],
  ['a task of a task', (ask) => Task.async(() => Task.async(ask).await(forEver)).await(forEver), 'task'],
  [
    'Task.awaitMany',
    (ask) => Task.awaitMany([Task.async(ask), Task.async(() => sleep(9e9))], forEver),
    'task',
  ],
  ['task.yield', (ask) => Task.async(ask).yield(forEver), 'task'],
  ['Task.yieldMany', (ask) => Task.yieldMany([Task.async(ask)], forEver), 'task'],
  [
    'Task.asyncStream',
    async (ask) => {
      for await (const each of Task.asyncStream([1, 2], ask, { timeout: forEver })) return each
      return undefined
    },
    'task stream',
  ],
  [
    'Task.asyncStream while others are ready',
    async (ask) => {
      const busy = Array.from({ length: 8 }, () =>
        spawn(async () => {
          for (let n = 0; n < 50; n++) await sleep(0)
        }),
      )
      for await (const each of Task.asyncStream([busy], ask, { timeout: forEver })) return each
      return undefined
    },
    'task stream',
  ],
  ['receiveResponse', (ask) => receiveResponse(ref(Back, 'b').request.back(ask), forEver), 'b'],
  [
    'receiveResponse of a collection',
    (ask) => receiveResponse(new RequestCollection().add(ref(Back, 'b').request.back(ask), 1), forEver),
    'b',
  ],
]

class Asking {
  async ask(way: Way, back: () => Promise<unknown>): Promise<unknown> {
    return await way(back)
  }
  ping(): string {
    return 'pong'
  }
}
defineServer(Asking, { name: 'a', calls: ['ask', 'ping'] })
class Back {
  async back(ask: () => Promise<unknown>): Promise<unknown> {
    return await ask()
  }
}
defineServer(Back, { name: 'b', calls: ['back'] })

const ping = (timeout: number) => () => ref(Asking, 'a').with({ timeout }).call.ping()
const asking = (way: Way, back: () => Promise<unknown>) =>
  failed(ref(Asking, 'a').with({ timeout: forEver }).call.ask(way, back))

describe.each(ways)('a circle through %s', (_, way, through) => {
  const both = async () => {
    await start(Asking)
    await start(Back)
  }
  const cycle = expect.stringMatching(new RegExp(`^a → (.* → )?${through}.* → a$`))

  it('is named by the time-out of a call in it', () =>
    world(async (kernel) => {
      await both()
      const told: unknown[] = []
      const back = () => ping(500)().catch((error: HeartwoodError) => told.push(error))
      const outcome = asking(way, back)
      await kernel.clock.advance(500)
      await kernel.settled()
      expect(told[0]).toMatchObject({ code: 'CALL_TIMEOUT', details: { cycle } })
      await kernel.clock.advance(1e10)
      await outcome
      expect(circles(kernel)).toEqual([])
    }))

  it('is named by the log where nothing in it has a time, once', () =>
    world(async (kernel) => {
      await both()
      void asking(way, ping(forEver))
      await kernel.clock.advance(4_999)
      expect(circles(kernel)).toEqual([])
      await kernel.clock.advance(100_000)
      expect(circles(kernel)).toMatchObject([
        { level: 'warn', waited: 5_000, cycle: expect.stringContaining(through) },
      ])
    }))

  it('is none for the log while what is asked goes on by itself', () =>
    world(async (kernel) => {
      await both()
      const outcome = asking(way, async () => {
        const pinged = ping(forEver)()
        pinged.catch(() => {})
        await sleep(20_000)
        return 'done'
      })
      await kernel.clock.advance(9e9)
      await outcome
      if (through !== 'b') expect(circles(kernel)).toEqual([])
    }))
})

describe('the time-out of a task', () => {
  it.each([
    ['await', () => Task.async(ping(forEver)).await(1_000)],
    ['awaitMany', () => Task.awaitMany([Task.async(ping(forEver))], 1_000)],
  ] as const)('names the circle that it was in (%s)', (_, way) =>
    world(async (kernel) => {
      await start(Asking)
      const outcome = asking(way, ping(1))
      await kernel.clock.advance(1_000)
      const error = (await outcome) as HeartwoodError
      expect(error).toMatchObject({
        code: 'TASK_TIMEOUT',
        details: { cycle: expect.stringMatching(/^task .* → a → task/) },
      })
      expect(error.message).toContain('waited for each other')
    }))

  it.each([
    ['toArray', (ask) => Task.asyncStream([1], ask, { timeout: 1_000 }).toArray()],
    [
      'a loop, beside another that is slow',
      async (ask) => {
        const work = (n: number) => (n === 2 ? ask() : sleep(900))
        for await (const _ of Task.asyncStream([1, 2, 3], work, { timeout: 1_000 }));
      },
    ],
  ] as [string, Way][])('names it as the time-out of a stream (%s)', (_, way) =>
    world(async (kernel) => {
      await start(Asking)
      const outcome = asking(way, ping(forEver))
      await kernel.clock.advance(1_000)
      const error = (await outcome) as HeartwoodError
      expect(error).toMatchObject({
        code: 'TASK_STREAM_TIMEOUT',
        details: { cycle: expect.stringMatching(/^task stream .* → a → task stream/) },
      })
      expect(error.message).toContain('waited for each other')
    }))

  it('of a stream says nothing of the circle of a task that is not late', () =>
    world(async (kernel) => {
      await start(Asking)
      const work = async (n: number) => {
        if (n === 1) return await sleep(9_000)
        await sleep(1)
        return await ping(1_500)()
      }
      const outcome = asking(
        () => Task.asyncStream([1, 2], work, { timeout: 1_000, maxConcurrency: 2 }).toArray(),
        ping(1),
      )
      await kernel.clock.advance(1_000)
      const error = (await outcome) as HeartwoodError
      expect(error).toMatchObject({ code: 'TASK_STREAM_TIMEOUT', details: { position: 0 } })
      expect(error.details.cycle).toBeUndefined()
      expect(error.message).toContain('Wait longer')
    }))

  it('says nothing of circles where there was none', () =>
    world(async (kernel) => {
      await start(Asking)
      const outcome = asking(() => Task.async(() => sleep(2_000)).await(1_000), ping(1))
      await kernel.clock.advance(1_000)
      const error = (await outcome) as HeartwoodError
      expect(error.details.cycle).toBeUndefined()
      expect(error.message).toContain('Wait longer')
    }))
})

describe('a call that a machine has postponed', () => {
  const config = (timeout: number) => call('a', 'config', timeout)
  const asker = {
    init: () => ({ state: 0 }),
    handleCall: async (request: unknown, _from: unknown, state: number) => ({
      reply: request === 'config' ? 'config' : await call('machine', 'send', request as number),
      state,
    }),
  }
  let outcome: Promise<unknown> | undefined
  const callbacks = (timeout: number) =>
    stateMachine({
      init: () => ({ state: 'connecting', data: 0, actions: { stateTimeout: 50 } }),
      states: {
        connecting: async (event: { type: string }) => {
          if (event.type === 'call') return { actions: 'postpone' }
          outcome = failed(config(timeout))
          await outcome
          return { nextState: 'ready', data: 1 }
        },
        ready: (event: { type: string; from?: never }) =>
          event.type === 'call' ? { actions: { reply: 'sent', to: event.from } } : 'keep_state',
      },
    } as never)
  const both = async (timeout: number) => {
    await start(callbacks(timeout) as never, undefined, { name: 'machine' })
    await start(asker as never, undefined, { name: 'a' })
  }

  it('closes a circle, which the time-out names', () =>
    world(async (kernel) => {
      await both(700)
      const asked = failed(call('a', 10_000, forEver))
      await kernel.clock.advance(750)
      expect(await outcome).toMatchObject({ code: 'CALL_TIMEOUT', details: { cycle: 'a → machine → a' } })
      expect(await asked).toEqual({ value: 'sent' })
    }))

  it('or the log, where no call has a time', () =>
    world(async (kernel) => {
      await both(forEver)
      void failed(call('a', forEver, forEver))
      await kernel.clock.advance(20_000)
      expect(circles(kernel)).toMatchObject([
        { waited: 5_000, cycle: expect.stringMatching(/a → machine|machine → a/) },
      ])
    }))

  it('of a class closes one that is told at once', () =>
    world(async (kernel) => {
      class Machine {
        state: 'connecting' | 'ready' = 'connecting'
        async connect(): Promise<void> {
          await ref(Asking, 'a').with({ timeout: 700 }).call.ping()
        }
        send(): string {
          return 'sent'
        }
      }
      defineMachine(Machine, {
        name: 'machine',
        handlers: [
          { on: 'state_timeout', method: 'connect', states: ['connecting'], after: 50 },
          { on: 'call', method: 'send', states: ['ready'], postponed: ['connecting'] },
        ],
      })
      const pid = await start(Machine)
      await start(Asking)
      void asking(() => ref(Machine).with({ timeout: 5_000 }).call.send(), ping(1))
      await kernel.clock.advance(60)
      expect(kernel.isAlive(pid.pid as Pid)).toBe(false)
      expect(rootOf(kernel.reports[0]?.reason)).toMatchObject({ code: 'CALL_CYCLE' })
    }))

  it('is part of none once it is handled and left to others', () =>
    world(async (kernel) => {
      let kept: ReturnType<typeof from> | undefined
      const machine = stateMachine({
        init: () => ({ state: 'closed', data: 0 }),
        states: {
          closed: (event: { type: string }) =>
            event.type === 'call' ? { actions: 'postpone' } : { nextState: 'open', data: 1 },
          open: async (event: { type: string; from?: typeof kept; content: unknown }) => {
            if (event.type === 'call') {
              kept = event.from
              return 'keep_state'
            }
            return { data: await config(forEver) }
          },
        },
      } as never)
      const pid = await start(machine as never, undefined, { name: 'machine' })
      await start(asker as never, undefined, { name: 'a' })
      const asked = failed(call('a', forEver, forEver))
      await kernel.settled()
      kernel.send(pid as Pid, 'open')
      kernel.send(pid as Pid, 'ask')
      await kernel.clock.advance(20_000)
      expect(circles(kernel)).toEqual([])
      reply(kept as never, 'by another')
      expect(await asked).toEqual({ value: 'by another' })
    }))
})

it('a call that waits for its turn beside the server is held up by those that run, though the class calls from()', () =>
  world(async (kernel) => {
    class Narrow {
      async find(ask: () => Promise<unknown>): Promise<unknown> {
        return await ask()
      }
      lend(): unknown {
        return from()
      }
    }
    defineServer(Narrow, {
      name: 'narrow',
      calls: ['find', 'lend'],
      concurrent: [{ method: 'find', limit: 1 }],
    })
    await start(Narrow)
    await start(Asking)
    const find = (ask: () => Promise<unknown>) => ref(Narrow).with({ timeout: 5_000 }).call.find(ask)
    const outcome = failed(find(() => sleep(10).then(ping(1_000))))
    await kernel.settled()
    void asking(() => find(async () => 0), ping(1))
    await kernel.clock.advance(1_010)
    expect(await outcome).toMatchObject({ details: { cycle: expect.stringContaining('narrow') } })
  }))

describe('a circle through a wait for a restart', () => {
  let told: unknown
  class Late {
    async init(timeout: number): Promise<void> {
      await sleep(30)
      told = await failed(ping(timeout)())
    }
    back(): string {
      return 'back'
    }
  }
  defineServer(Late, { name: 'b', calls: ['back'] })
  const waiting = (ms: number) => () =>
    ref(Late, 'b').with({ timeout: forEver, waitForRestart: ms }).call.back()

  it('is named by the time-out of the call in it', () =>
    world(async (kernel) => {
      await start(Asking)
      void failed(start(Late, 600, { timeout: forEver }))
      await kernel.clock.advance(5)
      const outcome = asking(waiting(2_000), ping(1))
      await kernel.clock.advance(630)
      expect(told).toMatchObject({ code: 'CALL_TIMEOUT', details: { cycle: 'a → b → a' } })
      expect(await outcome).toEqual({ value: 'back' })
    }))

  it('is named by the log where nothing in it has a time', () =>
    world(async (kernel) => {
      await start(Asking)
      void failed(start(Late, forEver, { timeout: forEver }))
      await kernel.clock.advance(5)
      void asking(waiting(2 ** 31 - 1), ping(1))
      await kernel.clock.advance(6_000)
      expect(circles(kernel)).toMatchObject([{ cycle: expect.stringMatching(/^(a → b → a|b → a → b)$/) }])
    }))

  it('is none when the name comes to another', () =>
    world(async (kernel) => {
      await start(Asking)
      const outcome = asking(waiting(forEver), ping(1))
      await kernel.clock.advance(20_000)
      spawn(() => start(Late, 1_000, { timeout: forEver }))
      await kernel.clock.advance(20_000)
      expect(circles(kernel)).toEqual([])
      await outcome
    }))
})
