import { describe, expect, it } from 'vitest'
import {
  type Callbacks,
  call,
  cast,
  getState,
  reply,
  type ServerRef,
  start,
  stop,
  whereisServer,
} from '../../src/genserver/index.js'
import { exit, isAlive, self, sleep, spawn } from '../../src/kernel/index.js'
import { exitReason, failure, next, world } from './world.js'

const echo: Callbacks<unknown[]> = {
  init: () => ({ state: [] }),
  handleCall: (request, _from, state) => ({ reply: request, state }),
  handleCast: (request, state) => ({ state: [...state, request] }),
}
const slow: Callbacks<number, number> = {
  init: (ms) => ({ state: ms }),
  handleCall: async (request, _from, ms) => {
    await sleep(ms)
    return { reply: request, state: ms }
  },
}
const silent: Callbacks<0> = {
  init: () => ({ state: 0 }),
  handleCall: (_request, _from, state) => ({ state }),
  handleCast: (reason) => exit(reason),
}

describe('call', () => {
  it('reaches a server by pid, by name, and by whatever knows its address', () =>
    world(async () => {
      const pid = await start(echo, undefined, { name: 'echo' })
      for (const server of [pid, 'echo', { target: pid }, { target: 'echo' }]) {
        expect(await call(server, 'hello')).toBe('hello')
      }
    }))

  it('gives up after 5,000 ms unless told otherwise', () =>
    world(async (kernel) => {
      const server = await start(slow, 10_000)
      const standard = failure(call(server, 'x'))
      await kernel.clock.advance(4_999)
      const short = failure(call(server, 'y', 1))
      await kernel.clock.advance(1)
      expect(await standard).toMatchObject({
        code: 'CALL_TIMEOUT',
        details: { timeout: 5_000, reason: 'timeout' },
      })
      expect(await short).toMatchObject({ code: 'CALL_TIMEOUT', details: { timeout: 1 } })
    }))

  it('waits for ever when asked to', () =>
    world(async (kernel) => {
      const server = await start(slow, 1_000_000)
      const answer = call(server, 'x', { timeout: Number.POSITIVE_INFINITY })
      await kernel.clock.advance(1_000_000)
      expect(await answer).toBe('x')
    }))

  it('gives up when its signal fires', () =>
    world(async () => {
      const server = await start(silent)
      const controller = new AbortController()
      const answer = failure(call(server, 'x', { signal: controller.signal }))
      controller.abort('enough')
      expect(await answer).toMatchObject({ code: 'CALL_ABORTED', cause: 'enough' })
    }))

  it('rejects when there is no such process', () =>
    world(async () => {
      const pid = await start(echo)
      await stop(pid)
      for (const server of [pid, 'nobody']) {
        expect(await failure(call(server, 'x'))).toMatchObject({
          code: 'CALL_NOPROC',
          details: { reason: 'noproc' },
        })
      }
    }))

  it('rejects with the exit reason at the moment the server dies', () =>
    world(async () => {
      const crash = new Error('boom')
      for (const reason of ['normal', 'shutdown', { shutdown: 1 }, crash]) {
        const server = await start(silent)
        const answer = failure(call(server, 'x'))
        cast(server, reason)
        const error = await answer
        expect(error).toMatchObject({ code: 'CALL_SERVER_EXITED', details: { reason } })
        expect(error.cause).toBe(reason)
      }
    }))

  it('rejects a time-out that is none, before sending', () =>
    world(async () => {
      const server = await start(echo)
      for (const timeout of [-1, -0.5, Number.NaN, 2 ** 32, '5' as never]) {
        expect(await failure(call(server, 'x', { timeout }))).toMatchObject({ code: 'BAD_TIMEOUT' })
      }
    }))

  it('rejects what is no server reference', () =>
    world(async () => {
      for (const server of [undefined, null, 42, {}, { target: 42 }]) {
        expect(await failure(call(server as unknown as ServerRef, 'x'))).toMatchObject({
          code: 'SERVER_REF_INVALID',
          details: { action: 'call' },
        })
      }
    }))
})

describe('cast', () => {
  it('never fails, whoever is or is not there', () =>
    world(async () => {
      const pid = await start(echo)
      await stop(pid)
      expect(cast(pid, 'x')).toBeUndefined()
      expect(cast('nobody', 'x')).toBeUndefined()
      expect(
        cast(
          spawn(() => {}),
          'x',
        ),
      ).toBeUndefined()
    }))

  it('reaches nobody from the left-over code of a dead process', () =>
    world(async (kernel) => {
      const server = await start(echo)
      let goOn: () => void = () => {}
      const left = spawn(async () => {
        await new Promise<void>((resolve) => {
          goOn = resolve
        })
        cast(server, 'from beyond')
      })
      await kernel.settled()
      const ended = exitReason(left)
      exit(left, 'kill')
      await ended
      goOn()
      await kernel.settled()
      expect(await getState(server)).toEqual([])
    }))

  it('throws for what is no server reference', () =>
    world(async () => {
      expect(await failure(() => cast(42 as never, 'x'))).toMatchObject({ code: 'SERVER_REF_INVALID' })
    }))

  it('shares nothing that either side could change', () =>
    world(async (kernel) => {
      const seen: unknown[] = []
      const server = await start({
        init: () => ({ state: 0 }),
        handleCast: (request, state) => {
          seen.push(Object.isFrozen(request))
          return { state }
        },
      })
      cast(server, { list: [1] })
      await kernel.settled()
      expect(seen).toEqual([true])
    }))
})

describe('stop', () => {
  it('ends a server with normal, or the reason given, and waits for it', () =>
    world(async () => {
      for (const reason of [undefined, 'shutdown', { shutdown: 'done' }, 'other']) {
        const terminated: unknown[] = []
        const server = await start({ ...echo, terminate: (given) => void terminated.push(given) })
        const ended = exitReason(server)
        expect(await (reason === undefined ? stop(server) : stop(server, reason))).toBeUndefined()
        expect(isAlive(server)).toBe(false)
        expect(await ended).toEqual(reason ?? 'normal')
        expect(terminated).toEqual([reason ?? 'normal'])
      }
    }))

  it('rejects when the server ended with another reason', () =>
    world(async () => {
      const server = await start({
        ...echo,
        terminate: () => {
          throw 'otherwise'
        },
      })
      expect(await failure(stop(server))).toMatchObject({
        code: 'CALL_SERVER_EXITED',
        details: { reason: 'otherwise' },
      })
    }))

  it('gives up waiting after its time, while the server goes on stopping', () =>
    world(async (kernel) => {
      const server = await start({ ...echo, terminate: () => sleep(100) })
      const ended = exitReason(server)
      const late = failure(stop(server, 'normal', 50))
      await kernel.clock.advance(50)
      expect(await late).toMatchObject({ code: 'CALL_TIMEOUT' })
      expect(isAlive(server)).toBe(true)
      await kernel.clock.advance(50)
      expect(await ended).toBe('normal')
    }))

  it('rejects when there is nobody to stop, and for oneself', () =>
    world(async () => {
      expect(await failure(stop('nobody'))).toMatchObject({ code: 'CALL_NOPROC' })
      expect(await failure(stop(self()))).toMatchObject({ code: 'CALL_SELF' })
      expect(await failure(stop(42 as never))).toMatchObject({ code: 'SERVER_REF_INVALID' })
    }))

  it('leaves no message behind', () =>
    world(async () => {
      await stop(await start(echo))
      expect(await next()).toBe('nothing')
    }))
})

describe('reply', () => {
  it('to a caller that is gone does nothing', () =>
    world(async (kernel) => {
      let held: Parameters<typeof reply>[0] | undefined
      const server = await start({
        init: () => ({ state: 0 }),
        handleCall: (_, from, state) => {
          held = from
          return { state }
        },
      })
      const caller = spawn(() => call(server, 'x'))
      await kernel.settled()
      const ended = exitReason(caller)
      exit(caller, 'kill')
      await ended
      expect(reply(held as never, 'late')).toBeUndefined()
      expect(isAlive(server)).toBe(true)
    }))
})

describe('whereisServer', () => {
  it('finds the pid behind a name, passes a pid on, and knows when there is none', () =>
    world(async () => {
      const pid = await start(echo, undefined, { name: 'echo' })
      expect(whereisServer('echo')).toBe(pid)
      expect(whereisServer(pid)).toBe(pid)
      expect(whereisServer({ target: 'echo' })).toBe(pid)
      expect(whereisServer('nobody')).toBeUndefined()
      await stop(pid)
      expect(whereisServer('echo')).toBeUndefined()
      expect(whereisServer(pid)).toBe(pid)
    }))
})
