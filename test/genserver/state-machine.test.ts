import { describe, expect, it } from 'vitest'
import {
  acting,
  call,
  cast,
  continueWith,
  getState,
  idle,
  ref,
  reply,
  start,
  startLink,
  startServer,
  stop,
} from '../../src/genserver/index.js'
import { defineMachine, type MachineHandler, stateMachine } from '../../src/genserver/state-machine/index.js'
import { exit, isAlive, type Pid, self, send, sleep, spawn } from '../../src/kernel/index.js'
import { startSupervisor } from '../../src/supervisor/index.js'
import { exitReason, failure, world } from './world.js'

const turnstile = stateMachine({
  init: (coins: number) => ({ state: 'locked', data: { coins } }),
  states: {
    locked: (event, data) => {
      if (event.type === 'call') return { actions: { reply: data.coins, to: event.from } }
      return event.content === 'coin' ? { nextState: 'open', data: { coins: data.coins + 1 } } : 'keep_state'
    },
    open: (event, data) => {
      if (event.type === 'call') return { actions: { reply: data.coins, to: event.from } }
      return event.content === 'push' ? { nextState: 'locked' } : 'keep_state'
    },
  },
})

describe('stateMachine', () => {
  it('goes from state to state', () =>
    world(async () => {
      const pid = await start(turnstile, 3)
      cast(pid, 'push')
      cast(pid, 'coin')
      send(pid, 'coin')
      expect(await getState(pid)).toEqual({ state: 'open', data: { coins: 4 } })
      send(pid, 'push')
      expect(await call(pid, 'coins')).toBe(4)
      expect(await getState(pid)).toEqual({ state: 'locked', data: { coins: 4 } })
    }))

  const broken: [string, unknown][] = [
    ['nothing', undefined],
    ['no init', { states: { a: () => 'keep_state' } }],
    ['neither states nor handleEvent', { init: () => 'ignore' }],
    ['both', { init: () => 'ignore', states: {}, handleEvent: () => 'keep_state' }],
    ['a state that is no function', { init: () => 'ignore', states: { a: 1 } }],
    ['states that are no object', { init: () => 'ignore', states: 'a' }],
  ]
  it.each(broken)('refuses %s: MACHINE_INVALID', async (_, callbacks) => {
    expect(await failure(() => stateMachine(callbacks as never))).toMatchObject({ code: 'MACHINE_INVALID' })
  })

  const failures: [string, () => unknown, state: string, data: number][] = [
    ['exits', () => exit('boom'), 'b', 0],
    ['throws', () => Promise.reject(new Error('boom')), 'b', 0],
    ['stops', () => ({ stop: 'boom' }), 'a', 5],
    ['stops with data', () => ({ stop: 'boom', data: 7 }), 'a', 7],
    ['returns nonsense', () => 'weird', 'a', 5],
    ['postpones', () => ({ actions: 'postpone' }), 'a', 5],
    ['goes on to another state', () => ({ nextState: 'c', data: 9 }), 'a', 5],
  ]
  it.each(
    failures,
  )('shows the state before when a state-enter call raises, else the new one: it %s', (_, act, ...seen) =>
    world(async (kernel) => {
      const ends: unknown[] = []
      const machine = stateMachine<string, number>({
        stateEnter: true,
        init: () => ({ state: 'b', data: 0 }),
        handleEvent: (event, state) => {
          if (event.type === 'enter') return state === 'a' ? (act() as 'keep_state') : 'keep_state'
          return { nextState: 'a', data: 5 }
        },
        terminate: (_reason, state, data) => void ends.push([state, data]),
      })
      const pid = await start(machine)
      cast(pid, 'go')
      await kernel.settled()
      expect(ends).toEqual([seen])
      expect(kernel.reportsOf('server').at(0)?.state).toMatchObject({ state: seen[0], data: seen[1] })
    }))

  it('ends when it goes to a state it does not have: STATE_UNKNOWN', () =>
    world(async (kernel) => {
      const machine = stateMachine({
        init: (state: 'a' | 'b') => ({ state, data: 0 }),
        states: { a: () => ({ nextState: 'toString' as 'a' }), b: () => 'keep_state' },
      })
      const pid = await start(machine, 'a')
      const ended = exitReason(pid)
      cast(pid, 'go')
      expect(await ended).toMatchObject({
        code: 'STATE_UNKNOWN',
        details: { state: 'toString', known: 'a, b' },
      })
      expect(kernel.reportsOf('server')).toMatchObject([{ state: { state: 'a', data: 0 } }])
      expect(await failure(start(machine, 'c' as 'a'))).toMatchObject({ cause: { code: 'STATE_UNKNOWN' } })
    }))

  it('takes for the same state what is deeply equal', () =>
    world(async () => {
      let entered = 0
      const machine = stateMachine<{ on: boolean }, number>({
        stateEnter: true,
        init: () => ({ state: { on: false }, data: 0 }),
        handleEvent: (event) => {
          if (event.type === 'enter') entered++
          return event.type === 'enter' ? 'keep_state' : { nextState: { on: event.content === 'on' } }
        },
      })
      const pid = await start(machine)
      for (const content of ['off', 'on', 'on', 'off']) cast(pid, content)
      expect(await getState(pid)).toMatchObject({ state: { on: false } })
      expect(entered).toBe(3)
    }))

  it('keeps undefined as data when a result says so', () =>
    world(async () => {
      const machine = stateMachine<string, number | undefined>({
        init: () => ({ state: 'a', data: 1 }),
        handleEvent: () => ({ data: undefined }),
      })
      const pid = await start(machine)
      cast(pid, 'x')
      expect(await getState(pid)).toEqual({ state: 'a', data: undefined })
    }))

  it('handles one event at a time, also with asynchronous callbacks', () =>
    world(async (kernel) => {
      const log: unknown[] = []
      const machine = stateMachine<'a' | 'b', number>({
        stateEnter: true,
        init: async () => {
          await sleep(1)
          return { state: 'a', data: 0 }
        },
        handleEvent: async (event, state) => {
          await sleep(1)
          log.push(event.type === 'enter' ? ['enter', state] : event.content)
          if (event.content === undefined) return 'keep_state'
          if (event.content === 'insert') {
            return {
              actions: [{ nextEvent: { type: 'internal', content: 1 } }, { stateTimeout: 0, content: 2 }],
            }
          }
          return event.content === 'go' ? { nextState: 'b' } : 'keep_state'
        },
      })
      const starting = start(machine)
      await kernel.clock.runUntilIdle()
      const pid = await starting
      for (const content of ['insert', 'go', 'last']) cast(pid, content)
      await kernel.clock.runUntilIdle()
      expect(log).toEqual([['enter', 'a'], 'insert', 1, 2, 'go', ['enter', 'b'], 'last'])
      await stop(pid)
    }))

  it('is cut off by a kill while a callback waits', () =>
    world(async (kernel) => {
      const log: unknown[] = []
      const machine = stateMachine<string, number>({
        init: () => ({ state: 'a', data: 0 }),
        handleEvent: async () => {
          await sleep(10)
          return 'keep_state' as const
        },
        terminate: () => void log.push('terminate'),
      })
      const pid = await start(machine)
      cast(pid, 'x')
      await kernel.settled()
      exit(pid, 'kill')
      await kernel.clock.advance(100)
      expect(isAlive(pid)).toBe(false)
      expect(log).toEqual([])
      expect(kernel.reports).toEqual([])
    }))

  it.each([
    ['synchronous', false],
    ['asynchronous', true],
  ])('lets others have a turn when it feeds itself for ever (%s)', (_, slow) =>
    world(async () => {
      const endless = { actions: { nextEvent: { type: 'internal' } } } as const
      const machine = stateMachine<string, number>({
        init: () => ({ state: 'a', data: 0 }),
        handleEvent: (event) => {
          if (event.type === 'call') reply(event.from, 'begun')
          return slow ? Promise.resolve(endless) : endless
        },
      })
      const pid = await start(machine)
      expect(await call(pid, 'begin')).toBe('begun')
      const tester = self()
      spawn(() => send(tester, 'my turn'))
      const { receive } = await import('../../src/kernel/index.js')
      expect(await receive('my turn')).toBe('my turn')
      exit(pid, 'kill')
    }))

  it('is a child of a supervisor like any other', () =>
    world(async () => {
      const parent = await startSupervisor({
        children: [{ id: 'turnstile', start: () => startLink(turnstile, 0, { name: 'turnstile' }) }],
      })
      const before = (await getState('turnstile')) as object
      expect(before).toEqual({ state: 'locked', data: { coins: 0 } })
      await stop(parent)
      expect(await failure(call('turnstile', 'x'))).toMatchObject({ code: 'CALL_NOPROC' })
    }))
})

class Lamp {
  state: 'off' | 'on' = 'off'
  presses = 0
  seen: unknown[] = []
  press(): string {
    this.presses++
    this.state = 'on'
    return 'on'
  }
  pressAgain(): string {
    this.presses++
    this.state = 'off'
    return 'off'
  }
  wait(): string {
    return 'it is on'
  }
  save(): void {
    this.state = 'off'
  }
  see(message: unknown): void {
    this.seen.push([this.state, message])
  }
  seeAny(message: unknown): void {
    this.seen.push(['any', message])
  }
  handleCall(request: unknown): unknown {
    return ['raw', request]
  }
  handleCast(request: unknown): void {
    this.seen.push(['cast', request])
  }
}
defineMachine(Lamp, {
  name: 'lamp',
  handlers: [
    { on: 'call', method: 'press', states: ['off'] },
    { on: 'call', method: 'pressAgain', event: 'press', states: ['on'] },
    { on: 'call', method: 'wait', states: ['on'], postponed: ['off'] },
    { on: 'state_timeout', method: 'save', states: ['on'], after: 1_000 },
    { on: 'info', method: 'seeAny' },
    { on: 'info', method: 'see', states: ['on'], pattern: 'look' },
  ],
})

describe('defineMachine', () => {
  it('makes a class a machine without decorators', () =>
    world(async (kernel) => {
      const lamp = await start(Lamp)
      expect(lamp.name ?? ref(Lamp).name).toBe('lamp')
      expect(await lamp.call.press()).toBe('on')
      expect(await lamp.call.press()).toBe('off')
      const waiting = lamp.call.wait()
      await kernel.settled()
      await lamp.call.press()
      expect(await waiting).toBe('it is on')
      await kernel.clock.advance(1_000)
      const { state, data } = (await getState(lamp)) as { state: string; data: Lamp }
      expect([state, data.state, data.presses]).toEqual(['off', 'off', 3])
      expect(data).toBeInstanceOf(Lamp)
    }))

  it('takes messages by state first, then by pattern, and raw requests by the engine’s names', () =>
    world(async () => {
      const lamp = await start(Lamp)
      send('lamp', 'look')
      await lamp.call.press()
      send('lamp', 'look')
      send('lamp', 'away')
      cast('lamp', 'raw')
      expect(await call('lamp', 42)).toEqual(['raw', 42])
      expect(((await getState('lamp')) as { data: Lamp }).data.seen).toEqual([
        ['any', 'look'],
        ['on', 'look'],
        ['any', 'away'],
        ['cast', 'raw'],
      ])
    }))

  it('says who asks for what is no call of the class', () =>
    world(async () => {
      class Other {
        shine(): void {}
      }
      const { defineServer } = await import('../../src/genserver/index.js')
      defineServer(Other, { calls: ['shine'] })
      await start(Lamp)
      expect(await failure(ref(Other, 'lamp').call.shine())).toMatchObject({
        cause: { code: 'METHOD_UNKNOWN' },
      })
    }))

  it('refuses clients of what is no call: NOT_CALLABLE', () =>
    world(async () => {
      const lamp = await start(Lamp)
      expect(await failure(() => lamp.call.save())).toMatchObject({ code: 'NOT_CALLABLE' })
    }))

  it('starts as a value, too', () =>
    world(async () => {
      const started = await startServer(Lamp)
      expect(started).toMatchObject({ pid: expect.anything() })
      const ended = exitReason((started as { pid: Pid }).pid)
      await stop('lamp')
      expect(await ended).toBe('normal')
    }))

  const handlers: [string, MachineHandler<'off' | 'on', never>[]][] = [
    ['a method that is not there', [{ on: 'call', method: 'shine' as never }]],
    ['a named time-out without a name', [{ on: 'named_timeout', method: 'save' as never }]],
    ['an entering that waits', [{ on: 'enter', method: 'save' as never, postponed: ['on'] }]],
    ['a time for what is no state time-out', [{ on: 'call', method: 'press' as never, after: 1 }]],
    [
      'two methods for every state',
      [
        { on: 'enter', method: 'save' as never },
        { on: 'enter', method: 'see' as never },
      ],
    ],
  ]
  it.each(handlers)('refuses %s: STATE_HANDLER_INVALID', async (_, wrong) => {
    class Broken extends Lamp {}
    expect(await failure(() => defineMachine(Broken, { handlers: wrong as never }))).toMatchObject({
      code: 'STATE_HANDLER_INVALID',
    })
  })

  it('has time-outs whose names are values: a list is equal to another of the same', () =>
    world(async (kernel) => {
      class Retrying {
        state = 'on' as const
        fired: unknown[] = []
        set(time: number | 'cancel', n: number) {
          return acting({ timeout: time, name: ['retry', n], content: n }, undefined)
        }
        retry(n: number): void {
          this.fired.push(n)
        }
        seen(): unknown[] {
          return [...this.fired]
        }
      }
      defineMachine(Retrying, {
        handlers: [
          { on: 'call', method: 'set' },
          { on: 'call', method: 'seen' },
          { on: 'named_timeout', method: 'retry', name: ['retry', 1] },
          { on: 'named_timeout', method: 'retry', name: ['retry', 2] },
        ],
      })
      const { call: ask } = await start(Retrying)
      await ask.set(10, 1)
      await ask.set(20, 2)
      await ask.set('cancel', 1)
      await ask.set(30, 2)
      await kernel.clock.advance(20)
      expect(await ask.seen()).toEqual([])
      await kernel.clock.advance(10)
      expect(await ask.seen()).toEqual([2])
    }))

  it('of a subclass handles a method as the subclass says, and the others as the base does', () =>
    world(async () => {
      class Base {
        state: 'one' | 'two' = 'one'
        where(): string {
          return `base in ${this.state}`
        }
        go(): void {
          this.state = 'two'
        }
      }
      defineMachine(Base, {
        handlers: [
          { on: 'call', method: 'where', states: ['one', 'two'] },
          { on: 'cast', method: 'go' },
        ],
      })
      class Sub extends Base {
        override where(): string {
          return `sub in ${this.state}`
        }
      }
      defineMachine(Sub, { handlers: [{ on: 'call', method: 'where', states: ['two'], postponed: ['one'] }] })
      const machine = await start(Sub)
      const waits = machine.call.where()
      machine.cast.go()
      expect(await waits).toBe('sub in two')
    }))

  it.each([
    ['continueWith', () => continueWith('more'), '@Internal()'],
    ['idle', () => idle(10), '@Timeout()'],
  ] as const)('says what takes the place of %s', (_, directive, instead) =>
    world(async () => {
      class Odd {
        state = 'on' as const
        init(inInit: boolean) {
          return inInit ? directive() : undefined
        }
        act() {
          return directive()
        }
      }
      defineMachine(Odd, { handlers: [{ on: 'cast', method: 'act' }] })
      const told = { code: 'MACHINE_DIRECTIVE_INVALID', message: expect.stringContaining(instead) }
      expect((await failure(start(Odd as never, true as never))).cause).toMatchObject(told)
      const machine = await start(Odd, false)
      const ended = exitReason(machine.pid as Pid)
      machine.cast.act()
      expect(await ended).toMatchObject(told)
    }))
})
