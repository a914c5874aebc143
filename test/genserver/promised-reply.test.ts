import { describe, expect, it } from 'vitest'
import {
  Agent,
  type Callbacks,
  call,
  defineServer,
  type From,
  getState,
  idle,
  receiveResponse,
  reply,
  sendRequest,
  start,
  stateMachine,
  stopping,
} from '../../src/genserver/index.js'
import { exit, isAlive, type Pid, sleep, spawn } from '../../src/kernel/index.js'
import { failure, world } from './world.js'

const never = new Promise<never>(() => {})
const late = async <T>(value: T) => value
const thenable = (then: (resolve: (value: unknown) => void, reject: (error: Error) => void) => void) =>
  Object.defineProperty({}, 'then', { value: then })
const rejected = (error: Error) => thenable((_, reject) => reject(error))
const unreadable = (error: Error) =>
  Object.defineProperty({}, 'then', {
    get() {
      throw error
    },
  })

/** What a request does is in it. */
const server: Callbacks<number, unknown> = {
  init: () => ({ state: 0 }),
  handleCall: (request, from, state) => (request as (from: From, state: number) => never)(from, state),
}
const machine = stateMachine({
  init: () => ({ state: 'only' as const, data: 0 }),
  states: { only: (event) => (event.content as (from: unknown) => never)((event as { from: From }).from) },
})
class Settings {
  leave(reply: unknown) {
    return stopping('normal', reply)
  }
  wait(reply: unknown) {
    return idle(1_000, reply)
  }
}
defineServer(Settings, { calls: ['leave', 'wait'] })

/** Every way to answer a call with something, by a server that runs alone. */
const WAYS: Readonly<
  Record<string, (value: unknown, options?: object) => Promise<[Pid | undefined, Promise<unknown>]>>
> = {
  '{ reply, state }': async (value, options) => {
    const pid = await start(server)
    return [pid, call(pid, (_: From, state: number) => ({ reply: value, state }), options)]
  },
  '{ stop, reply, state }': async (value, options) => {
    const pid = await start(server)
    const request = (_: From, state: number) => ({ stop: 'normal', reply: value, state })
    return [pid, call(pid, request, options)]
  },
  'reply(from, …) in the handler': async (value, options) => {
    const pid = await start(server)
    const request = (from: From, state: number) => {
      reply(from, value)
      return { state }
    }
    return [pid, call(pid, request, options)]
  },
  'an action of a machine': async (value, options) => {
    const pid = await start(machine)
    return [pid, call(pid, (from: From) => ({ actions: { reply: value, to: from } }), options)]
  },
  'the replies of a machine that stops': async (value, options) => {
    const pid = await start(machine)
    const request = (from: From) => ({ stop: 'normal', replies: { reply: value, to: from } })
    return [pid, call(pid, request, options)]
  },
  'getAndUpdate of an agent': async (value, options) => {
    const agent = await Agent.start(() => 0)
    const change = () => ({ reply: value, state: 1 })
    return [agent.pid, agent.getAndUpdate(change, options)]
  },
  'idle(ms, reply) of a class': async (value, options) => {
    const settings = await start(Settings)
    return [settings.pid, settings.with(options ?? {}).call.wait(value)]
  },
  'stopping(reason, reply) of a class': async (value, options) => {
    const settings = await start(Settings)
    return [settings.pid, settings.with(options ?? {}).call.leave(value)]
  },
}

describe.each(Object.entries(WAYS))('a reply that is a promise: %s', (_, answerWith) => {
  it('is what the promise comes to', () =>
    world(async () => {
      const [, answer] = await answerWith(late('done'))
      expect(await answer).toBe('done')
      // A thenable of a library is awaited as well.
      const [, other] = await answerWith(thenable((resolve) => resolve('row')))
      expect(await other).toBe('row')
    }))

  it('leaves the call its time-out, its signal and its monitor', () =>
    world(async (kernel) => {
      const [, slow] = await answerWith(never, { timeout: 200 })
      const late = failure(slow)
      await kernel.clock.advance(200)
      expect((await late).code).toBe('CALL_TIMEOUT')
      const controller = new AbortController()
      const [, aborted] = await answerWith(never, { signal: controller.signal })
      controller.abort()
      expect((await failure(aborted)).code).toBe('CALL_ABORTED')
      const [pid, orphan] = await answerWith(never)
      spawn(() => exit(pid as Pid, 'kill'))
      expect((await failure(orphan)).code).toBe('CALL_SERVER_EXITED')
    }))

  it('is the failure of the server where it is rejected, or cannot be asked for its then', () =>
    world(async () => {
      const error = new Error('no such row')
      for (const value of [rejected(error), unreadable(error)]) {
        const [pid, answer] = await answerWith(value)
        expect((await failure(answer)).cause).toBe(error)
        expect(isAlive(pid as Pid)).toBe(false)
      }
    }))
})

describe('a reply that is a promise', () => {
  it('is the failure of another process, where that replies', () =>
    world(async (kernel) => {
      const error = new Error('no such row')
      const pid = await start(server)
      let helper: Pid | undefined
      const request = (from: From, state: number) => {
        helper = spawn(() => {
          reply(from, rejected(error))
          return sleep(1_000)
        })
        return { state }
      }
      const unanswered = failure(call(pid, request, 100))
      await kernel.clock.advance(100)
      expect((await unanswered).code).toBe('CALL_TIMEOUT')
      expect(isAlive(helper as Pid)).toBe(false)
      expect(isAlive(pid)).toBe(true)
    }))

  it('is awaited for a request that is answered by message', () =>
    world(async () => {
      const pid = await start(server)
      const request = sendRequest(pid, (_: From, state: number) => ({ reply: late('done'), state }))
      expect(await receiveResponse(request, { timeout: 1_000 })).toEqual({ reply: 'done' })
      const other = sendRequest(pid, (from: From, state: number) => {
        reply(from, late('later'))
        return { state }
      })
      expect(await receiveResponse(other, { timeout: 1_000 })).toEqual({ reply: 'later' })
    }))

  it('is refused by sys where it is the state that is looked at', () =>
    world(async () => {
      const pid = await start({ init: () => ({ state: thenable(() => {}) }) } as Callbacks<object, unknown>)
      expect((await failure(getState(pid))).code).toBe('STATE_IS_PROMISE')
      expect(isAlive(pid)).toBe(true)
    }))
})
