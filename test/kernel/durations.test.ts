/** What is given as a time: fractions are rounded up wherever one is taken, and what is no time is refused by a code. */
import {
  call,
  currentKernel,
  receive,
  receiveResponse,
  self,
  send,
  sendAfter,
  sendRequest,
  sleep,
  spawn,
  start,
  stateMachine,
  stop,
  Task,
} from 'heartwood'
import { toChildSpec } from 'heartwood/tools'
import { describe, expect, it } from 'vitest'
import { readTimer, startTimer } from '../../src/kernel/index.js'
import { checkSupervisor } from '../../src/supervisor/supervisor-options.js'
import { codeOf, inWorld } from './world.js'

/** Answers `slow` never, anything else at once. */
const server = {
  init: () => ({ state: 0 }),
  handleCall: (request: unknown, _from: unknown, state: number) =>
    request === 'slow' ? { state } : { reply: request, state },
}

/** What takes milliseconds and is over when they are: as code, since each has its own way to say it. */
const WAITS: Record<string, (ms: number) => unknown> = {
  sleep,
  receive: (timeout) => receive({ timeout }),
  sendAfter: async (ms) => {
    sendAfter(ms, self(), 'x')
    await receive('x')
  },
  startTimer: async (ms) => {
    startTimer(ms, self(), 'x')
    await receive()
  },
  'sendAfter at a point on the clock': async (ms) => {
    sendAfter(currentKernel().now() + ms, self(), 'x', { abs: true })
    await receive('x')
  },
  'the time-out of a call': async (timeout) => {
    const pid = await start(server)
    await call(pid, 'slow', { timeout }).catch(() => {})
  },
  'the wait for a restart': (waitForRestart) => call('nobody', 1, { waitForRestart }).catch(() => {}),
  'the time-out of a start': (timeout) =>
    start({ init: () => new Promise<never>(() => {}) }, undefined, { timeout }).catch(() => {}),
  'the time-out of a stop': async (timeout) => {
    const pid = await start({ ...server, terminate: () => new Promise<void>(() => {}) })
    await stop(pid, 'normal', timeout).catch(() => {})
  },
  receiveResponse: async (timeout) => receiveResponse(sendRequest(await start(server), 'slow'), timeout),
  'Task.await': (ms) => Task.async(() => receive('never')).yield(ms),
  'Task.yieldMany': (timeout) => Task.yieldMany([Task.async(() => receive('never'))], { timeout }),
  'an idle time of a server': async (timeout) => {
    const me = self()
    await start({
      init: () => ({ state: 0, timeout }),
      handleInfo: (message: unknown, state: number) => {
        send(me, message === 'timeout' ? 'idle' : message)
        return { state }
      },
    })
    await receive('idle')
  },
  'a time-out of a state machine': async (stateTimeout) => {
    const me = self()
    await start(
      stateMachine({
        init: () => ({ state: 'on', data: 0, actions: { stateTimeout } }),
        handleEvent: () => {
          send(me, 'over')
          return 'keep_state'
        },
      }),
    )
    await receive('over')
  },
}

describe('a fraction of a millisecond is rounded up', () => {
  for (const [name, wait] of Object.entries(WAITS)) {
    for (const ms of [10.25, 0.001, 9.999_999])
      it(
        `${name} of ${ms}`,
        inWorld(async ({ kernel, clock }) => {
          const me = self()
          spawn(async () => {
            await wait(ms)
            kernel.send(me, { over: kernel.now() })
          })
          await clock.runUntilIdle()
          expect(await receive()).toEqual({ over: Math.ceil(ms) })
        }),
      )
  }

  it(
    'by the virtual clock too',
    inWorld(async ({ clock }) => {
      await clock.advance(0.5)
      expect(clock.now()).toBe(1)
    }),
  )

  it(
    'and what is left is whole',
    inWorld(() => expect(readTimer(sendAfter(99.5, self(), 'x'))).toBe(100)),
  )

  it('in what supervisors are told', () => {
    const spec = {
      id: 'a',
      start: () => 'ignore' as const,
      shutdown: 1.5,
      backoff: { initial: 1.5, max: 2.5 },
    }
    expect(toChildSpec(spec)).toMatchObject({ shutdown: 1.5, backoff: { initial: 1.5, max: 2.5 } })
    expect(checkSupervisor({ period: 1_500.5 }).period).toBe(1_500.5)
  })
})

describe('what is no time is refused', () => {
  const WRONG = [-1, -0.5, Number.NaN, Number.NEGATIVE_INFINITY, '5', 1e300] as unknown[] as never[]

  /** Those whose failure is the exit of a server are told by it. */
  for (const [name, wait] of Object.entries({
    sleep,
    receive: WAITS.receive,
    sendAfter: WAITS.sendAfter,
    startTimer: WAITS.startTimer,
    'a call': (timeout: number) => call('nobody', 1, { timeout }),
    'the wait for a restart': (waitForRestart: number) => call('nobody', 1, { waitForRestart }),
    'a start': (timeout: number) => start(server, undefined, { timeout }),
    receiveResponse: WAITS.receiveResponse,
    'Task.await': (ms: number) => Task.completed(1).await(ms),
    'Task.yieldMany': WAITS['Task.yieldMany'],
  } as Record<string, (ms: never) => unknown>)) {
    for (const value of WRONG)
      it(
        `${name} of ${String(value)}`,
        inWorld(async () => expect(await codeOf(() => wait(value))).toMatch(/^BAD_TIME(OUT)?$/)),
      )
  }

  for (const value of ['5', Number.NaN, Number.POSITIVE_INFINITY] as unknown[] as never[])
    it(
      `a point on the clock: ${String(value)}`,
      inWorld(async () =>
        expect(await codeOf(() => sendAfter(value, self(), 'x', { abs: true }))).toBe('BAD_TIME'),
      ),
    )
})
