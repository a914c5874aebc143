import { inspect } from 'node:util'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { Agent } from '../../src/genserver/agent.js'
import { call, cast, getState } from '../../src/genserver/index.js'
import {
  exit,
  isAlive,
  isExit,
  type Pid,
  receive,
  self,
  sleep,
  spawn,
  trapExit,
} from '../../src/kernel/index.js'
import { exitReason, failure, next, world } from './world.js'

const boom = new Error('boom')
const fail = (): never => {
  throw boom
}

describe('Agent', () => {
  it('keeps a value, read and changed by functions that run in it', () =>
    world(async () => {
      const agent = await Agent.start(() => [self()])
      expect(await agent.get(([at]) => at === agent.pid && self() === agent.pid)).toBe(true)
      await agent.update((list) => [...list, self()])
      expect(await agent.get((list) => list.length)).toBe(2)
      expect(await getState(agent)).toEqual([agent.pid, agent.pid])
    }))

  it('refuses what is no function to who gave it, and lives, as in Elixir', () =>
    world(async () => {
      const agent = await Agent.start(() => 0)
      const none = 5 as never
      for (const method of ['get', 'update', 'getAndUpdate', 'cast'] as const) {
        const details = { action: `${method} of an agent`, value: 5 }
        expect(await failure(() => agent[method](none))).toMatchObject({ code: 'NOT_A_FUNCTION', details })
      }
      expect(await agent.get((count) => count)).toBe(0)
      expect((await failure(Agent.start(none))).code).toBe('NOT_A_FUNCTION')
      expect((await failure(Agent.startLink(none))).code).toBe('NOT_A_FUNCTION')
      expect((await failure(() => Agent.childSpec(none))).code).toBe('NOT_A_FUNCTION')
    }))

  it('takes async functions, one at a time', () =>
    world(async (kernel) => {
      const agent = await Agent.start(async () => 1)
      const slow = agent.update(async (count) => {
        await sleep(50)
        return count + 1
      })
      const after = agent.getAndUpdate(async (count) => ({ reply: `was ${count}`, state: count * 10 }))
      agent.cast(async (count) => count + 1)
      await kernel.clock.advance(50)
      await slow
      expect(await after).toBe('was 2')
      expect(await agent.get(async (count) => count)).toBe(21)
    }))

  it('ends with what its function throws, and so does the call', () =>
    world(async (kernel) => {
      for (const act of [
        (agent: Agent<number>) => agent.get(fail),
        (agent: Agent<number>) => agent.update(async () => fail()),
        (agent: Agent<number>) => agent.getAndUpdate(fail),
      ]) {
        const agent = await Agent.start(() => 0)
        const { pid } = agent
        expect(await failure(act(agent))).toMatchObject({ code: 'CALL_SERVER_EXITED', cause: boom })
        expect(isAlive(pid as Pid)).toBe(false)
      }
      const agent = await Agent.start(() => 0)
      agent.cast(fail)
      expect(await exitReason(agent.pid as Pid)).toBe(boom)
      expect(kernel.reportsOf('server')).toHaveLength(4)
    }))

  it('ends when getAndUpdate gets something else than a reply and a state', () =>
    world(async () => {
      for (const wrong of [7, undefined, { state: 1 }, { reply: 1 }, [1, 2]]) {
        for (const change of [() => wrong, async () => wrong]) {
          const agent = await Agent.start(() => 0)
          const error = await failure(agent.getAndUpdate(change as never))
          const reason = {
            code: 'BAD_RETURN_VALUE',
            badReturnValue: wrong,
            details: { callback: 'the function of getAndUpdate' },
            message: expect.stringContaining('It may return { reply, state }'),
          }
          expect(error).toMatchObject({ code: 'CALL_SERVER_EXITED', details: { reason }, cause: reason })
        }
      }
    }))

  it('ends in the same way for a result that cannot be read', () =>
    world(async () => {
      const { proxy, revoke } = Proxy.revocable({}, {})
      revoke()
      const throwing = new Proxy({}, { has: fail })
      for (const wrong of [proxy, throwing]) {
        const agent = await Agent.start(() => 0)
        const error = await failure(agent.getAndUpdate(() => wrong as never))
        expect(error).toMatchObject({ code: 'CALL_SERVER_EXITED', cause: { code: 'BAD_RETURN_VALUE' } })
      }
    }))

  it('does not start when its first value cannot be made', () =>
    world(async (kernel) => {
      expect(await failure(Agent.start(fail))).toMatchObject({ code: 'START_FAILED', cause: boom })
      const slow = failure(Agent.start(() => sleep(100), { timeout: 10 }))
      await kernel.clock.advance(10)
      expect((await slow).code).toBe('START_TIMEOUT')
    }))

  it('is linked by startLink alone', () =>
    world(async () => {
      trapExit(true)
      const linked = await Agent.startLink(() => 0)
      exit(linked.pid as Pid, 'kill')
      expect(await receive(isExit)).toMatchObject({ from: linked.pid, reason: 'killed' })
      const alone = await Agent.start(() => 0)
      await alone.stop()
      expect(await next()).toBe('nothing')
    }))

  it('is found by name, whichever process has it', () =>
    world(async () => {
      const byName = Agent.ref<number>('counter')
      expect(byName.pid).toBeUndefined()
      expect((await failure(byName.get((it) => it))).code).toBe('CALL_NOPROC')
      const first = await Agent.start(() => 1, { name: 'counter' })
      expect((await failure(Agent.start(() => 2, { name: 'counter' }))).code).toBe('ALREADY_STARTED')
      expect([byName.pid, byName.name, first.name]).toEqual([first.pid, 'counter', undefined])
      await first.stop()
      await Agent.start(() => 2, { name: 'counter' })
      expect(await byName.get((it) => it)).toBe(2)
      expect((await failure(() => Agent.ref(7 as never))).code).toBe('SERVER_REF_INVALID')
      expect(Agent.ref<number>(byName).name).toBe('counter')
    }))

  it('gives calls up in time', () =>
    world(async (kernel) => {
      const agent = await Agent.start(() => 0)
      const late = failure(agent.get(() => sleep(1_000), 20))
      await kernel.clock.advance(20)
      expect(await late).toMatchObject({ code: 'CALL_TIMEOUT', details: { request: 'get' } })
      const controller = new AbortController()
      const aborted = failure(agent.update((it) => it, { signal: controller.signal }))
      controller.abort()
      expect((await aborted).code).toBe('CALL_ABORTED')
    }))

  it('crashes on requests that are none of its own, and drops messages with a warning', () =>
    world(async (kernel) => {
      const agent = await Agent.start(() => 0)
      spawn(() => cast(agent, 'reset'))
      expect(await exitReason(agent.pid as Pid)).toMatchObject({ code: 'CALLBACK_MISSING' })
      const other = await Agent.start(() => 0)
      expect((await failure(call(other, 'get'))).code).toBe('CALL_SERVER_EXITED')
      const third = await Agent.start(() => 0)
      kernel.send(third.pid as Pid, 'hello')
      expect(await third.get((it) => it)).toBe(0)
      expect(kernel.reports.at(-1)).toMatchObject({ level: 'warn', lastMessage: 'hello' })
    }))

  it('keeps anything, also nothing and what looks like a result', () =>
    world(async () => {
      for (const value of [undefined, null, 'ignore', { stop: 1 }, new Map()]) {
        const agent = await Agent.start(() => value)
        expect(await agent.get((it) => it)).toBe(value)
      }
    }))

  it('prints as what it goes by', () =>
    world(async () => {
      expect(String(Agent.ref('counter'))).toBe('Agent(counter)')
      expect(inspect(Agent.ref(self()))).toBe(`Agent(${self()})`)
    }))

  it('knows the types', () => {
    const count = (agent: Agent<number[]>) => agent.get((list) => list.length)
    expectTypeOf(count).returns.toEqualTypeOf<Promise<number>>()
    const pop = (agent: Agent<number[]>) =>
      agent.getAndUpdate(([first, ...rest]) => ({ reply: first, state: rest }))
    expectTypeOf(pop).returns.toEqualTypeOf<Promise<number | undefined>>()
    // @ts-expect-error a list is not replaced by a number
    void ((agent: Agent<number[]>) => agent.update((list) => list.length))
  })
})
