import { getEventListeners } from 'node:events'
import { describe, expect, it } from 'vitest'
import {
  type CallOptions,
  call,
  defineServer,
  from,
  getState,
  type Ref,
  ref,
  start,
  startLink,
} from '../../src/genserver/index.js'
import { defineMachine } from '../../src/genserver/state-machine/index.js'
import { exit, isAlive, type Pid, sleep, spawn } from '../../src/kernel/index.js'
import { failure, world } from './world.js'

/** What a stage makes of the call that it is given. */
interface Asked {
  readonly ms: number
  readonly options: CallOptions
}

/** Takes a while, and says what it was given. */
class Slow {
  readonly timeLeft: number[] = []
  readonly reasons: unknown[] = []
  async work(ms: number): Promise<string> {
    const { signal, timeLeft } = from()
    this.timeLeft.push(timeLeft)
    const aborted = new Promise((_, reject) =>
      signal.addEventListener('abort', () => {
        this.reasons.push((signal.reason as { code: string }).code)
        reject(signal.reason)
      }),
    )
    await Promise.race([sleep(ms), aborted])
    return 'done'
  }
}
defineServer(Slow, { name: 'slow', calls: ['work'], concurrent: ['work'] })

/** Hands its work on. */
class Between {
  state = 'ready'
  async pass({ ms, options }: Asked): Promise<string> {
    return ref(Slow).with(options).call.work(ms)
  }
}
class Beside extends Between {}
class Machine extends Between {}
defineServer(Between, { name: 'between', calls: ['pass'] })
defineServer(Beside, { name: 'between', calls: ['pass'], concurrent: ['pass'] })
defineMachine(Machine, { name: 'between', handlers: [{ on: 'call', method: 'pass' }] })

/** The first of a chain of three. */
class First {
  async pass(asked: Asked): Promise<string> {
    return ref(Between).with({ deadline: 'inherit' }).call.pass(asked)
  }
}
defineServer(First, { name: 'first', calls: ['pass'] })

const INHERIT = { deadline: 'inherit' } as const

async function slowly(): Promise<{ slow: Slow }> {
  return { slow: (await getState(await start(Slow))) as Slow }
}

const kinds = [
  ['a server', Between],
  ['a concurrent call', Beside],
  ['a state machine', Machine],
] as const

describe.each(kinds)("deadline: 'inherit' (%s)", (_, Class) => {
  it('gives a call the time that is left to the one it is made for', () =>
    world(async (kernel) => {
      const { slow } = await slowly()
      const between: Ref<Between> = await start<Between>(Class)
      const patient = between.with({ timeout: 60_000 }).call.pass({ ms: 30_000, options: INHERIT })
      await kernel.clock.advance(30_000)
      expect(await patient).toBe('done')
      expect(slow.timeLeft).toEqual([60_000])
      expect(kernel.timers.size).toBe(0)
    }))

  it('gives it up with that one, and nobody crashes', () =>
    world(async (kernel) => {
      const { slow } = await slowly()
      const between: Ref<Between> = await start<Between>(Class)
      const timedOut = failure(between.with({ timeout: 100 }).call.pass({ ms: 500, options: INHERIT }))
      await kernel.clock.advance(100)
      expect(await timedOut).toMatchObject({ code: 'CALL_TIMEOUT' })
      const controller = new AbortController()
      const aborted = failure(
        between.with({ signal: controller.signal }).call.pass({ ms: 500, options: INHERIT }),
      )
      await kernel.settled()
      controller.abort()
      expect(await aborted).toMatchObject({ code: 'CALL_ABORTED' })
      const caller = spawn(() => between.call.pass({ ms: 500, options: INHERIT }))
      await kernel.settled()
      exit(caller, 'kill')
      await kernel.settled()
      expect(slow.reasons).toEqual(['CALL_ABORTED', 'CALL_ABORTED', 'CALL_ABORTED'])
      expect(isAlive(between.pid as Pid)).toBe(true)
      expect(kernel.reports).toEqual([])
    }))

  it('leaves it its own time where that is less, and its own signal', () =>
    world(async (kernel) => {
      const { slow } = await slowly()
      const controller = new AbortController()
      const { signal } = controller
      const between = await start(Class)
      const short = failure(between.call.pass({ ms: 500, options: { ...INHERIT, timeout: 10 } }))
      await kernel.clock.advance(10)
      expect((await short).details.reason).toMatchObject({ code: 'CALL_TIMEOUT', details: { timeout: 10 } })
      const again = await start(Class)
      const aborted = failure(again.call.pass({ ms: 500, options: { ...INHERIT, signal } }))
      await kernel.settled()
      expect(getEventListeners(signal, 'abort')).toHaveLength(1)
      controller.abort(new Error('not wanted'))
      expect((await aborted).details.reason).toMatchObject({
        code: 'CALL_ABORTED',
        cause: { message: 'not wanted' },
      })
      expect(getEventListeners(signal, 'abort')).toHaveLength(0)
      expect(slow.timeLeft).toEqual([10, 5_000])
    }))
})

describe("deadline: 'inherit'", () => {
  it('goes through a chain of calls', () =>
    world(async (kernel) => {
      const { slow } = await slowly()
      await start(Between)
      const first = await start(First)
      const asked = { ms: 500, options: INHERIT }
      const outcome = failure(first.with({ timeout: 300 }).call.pass(asked))
      await kernel.clock.advance(100)
      const later = failure(first.with({ timeout: 300 }).call.pass(asked))
      await kernel.clock.advance(200)
      expect(await outcome).toMatchObject({ code: 'CALL_TIMEOUT' })
      await kernel.clock.advance(100)
      expect(await later).toMatchObject({ code: 'CALL_TIMEOUT' })
      // The second came to its turn when the first was given up.
      expect(slow.timeLeft).toEqual([300, 100])
      expect(kernel.reports).toEqual([])
    }))

  it('is nothing where no call is handled, or the one that is was answered before', () =>
    world(async (kernel) => {
      const { slow } = await slowly()
      const plain = ref(Slow).with(INHERIT).call.work(10)
      await kernel.clock.advance(10)
      expect(await plain).toBe('done')
      const answering = await start({
        init: () => ({ state: 0 }),
        handleCall: async (_, client, state) => {
          client.reply('answered')
          await ref(Slow).with(INHERIT).call.work(10)
          return { state }
        },
      })
      expect(await call(answering, 'x', { timeout: 100 })).toBe('answered')
      await kernel.clock.advance(10)
      expect(slow.timeLeft).toEqual([5_000, 5_000])
    }))

  it('waits for a restart no longer than the call it is made for', () =>
    world(async (kernel) => {
      const between = await start(Between)
      const outcome = failure(
        between.with({ timeout: 100 }).call.pass({ ms: 1, options: { ...INHERIT, waitForRestart: 60_000 } }),
      )
      await kernel.clock.advance(100)
      expect(await outcome).toMatchObject({ code: 'CALL_TIMEOUT' })
      await kernel.settled()
      expect(isAlive(between.pid as Pid)).toBe(true)
      expect(kernel.timers.size).toBe(0)
    }))

  it('is the one word there is, and a signal is a signal', () =>
    world(async () => {
      await slowly()
      const slow = ref(Slow)
      const deadline = 'inherits' as 'inherit'
      expect(await failure(slow.with({ deadline }).call.work(1))).toMatchObject({
        code: 'BAD_OPTION',
        message: "a call does not know the option deadline: inherits. Expected 'inherit'.",
      })
      const signal = new AbortController() as unknown as AbortSignal
      expect(await failure(call('slow', 1, { signal }))).toMatchObject({
        code: 'BAD_OPTION',
        details: { option: 'signal' },
      })
    }))

  it('sends nothing when nobody waits any more', () =>
    world(async (kernel) => {
      const { slow } = await slowly()
      expect(await failure(ref(Slow).with({ signal: AbortSignal.abort() }).call.work(1))).toMatchObject({
        code: 'CALL_ABORTED',
      })
      await kernel.settled()
      expect(slow.timeLeft).toEqual([])
    }))
})

it('the time that a caller leaves can be asked for', () =>
  world(async (kernel) => {
    const seen: number[] = []
    const server = await startLink({
      init: () => ({ state: 0 }),
      handleCall: async (_, client, state) => {
        seen.push(client.timeLeft)
        await sleep(40)
        seen.push(client.timeLeft)
        return { reply: 0, state }
      },
    })
    const outcome = failure(call(server, 1, 30))
    await kernel.clock.advance(40)
    await outcome
    const endless = call(server, 1, Number.POSITIVE_INFINITY)
    await kernel.clock.advance(40)
    await endless
    expect(seen).toEqual([30, 0, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY])
  }))
