import { describe, expect, it } from 'vitest'
import {
  type Callbacks,
  call,
  defineServer,
  type InitResult,
  Ref,
  start,
  startLink,
  startMonitor,
  startServer,
} from '../../src/genserver/index.js'
import { stateMachine } from '../../src/genserver/state-machine/index.js'
import {
  exit,
  isAlive,
  isExit,
  type Pid,
  processes,
  processInfo,
  receive,
  self,
  send,
  sleep,
  spawn,
  trapExit,
  whereis,
} from '../../src/kernel/index.js'
import { exitReason, failure, next, world } from './world.js'

/** A server whose init does what its argument says. */
const obedient: Callbacks<string, () => unknown> = {
  init: (act) => act() as InitResult<string>,
  handleCall: (_request, _from, state) => ({ reply: state, state }),
}
const fine = () => ({ state: 'fine' })
const boom = new Error('boom')

class Counter {
  count = 0
  init(args: { from: number }) {
    this.count = args.from
  }
  add(by: number): number {
    this.count += by
    return this.count
  }
}
defineServer(Counter, { name: 'counter', calls: ['add'] })

describe('start', () => {
  it('resolves when init is done, with the pid', () =>
    world(async (kernel) => {
      let done = false
      const starting = start(obedient, async () => {
        await sleep(100)
        done = true
        return fine()
      })
      await kernel.clock.advance(99)
      expect(done).toBe(false)
      await kernel.clock.advance(1)
      expect(await call(await starting, 'x')).toBe('fine')
    }))

  it('links nothing; startLink links to its parent', () =>
    world(async () => {
      const free = await start(obedient, fine)
      const child = await startLink(obedient, fine)
      expect(processInfo(self(), 'links')).toEqual([child])
      expect(processInfo(free, 'links')).toEqual([])
      expect(processInfo(child, 'parent')).toBe(self())
    }))

  it('registers the name before init runs', () =>
    world(async () => {
      let found: Pid | undefined
      const pid = await start(
        obedient,
        () => {
          found = whereis('early')
          return fine()
        },
        { name: 'early' },
      )
      expect(found).toBe(pid)
    }))

  it('starts nothing when the name is taken', () =>
    world(async () => {
      const pid = await start(obedient, fine, { name: 'taken' })
      let ran = false
      const error = await failure(start(obedient, () => (ran = true), { name: 'taken' }))
      expect(error).toMatchObject({ code: 'ALREADY_STARTED', details: { pid, name: 'taken' } })
      expect(ran).toBe(false)
    }))

  it('refuses a name that is none, and what is no server', () =>
    world(async () => {
      expect(await failure(start(obedient, fine, { name: '' }))).toMatchObject({ code: 'NAME_INVALID' })
      expect(await failure(start(obedient, fine, { name: 42 as never }))).toMatchObject({
        code: 'NAME_INVALID',
      })
      for (const server of [undefined, null, 'server', 42]) {
        expect(await failure(start(server as never))).toMatchObject({ code: 'SERVER_INVALID' })
      }
      expect(await failure(start(class {} as never))).toMatchObject({ code: 'CLASS_UNDEFINED' })
    }))

  it('kills an init that takes too long', () =>
    world(async (kernel) => {
      const late = failure(start(obedient, () => sleep(1_000), { timeout: 100, name: 'slow' }))
      await kernel.clock.advance(100)
      expect(await late).toMatchObject({ code: 'START_TIMEOUT', details: { timeout: 100 } })
      expect(whereis('slow')).toBeUndefined()
      expect(await next()).toBe('nothing')
    }))

  it('gives servers a label for logs', () =>
    world(async () => {
      const plain = await start(obedient, fine, { label: 'obedient' })
      const counter = await start(Counter, { from: 0 })
      expect(processInfo(plain, 'label')).toBe('obedient')
      expect(processInfo(counter.pid as Pid, 'label')).toBe('Counter')
    }))
})

describe('init', () => {
  const failing: [string, () => unknown, unknown][] = [
    ['stops', () => ({ stop: 'no' }), 'no'],
    ['stops with a state', () => ({ stop: 'no', state: 1 }), 'no'],
    ['gives an error', () => ({ error: 'no' }), 'no'],
    ['throws', thrower(boom), boom],
    ['rejects', () => Promise.reject(boom), boom],
    ['exits', () => exit('gone'), 'gone'],
    ['exits normal', () => exit('normal'), 'normal'],
    ['returns nothing', () => undefined, { code: 'BAD_RETURN_VALUE', badReturnValue: undefined }],
    ['returns something else', () => 'fine', { code: 'BAD_RETURN_VALUE', badReturnValue: 'fine' }],
    [
      'has a mistyped key',
      () => ({ state: 1, timeOut: 1 }),
      { message: expect.stringContaining('where "timeOut" is no known key (did you mean "timeout"?)') },
    ],
    [
      'returns an idle time that is none',
      () => ({ state: 1, timeout: -1 }),
      { badReturnValue: { state: 1, timeout: -1 } },
    ],
  ]

  it.each(failing)('that %s rejects START_FAILED and leaves nothing behind', (_, act, reason) =>
    world(async () => {
      trapExit(true)
      for (const begin of [start, startLink, startMonitor] as (typeof start)[]) {
        const error = await failure(begin(obedient, act, { name: 'failing' }))
        expect(error).toMatchObject({ code: 'START_FAILED', details: { reason } })
        if (typeof reason === 'object' && !(reason instanceof Error))
          expect(error.cause).toMatchObject(reason as object)
        else expect(error.cause).toBe(reason)
        expect(whereis('failing')).toBeUndefined()
        expect(await next()).toBe('nothing')
      }
    }))

  it('that ignores rejects START_IGNORED, or is a value of startServer', () =>
    world(async () => {
      trapExit(true)
      const ignoring = () => 'ignore'
      expect(await failure(start(obedient, ignoring, { name: 'x' }))).toMatchObject({
        code: 'START_IGNORED',
        details: { server: 'x' },
      })
      expect(await startServer(obedient, ignoring, { link: true, monitor: true, name: 'x' })).toBe('ignore')
      expect(whereis('x')).toBeUndefined()
      expect(await next()).toBe('nothing')
    }))

  it('is mandatory', () =>
    world(async () => {
      const error = await failure(start({} as Callbacks<0>))
      expect(error).toMatchObject({ code: 'START_FAILED', cause: { code: 'CALLBACK_MISSING' } })
    }))

  it.each([
    ['stop', 'no', 'no'],
    ['throw', 'no', 'no'],
    ['error', 'no', 'alive'],
    ['ignore', 'no', 'alive'],
  ])('that fails by %s, linked to a starter that does not trap exits', (kind, reason, outcome) =>
    world(async () => {
      const act = {
        stop: () => ({ stop: reason }),
        throw: thrower(reason),
        error: () => ({ error: reason }),
        ignore: () => 'ignore',
      }
      const starter = spawn(async () => {
        await failure(startLink(obedient, act[kind as 'stop']))
        await receive('end')
        exit('alive')
      })
      const ended = exitReason(starter)
      await sleepless()
      if (isAlive(starter)) send(starter, 'end')
      expect(await ended).toBe(outcome)
    }))

  it('may have its terminate called only after it succeeded', () =>
    world(async () => {
      let terminated = 0
      const server: Callbacks<0, unknown> = {
        init: (result) => result as InitResult<0>,
        terminate: () => void terminated++,
      }
      for (const result of [{ stop: 'no' }, { error: 'no' }, 'ignore', 'nonsense']) {
        await startServer(server, result).catch(() => {})
      }
      expect(terminated).toBe(0)
    }))
})

describe('startMonitor', () => {
  it('gives the monitor with the server', () =>
    world(async () => {
      const { server, pid, ref } = await startMonitor(obedient, fine)
      expect(server).toBe(pid)
      exit(pid, 'over')
      expect(await receive({ ref })).toMatchObject({ tag: 'DOWN', object: pid, reason: 'over' })
    }))

  it('makes whoever starts it its parent, whose EXIT ends it by way of terminate; start makes it its own', () =>
    world(async () => {
      const log: unknown[] = []
      const trapping = {
        init: () => {
          trapExit(true)
          return { state: 0 }
        },
        handleCall: (_: unknown, _from: unknown, state: number) => {
          exit(self(), 'own')
          return { reply: 1, state }
        },
        handleInfo: (message: unknown, state: number) => {
          log.push(isExit(message) ? message.reason : message)
          return { state }
        },
        terminate: (reason: unknown) => void log.push({ terminate: reason }),
      }
      const machine = stateMachine({
        init: () => {
          trapExit(true)
          return { state: 'a', data: 0 }
        },
        handleEvent: () => 'keep_state',
        terminate: (reason) => void log.push({ terminate: reason }),
      })
      for (const server of [trapping, machine]) {
        const { pid, ref } = await startMonitor(server as typeof trapping)
        exit(pid, 'boom')
        expect(await receive({ ref })).toMatchObject({ reason: 'boom' })
      }
      const free = await start(trapping)
      exit(free, 'boom')
      await call(free, 'exit yourself')
      expect(await exitReason(free)).toBe('noproc')
      expect(log).toEqual([{ terminate: 'boom' }, { terminate: 'boom' }, 'boom', { terminate: 'own' }])
    }))

  it('gives a typed ref for a class', () =>
    world(async () => {
      const { server } = await startMonitor(Counter, { from: 1 })
      expect(await server.call.add(1)).toBe(2)
    }))
})

describe('a class', () => {
  it('starts under its declared name, and its ref means this one process', () =>
    world(async () => {
      const counter = await start(Counter, { from: 40 })
      expect(counter).toBeInstanceOf(Ref)
      expect(counter.pid).toBe(whereis('counter'))
      expect(counter.name).toBeUndefined()
      expect(await counter.call.add(2)).toBe(42)
    }))

  it('starts under another name, or none, when told so', () =>
    world(async () => {
      await start(Counter, { from: 0 }, { name: 'other' })
      await start(Counter, { from: 0 }, { name: undefined })
      expect(whereis('other')).toBeDefined()
      expect(whereis('counter')).toBeUndefined()
    }))

  it('that ignores is named in the error', () =>
    world(async () => {
      class Idle {
        init() {
          return 'ignore' as const
        }
      }
      defineServer(Idle, {})
      const before = processes().length
      expect(await failure(start(Idle))).toMatchObject({ code: 'START_IGNORED', details: { server: 'Idle' } })
      expect(processes().length).toBe(before)
    }))
})

function thrower(value: unknown): () => never {
  return () => {
    throw value
  }
}

/** Lets everything that is ready run. */
const sleepless = (): Promise<unknown> => receive({ timeout: 0 }).then(() => new Promise(setImmediate))
