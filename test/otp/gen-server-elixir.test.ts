import { describe, expect, it } from 'vitest'
import {
  type Callbacks,
  call,
  cast,
  defineServer,
  ref,
  start,
  startLink,
  stop,
  whereisServer,
} from '../../src/genserver/index.js'
import { isAlive, Pid, processInfo, registered, self, whereis } from '../../src/kernel/index.js'
import { failure, world } from '../genserver/world.js'

/** Cases named after Elixir's gen_server_test.exs. */
const stack: Callbacks<unknown[], unknown[]> = {
  init: (items) => ({ state: items }),
  handleCall: (request, _from, items) => {
    if (request === 'stop') return { stop: 'normal', state: items }
    if (request === 'pop') return { reply: items[0], state: items.slice(1) }
    if (request === 'self') return { reply: self(), state: items }
    return call(self(), request).then(
      () => ({ reply: 'no failure', state: items }),
      (error: { code: string }) => ({ reply: error.code, state: items }),
    )
  },
  handleCast: (item, items) => ({ state: [item, ...items] }),
  terminate: () => {},
}

describe('gen_server_test', () => {
  it('start_link/3: a name must be a name', () =>
    world(async () => {
      for (const name of ['', 'undefined', 1, true, [], {}] as never[]) {
        expect(await failure(startLink(stack, ['hello'], { name }))).toMatchObject({ code: 'NAME_INVALID' })
      }
    }))

  it('start_link/3 with local: is registered, and a second one is already started', () =>
    world(async () => {
      const pid = await startLink(stack, ['hello'], { name: 'my_gen_server_name' })
      expect(whereis('my_gen_server_name')).toBe(pid)
      expect(await call('my_gen_server_name', 'pop')).toBe('hello')
      expect(await failure(startLink(stack, ['hello'], { name: 'my_gen_server_name' }))).toMatchObject({
        code: 'ALREADY_STARTED',
        details: { pid },
      })
    }))

  it('start_link/2, call/2 and cast/2', () =>
    world(async () => {
      const pid = await startLink(stack, ['hello'])
      expect(processInfo(pid, 'links')).toEqual([self()])
      expect(await call(pid, 'pop')).toBe('hello')
      expect(cast(pid, 'world')).toBeUndefined()
      expect(await call(pid, 'pop')).toBe('world')
      await stop(pid)
      for (const nowhere of [pid, 'unknown_name', { target: 'unknown_name' }]) {
        expect(cast(nowhere, 'x')).toBeUndefined()
      }
    }))

  it('call/3 exit messages', () =>
    world(async () => {
      const pid = await startLink(stack, ['hello'], { name: 'stack' })
      expect(await call(pid, 'anything')).toBe('CALL_SELF')
      await stop(pid)
      for (const nobody of [pid, 'stack']) {
        const error = await failure(call(nobody, 'pop', 100))
        expect(error).toMatchObject({
          code: 'CALL_NOPROC',
          details: { server: nobody, request: 'pop', reason: 'noproc' },
        })
        expect(error.message).toContain(`no process ${nobody} is alive`)
      }
    }))

  it('nil name: means unnamed', () =>
    world(async () => {
      const pid = await startLink(stack, ['hello'], { name: undefined })
      expect(processInfo(pid, 'registeredName')).toBeUndefined()
      expect(registered()).toEqual([])
    }))

  it('start/2: is not linked', () =>
    world(async () => {
      const pid = await start(stack, ['hello'])
      expect(processInfo(pid, 'links')).toEqual([])
      await stop(pid)
    }))

  it('whereis/1', () =>
    world(async () => {
      class Whereis {}
      defineServer(Whereis, { name: 'whereis_server' })
      expect(whereisServer('whereis_server')).toBeUndefined()
      const pid = (await start(Whereis)).pid as Pid
      expect(pid).toBeInstanceOf(Pid)
      for (const server of [pid, 'whereis_server', ref(Whereis), ref(Whereis, pid)]) {
        expect(whereisServer(server)).toBe(pid)
      }
    }))

  it('stop/3: ok, noproc, and stopping oneself', () =>
    world(async () => {
      const pid = await start(stack, [])
      expect(await stop(pid, 'normal')).toBeUndefined()
      expect(isAlive(pid)).toBe(false)
      expect(await failure(stop(pid))).toMatchObject({ code: 'CALL_NOPROC', details: { server: pid } })
      const named = await start(stack, [], { name: 'stack' })
      await stop('stack')
      expect(isAlive(named)).toBe(false)
      const suicidal = await start(
        {
          ...stack,
          handleCall: async (_request, _from, items) => ({
            reply: (await failure(stop(self()))).code,
            state: items,
          }),
        } satisfies Callbacks<unknown[], unknown[]>,
        [],
      )
      expect(await call(suicidal, 'x')).toBe('CALL_SELF')
    }))
})
