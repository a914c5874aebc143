import { describe, expect, it } from 'vitest'
import {
  type Callbacks,
  call,
  cast,
  defineServer,
  start,
  stateMachine,
  stop,
} from '../../src/genserver/index.js'
import { MethodCall } from '../../src/genserver/messages/server-message.js'
import { exit, jsonOf, type Pid, self, send, snapshot } from '../../src/kernel/index.js'
import { exitReason, failure, world } from './world.js'

const boom = new Error('boom')
const fragile: Callbacks<{ secret: string }> = {
  init: () => ({ state: { secret: 'x' } }),
  handleCall: () => {
    throw boom
  },
  handleCast: (reason) => exit(reason),
  handleInfo: (_, state) => ({ state, continue: 'more' }),
  handleContinue: () => {
    throw boom
  },
}

describe('the report of a crash', () => {
  it('names the server, the reason, the last message, the state and the client', () =>
    world(async (kernel) => {
      const server = await start(fragile, undefined, { name: 'fragile' })
      expect(await failure(call(server, 'please'))).toMatchObject({ code: 'CALL_SERVER_EXITED', cause: boom })
      expect(kernel.reportsOf('server')).toEqual([
        {
          level: 'info',
          kind: 'server',
          message: `server fragile ${server} terminating: Error: boom`,
          pid: server,
          name: 'fragile',
          label: undefined,
          reason: boom,
          incident: expect.any(String),
          lastMessage: 'please',
          state: { secret: 'x' },
          client: self(),
        },
      ])
      // The kernel's own report, as proc_lib's beside gen_server's: the one at level error, which says the same.
      const incident = kernel.reportsOf('server')[0]?.incident
      const said = { lastMessage: 'please', state: { secret: 'x' }, client: self() }
      expect(kernel.reportsOf('crash')).toMatchObject([{ level: 'error', incident, ...said }])
    }))

  it.each([
    ['a cast', (pid: Pid) => cast(pid, 'odd'), 'odd'],
    ['a continuation', (pid: Pid) => void send(pid, 'x'), { continue: 'more' }],
  ])('shows %s as it was sent, without a client', (_, act, lastMessage) =>
    world(async (kernel) => {
      const server = await start(fragile)
      act(server)
      await exitReason(server)
      expect(kernel.reportsOf('server')).toMatchObject([{ lastMessage, client: undefined }])
    }))

  it.each(['normal', 'shutdown', { shutdown: 'x' }])('is not made for %o', (reason) =>
    world(async (kernel) => {
      const server = await start(fragile)
      cast(server, reason)
      expect(await exitReason(server)).toEqual(reason)
      expect(kernel.reports).toEqual([])
    }))

  it('is made for a stop with another reason', () =>
    world(async (kernel) => {
      const server = await start({
        ...fragile,
        handleCall: (request, _, state) => ({ reply: request, state }),
      })
      await call(server, 'long done')
      await stop(server, 'odd')
      expect(kernel.reportsOf('server')).toMatchObject([
        { reason: 'odd', lastMessage: undefined, client: undefined },
      ])
    }))

  it('names no message that was handled long before, also of a state machine', () =>
    world(async (kernel) => {
      const answering = stateMachine({
        init: () => ({ state: 'open', data: 0 }),
        handleEvent: (event) =>
          event.type === 'call' ? { actions: { reply: event.content, to: event.from } } : 'keep_state',
      })
      const machine = await start(answering)
      await call(machine, 'long done')
      await stop(machine, 'odd')
      expect(kernel.reportsOf('server')).toMatchObject([
        { reason: 'odd', lastMessage: undefined, client: undefined },
      ])
    }))

  it('is made of the reason that terminate left', () =>
    world(async (kernel) => {
      const server = await start({ ...fragile, terminate: () => exit('worse') })
      cast(server, 'normal')
      await exitReason(server)
      expect(kernel.reportsOf('server')).toMatchObject([{ reason: 'worse' }])
    }))

  it('shows what formatStatus makes of it', () =>
    world(async (kernel) => {
      const formatStatus: Callbacks<unknown>['formatStatus'] = ({ message, reason }) => ({
        state: 'hidden',
        message: `a ${message}`,
        reason: `because of ${reason}`,
      })
      const server = await start({ ...fragile, formatStatus })
      cast(server, 'odd')
      expect(await exitReason(server)).toBe('odd')
      expect(kernel.reportsOf('server')).toMatchObject([
        { state: 'hidden', lastMessage: 'a odd', reason: 'because of odd' },
      ])
    }))

  it('hides the state when formatStatus fails', () =>
    world(async (kernel) => {
      const formatStatus = () => {
        throw boom
      }
      const server = await start({ ...fragile, formatStatus })
      cast(server, 'odd')
      expect(await exitReason(server)).toBe('odd')
      expect(kernel.reportsOf('server')).toMatchObject([
        {
          state: 'hidden: formatStatus failed',
          lastMessage: 'hidden: formatStatus failed',
          formatError: boom,
          reason: 'odd',
        },
      ])
    }))

  it('works for the class form too', () =>
    world(async (kernel) => {
      class Vault {
        password = 'secret'
        open(): void {
          throw boom
        }
        formatStatus = undefined
      }
      class Shy extends Vault {
        override formatStatus = ((status: object) => ({ ...status, state: 'hidden' })) as never
      }
      for (const Class of [Vault, Shy]) {
        defineServer(Class, { casts: ['open'] })
        const server = await start(Class)
        server.cast.open()
        await exitReason(server.pid as Pid)
      }
      expect(kernel.reportsOf('server')).toMatchObject([
        { state: { password: 'secret' }, label: 'Vault' },
        { state: 'hidden', label: 'Shy', lastMessage: { method: 'open', args: [] } },
      ])
    }))

  it('shows the call of a method without what the engine keeps in it', () => {
    expect(jsonOf(snapshot(new MethodCall('take', ['tea'], 'Stock')))).toBe(
      '{"method":"take","args":["tea"]}',
    )
  })
})
