import { describe, expect, it } from 'vitest'
import {
  type Callbacks,
  call,
  cast,
  defineServer,
  getState,
  noReply,
  start,
  startLink,
} from '../../src/genserver/index.js'
import { stateMachine } from '../../src/genserver/state-machine/index.js'
import { sys } from '../../src/genserver/sys/sys.js'
import { self, send } from '../../src/kernel/index.js'
import { failure, world } from '../genserver/world.js'

/** Cases named after OTP's sys_SUITE, whose server answers a number with its opposite. */
const server: Callbacks<number> = {
  init: () => ({ state: 0 }),
  handleCall: (request, _from, count) =>
    request === 'stop'
      ? { stop: 'normal', reply: 'stopped', state: count }
      : { reply: -Number(request), state: count + 1 },
  handleCast: (_request, count) => ({ state: count }),
  handleInfo: (_message, count) => ({ state: count }),
}
const NAME = 'sys_SUITE_server'
const started = () => startLink(server, undefined, { name: NAME })
const ask = (number: number, timeout = 1_000) => call(NAME, number, timeout)

const machine = stateMachine({
  stateEnter: true,
  init: () => ({ state: 'off', data: 0 }),
  states: {
    off: (event) =>
      event.type === 'call'
        ? { actions: 'postpone' }
        : event.type === 'cast'
          ? { nextState: 'on' }
          : 'keep_state',
    on: (event) => (event.type === 'call' ? { actions: { reply: 'on', to: event.from } } : 'keep_state'),
  },
})

describe('sys_SUITE', () => {
  it('log: on, get and off', () =>
    world(async () => {
      await started()
      expect(await sys.log(NAME, 'get')).toEqual([])
      await sys.log(NAME, true)
      expect(await ask(44)).toBe(-44)
      const events = [
        { type: 'in', kind: 'call', message: 44, peer: self() },
        { type: 'out', message: -44, peer: self() },
      ]
      expect(await sys.log(NAME, 'get')).toEqual(events)
      await sys.log(NAME, 1)
      expect(await sys.log(NAME, 'get')).toEqual(events.slice(1))
      for (let number = 1; number < 5; number++) await ask(number)
      expect(await sys.log(NAME, 'get')).toEqual([{ type: 'out', message: -4, peer: self() }])
      await sys.log(NAME, false)
      await ask(1)
      expect(await sys.log(NAME, 'get')).toEqual([])
    }))

  it('stats: counts in and out; no_statistics when off', () =>
    world(async (kernel) => {
      await started()
      expect(await sys.statistics(NAME, 'get')).toBe('no_statistics')
      await sys.statistics(NAME, true)
      const startTime = kernel.clock.wallTime()
      expect(await ask(44)).toBe(-44)
      cast(NAME, 'x')
      send(NAME, 'y')
      await kernel.clock.advance(10)
      expect(await sys.statistics(NAME, 'get')).toEqual({
        startTime,
        currentTime: startTime + 10,
        messagesIn: 3,
        messagesOut: 1,
      })
      await sys.statistics(NAME, false)
      expect(await sys.getStatus(NAME)).toMatchObject({ mode: 'running', parent: self(), state: 1 })
      expect(await sys.statistics(NAME, 'get')).toBe('no_statistics')
    }))

  it('trace: a line in, a line out, in the log or where it is told to', () =>
    world(async (kernel) => {
      const pid = await started()
      await sys.trace(NAME, true)
      expect(await ask(44)).toBe(-44)
      const lines = [
        `*DBG* ${NAME} ${pid} got call 44 from ${self()}`,
        `*DBG* ${NAME} ${pid} sent -44 to ${self()}`,
      ]
      expect(kernel.reportsOf('trace')).toMatchObject(
        lines.map((message) => ({ level: 'info', pid, name: NAME, message })),
      )
      const printed: string[] = []
      await sys.trace(NAME, (line) => printed.push(line))
      await ask(44)
      await sys.trace(NAME, false)
      await ask(44)
      expect(printed).toEqual(lines)
      expect(kernel.reportsOf('trace')).toHaveLength(2)
    }))

  it('suspend: calls go unanswered, the status says so; twice is once, and so is resume', () =>
    world(async (kernel) => {
      await started()
      for (let times = 0; times < 2; times++) {
        await sys.suspend(NAME, 1_000)
        const late = failure(ask(48))
        await kernel.clock.advance(1_000)
        expect(await late).toMatchObject({ code: 'CALL_TIMEOUT' })
        expect(await sys.getStatus(NAME)).toMatchObject({ mode: 'suspended' })
      }
      for (let times = 0; times < 2; times++) {
        await sys.resume(NAME)
        expect(await sys.getStatus(NAME)).toMatchObject({ mode: 'running' })
        expect(await ask(48)).toBe(-48)
      }
    }))

  it('install: functions see events; removed by function, by id, all at once, or when they are done', () =>
    world(async (kernel) => {
      const pid = await started()
      const seen: unknown[] = []
      const spy = (name: string, event: { type: string; message: unknown }, who: string) => {
        if (event.type === 'in') seen.push([name, event.message, who])
        return name
      }
      const who = `${NAME} ${pid}`
      await sys.install(NAME, spy, { state: 'spy' })
      expect(await ask(1)).toBe(-1)
      await sys.noDebug(NAME)
      expect(await ask(2)).toBe(-2)
      // The same function twice is once.
      await sys.install(NAME, spy, { state: 'spy' })
      await sys.install(NAME, spy, { state: 'other' })
      expect(await ask(3)).toBe(-3)
      await sys.remove(NAME, spy)
      expect(await ask(4)).toBe(-4)
      await sys.install(NAME, spy, { state: 'by id', id: 'mine' })
      await ask(5)
      await sys.remove(NAME, 'mine')
      await ask(6)
      await sys.install(NAME, (left: number) => (left > 1 ? left - 1 : 'done'), { state: 2, id: 'short' })
      await ask(7)
      expect(seen).toEqual([
        ['spy', 1, who],
        ['spy', 3, who],
        ['by id', 5, who],
      ])
      expect(kernel.reports).toEqual([])
    }))

  it('install: a function that fails is removed with a warning, and the server goes on', () =>
    world(async (kernel) => {
      await started()
      const failing = () => {
        throw new Error('no')
      }
      await sys.install(NAME, failing)
      expect(await ask(1)).toBe(-1)
      expect(await ask(2)).toBe(-2)
      expect(kernel.reportsOf('debug')).toMatchObject([
        { level: 'warn', name: NAME, reason: { message: 'no' } },
      ])
    }))

  it('install: sees the reply of a stop, and works while suspended', () =>
    world(async () => {
      await started()
      await sys.suspend(NAME)
      const seen: unknown[] = []
      await sys.install(NAME, (_state, event) => void seen.push([event.type, event.message]))
      await sys.resume(NAME)
      expect(await call(NAME, 'stop')).toBe('stopped')
      expect(seen).toEqual([
        ['in', 'stop'],
        ['out', 'stopped'],
      ])
    }))

  it('rejects as a call does', () =>
    world(async () => {
      expect(await failure(sys.trace('nobody', true))).toMatchObject({ code: 'CALL_NOPROC' })
    }))

  it('names the methods of a class', () =>
    world(async () => {
      class Counter {
        add(by: number): number {
          return by
        }
        wait(): typeof noReply {
          return noReply
        }
      }
      defineServer(Counter, { calls: ['add'] })
      const counter = await start(Counter)
      const lines: string[] = []
      await sys.trace(counter, (line) => lines.push(line))
      await counter.call.add(2)
      expect(lines).toEqual([
        `*DBG* Counter ${counter.pid} got call add(…) from ${self()}`,
        `*DBG* Counter ${counter.pid} sent 2 to ${self()}`,
      ])
    }))

  it('shows the events, states and postponements of a state machine', () =>
    world(async () => {
      const pid = await start(machine)
      const lines: string[] = []
      await sys.statistics(pid, true)
      await sys.trace(pid, (line) => lines.push(line))
      const answer = call(pid, 'state?')
      await getState(pid)
      cast(pid, 'go')
      expect(await answer).toBe('on')
      expect(lines).toEqual([
        `*DBG* ${pid} got call state? from ${self()}`,
        `*DBG* ${pid} postpones {"call":"state?"}`,
        `*DBG* ${pid} got cast go`,
        `*DBG* ${pid} enters on`,
        `*DBG* ${pid} got call state? from ${self()}`,
        `*DBG* ${pid} sent on to ${self()}`,
      ])
      expect(await sys.statistics(pid, 'get')).toMatchObject({ messagesIn: 3, messagesOut: 1 })
      await sys.noDebug(pid)
      expect(await sys.statistics(pid, 'get')).toBe('no_statistics')
    }))
})
