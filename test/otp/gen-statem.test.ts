import { describe, expect, it } from 'vitest'
import {
  call,
  cast,
  type From,
  getState,
  getStatus,
  replaceState,
  reply,
  resume,
  start,
  startLink,
  startMonitor,
  startServer,
  stop,
  suspend,
} from '../../src/genserver/index.js'
import {
  type MachineActions,
  type MachineEvent,
  type MachineInit,
  type StateResult,
  stateMachine,
} from '../../src/genserver/state-machine/index.js'
import {
  currentKernel,
  exit,
  isAlive,
  isDown,
  isExit,
  type Pid,
  receive,
  self,
  send,
  sleep,
  spawn,
  trapExit,
  whereis,
} from '../../src/kernel/index.js'
import { UniqueRegistry, via } from '../../src/registry/index.js'
import { exitReason, failure, next, world } from '../genserver/world.js'

/**
 * Cases named after OTP's gen_statem_SUITE. Its machine gets much of what it shall do with the event; so does this one:
 * an event whose content is a function is handled by it, any other is logged with its type and the state.
 */
type State = 'a' | 'b' | 'c'
type Data = unknown[]
type Result = StateResult<State, Data> | Promise<StateResult<State, Data>>
type Order = (event: MachineEvent, state: State, data: Data) => Result
type Init = () => MachineInit<State, Data> | Promise<MachineInit<State, Data>>

function handle(event: MachineEvent, state: State, data: Data): Result {
  if (typeof event.content === 'function') return (event.content as Order)(event, state, data)
  if (event.type === 'call') return { actions: { reply: [state, event.content], to: event.from } }
  const name = event.type === 'named_timeout' ? [event.name] : []
  data.push([event.type, ...name, event.content, state])
  return 'keep_state'
}

const begin =
  (result: MachineInit<State, Data>): Init =>
  () =>
    result
const init = (act: Init | undefined) => act?.() ?? ({ state: 'a', data: [] } as MachineInit<State, Data>)

const byState = stateMachine<State, Data, Init | undefined>({
  init,
  states: {
    a: (event, data) => handle(event, 'a', data),
    b: (event, data) => handle(event, 'b', data),
    c: (event, data) => handle(event, 'c', data),
  },
})
const byHandleEvent = stateMachine<State, Data, Init | undefined>({ init, handleEvent: handle })

const order = (act: Order): Order => act
const answered = (act: (state: State, data: Data) => Result, value: unknown = 'ok'): Order =>
  order((event, state, data) => {
    if (event.type === 'call') reply(event.from, value)
    return act(state, data)
  })
/** Makes the machine do `actions`, and waits until it has. */
const act = (pid: Pid, actions: MachineActions, nextState?: State) =>
  call(
    pid,
    answered(() => (nextState === undefined ? { actions } : { nextState, actions })),
  )
const logOf = async (pid: Pid | string) => ((await getState(pid)) as { data: Data }).data
const stateOf = async (pid: Pid | string) => ((await getState(pid)) as { state: State }).state
const later = { timeout: 1_000, name: 'other' } as const

describe.each([
  ['state functions', byState],
  ['handleEvent', byHandleEvent],
])('gen_statem_SUITE: start, stop, abnormal, sys (%s)', (_, machine) => {
  /** A round through the states, by casts and by calls. */
  async function round(pid: Pid | string): Promise<void> {
    expect(await call(pid, 'x')).toEqual(['a', 'x'])
    cast(
      pid,
      order(() => ({ nextState: 'b' })),
    )
    expect(await call(pid, 'y')).toEqual(['b', 'y'])
    expect(
      await call(
        pid,
        order((event) => ({
          nextState: 'a',
          actions: event.type === 'call' ? { reply: 'back', to: event.from } : [],
        })),
      ),
    ).toBe('back')
    expect(await stateOf(pid)).toBe('a')
  }

  it('start1: anonymous, by link and by monitor', () =>
    world(async () => {
      trapExit(true)
      const linked = await startLink(machine, undefined)
      await round(linked)
      await stop(linked)
      expect(await receive(isExit)).toMatchObject({ from: linked, reason: 'normal' })
      const { pid, ref, server } = await startMonitor(machine, undefined)
      expect(server).toBe(pid)
      await round(pid)
      await stop(pid)
      expect(await receive(isDown)).toMatchObject({ ref, reason: 'normal' })
      expect(await next()).toBe('nothing')
    }))

  it('start2: without link; ends with shutdown by its own choice', () =>
    world(async (kernel) => {
      const pid = await start(machine, undefined)
      await round(pid)
      const ended = exitReason(pid)
      const stopped = order((event) => ({
        stop: 'shutdown',
        ...(event.type === 'call' && { replies: { reply: 'stopped', to: event.from } }),
      }))
      expect(await call(pid, stopped)).toBe('stopped')
      expect(await ended).toBe('shutdown')
      expect(kernel.reports).toEqual([])
    }))

  it('start3: a time-out of init', () =>
    world(async (kernel) => {
      await round(await start(machine, undefined, { timeout: 5 }))
      const slow = async (): Promise<MachineInit<State, Data>> => {
        await sleep(1_000)
        return { state: 'a', data: [] }
      }
      const late = failure(start(machine, slow, { timeout: 5 }))
      await kernel.clock.advance(5)
      expect(await late).toMatchObject({ code: 'START_TIMEOUT' })
      expect(await next()).toBe('nothing')
    }))

  it('start4: ignore', () =>
    world(async () => {
      trapExit(true)
      expect(await startServer(machine, begin('ignore'), { link: true })).toBe('ignore')
      expect(await failure(start(machine, begin('ignore')))).toMatchObject({ code: 'START_IGNORED' })
      expect(await next()).toBe('nothing')
    }))

  it.each([
    ['start5a: stop from init', { stop: 'stopped' }],
    ['start5b: error from init', { error: 'stopped' }],
  ])('%s', (_case, outcome) =>
    world(async () => {
      trapExit(true)
      expect(await failure(startLink(machine, () => outcome))).toMatchObject({
        code: 'START_FAILED',
        details: { reason: 'stopped' },
      })
      expect(await next()).toBe('nothing')
    }))

  it('start6: linked', () =>
    world(async () => {
      const pid = await startLink(machine, undefined)
      await round(pid)
      await stop(pid)
    }))

  it('start8: by a local name', () =>
    world(async () => {
      const pid = await start(machine, undefined, { name: 'my_stm' })
      expect(await failure(start(machine, undefined, { name: 'my_stm' }))).toMatchObject({
        code: 'ALREADY_STARTED',
        details: { pid },
      })
      await round(pid)
      await round('my_stm')
      await stop(pid)
    }))

  it('start9: by a local name, linked and monitored', () =>
    world(async () => {
      trapExit(true)
      for (const begin of [startLink, startMonitor] as (typeof start)[]) {
        await begin(machine, undefined, { name: 'my_stm' })
        expect(await failure(begin(machine, undefined, { name: 'my_stm' }))).toMatchObject({
          code: 'ALREADY_STARTED',
        })
        await round('my_stm')
        await stop('my_stm')
        await receive()
      }
      expect(await next()).toBe('nothing')
    }))

  it('start11: the name is free right after stop', () =>
    world(async () => {
      for (let times = 0; times < 3; times++) {
        await start(machine, undefined, { name: 'my_stm' })
        await stop('my_stm')
      }
      expect(whereis('my_stm')).toBeUndefined()
    }))

  it('start12: by a name that a registry keeps', () =>
    world(async () => {
      const registry = new UniqueRegistry<string>('machines')
      await registry.startLink()
      const name = via(registry, 'my_stm')
      const pid = await start(machine, undefined, { name })
      expect(await failure(start(machine, undefined, { name }))).toMatchObject({
        code: 'ALREADY_STARTED',
        details: { pid },
      })
      expect(await call(name, 'x')).toEqual(['a', 'x'])
      await stop(name)
    }))

  it('next_events: several are handled in the order given, before anything else', () =>
    world(async () => {
      const pid = await start(machine, undefined)
      await suspend(pid)
      cast(
        pid,
        order(() => ({
          actions: [
            { nextEvent: { type: 'internal', content: 1 } },
            { nextEvent: { type: 'cast', content: 2 } },
            { nextEvent: { type: 'info', content: 3 } },
          ],
        })),
      )
      cast(pid, 'queued before')
      await resume(pid)
      expect(await logOf(pid)).toEqual([
        ['internal', 1, 'a'],
        ['cast', 2, 'a'],
        ['info', 3, 'a'],
        ['cast', 'queued before', 'a'],
      ])
    }))

  it('stop1: stop(pid)', () =>
    world(async () => {
      const pid = await start(machine, undefined)
      await stop(pid)
      expect(isAlive(pid)).toBe(false)
      expect(await failure(stop(pid))).toMatchObject({ code: 'CALL_NOPROC' })
    }))

  it('stop2: with another reason', () =>
    world(async () => {
      const pid = await start(machine, undefined)
      const ended = exitReason(pid)
      await stop(pid, 'other_reason')
      expect(await ended).toBe('other_reason')
    }))

  it('stop3: an invalid time-out', () =>
    world(async () => {
      const pid = await start(machine, undefined)
      expect(await failure(stop(pid, 'other', 'invalid' as never))).toMatchObject({ code: 'BAD_TIMEOUT' })
      expect(isAlive(pid)).toBe(true)
      await stop(pid)
    }))

  it('stop4, stop5: by name, plain and as an address', () =>
    world(async () => {
      for (const name of ['to_stop', { target: 'to_stop' }]) {
        const pid = await start(machine, undefined, { name: 'to_stop' })
        await stop(name)
        expect(isAlive(pid)).toBe(false)
        expect(await failure(stop(name))).toMatchObject({ code: 'CALL_NOPROC' })
      }
    }))

  it('stop7: by a name that a registry keeps', () =>
    world(async () => {
      const registry = new UniqueRegistry<string>('machines')
      await registry.startLink()
      const name = via(registry, 'to_stop')
      const pid = await start(machine, undefined, { name })
      await stop(name)
      expect(isAlive(pid)).toBe(false)
      await failure(stop(name))
    }))

  it('abnormal1, abnormal1clean: a call times out, and the late reply reaches nobody', () =>
    world(async (kernel) => {
      const pid = await start(machine, undefined)
      const delayed = (ms: number) =>
        order((event) => ({ actions: { timeout: ms, name: 'answer', content: delayedAnswer(event) } }))
      const delayedAnswer = (event: MachineEvent) => () => {
        if (event.type === 'call') reply(event.from, 'delayed')
        return 'keep_state'
      }
      const inTime = call(pid, delayed(1), 100)
      await kernel.clock.advance(1)
      expect(await inTime).toBe('delayed')
      const late = failure(call(pid, delayed(1_000), 10))
      await kernel.clock.advance(10)
      expect(await late).toMatchObject({ code: 'CALL_TIMEOUT' })
      await kernel.clock.advance(1_000)
      expect(await next()).toBe('nothing')
      await stop(pid)
    }))

  it.each([
    [undefined],
    ['badreturn'],
    [{}],
    [{ nexState: 'b' }],
    [{ nextState: 'b', repeatState: true }],
    [{ nextState: 'b', replies: [] }],
    [{ repeatState: false }],
    [{ stop: 'x', actions: [] }],
  ])('abnormal2: a bad return value ends it: %j', (bad) =>
    world(async () => {
      trapExit(true)
      const pid = await startLink(machine, undefined)
      const reason = { badReturnFromStateFunction: bad ?? expect.stringContaining('returned nothing') }
      expect(
        await failure(
          call(
            pid,
            order(() => bad as never),
          ),
        ),
      ).toMatchObject({ code: 'CALL_SERVER_EXITED', details: { reason } })
      expect(await receive(isExit)).toMatchObject({ from: pid, reason })
    }))

  it.each([
    ['badaction'],
    [{ reply: 'x', to: 'nobody' }],
    [{ nextEvent: 'x' }],
    [{ nextEvent: { type: 'enter' } }],
    [{ nextEvent: { type: 'call', content: 1 } }],
    [{ postpone: 1 }],
    [42],
  ])('abnormal3: a bad action ends it: %j', (bad) =>
    world(async () => {
      const pid = await start(machine, undefined)
      const ended = exitReason(pid)
      cast(
        pid,
        order(() => ({ actions: ['hibernate', bad as never] })),
      )
      expect(await ended).toEqual({ badActionFromStateFunction: bad })
    }))

  it.each([
    [{ timeout: -1 }],
    [{ stateTimeout: -1.5 }],
    [{ timeout: 'soon', name: 'x' }],
    [{ timeout: 1, abs: 'yes' }],
    [{ stateTimeout: Number.NaN, abs: true }],
  ])('abnormal4: a bad time-out ends it: %j', (bad) =>
    world(async () => {
      const pid = await start(machine, undefined)
      const ended = exitReason(pid)
      cast(
        pid,
        order(() => ({ nextState: 'b', actions: bad as never })),
      )
      expect(await ended).toEqual({ badActionFromStateFunction: bad })
    }))

  it('sys1: suspended, it leaves calls in the mailbox; resume lets them through', () =>
    world(async (kernel) => {
      const pid = await start(machine, undefined)
      expect(await getStatus(pid)).toEqual({
        pid,
        mode: 'running',
        parent: pid,
        state: { state: 'a', data: [], postponed: [], timeouts: [] },
      })
      await suspend(pid)
      const answer = call(pid, 'hej', Number.POSITIVE_INFINITY)
      await kernel.clock.advance(3_000)
      expect(await getStatus(pid)).toMatchObject({ mode: 'suspended' })
      await resume(pid)
      expect(await answer).toEqual(['a', 'hej'])
    }))

  it('sys1: suspended, a time-out waits too', () =>
    world(async (kernel) => {
      const pid = await start(
        machine,
        begin({ state: 'a', data: [], actions: { stateTimeout: 10, content: 't' } }),
      )
      await suspend(pid)
      await kernel.clock.advance(20)
      cast(pid, 'x')
      expect(await logOf(pid)).toEqual([])
      await resume(pid)
      expect(await logOf(pid)).toEqual([
        ['state_timeout', 't', 'a'],
        ['cast', 'x', 'a'],
      ])
    }))

  it('get_state: { state, data }, running and suspended', () =>
    world(async () => {
      const data = ['mine']
      const pid = await start(machine, begin({ state: 'b', data }), { name: 'gstm' })
      expect(await getState(pid)).toEqual({ state: 'b', data })
      await suspend(pid)
      expect(await getState('gstm', 5_000)).toEqual({ state: 'b', data })
    }))

  it('replace_state: state and data; a crash in the function leaves both', () =>
    world(async () => {
      const pid = await start(machine, undefined)
      type Whole = { state: State; data: Data }
      expect(await replaceState(pid, ({ state }: Whole) => ({ state, data: [1] }))).toEqual({
        state: 'a',
        data: [1],
      })
      await replaceState(pid, ({ data }: Whole) => ({ state: 'b', data: [...data, 2] }))
      const replaced = { state: 'b', data: [1, 2] }
      expect(await getState(pid)).toEqual(replaced)
      const failing = failure(replaceState(pid, () => exit('fail')))
      expect(await failing).toMatchObject({ code: 'REPLACE_STATE_FAILED' })
      expect(await failure(replaceState(pid, () => 'foo'))).toMatchObject({
        cause: { code: 'STATE_REPLACEMENT_INVALID' },
      })
      expect(await getState(pid)).toEqual(replaced)
      await suspend(pid)
      await replaceState(pid, () => ({ state: 'c', data: [3] }))
      await resume(pid)
      expect(await call(pid, 'x')).toEqual(['c', 'x'])
    }))

  it('replace_state: neither enters the state nor retries what is postponed', () =>
    world(async () => {
      const pid = await start(machine, undefined)
      cast(
        pid,
        order((_event, state, data) =>
          state === 'a' ? { actions: 'postpone' } : { data: [...data, 'retried'] },
        ),
      )
      await replaceState(pid, () => ({ state: 'b', data: [] }))
      expect(await getState(pid)).toEqual({ state: 'b', data: [] })
      await act(pid, [], 'c')
      expect(await logOf(pid)).toEqual(['retried'])
    }))

  it('hibernate: from init and from a callback; the next event wakes', () =>
    world(async () => {
      const pid = await start(machine, begin({ state: 'a', data: [], actions: 'hibernate' }))
      expect(await call(pid, 'alive?')).toEqual(['a', 'alive?'])
      await act(pid, { hibernate: true })
      expect(await call(pid, 'alive?')).toEqual(['a', 'alive?'])
    }))
})

describe('gen_statem_SUITE', () => {
  it('shutdown: { shutdown: x } is not logged; a later call finds no process', () =>
    world(async (kernel) => {
      const pid = await start(byState, undefined)
      const ended = exitReason(pid)
      cast(
        pid,
        order(() => ({ stop: { shutdown: 'reason' } })),
      )
      expect(await ended).toEqual({ shutdown: 'reason' })
      expect(kernel.reports).toEqual([])
      expect(await failure(call(pid, 'hej'))).toMatchObject({ code: 'CALL_NOPROC' })
    }))

  it('loop_start_fail: five times each, nothing is left behind', () =>
    world(async (kernel) => {
      trapExit(true)
      const outcomes: [Init, unknown][] = [
        [() => ({ stop: 'failed' }), 'failed'],
        [() => ({ error: 'failed' }), 'failed'],
        [() => exit('failed'), 'failed'],
        [() => 42 as never, { badReturnFromInit: 42 }],
        [async () => exit('failed'), 'failed'],
      ]
      for (const [outcome, reason] of outcomes) {
        for (const begin of [start, startLink, startMonitor] as (typeof start)[]) {
          for (let times = 0; times < 5; times++) {
            expect(await failure(begin(byState, outcome, { name: 'failing' }))).toMatchObject({
              code: 'START_FAILED',
              details: { reason },
            })
            expect(whereis('failing')).toBeUndefined()
          }
        }
      }
      expect(await next()).toBe('nothing')
      expect(kernel.processes()).toEqual([self()])
    }))

  it('loop_start_fail: terminate is not called', () =>
    world(async () => {
      const calls: unknown[] = []
      const machine = stateMachine<string, number>({
        init: () => ({ stop: 'no' }),
        handleEvent: () => 'keep_state',
        terminate: (reason) => void calls.push(reason),
      })
      await failure(start(machine))
      expect(calls).toEqual([])
    }))

  it('stop_and_reply: the replies go out in their order, before terminate and before the end', () =>
    world(async (kernel) => {
      const log: unknown[] = []
      const machine = stateMachine<string, From[]>({
        init: () => ({ state: 'wait', data: [] }),
        handleEvent: (event, _state, waiting) => {
          if (event.type === 'call') return { data: [...waiting, event.from] }
          return { stop: 'reason', replies: waiting.map((to, at) => ({ reply: `reply${at + 1}`, to })) }
        },
        terminate: async () => {
          await sleep(10)
          log.push('terminate')
        },
      })
      const pid = await start(machine)
      const first = call(pid, 1).then((value) => log.push(value))
      const second = call(pid, 2).then((value) => log.push(value))
      const ended = exitReason(pid).then((reason) => log.push(reason))
      cast(pid, 'stop')
      await kernel.clock.advance(10)
      await Promise.all([first, second, ended])
      expect(log).toEqual(['reply1', 'reply2', 'terminate', 'reason'])
      expect(await failure(call(pid, 'hej'))).toMatchObject({ code: 'CALL_NOPROC' })
    }))

  it('stop_and_reply: what is no reply ends it too', () =>
    world(async () => {
      const pid = await start(byState, undefined)
      const ended = exitReason(pid)
      cast(
        pid,
        order(() => ({ stop: 'reason', replies: ['foo' as never] })),
      )
      expect(await ended).toEqual({ badReplyActionFromStateFunction: 'foo' })
    }))

  it('state_enter: on the first state, on a change, on repeat; not when the state stays the same', () =>
    world(async (kernel) => {
      const log: unknown[] = []
      const machine = stateMachine<'start' | 'wait', number>({
        stateEnter: true,
        init: () => {
          log.push('init')
          return { state: 'start', data: 1, actions: { nextEvent: { type: 'internal', content: 'first' } } }
        },
        handleEvent: (event, state, data) => {
          log.push(event.type === 'enter' ? ['enter', event.previous, state, data] : [event.content, state])
          if (event.type === 'enter')
            return { data: data + 1, actions: { stateTimeout: 100, content: 'out' } }
          if (event.content === 'change')
            return { nextState: state === 'start' ? 'wait' : 'start', data: data * 10 }
          if (event.content === 'same') return { nextState: state }
          if (event.content === 'repeat') return 'repeat_state'
          if (event.content === 'repeat with data') return { repeatState: true, data: 0 }
          return 'keep_state'
        },
      })
      const pid = await start(machine)
      for (const content of ['change', 'same', 'repeat', 'repeat with data', 'keep', 'change'])
        cast(pid, content)
      await kernel.settled()
      expect(log).toEqual([
        'init',
        ['enter', 'start', 'start', 1],
        ['first', 'start'],
        ['change', 'start'],
        ['enter', 'start', 'wait', 20],
        ['same', 'wait'],
        ['repeat', 'wait'],
        ['enter', 'wait', 'wait', 21],
        ['repeat with data', 'wait'],
        ['enter', 'wait', 'wait', 0],
        ['keep', 'wait'],
        ['change', 'wait'],
        ['enter', 'wait', 'start', 10],
      ])
      await kernel.clock.advance(100)
      expect(log.at(-1)).toEqual(['out', 'start'])
    }))

  it('state_enter: may repeat itself, and stop', () =>
    world(async () => {
      const log: unknown[] = []
      const machine = stateMachine<'a' | 'b', number>({
        stateEnter: true,
        init: () => ({ state: 'a', data: 2 }),
        handleEvent: (event, state, data) => {
          if (event.type !== 'enter') return { nextState: 'b' }
          log.push([event.previous, state, data])
          if (state === 'a') return 'keep_state'
          return data > 0 ? { repeatState: true, data: data - 1 } : { stop: 'enough' }
        },
      })
      const pid = await start(machine)
      const ended = exitReason(pid)
      cast(pid, 'go')
      expect(await ended).toBe('enough')
      expect(log).toEqual([
        ['a', 'a', 2],
        ['a', 'b', 2],
        ['a', 'b', 1],
        ['a', 'b', 0],
      ])
    }))

  it.each([
    [{ nextState: 'c' }, { badStateEnterReturnFromStateFunction: { nextState: 'c' } }],
    ['foo', { badReturnFromStateFunction: 'foo' }],
    [{ actions: 'postpone' }, { badStateEnterActionFromStateFunction: 'postpone' }],
    [
      { actions: [{ nextEvent: { type: 'cast' } }] },
      { badStateEnterActionFromStateFunction: { nextEvent: { type: 'cast' } } },
    ],
  ])('state_enter: may not change the state, postpone or insert: %j', (bad, reason) =>
    world(async () => {
      const ends: unknown[] = []
      const machine = stateMachine<string, number>({
        stateEnter: true,
        init: () => ({ state: 'a', data: 0 }),
        handleEvent: (event, state) =>
          event.type !== 'enter'
            ? { nextState: 'b', data: 1 }
            : state === 'b'
              ? (bad as never)
              : 'keep_state',
        terminate: (...args) => void ends.push(args),
      })
      const pid = await start(machine)
      const ended = exitReason(pid)
      cast(pid, 'go')
      expect(await ended).toEqual(reason)
      expect(ends).toEqual([[reason, 'b', 1]])
    }))

  it('event_order: inserted, then postponed; a zero event time-out is overtaken by them', () =>
    world(async () => {
      const pid = await start(byState, undefined)
      const wait = (name: string) =>
        order((_event, state, data) => (state === 'a' ? { actions: 'postpone' } : { data: [...data, name] }))
      cast(pid, wait('postponed 1'))
      cast(pid, wait('postponed 2'))
      await suspend(pid)
      cast(
        pid,
        order(() => ({
          nextState: 'b',
          actions: [
            { timeout: 0, content: 'never' },
            { stateTimeout: 0, content: 'state' },
            { timeout: 0, name: 'n', content: 'named' },
            { nextEvent: { type: 'internal', content: 'inserted 1' } },
            { nextEvent: { type: 'cast', content: 'inserted 2' } },
          ],
        })),
      )
      cast(pid, 'queued')
      await resume(pid)
      expect(await logOf(pid)).toEqual([
        ['internal', 'inserted 1', 'b'],
        ['cast', 'inserted 2', 'b'],
        'postponed 1',
        'postponed 2',
        ['state_timeout', 'state', 'b'],
        ['named_timeout', 'n', 'named', 'b'],
        ['cast', 'queued', 'b'],
      ])
    }))

  it('event_order: what is postponed is not retried on keep_state, the same state, or repeat_state', () =>
    world(async () => {
      const pid = await start(byState, undefined)
      let tries = 0
      cast(
        pid,
        order((_event, state) => {
          tries++
          return state === 'a' ? { actions: { postpone: true } } : 'keep_state'
        }),
      )
      for (const result of ['keep_state', { nextState: 'a' }, 'repeat_state'] as const) {
        await call(
          pid,
          answered(() => result),
        )
      }
      expect(tries).toBe(1)
      expect((await getStatus(pid)).state).toMatchObject({ postponed: [{ cast: expect.any(Function) }] })
      await act(pid, [], 'b')
      expect(tries).toBe(2)
    }))

  it('event_order: an event that changes the state and postpones itself comes again in the new state', () =>
    world(async () => {
      const pid = await start(byState, undefined)
      cast(
        pid,
        order((_event, state, data) =>
          state === 'a' ? { nextState: 'b', actions: 'postpone' } : { data: [...data, 'again'] },
        ),
      )
      expect(await logOf(pid)).toEqual(['again'])
    }))

  it('event_order: postponed events that change the state again leave the others in order', () =>
    world(async () => {
      const pid = await start(byState, undefined)
      const step = (name: string, then: State) =>
        order((_event, state, data) =>
          state === 'a' ? { actions: 'postpone' } : { nextState: then, data: [...data, [name, state]] },
        )
      cast(pid, step('one', 'c'))
      cast(pid, step('two', 'a'))
      cast(pid, step('three', 'b'))
      await act(pid, [], 'b')
      expect(await logOf(pid)).toEqual([
        ['one', 'b'],
        ['two', 'c'],
      ])
      await act(pid, [], 'c')
      expect(await logOf(pid)).toContainEqual(['three', 'c'])
    }))

  it('event_order: two zero time-outs of other kinds; the one for an event only if it comes first', () =>
    world(async () => {
      const zero = (name: string) => ({ timeout: 0, name, content: name })
      const [event, state] = [
        { timeout: 0, content: 'e' } as const,
        { stateTimeout: 0, content: 's' } as const,
      ]
      const first = await start(byState, undefined)
      await act(first, [event, state, zero('x')])
      expect(await logOf(first)).toEqual([
        ['timeout', 'e', 'a'],
        ['state_timeout', 's', 'a'],
        ['named_timeout', 'x', 'x', 'a'],
      ])
      const second = await start(byState, undefined)
      await act(second, [state, event, zero('x')])
      expect(await logOf(second)).toEqual([
        ['state_timeout', 's', 'a'],
        ['named_timeout', 'x', 'x', 'a'],
      ])
    }))

  it('state_timeout: survives events, and ends with the state', () =>
    world(async (kernel) => {
      const pid = await start(byState, undefined)
      await act(pid, { stateTimeout: 100, content: 'out' })
      cast(pid, 'x')
      await act(pid, [], 'a')
      await kernel.clock.advance(99)
      expect(await logOf(pid)).toEqual([['cast', 'x', 'a']])
      await kernel.clock.advance(1)
      expect((await logOf(pid)).at(-1)).toEqual(['state_timeout', 'out', 'a'])
      await act(pid, { stateTimeout: 100, content: 'never' })
      await act(pid, [], 'b')
      await kernel.clock.advance(1_000)
      expect(await logOf(pid)).toHaveLength(2)
    }))

  it('state_timeout: set with the change it counts for the new state', () =>
    world(async (kernel) => {
      const pid = await start(byState, undefined)
      await act(pid, { stateTimeout: 10, content: 'old' })
      await act(pid, { stateTimeout: 20, content: 'new' }, 'b')
      await kernel.clock.advance(20)
      expect(await logOf(pid)).toEqual([['state_timeout', 'new', 'b']])
    }))

  it('state_timeout: of zero comes before the mailbox, and not if an inserted event changes the state', () =>
    world(async () => {
      const pid = await start(byState, undefined)
      await suspend(pid)
      cast(
        pid,
        order(() => ({ actions: { stateTimeout: 0, content: 'zero' } })),
      )
      cast(pid, 'queued')
      await resume(pid)
      expect(await logOf(pid)).toEqual([
        ['state_timeout', 'zero', 'a'],
        ['cast', 'queued', 'a'],
      ])
      const change = order(() => ({ nextState: 'b', data: [] }))
      await act(pid, [{ stateTimeout: 0 }, { nextEvent: { type: 'internal', content: change } }])
      expect(await logOf(pid)).toEqual([])
    }))

  it('state_timeout: keeps running over repeat_state, and the event time-out over nothing', () =>
    world(async (kernel) => {
      const pid = await start(byState, undefined)
      await act(pid, [
        { stateTimeout: 50, content: 's' },
        { timeout: 30, content: 'e' },
      ])
      await call(
        pid,
        answered(() => 'repeat_state'),
      )
      await kernel.clock.advance(50)
      expect(await logOf(pid)).toEqual([['state_timeout', 's', 'a']])
      await act(pid, { timeout: 30, content: 'quiet' })
      await kernel.clock.advance(30)
      expect((await logOf(pid)).at(-1)).toEqual(['timeout', 'quiet', 'a'])
    }))

  it('state_timeout: looking into the machine does not disturb an event time-out', () =>
    world(async (kernel) => {
      const pid = await start(
        byState,
        begin({ state: 'a', data: [], actions: { timeout: 50, content: 'e' } }),
      )
      await kernel.clock.advance(30)
      await getState(pid)
      await kernel.clock.advance(20)
      expect(await logOf(pid)).toEqual([['timeout', 'e', 'a']])
    }))

  it('timeout_cancel_and_update: of running timers', () =>
    world(async (kernel) => {
      const pid = await start(byState, undefined)
      await act(pid, [
        { stateTimeout: 10, content: 1 },
        { timeout: 10, name: 'n', content: 1 },
        { timeout: 10, name: 'm', content: 1 },
      ])
      expect((await getStatus(pid)).state).toMatchObject({
        timeouts: [
          { type: 'state_timeout', content: 1 },
          { type: 'named_timeout', name: 'n', content: 1 },
          { type: 'named_timeout', name: 'm', content: 1 },
        ],
      })
      await act(pid, [
        { stateTimeout: 'update', content: 2 },
        { timeout: 'cancel', name: 'n' },
        { timeout: Number.POSITIVE_INFINITY, name: 'm' },
        { timeout: 'cancel', name: 'unknown' },
      ])
      await kernel.clock.advance(10)
      expect(await logOf(pid)).toEqual([['state_timeout', 2, 'a']])
    }))

  it('timeout_cancel_and_update: an update of none that runs is a time-out of zero', () =>
    world(async () => {
      const pid = await start(byState, undefined)
      await act(pid, [
        { stateTimeout: 'update', content: 's' },
        { timeout: 0, name: 'x' },
      ])
      expect(await logOf(pid)).toEqual([
        ['state_timeout', 's', 'a'],
        ['named_timeout', 'x', undefined, 'a'],
      ])
    }))

  it('timeout_cancel_and_update: in one list only the last word on a timer counts', () =>
    world(async (kernel) => {
      const pid = await start(byState, undefined)
      await act(pid, [
        { stateTimeout: 0, content: 1 },
        { timeout: 0, name: 'x' },
        { stateTimeout: 0, content: 2 },
      ])
      expect((await logOf(pid)).map((entry) => (entry as string[])[0])).toEqual([
        'named_timeout',
        'state_timeout',
      ])
      await act(pid, [{ stateTimeout: 1_000 }, later, { stateTimeout: 0 }, { stateTimeout: 'cancel' }])
      expect(await logOf(pid)).toHaveLength(2)
      await act(pid, [
        { stateTimeout: 40, content: 1 },
        { stateTimeout: 'update', content: 'at once' },
      ])
      expect((await logOf(pid)).at(-1)).toEqual(['state_timeout', 'at once', 'a'])
      await kernel.clock.advance(40)
      expect(await logOf(pid)).toHaveLength(3)
    }))

  it('timeout_cancel_and_update: of one of zero that has not fired yet', () =>
    world(async () => {
      const insert = (actions: MachineActions) => ({
        nextEvent: { type: 'internal', content: order(() => ({ actions })) } as const,
      })
      const zero = [
        { stateTimeout: 0, content: 1 },
        { timeout: 0, name: 'x', content: 'x' },
      ] as const
      const updated = await start(byState, undefined)
      await act(updated, [...zero, insert({ stateTimeout: 'update', content: 2 })])
      expect(await logOf(updated)).toEqual([
        ['state_timeout', 2, 'a'],
        ['named_timeout', 'x', 'x', 'a'],
      ])
      const restarted = await start(byState, undefined)
      await act(restarted, [...zero, insert({ stateTimeout: 0, content: 2 })])
      expect(await logOf(restarted)).toEqual([
        ['named_timeout', 'x', 'x', 'a'],
        ['state_timeout', 2, 'a'],
      ])
      const cancelled = await start(byState, undefined)
      await act(cancelled, [...zero, insert({ stateTimeout: 'cancel' })])
      expect(await logOf(cancelled)).toEqual([['named_timeout', 'x', 'x', 'a']])
    }))

  it('timeout_cancel_and_update: one that fired but was not handled yet can be cancelled', () =>
    world(async (kernel) => {
      const pid = await start(byState, begin({ state: 'a', data: [], actions: { stateTimeout: 10 } }))
      await suspend(pid)
      cast(
        pid,
        order(() => ({ actions: { stateTimeout: 'cancel' } })),
      )
      await kernel.clock.advance(20)
      await resume(pid)
      expect(await logOf(pid)).toEqual([])
    }))

  it('event_types: every type can be inserted, and arrives in order', () =>
    world(async () => {
      const pid = await start(byHandleEvent, undefined)
      const answer = call(
        pid,
        order((event) => ({
          actions: [
            { nextEvent: { type: 'internal', content: 1 } },
            { nextEvent: { type: 'timeout', content: 2 } },
            { nextEvent: { type: 'state_timeout', content: 3 } },
            { nextEvent: { type: 'named_timeout', name: 'n', content: 4 } },
            { nextEvent: { type: 'info', content: 5 } },
            { nextEvent: { type: 'cast', content: 6 } },
            ...(event.type === 'call'
              ? [{ nextEvent: { type: 'call', from: event.from, content: 7 } } as const]
              : []),
          ],
        })),
      )
      expect(await answer).toEqual(['a', 7])
      expect(await logOf(pid)).toEqual([
        ['internal', 1, 'a'],
        ['timeout', 2, 'a'],
        ['state_timeout', 3, 'a'],
        ['named_timeout', 'n', 4, 'a'],
        ['info', 5, 'a'],
        ['cast', 6, 'a'],
      ])
    }))

  it('generic_timers: are independent, survive state changes, are replaced, cancelled and absolute', () =>
    world(async (kernel) => {
      const pid = await start(byState, undefined)
      await act(pid, [
        { timeout: 10, name: 'one', content: 1 },
        { timeout: 20, name: 'two', content: 2 },
        { timeout: 30, name: 'three', content: 3 },
        { timeout: currentKernel().now() + 25, name: 'at', content: 4, abs: true },
      ])
      await act(pid, { timeout: 40, name: 'one', content: 'later' }, 'b')
      await act(pid, { timeout: 'cancel', name: 'three' }, 'c')
      await kernel.clock.advance(100)
      expect(await logOf(pid)).toEqual([
        ['named_timeout', 'two', 2, 'c'],
        ['named_timeout', 'at', 4, 'c'],
        ['named_timeout', 'one', 'later', 'c'],
      ])
    }))

  it('generic_timers: an absolute time that is past fires behind what is queued', () =>
    world(async (kernel) => {
      await kernel.clock.advance(100)
      const pid = await start(byState, undefined)
      await suspend(pid)
      cast(
        pid,
        order(() => ({ actions: { stateTimeout: 10, abs: true, content: 'past' } })),
      )
      cast(pid, 'second')
      await resume(pid)
      expect(await logOf(pid)).toEqual([
        ['cast', 'second', 'a'],
        ['state_timeout', 'past', 'a'],
      ])
    }))

  it('call_format_status, format_all_status: shapes what getStatus shows', () =>
    world(async () => {
      const machine = stateMachine<string, string>({
        init: () => ({ state: 'idle', data: 'secret' }),
        handleEvent: () => 'keep_state',
        formatStatus: (status) => ({ ...status, data: 'formatted' }),
      })
      const pid = await start(machine)
      expect((await getStatus(pid)).state).toMatchObject({ state: 'idle', data: 'formatted' })
    }))

  it('error_format_status: shapes the report of a crash', () =>
    world(async (kernel) => {
      const machine = stateMachine<string, string>({
        init: () => ({ state: 'idle', data: 'secret' }),
        handleEvent: () => exit('crash'),
        formatStatus: ({ message, reason, ...status }) => ({
          ...status,
          data: 'formatted',
          message: [message],
          reason: [reason],
        }),
      })
      const pid = await start(machine)
      await failure(call(pid, 'badreturn'))
      expect(kernel.reportsOf('server')).toMatchObject([
        {
          pid,
          state: { state: 'idle', data: 'formatted' },
          lastMessage: ['badreturn'],
          reason: ['crash'],
          client: self(),
        },
      ])
    }))

  it('terminate_crash_format: a crash inside terminate replaces the reason', () =>
    world(async (kernel) => {
      const machine = stateMachine<string, string>({
        init: () => ({ state: 'idle', data: 'd' }),
        handleEvent: () => ({ stop: 'normal' }),
        terminate: async () => exit('crashed in terminate'),
      })
      const pid = await start(machine)
      const ended = exitReason(pid)
      cast(pid, 'stop')
      expect(await ended).toBe('crashed in terminate')
      expect(kernel.reportsOf('server')).toMatchObject([{ lastMessage: { cast: 'stop' } }])
    }))

  it('undef_terminate1, undef_terminate2: terminate is optional', () =>
    world(async () => {
      for (const reason of ['normal', 'shutdown', 'other']) {
        const pid = await start(byState, undefined)
        const ended = exitReason(pid)
        await stop(pid, reason)
        expect(await ended).toBe(reason)
      }
    }))

  it('terminate: is called with state and data for a stop, a crash and the parent’s end, not for a kill', () =>
    world(async () => {
      const tester = self()
      const machine = stateMachine<string, number>({
        init: () => {
          trapExit(true)
          return { state: 's', data: 1 }
        },
        handleEvent: (event) => {
          if (event.content === 'crash') throw new Error('boom')
          return { nextState: 't', data: 2 }
        },
        terminate: (reason, state, data) => void send(tester, { ended: reason, state, data }),
      })
      const crashing = await start(machine)
      cast(crashing, 'go')
      cast(crashing, 'crash')
      expect(await receive({ state: 't', data: 2 })).toMatchObject({ ended: { message: 'boom' } })
      await stop(await start(machine), 'shutdown')
      expect(await receive({ ended: 'shutdown' })).toMatchObject({ state: 's', data: 1 })
      const parent = spawn(async () => {
        send(tester, await startLink(machine))
        await receive('end')
        exit('parent ended')
      })
      const child = (await receive()) as Pid
      await suspend(child)
      send(parent, 'end')
      expect(await receive({ state: 's' })).toMatchObject({ ended: 'parent ended' })
      const killed = await start(machine)
      const ended = exitReason(killed)
      exit(killed, 'kill')
      expect(await ended).toBe('killed')
      expect(await next()).toBe('nothing')
    }))
})
