/**
 * `sys.changeCode`: other code for a running server. OTP's rules, from the suites of gen_server and gen_statem; of the class form, what its
 * new instance takes over.
 */
import { describe, expect, it } from 'vitest'
import {
  type Callbacks,
  call,
  cast,
  defineServer,
  getState,
  ref,
  resume,
  start,
  startLink,
  stateMachine,
  stop,
  suspend,
  sys,
} from '../../src/genserver/index.js'
import { defineMachine } from '../../src/genserver/state-machine/index.js'
import { isAlive, link, monitor, receive, self, sendAfter, spawn, whereis } from '../../src/kernel/index.js'
import { failure, world } from './world.js'

const adding: Callbacks<number, number> = {
  version: 1,
  init: (count) => ({ state: count }),
  handleCall: (_request, _from, count) => ({ reply: count, state: count }),
  handleCast: (by, count) => ({ state: count + Number(by) }),
}

/** The same with another state. */
const counting: Callbacks<{ count: number; was: unknown; extra: unknown }, number> = {
  version: 2,
  init: (count) => ({ state: { count, was: undefined, extra: undefined } }),
  codeChange: (state, was, extra) => ({ count: Number(state), was, extra }),
  handleCall: (_request, _from, state) => ({ reply: state, state }),
  handleCast: (by, state) => ({ state: { ...state, count: state.count + 10 * Number(by) } }),
}

async function changed(...[server, to, options]: Parameters<typeof sys.changeCode>): Promise<void> {
  await suspend(server)
  try {
    await sys.changeCode(server, to, options)
  } finally {
    await resume(server)
  }
}

describe('a server that is given other callbacks', () => {
  it('has the state that codeChange makes of the old one, and handles all that follows with the new code', () =>
    world(async () => {
      const server = await start(adding, 3)
      await changed(server, counting, { extra: 'why' })
      expect(await call(server, 'count')).toEqual({ count: 3, was: 1, extra: 'why' })
      cast(server, 2)
      expect(await call(server, 'count')).toMatchObject({ count: 23 })
    }))

  it('is told the version that whoever changes it says, in place of that of the code', () =>
    world(async () => {
      const server = await start(adding, 3)
      await changed(server, counting, { oldVersion: { down: 7 } })
      expect(await call(server, 'count')).toMatchObject({ was: { down: 7 } })
    }))

  it('keeps its state where the new code has no codeChange, as that which `use GenServer` brings does', () =>
    world(async () => {
      const server = await start(adding, 3)
      const later: Callbacks<unknown> = {
        init: () => ({ state: 0 }),
        handleCall: (_request, _from, state) => ({ reply: `was ${state}`, state }),
      }
      await changed(server, later)
      expect(await call(server, 'count')).toBe('was 3')
    }))

  it('keeps pid, name, mailbox, links, monitors and timers', () =>
    world(async (kernel) => {
      const server = await startLink(adding, 0, { name: 'counter' })
      const watcher = monitor(server)
      const peer = spawn(async () => {
        link(server)
        await receive()
      })
      await kernel.clock.advance(1)
      await suspend('counter')
      cast(server, 1)
      cast(server, 2)
      await sys.changeCode('counter', counting)
      expect(await getState('counter')).toMatchObject({ count: 0 })
      await resume('counter')
      expect(await call('counter', 'count')).toMatchObject({ count: 30 })
      expect(whereis('counter')).toBe(server)
      expect(isAlive(peer)).toBe(true)
      expect(watcher).toBeDefined()
    }))

  it('must be suspended', () =>
    world(async () => {
      const server = await start(adding, 3)
      expect(await failure(sys.changeCode(server, counting))).toMatchObject({ code: 'CODE_CHANGE_RUNNING' })
      expect(await call(server, 'count')).toBe(3)
    }))

  it('keeps code and state where the new code fails, and stays suspended', () =>
    world(async () => {
      const server = await start(adding, 3)
      await suspend(server)
      const broken = {
        ...counting,
        codeChange: async () => {
          throw new Error('no')
        },
      }
      const error = await failure(sys.changeCode(server, broken))
      expect(error).toMatchObject({ code: 'CODE_CHANGE_FAILED', cause: { message: 'no' } })
      expect((await sys.getStatus(server)).mode).toBe('suspended')
      await resume(server)
      expect(await call(server, 'count')).toBe(3)
    }))

  it.each([['text'], [undefined], [{ handleCall: () => 1 }], [class {}]])('refuses %s', (to) =>
    world(async () => {
      const server = await start(adding, 3)
      await suspend(server)
      const error = await failure(sys.changeCode(server, to))
      expect(error).toMatchObject({ code: 'CODE_CHANGE_FAILED', cause: { code: 'CODE_CHANGE_UNFIT' } })
    }))
})

describe('a server of the class form', () => {
  class Counter {
    static readonly version: unknown = 1
    readonly made = self()
    shown = 'count'
    #count = 0
    add(by: number): number {
      this.#count += by
      return this.#count
    }
    text(): string {
      return `${this.shown}: ${this.#count}`
    }
  }
  defineServer(Counter, { calls: ['add', 'text'], name: 'counter' })

  /** Fields of the same names, and one more. */
  class Later {
    shown = 'sum'
    misses = 7
    #count = 100
    #limit = 5
    readonly label = () => `new ${this.#limit}`
    add(by: number): number {
      this.#count += 2 * by
      return this.#count
    }
    text(): string {
      return `${this.label()} ${this.shown}: ${this.#count}, ${this.misses}`
    }
  }
  defineServer(Later, { calls: ['add', 'text'], name: 'counter' })

  it('goes on as a new instance with the fields of the old, private ones too, by their names', () =>
    world(async () => {
      const counter = await start(Counter)
      await counter.call.add(3)
      await changed(counter, Later)
      expect(await counter.call.text()).toBe('new 5 count: 3, 7')
      expect(await counter.call.add(1)).toBe(5)
      expect(await getState(counter)).toBeInstanceOf(Later)
    }))

  it('runs no init, and has what it took over before codeChange of the new class', () =>
    world(async () => {
      class Newer extends Later {
        told: unknown[] = []
        init(): void {
          throw new Error('only a start does that')
        }
        codeChange(old: unknown, oldVersion: unknown, extra: unknown): void {
          this.told = [old instanceof Counter, oldVersion, extra, this.shown]
        }
        what(): unknown {
          return this.told
        }
      }
      defineServer(Newer, { calls: ['what'] })
      const counter = await start(Counter)
      await changed(counter, Newer, { extra: 'why' })
      expect(await ref(Newer, counter.pid).call.what()).toEqual([true, 1, 'why', 'count'])
    }))

  it('hands over what exportState says, where the new class has importState', () =>
    world(async () => {
      class Old {
        #pairs = new Map([['a', 1]])
        other = 'old'
        exportState(): unknown {
          return [...this.#pairs]
        }
      }
      defineServer(Old, {})
      class New {
        other = 'new'
        #table: Record<string, number> = {}
        importState(exported: unknown): void {
          this.#table = Object.fromEntries(exported as [string, number][])
        }
        table(): unknown {
          return { ...this.#table, other: this.other }
        }
      }
      defineServer(New, { calls: ['table'] })
      const server = await start(Old)
      await changed(server, New)
      expect(((await getState(server)) as New).table()).toEqual({ a: 1, other: 'new' })
    }))

  it('tells which private field it cannot hand over, and goes on with the old code', () =>
    world(async () => {
      class Base {
        #count = 1
        base(): number {
          return this.#count
        }
      }
      class Twice extends Base {
        #count = 2
        both(): number[] {
          return [this.base(), this.#count]
        }
      }
      defineServer(Twice, { calls: ['both'] })
      class Again extends Base {
        #count = 3
        both(): number[] {
          return [this.base(), this.#count]
        }
      }
      defineServer(Again, { calls: ['both'] })
      const server = await start(Twice)
      await suspend(server)
      const error = await failure(sys.changeCode(server, Again))
      expect(error.cause).toMatchObject({ code: 'CODE_CHANGE_PRIVATE', details: { field: 'count' } })
      await resume(server)
      expect(await server.call.both()).toEqual([1, 2])
    }))

  it('keeps timers that send messages', () =>
    world(async (kernel) => {
      class Ticking {
        ticks = 0
        init(): void {
          sendAfter(10, self(), 'tick')
        }
        tick(): void {
          this.ticks++
          sendAfter(10, self(), 'tick')
        }
        count(): number {
          return this.ticks
        }
      }
      defineServer(Ticking, { calls: ['count'], infos: [{ pattern: 'tick', method: 'tick' }] })
      class Tenfold {
        ticks = 0
        tick(): void {
          this.ticks += 10
          sendAfter(10, self(), 'tick')
        }
        count(): number {
          return this.ticks
        }
      }
      defineServer(Tenfold, { calls: ['count'], infos: [{ pattern: 'tick', method: 'tick' }] })
      const server = await start(Ticking)
      await kernel.clock.advance(25)
      await changed(server, Tenfold)
      await kernel.clock.advance(20)
      expect(await server.call.count()).toBe(22)
      expect(kernel.now()).toBe(45)
      await stop(server)
    }))

  it('is refused where the new class says so', () =>
    world(async () => {
      class Connection {
        open = true
      }
      defineServer(Connection, { codeChange: 'restart' })
      const server = await start(Counter)
      await suspend(server)
      const error = await failure(sys.changeCode(server, Connection))
      expect(error.cause).toMatchObject({ code: 'CODE_CHANGE_UNWANTED' })
    }))
})

describe('a state machine', () => {
  const door = stateMachine({
    version: 'one',
    init: () => ({ state: 'shut' as 'shut' | 'open', data: 0 }),
    states: {
      shut: (event, data) =>
        event.content === 'push' ? { nextState: 'open', data: data + 1 } : { actions: 'postpone' },
      open: () => 'keep_state',
    },
  })

  it('has the state and data that codeChange makes of the old, what was postponed and its timers', () =>
    world(async (kernel) => {
      const locked = stateMachine({
        init: () => ({ state: 'locked' as 'locked' | 'unlocked', data: { pushes: 0, from: '' } }),
        codeChange: ({ data }, from) => ({
          state: 'locked' as const,
          data: { pushes: Number(data), from: String(from) },
        }),
        states: {
          locked: (event) => (event.content === 'push' ? { nextState: 'unlocked' as const } : 'keep_state'),
          unlocked: (event, data) =>
            event.type === 'call' ? { actions: { reply: data, to: event.from } } : 'keep_state',
        },
      })
      const machine = await start(door)
      const waits = call(machine, 'through')
      await kernel.clock.advance(1)
      await changed(machine, locked)
      cast(machine, 'push')
      expect(await waits).toEqual({ pushes: 0, from: 'one' })
    }))

  it('keeps its code where the new one does not know the state', () =>
    world(async () => {
      const other = stateMachine({
        init: () => ({ state: 'new' as const, data: 0 }),
        states: { new: () => 'keep_state' as const },
      })
      const machine = await start(door)
      await suspend(machine)
      const error = await failure(sys.changeCode(machine, other))
      expect(error.cause).toMatchObject({ code: 'STATE_UNKNOWN' })
      await resume(machine)
      cast(machine, 'push')
      expect(await getState(machine)).toEqual({ state: 'open', data: 1 })
    }))

  it('of the class form goes on in its state, with its fields', () =>
    world(async () => {
      class Lamp {
        state: 'off' | 'on' = 'off'
        #presses = 0
        press(): number {
          this.state = this.state === 'off' ? 'on' : 'off'
          return ++this.#presses
        }
      }
      defineMachine(Lamp, { handlers: [{ on: 'call', method: 'press' }] })
      class Dimmer {
        state: 'off' | 'on' | 'dim' = 'off'
        #presses = 0
        press(): string {
          this.state = this.state === 'on' ? 'dim' : 'on'
          return `${++this.#presses} ${this.state}`
        }
      }
      defineMachine(Dimmer, { handlers: [{ on: 'call', method: 'press' }] })
      const lamp = await start(Lamp)
      await lamp.call.press()
      await changed(lamp, Dimmer)
      expect(await getState(lamp)).toMatchObject({ state: 'on' })
      expect(await ref(Dimmer, lamp.pid).call.press()).toBe('2 dim')
    }))
})
