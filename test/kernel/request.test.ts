import { describe, expect, it } from 'vitest'
import {
  CallRequest,
  exit,
  HeartwoodError,
  Kernel,
  type Pid,
  processInfo,
  receive,
  register,
  self,
  send,
  sleep,
  spawn,
} from '../../src/kernel/index.js'
import { codeOf, expectNoMessage, inWorld, world } from './world.js'

/** Answers 'ping', keeps 'keep' for later, ends on 'die', fails on 'fail'. */
function server(kernel: Kernel, kept: CallRequest[] = [], name?: string): Pid {
  return kernel.spawnBehaviour(
    {
      handle(message) {
        if (!(message instanceof CallRequest)) return
        if (message.payload === 'ping') message.reply('pong')
        else if (message.payload === 'die') exit('shutdown')
        else if (message.payload === 'fail') throw new Error('server failed')
        else kept.push(message)
      },
    },
    name === undefined ? {} : { name },
  )
}

async function errorOf(call: Promise<unknown>): Promise<HeartwoodError> {
  const error = await call.then(
    () => undefined,
    (it: unknown) => it,
  )
  expect(HeartwoodError.is(error)).toBe(true)
  return error as HeartwoodError
}

describe('the time-out of a call', () => {
  it(
    'begins when nothing is left to run, before what was set after it at the same millisecond',
    inWorld(async ({ kernel, clock }) => {
      const log: string[] = []
      const pid = kernel.spawnBehaviour({ handle() {} })
      kernel.request(pid, 'x', { timeout: 100 }).catch(() => log.push('call'))
      expect(kernel.timers.size).toBe(0)
      spawn(async () => {
        await sleep(100)
        log.push('sleep')
      })
      await clock.advance(99)
      expect([log, kernel.timers.size]).toEqual([[], 2])
      await clock.advance(1)
      expect(log).toEqual(['call', 'sleep'])
    }),
  )

  it(
    'is not set for one that is answered before, but where a slice ends meanwhile',
    inWorld(async ({ kernel, clock }) => {
      let set = 0
      const { setAlarm } = clock
      clock.setAlarm = (...args) => {
        set++
        setAlarm.apply(clock, args)
      }
      const pid = server(kernel, [])
      for (let at = 0; at < 10; at++) expect(await kernel.request(pid, 'ping')).toBe('pong')
      // The first slice of a kernel ends with its first turn.
      expect(set).toBeLessThanOrEqual(1)
    }),
  )
})

describe('request', () => {
  it(
    'resolves with the reply; nothing is left of it at either end',
    inWorld(async ({ kernel }) => {
      const pid = server(kernel, [], 'server')
      expect(await kernel.request(pid, 'ping')).toBe('pong')
      expect(await kernel.request('server', 'ping')).toBe('pong')
      expect(processInfo(pid, 'monitoredBy')).toEqual([])
      expect(kernel.timers.size).toBe(0)
      await expectNoMessage()
    }),
  )

  it(
    'says who called',
    inWorld(async ({ kernel }) => {
      const kept: CallRequest[] = []
      const pid = server(kernel, kept)
      const call = kernel.request(pid, 'keep')
      await kernel.settled()
      expect(kept[0]?.caller).toBe(self())
      kept[0]?.reply(1)
      expect(await call).toBe(1)
    }),
  )

  it(
    'is given up with CALL_TIMEOUT, after 5,000 ms if nothing else is said; a late reply is dropped',
    inWorld(async ({ kernel, clock }) => {
      const kept: CallRequest[] = []
      const pid = server(kernel, kept)
      const calls = [kernel.request(pid, 'a'), kernel.request(pid, 'b', { timeout: 10 })]
      const errors = calls.map(errorOf)
      await clock.advance(10)
      const short = await (errors[1] as Promise<HeartwoodError>)
      expect([short.code, short.details.timeout, short.details.reason]).toEqual([
        'CALL_TIMEOUT',
        10,
        'timeout',
      ])
      await clock.advance(4_989)
      expect(processInfo(pid, 'monitoredBy')?.length).toBe(1)
      await clock.advance(1)
      expect((await (errors[0] as Promise<HeartwoodError>)).code).toBe('CALL_TIMEOUT')
      for (const request of kept) request.reply('late')
      await expectNoMessage()
      expect(processInfo(pid, 'monitoredBy')).toEqual([])
    }),
  )

  it(
    'with Infinity waits as long as it takes, and with 0 does not wait for a busy server',
    inWorld(async ({ kernel, clock }) => {
      const kept: CallRequest[] = []
      const pid = server(kernel, kept)
      const call = kernel.request(pid, 'x', { timeout: Number.POSITIVE_INFINITY })
      await clock.advance(10_000_000)
      kept[0]?.reply('at last')
      expect(await call).toBe('at last')
      const none = errorOf(kernel.request(pid, 'y', { timeout: 0 }))
      await clock.advance(1)
      expect((await none).code).toBe('CALL_TIMEOUT')
    }),
  )

  it(
    'refuses wrong timeouts before anything is sent',
    inWorld(async ({ kernel }) => {
      const kept: CallRequest[] = []
      const pid = server(kernel, kept)
      for (const timeout of [-1, -0.5, Number.NaN, 2 ** 32, '5' as unknown as number])
        expect(await codeOf(() => kernel.request(pid, 'x', { timeout }))).toBe('BAD_TIMEOUT')
      await kernel.settled()
      expect(kept).toEqual([])
    }),
  )

  it(
    'rejects at once with CALL_NOPROC where there is nobody',
    inWorld(async ({ kernel }) => {
      const pid = server(kernel)
      exit(pid, 'kill')
      for (const target of [pid, 'nobody']) {
        const error = await errorOf(kernel.request(target, 'ping'))
        expect([error.code, error.details.reason]).toEqual(['CALL_NOPROC', 'noproc'])
      }
    }),
  )

  it(
    "rejects with CALL_SERVER_EXITED and the server's exit reason the moment it dies",
    inWorld(async ({ kernel, reports }) => {
      const orderly = await errorOf(kernel.request(server(kernel), 'die'))
      expect([orderly.code, orderly.details.reason, orderly.cause]).toEqual([
        'CALL_SERVER_EXITED',
        'shutdown',
        'shutdown',
      ])
      const crashed = await errorOf(kernel.request(server(kernel), 'fail'))
      expect((crashed.cause as Error).message).toBe('server failed')
      const kept: CallRequest[] = []
      const pid = server(kernel, kept)
      const calls = [1, 2, 3].map(() => errorOf(kernel.request(pid, 'keep')))
      await kernel.settled()
      exit(pid, 'kill')
      for (const call of calls) expect((await call).details.reason).toBe('killed')
      expect(kernel.timers.size).toBe(0)
      expect(reports.length).toBe(1)
    }),
  )

  it(
    'of a process to itself is CALL_SELF, from a handler and from a script',
    inWorld(async ({ kernel }) => {
      expect(await codeOf(() => kernel.request(self(), 'me'))).toBe('CALL_SELF')
      register('me', self())
      expect(await codeOf(() => kernel.request('me', 'me'))).toBe('CALL_SELF')
      const codes: unknown[] = []
      const pid = kernel.spawnBehaviour({
        async handle() {
          codes.push(await codeOf(() => kernel.request(self(), 'again')))
        },
      })
      send(pid, 'go')
      await kernel.settled()
      expect(codes).toEqual(['CALL_SELF'])
    }),
  )

  it(
    'is given up with CALL_ABORTED when its signal fires, or has fired',
    inWorld(async ({ kernel }) => {
      const pid = server(kernel)
      const controller = new AbortController()
      const call = errorOf(kernel.request(pid, 'x', { signal: controller.signal }))
      await kernel.settled()
      controller.abort(new Error('enough'))
      const error = await call
      expect([error.code, (error.cause as Error).message]).toEqual(['CALL_ABORTED', 'enough'])
      expect(await codeOf(() => kernel.request(pid, 'x', { signal: AbortSignal.abort() }))).toBe(
        'CALL_ABORTED',
      )
      expect(processInfo(pid, 'monitoredBy')).toEqual([])
      expect(kernel.timers.size).toBe(0)
    }),
  )

  it(
    'takes the first of two replies, from whatever process they come',
    inWorld(async ({ kernel }) => {
      const kept: CallRequest[] = []
      const pid = server(kernel, kept)
      const call = kernel.request(pid, 'keep')
      await kernel.settled()
      spawn(() => kept[0]?.reply('first'))
      spawn(() => kept[0]?.reply('second'))
      expect(await call).toBe('first')
      await expectNoMessage()
    }),
  )

  it(
    'many of one process may be in flight at once, answered in any order',
    inWorld(async ({ kernel }) => {
      const kept: CallRequest[] = []
      const pid = server(kernel, kept)
      const calls = [0, 1, 2, 3].map((n) => kernel.request(pid, n))
      await kernel.settled()
      for (const request of [...kept].reverse()) request.reply(request.payload)
      expect(await Promise.all(calls)).toEqual([0, 1, 2, 3])
    }),
  )

  it(
    'by left-over code of a dead process goes nowhere',
    inWorld(async ({ kernel }) => {
      const kept: CallRequest[] = []
      const pid = server(kernel, kept)
      const codes: unknown[] = []
      const dying = spawn(async () => {
        try {
          await receive()
        } finally {
          codes.push(await codeOf(() => kernel.request(pid, 'x')))
        }
      })
      await kernel.settled()
      exit(dying, 'kill')
      await kernel.settled()
      expect([codes, kept]).toEqual([['PROCESS_DEAD'], []])
    }),
  )

  it('works from outside any process', async () => {
    const { kernel } = world()
    const pid = server(kernel)
    expect(await kernel.request(pid, 'ping')).toBe('pong')
    expect((await errorOf(kernel.request(pid, 'die'))).details.reason).toBe('shutdown')
  })

  it('names the method in its errors where the payload has one', async () => {
    const { kernel } = world()
    const error = await errorOf(kernel.request('nobody', { method: 'add', args: [1] }))
    expect(error.message).toContain('add')
    await kernel.run(() => sleep(0))
  })
})
