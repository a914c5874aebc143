import { describe, expect, it } from 'vitest'
import {
  type Callbacks,
  call,
  cast,
  defineServer,
  getState,
  getStatus,
  replaceState,
  resume,
  type Status,
  showState,
  start,
  startLink,
  stop,
  suspend,
} from '../../src/genserver/index.js'
import { defineMachine } from '../../src/genserver/state-machine/index.js'
import { isAlive, Pid, receive, self, send, sleep, spawn, trapExit } from '../../src/kernel/index.js'
import { exitReason, failure, world } from './world.js'

const counter: Callbacks<number, number> = {
  init: (count) => ({ state: count }),
  handleCall: (_request, _from, count) => ({ reply: count, state: count }),
  handleCast: (by, count) => ({ state: count + Number(by) }),
}

describe('getState', () => {
  it('shows the state, running and suspended', () =>
    world(async () => {
      const server = await start(counter, 3)
      expect(await getState(server)).toBe(3)
      await suspend(server)
      expect(await getState(server)).toBe(3)
    }))

  it('does not freeze what it shows', () =>
    world(async () => {
      const server = await start({ init: () => ({ state: { list: [1] } }) })
      expect(Object.isFrozen(await getState(server))).toBe(false)
    }))

  it('shows the instance of a class', () =>
    world(async () => {
      class Box {
        content = 'full'
      }
      defineServer(Box, {})
      const box = await start(Box)
      expect(await getState(box)).toBeInstanceOf(Box)
      expect(await getState(box)).toMatchObject({ content: 'full' })
    }))

  it('rejects as a call does', () =>
    world(async () => {
      expect(await failure(getState('nobody'))).toMatchObject({ code: 'CALL_NOPROC' })
      expect(await failure(getState(42 as never))).toMatchObject({
        code: 'SERVER_REF_INVALID',
        details: { action: 'getState' },
      })
    }))
})

describe('replaceState', () => {
  it('gives the new state to the server and to the caller', () =>
    world(async () => {
      const server = await start(counter, 1)
      expect(await replaceState(server, (count: number) => count + 1)).toBe(2)
      expect(await replaceState(server, async (count: number) => count + 1)).toBe(3)
      expect(await call(server, 'x')).toBe(3)
    }))

  it.each([
    ['throws', thrower],
    ['rejects', async () => thrower()],
  ])('of a function that %s is an error to the caller and leaves the state', (_, change) =>
    world(async () => {
      const server = await start(counter, 1)
      const error = await failure(replaceState(server, change))
      expect(error).toMatchObject({ code: 'REPLACE_STATE_FAILED', cause: { message: 'no' } })
      expect(await call(server, 'x')).toBe(1)
    }))
})

describe('replaceState of a class-form server', () => {
  class Counter {
    #secret = 1
    constructor(public n = 1) {}
    get(): number {
      return this.n + this.#secret - 1
    }
  }
  defineServer(Counter, { calls: ['get'] })
  class Door {
    state = 'open'
    n = 1
    get(): number {
      return this.n
    }
  }
  defineMachine(Door, { handlers: [{ on: 'call', method: 'get' }] })

  it('takes the instance with other fields, or another instance', () =>
    world(async () => {
      const counter = await start(Counter)
      await replaceState(counter, (it: Counter) => Object.assign(it, { n: 5 }))
      expect(await counter.call.get()).toBe(5)
      await replaceState(counter, async () => new Counter(7))
      expect(await counter.call.get()).toBe(7)
    }))

  it.each([
    ['a plain object', (it: object) => ({ ...it, n: 5 })],
    ['a promise of one', async (it: object) => ({ ...it, n: 5 })],
    ['nothing', () => undefined],
    ['null', () => null],
    ['an instance of another class', () => new Door()],
    ['the class itself', () => Counter],
  ])('refuses what is no instance, and goes on with the one it has (%s)', (_, change) =>
    world(async () => {
      const counter = await start(Counter)
      expect(await failure(replaceState(counter, change))).toMatchObject({
        code: 'REPLACE_STATE_FAILED',
        message: expect.stringContaining('Object.assign'),
        cause: { code: 'STATE_NOT_INSTANCE', details: { class: 'Counter' } },
      })
      expect(await counter.call.get()).toBe(1)
      await stop(counter)
    }))

  it('does so for a state machine, too', () =>
    world(async () => {
      const door = await start(Door)
      const spread = ({ state, data }: { state: string; data: Door }) => ({ state, data: { ...data, n: 5 } })
      expect(await failure(replaceState(door, spread))).toMatchObject({
        cause: { code: 'STATE_NOT_INSTANCE', details: { class: 'Door' } },
      })
      const assigned = ({ data }: { data: Door }) => ({ state: 'shut', data: Object.assign(data, { n: 5 }) })
      await replaceState(door, assigned)
      expect(await door.call.get()).toBe(5)
    }))
})

describe('suspend', () => {
  it('leaves messages where they are until resume, and in their order', () =>
    world(async (kernel) => {
      const server = await start(counter, 0)
      await suspend(server)
      cast(server, 1)
      const answer = call(server, 'count')
      cast(server, 10)
      await kernel.clock.advance(1_000)
      expect(await getState(server)).toBe(0)
      await resume(server)
      expect(await answer).toBe(1)
      expect(await getState(server)).toBe(11)
    }))

  it('twice is once; so is resume', () =>
    world(async () => {
      const server = await start(counter, 0)
      await suspend(server)
      await suspend(server)
      await resume(server)
      await resume(server)
      expect(await call(server, 'x')).toBe(0)
    }))

  it('lets callers time out', () =>
    world(async (kernel) => {
      const server = await start(counter, 0)
      await suspend(server)
      const late = failure(call(server, 'x'))
      await kernel.clock.advance(5_000)
      expect(await late).toMatchObject({ code: 'CALL_TIMEOUT' })
    }))

  it('does not keep a server from stopping', () =>
    world(async () => {
      const reasons: unknown[] = []
      const server = await start({ ...counter, terminate: (reason) => void reasons.push(reason) }, 0)
      await suspend(server)
      await stop(server)
      expect(isAlive(server)).toBe(false)
      expect(reasons).toEqual(['normal'])
    }))

  it('does not keep the parent from ending it', () =>
    world(async () => {
      const tester = self()
      const server: Callbacks<number> = {
        init: () => {
          trapExit(true)
          return { state: 0 }
        },
        terminate: (reason) => void send(tester, `terminated ${reason}`),
      }
      const parent = spawn(async () => {
        send(tester, await startLink(server))
        await receive('end')
      })
      const pid = await receive((message) => message instanceof Pid)
      await suspend(pid)
      const ended = exitReason(pid)
      send(parent, 'end')
      expect(await ended).toBe('normal')
      expect(await receive('terminated normal')).toBe('terminated normal')
    }))

  it('holds an idle time-out until resume, from where it counts anew', () =>
    world(async (kernel) => {
      const log: unknown[] = []
      const server = await start({
        init: () => ({ state: 0, timeout: 100 }),
        handleInfo: (message, state: number) => {
          log.push(message)
          return { state }
        },
      })
      await kernel.clock.advance(50)
      await suspend(server)
      await kernel.clock.advance(500)
      await resume(server)
      await kernel.clock.advance(99)
      expect(log).toEqual([])
      await kernel.clock.advance(1)
      expect(log).toEqual(['timeout'])
    }))

  it('waits for the handler that runs', () =>
    world(async (kernel) => {
      const handleCast = () => sleep(100).then(() => ({ state: 7 }))
      const server = await start({ ...counter, handleCast }, 0)
      cast(server, 1)
      const suspended = suspend(server)
      await kernel.clock.advance(100)
      await suspended
      expect(await getState(server)).toBe(7)
    }))
})

describe('showState', () => {
  class Purse {
    readonly #coins = [1, 2]
    readonly #pin = '1234'
    name = 'purse'
    count(): number {
      return this.#coins.length + this.#pin.length
    }
  }

  it('shows what getState cannot, and getState still gives the very object', () =>
    world(async () => {
      class Owner extends Purse {}
      defineServer(Owner, { calls: ['count'] })
      const owner = await start(Owner)
      expect(await showState(owner)).toEqual({ '#coins': [1, 2], '#pin': '[redacted]', name: 'purse' })
      await suspend(owner)
      expect(await showState(owner)).toHaveProperty('#coins')
      expect(await getState(owner)).toBeInstanceOf(Owner)
      expect(await getState(owner)).toBe(await getState(owner))
    }))

  it('shows what formatStatus makes of it, and throws what that throws', () =>
    world(async () => {
      class Careful extends Purse {
        readonly #name = 'hers'
        formatStatus(status: Status): Status {
          if (this.name !== 'purse') throw new Error('no')
          return { ...status, state: { owner: this.#name } }
        }
      }
      defineServer(Careful, { calls: ['count'] })
      const careful = await start(Careful)
      expect(await showState(careful)).toEqual({ owner: 'hers' })
      await replaceState(careful, (state: Careful) => Object.assign(state, { name: 'x' }))
      await expect(showState(careful)).rejects.toThrow('no')
    }))
})

describe('getStatus', () => {
  it('tells mode, parent and the formatted state', () =>
    world(async () => {
      const server = await startLink(
        { ...counter, formatStatus: (status) => ({ ...status, state: 'secret' }) },
        1,
      )
      expect(await getStatus(server)).toEqual({
        pid: server,
        parent: self(),
        mode: 'running',
        state: 'secret',
      })
      await suspend(server)
      expect(await getStatus(server)).toMatchObject({ mode: 'suspended' })
    }))

  it('hides the state when formatStatus fails, and the server lives on', () =>
    world(async () => {
      const server = await start({ ...counter, formatStatus: thrower }, 1)
      expect(await getStatus(server)).toMatchObject({
        parent: server,
        state: 'hidden: formatStatus failed',
        formatError: { message: 'no' },
      })
      expect(await call(server, 'x')).toBe(1)
    }))
})

function thrower(): never {
  throw new Error('no')
}
