import { describe, expect, it } from 'vitest'
import { call, cast, start, suspend } from '../../src/genserver/index.js'
import {
  acting,
  defineMachine,
  isMachine,
  machineChart,
  mermaid,
  pendingEvents,
  stateMachine,
} from '../../src/genserver/state-machine/index.js'
import { isAlive, type Pid } from '../../src/kernel/index.js'
import { exitReason, failure, world } from './world.js'

type DoorState = 'locked' | 'open' | 'broken'

class Door {
  state: DoorState = 'locked'
  unlock(code: string): boolean {
    if (code === 'kick') this.state = 'broken'
    else if (code === '1234') this.state = 'open'
    return this.state === 'open'
  }
  ring(): string {
    return 'ding'
  }
  lock(): void {
    this.state = 'locked'
  }
  enter(): string {
    return 'come in'
  }
  greet(): void {}
}
defineMachine(Door, {
  handlers: [
    { on: 'call', method: 'unlock', states: ['locked'], to: ['open'] },
    { on: 'call', method: 'ring' },
    { on: 'state_timeout', method: 'lock', states: ['open'], after: 50, to: ['locked'] },
    { on: 'call', method: 'enter', states: ['open'], postponed: ['locked'] },
    { on: 'named_timeout', method: 'greet', name: ['greet', 1], states: ['open'] },
    { on: 'info', method: 'greet', pattern: { type: 'mail' }, states: ['open'] },
  ],
})

const turnstile = stateMachine({
  init: () => ({ state: 'locked', data: 0 }),
  transitions: { locked: ['open'], open: ['locked'] },
  states: {
    locked: ({ content }) => ({ nextState: content === 'kick' ? 'broken' : 'open' }),
    open: ({ content }) => (content === 'push' ? { nextState: 'locked' } : 'keep_state'),
    broken: () => 'keep_state',
  },
})

describe('the chart of a machine', () => {
  it('has the states and transitions that a class declares', () => {
    const { name, initial, states, transitions } = machineChart(Door)
    expect([name, initial, states]).toEqual(['Door', 'locked', ['locked', 'open']])
    expect(transitions).toEqual([
      { from: 'locked', to: 'open', event: 'unlock', postponed: false },
      { from: 'locked', to: undefined, event: 'ring', postponed: false },
      { from: 'open', to: undefined, event: 'ring', postponed: false },
      { from: 'open', to: 'locked', event: 'after 50 ms', postponed: false },
      { from: 'open', to: undefined, event: 'enter', postponed: false },
      { from: 'locked', to: undefined, event: 'enter', postponed: true },
      { from: 'open', to: undefined, event: 'time-out ["greet",1]', postponed: false },
      { from: 'open', to: undefined, event: 'info {"type":"mail"}', postponed: false },
    ])
  })

  it('is a state diagram of Mermaid', () => {
    expect(mermaid(machineChart(Door, 'The door: "front"'))).toBe(`---
title: "The door: \\"front\\""
---
stateDiagram-v2
  [*] --> locked
  locked --> open : unlock
  locked : ring
  locked : enter (postponed)
  open --> locked : after 50 ms
  open : ring
  open : enter
  open : time-out [#34;greet#34;,1]
  open : info {#34;type#34;#58;#34;mail#34;}
`)
  })

  it('has those of callbacks, and no first state, which only a start can tell', () => {
    expect(mermaid(machineChart(turnstile, 'turnstile'))).toBe(`---
title: turnstile
---
stateDiagram-v2
  locked --> open
  open --> locked
  broken
`)
  })

  it('has names that are none for Mermaid under others', () => {
    class Odd {
      state: 'not yet' | 'end' | 'ok' = 'not yet'
      go(): void {
        this.state = 'end'
      }
    }
    defineMachine(Odd, { handlers: [{ on: 'cast', method: 'go', states: ['not yet', 'ok'], to: ['end'] }] })
    expect(mermaid(machineChart(Odd)).split('\n').slice(4)).toEqual([
      '  state "not yet" as s0',
      '  state "end" as s2',
      '  [*] --> s0',
      '  s0 --> s2 : go',
      '  ok --> s2 : go',
      '',
    ])
  })

  it('starts nothing, and does without the first state of a class that wants something', () => {
    let made = 0
    class Wanting {
      state = 'begin'
      constructor(readonly clock: Date) {
        made++
      }
      go(): void {}
    }
    class Failing {
      state = 'begin'
      constructor() {
        throw new Error('not here')
      }
      go(): void {}
    }
    for (const Class of [Wanting, Failing]) {
      defineMachine<Wanting | Failing>(Class as never, {
        handlers: [{ on: 'cast', method: 'go', states: ['x'] }],
      })
      expect(machineChart(Class)).toMatchObject({ initial: undefined, states: ['x'] })
    }
    expect(made).toBe(0)
  })

  it('is one of a machine', async () => {
    expect([Door, turnstile, Date, {}, undefined].map(isMachine)).toEqual([true, true, false, false, false])
    expect(await failure(() => machineChart(Date))).toMatchObject({ code: 'MACHINE_EXPECTED' })
  })
})

describe('declared transitions', () => {
  it('are all there are: a method that goes elsewhere ends the machine', () =>
    world(async () => {
      const door = await start(Door)
      expect(await door.call.unlock('0000')).toBe(false)
      expect(await door.call.unlock('1234')).toBe(true)
      const other = await start(Door)
      const reason = exitReason(other.pid as Pid)
      expect(await failure(other.call.unlock('kick'))).toMatchObject({ code: 'CALL_SERVER_EXITED' })
      expect(await reason).toMatchObject({
        code: 'TRANSITION_UNDECLARED',
        details: { from: 'locked', to: 'broken', by: 'Door.unlock', known: 'open' },
      })
    }))

  it('are all there are for callbacks', () =>
    world(async (kernel) => {
      const pid = await start(turnstile)
      for (const event of ['coin', 'push', 'coin', 'coin']) cast(pid, event)
      await kernel.settled()
      expect(isAlive(pid)).toBe(true)
      cast(pid, 'push')
      const reason = exitReason(pid)
      cast(pid, 'kick')
      expect(await reason).toMatchObject({
        code: 'TRANSITION_UNDECLARED',
        details: { from: 'locked', to: 'broken', by: 'transitions.locked' },
      })
    }))

  it.each([
    [{ open: ['locked'] }, 'transitions names the state "open"'],
    [{ locked: ['open'] }, 'transitions names the state "open"'],
    [{ locked: 'locked' }, 'transitions.locked is no list'],
    [5, 'transitions is no object'],
  ])('are of the states there are: %j', async (transitions, problem) => {
    const callbacks = { init: () => ({ state: 'locked', data: 0 }), states: { locked: () => 'keep_state' } }
    expect(await failure(() => stateMachine({ ...callbacks, transitions } as never))).toMatchObject({
      code: 'MACHINE_INVALID',
      message: expect.stringContaining(problem) as string,
    })
  })

  it('are none of entering a state', async () => {
    class Lamp extends Door {}
    const wrong = { on: 'enter', method: 'greet', to: ['open'] } as const
    expect(await failure(() => defineMachine(Lamp, { handlers: [wrong] }))).toMatchObject({
      code: 'STATE_HANDLER_INVALID',
    })
  })
})

describe('pendingEvents', () => {
  class Connection {
    state: 'connecting' | 'ready' = 'connecting'
    begin() {
      return acting([
        { stateTimeout: 1_000, content: 'give up' },
        { timeout: 300, name: ['ping', 1], content: 1 },
        { timeout: 200 },
      ])
    }
    send(text: string): string {
      return text
    }
    connected(): void {
      this.state = 'ready'
    }
    late(): void {}
  }
  defineMachine(Connection, {
    handlers: [
      { on: 'cast', method: 'begin' },
      { on: 'call', method: 'send', states: ['ready'], postponed: ['connecting'] },
      { on: 'cast', method: 'connected' },
      { on: 'state_timeout', method: 'late' },
      { on: 'timeout', method: 'late' },
      { on: 'named_timeout', method: 'late', name: ['ping', 1] },
    ],
  })

  it('lists time-outs with the time that is left, and what is postponed, oldest first', () =>
    world(async (kernel) => {
      const connection = await start(Connection)
      expect(await pendingEvents(connection)).toEqual({ timeouts: [], postponed: [] })
      const sent = ['one', 'two'].map((text) => connection.call.send(text))
      ;(connection.cast as unknown as { begin(): void }).begin()
      await kernel.clock.advance(100)
      const { timeouts, postponed } = await pendingEvents(connection)
      expect(timeouts).toEqual([
        { type: 'state_timeout', content: 'give up', left: 900 },
        { type: 'named_timeout', name: ['ping', 1], content: 1, left: 200 },
        { type: 'timeout', content: undefined, left: 100 },
      ])
      expect(postponed).toMatchObject([
        { type: 'call', content: { method: 'send', args: ['one'] } },
        { type: 'call', content: { method: 'send', args: ['two'] } },
      ])
      await kernel.clock.advance(100)
      expect((await pendingEvents(connection)).timeouts.map(({ type }) => type)).toEqual([
        'state_timeout',
        'named_timeout',
      ])
      connection.cast.connected()
      expect(await Promise.all(sent)).toEqual(['one', 'two'])
      expect(await pendingEvents(connection)).toMatchObject({
        timeouts: [{ type: 'named_timeout', left: 100 }],
        postponed: [],
      })
    }))

  it('can be asked while the machine is suspended, and of machines only', () =>
    world(async () => {
      const pid = await start(turnstile)
      await suspend(pid)
      expect(await pendingEvents(pid)).toEqual({ timeouts: [], postponed: [] })
      const server = await start({
        init: () => ({ state: 0 }),
        handleCall: (_, __, state) => ({ reply: 'alive', state }),
      })
      expect(await failure(pendingEvents(server))).toMatchObject({
        code: 'MACHINE_EXPECTED',
        details: { action: 'pendingEvents', value: server },
      })
      expect(await call(server, 'x')).toBe('alive')
    }))
})
