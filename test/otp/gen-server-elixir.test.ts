import { describe, expect, it } from 'vitest'
import { GenServer } from '../../src/decorators/index.js'
import {
  abcast,
  type Callbacks,
  call,
  cast,
  defineServer,
  multiCall,
  type Ref,
  ref,
  start,
  startLink,
  stop,
  whereisServer,
} from '../../src/genserver/index.js'
import { isAlive, Pid, processInfo, registered, self, whereis } from '../../src/kernel/index.js'
import { toChildSpec } from '../../src/supervisor/index.js'
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
  it('generates child_spec/1', () =>
    world(async () => {
      @GenServer()
      class Plain {
        init(_args?: unknown): void {}
      }
      const plain = toChildSpec([Plain, ['hello']])
      expect(plain).toMatchObject({ id: 'Plain', restart: 'permanent', shutdown: 5_000, type: 'worker' })
      const started = (await plain.start()) as Ref<Plain>
      expect(isAlive(started.pid as Pid)).toBe(true)

      @GenServer({ id: 'an_id', restart: 'temporary', shutdown: 3_000 })
      class Overriding {}
      expect(toChildSpec(Overriding)).toMatchObject({ id: 'an_id', restart: 'temporary', shutdown: 3_000 })
      expect(toChildSpec([Overriding, undefined, { shutdown: 'brutal_kill' }])).toMatchObject({
        id: 'an_id',
        shutdown: 'brutal_kill',
      })
    }))

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
      const elsewhere = { name: 'stack', node: 'bogus' }
      for (const nowhere of [pid, 'unknown_name', { target: 'unknown_name' }, elsewhere]) {
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
      expect(await failure(call({ name: 'stack', node: 'bogus' }, 'pop'))).toMatchObject({
        code: 'NODE_UNKNOWN',
        details: { action: 'call', reason: { nodedown: 'bogus' } },
      })
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
    world(async (kernel) => {
      class Whereis {}
      defineServer(Whereis, { name: 'whereis_server' })
      expect(whereisServer('whereis_server')).toBeUndefined()
      const pid = (await start(Whereis)).pid as Pid
      expect(pid).toBeInstanceOf(Pid)
      const named = { name: 'whereis_server', node: kernel.node }
      for (const server of [pid, 'whereis_server', named, ref(Whereis), ref(Whereis, pid)]) {
        expect(whereisServer(server)).toBe(pid)
      }
      const elsewhere = { name: 'whereis_server', node: 'far@away' }
      expect(whereisServer(elsewhere)).toBe(elsewhere)
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

  it('abcast/3: to several names; unknown ones and unknown nodes are ignored', () =>
    world(async (kernel) => {
      await start(stack, [], { name: 'one' })
      await start(stack, [], { name: 'two' })
      const named = { name: 'two', node: kernel.node }
      expect(abcast(['one', 'unknown_name', named, { name: 'one', node: 'bogus' }], 'hello')).toBeUndefined()
      expect(await call('one', 'pop')).toBe('hello')
      expect(await call('two', 'pop')).toBe('hello')
    }))

  it('multi_call/4: replies, and who did not reply', () =>
    world(async () => {
      await start(stack, ['hello'], { name: 'one' })
      await start(stack, ['world'], { name: 'two' })
      expect(await multiCall(['one', 'two'], 'pop')).toEqual({
        replies: [
          { server: 'one', reply: 'hello' },
          { server: 'two', reply: 'world' },
        ],
        failed: [],
      })
      const bogus = { name: 'one', node: 'bogus' }
      const { replies, failed } = await multiCall(['one', 'unknown_name', bogus], 'pop')
      expect(replies).toEqual([{ server: 'one', reply: undefined }])
      expect(failed).toMatchObject([
        { server: 'unknown_name', error: { code: 'CALL_NOPROC' } },
        { server: bogus, error: { code: 'NODE_UNKNOWN' } },
      ])
      expect(await failure(multiCall(['one'], 'pop', -1))).toMatchObject({ code: 'BAD_TIMEOUT' })
    }))
})
