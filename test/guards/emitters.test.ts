import { EventEmitter, getEventListeners, on, once } from 'node:events'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { guardProcesses } from '../../src/guards/index.js'
import { currentPid, exit, isAlive } from '../../src/kernel/index.js'
import { codeOf } from '../kernel/world.js'
import { amongProcesses, type Owner } from './owners.js'

let guards: Disposable
beforeAll(() => {
  guards = guardProcesses()
})
afterAll(() => guards[Symbol.dispose]())

const fail = (): never => {
  throw new Error('lost')
}

type Add = 'on' | 'addListener' | 'prependListener' | 'once' | 'prependOnceListener'
const ADDS: readonly Add[] = ['on', 'addListener', 'prependListener', 'once', 'prependOnceListener']

describe('a listener of an emitter', () => {
  it(
    'runs as the process that added it, whoever emits, however it is added',
    amongProcesses(({ a, b }) => {
      for (const add of ADDS) {
        for (const emits of [a, b, undefined]) {
          const emitter = new EventEmitter()
          const seen: unknown[] = []
          a.run(() =>
            emitter[add]('news', function (this: unknown, ...args: unknown[]) {
              seen.push(currentPid(), this === emitter, ...args)
            }),
          )
          const emit = (): boolean => emitter.emit('news', 1, 2)
          expect(emits === undefined ? emit() : emits.run(emit)).toBe(true)
          expect(seen).toEqual([a.pid, true, 1, 2])
        }
      }
    }),
  )

  it(
    'throws to nobody once its process is dead, so that those after it hear of the event, too',
    amongProcesses(({ a }) => {
      const emitter = new EventEmitter()
      let heard = 0
      a.run(() => emitter.on('close', fail))
      emitter.on('close', () => heard++)
      exit(a.pid, 'kill')
      expect(a.run(() => emitter.emit('close'))).toBe(true)
      expect(heard).toBe(1)
    }),
  )

  it(
    'throws to an emitter of its own process, and to no other: there it is a crash of its process',
    amongProcesses(async ({ a, b, world }) => {
      const emitter = new EventEmitter()
      const after: unknown[] = []
      a.run(() => emitter.on('news', fail))
      b.run(() => emitter.on('news', () => after.push(currentPid())))
      expect(() => a.run(() => emitter.emit('news'))).toThrow('lost')
      expect(isAlive(a.pid)).toBe(true)
      expect(after).toEqual([])
      expect(b.run(() => emitter.emit('news'))).toBe(true)
      expect(after).toEqual([b.pid])
      await world.kernel.settled()
      expect([isAlive(a.pid), isAlive(b.pid)]).toEqual([false, true])
    }),
  )

  it(
    'is left-over code once its process is dead: called, fenced, and its throw a stray failure',
    amongProcesses(async ({ a, b, world }) => {
      const emitter = new EventEmitter()
      const codes: unknown[] = []
      a.run(() =>
        emitter.on('news', async () => {
          codes.push(await codeOf(() => exit(b.pid, 'kill')))
        }),
      )
      a.run(() => emitter.on('news', fail))
      world.kernel.exit(a.pid, 'kill')
      await world.kernel.settled()
      expect(emitter.emit('news')).toBe(true)
      await world.kernel.settled()
      expect(codes).toEqual(['PROCESS_DEAD'])
      expect(world.kernel.strayFailures).toBe(1)
      expect(emitter.listenerCount('news')).toBe(2)
      expect(isAlive(b.pid)).toBe(true)
    }),
  )

  it(
    'keeps what other stores hold for whoever emits',
    amongProcesses(async ({ a, b }) => {
      const { AsyncLocalStorage } = await import('node:async_hooks')
      const request = new AsyncLocalStorage<string>()
      const emitter = new EventEmitter()
      const seen: unknown[] = []
      a.run(() => emitter.on('news', () => seen.push(request.getStore(), currentPid())))
      b.run(() => request.run('a request', () => emitter.emit('news')))
      request.run('another', () => emitter.emit('news'))
      expect(seen).toEqual(['a request', a.pid, 'another', a.pid])
    }),
  )

  it(
    'has an async failure of its own process too',
    amongProcesses(async ({ a, b }) => {
      const emitter = new EventEmitter()
      const seen: unknown[] = []
      a.run(() =>
        emitter.on('news', async () => {
          await undefined
          seen.push(currentPid())
        }),
      )
      b.run(() => emitter.emit('news'))
      await undefined
      await undefined
      expect(seen).toEqual([a.pid])
    }),
  )

  it(
    'is as anywhere in Node outside processes, and where nothing is contained',
    amongProcesses(async ({ a, b }) => {
      const emitter = new EventEmitter()
      const listener = (): void => {}
      emitter.on('news', listener)
      guards[Symbol.dispose]()
      a.run(() => emitter.on('other', fail))
      guards = guardProcesses()
      const { _events: events } = emitter as unknown as { _events: Record<string, unknown> }
      expect([events.news, events.other]).toEqual([listener, fail])
      expect(() => b.run(() => emitter.emit('other'))).toThrow('lost')
    }),
  )

  it(
    'with captureRejections is the emitter to tell of a rejection',
    amongProcesses(async ({ a, b }) => {
      const emitter = new EventEmitter({ captureRejections: true })
      const told = new Promise((resolve) => emitter.on('error', resolve))
      a.run(() => emitter.on('news', async () => fail()))
      b.run(() => emitter.emit('news'))
      expect(await told).toMatchObject({ message: 'lost' })
    }),
  )

  it(
    'is what `once` and `on` of node:events wait with',
    amongProcesses(async ({ a, b }) => {
      const emitter = new EventEmitter()
      const seen = a.run(async () => {
        const [first] = await once(emitter, 'news')
        const seen = [first, currentPid()]
        for await (const [next] of on(emitter, 'news')) return [...seen, next, currentPid()]
        return []
      })
      b.run(() => emitter.emit('news', 1))
      await new Promise((resolve) => setImmediate(resolve))
      b.run(() => emitter.emit('news', 2))
      expect(await seen).toEqual([1, a.pid, 2, a.pid])
      expect(emitter.listenerCount('news')).toBe(0)
    }),
  )
})

/** What a test does with an emitter; listeners and processes by number. */
type Step =
  | { does: Add; event: string; listener: number; as: number }
  | { does: 'removeListener' | 'off' | 'removeRaw' | 'count'; event: string; listener: number; as: number }
  | { does: 'emit' | 'removeAllListeners' | 'look'; event: string; as: number }
  | { does: 'removeAll'; as: number }

const EVENTS = ['x', 'y', 'newListener', 'removeListener']
const event = fc.constantFrom(...EVENTS)
const listener = fc.nat(4)
const as = fc.nat(2)
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ does: fc.constantFrom(...ADDS), event, listener, as }) },
  {
    weight: 4,
    arbitrary: fc.record({
      does: fc.constantFrom('removeListener', 'off', 'removeRaw', 'count'),
      event,
      listener,
      as,
    }),
  },
  { weight: 5, arbitrary: fc.record({ does: fc.constantFrom('emit', 'look'), event, as }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constantFrom('removeAllListeners'), event, as }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constantFrom('removeAll'), as }) },
)

/** Everything that can be seen of an emitter while the steps are taken, by names of listeners. */
function seen(steps: readonly Step[], owners: readonly (Owner | undefined)[]): unknown[] {
  const emitter = new EventEmitter()
  const said: unknown[] = []
  let depth = 0
  const nameOf = (value: unknown): unknown => {
    const { name, listener } = value as { name: string; listener?: { name: string } }
    return typeof value === 'function' ? [name, listener?.name] : value
  }
  const listeners = ['one', 'two', 'three', 'remover', 'wrapper'].map(
    (name) =>
      ({
        [name](this: unknown, ...args: unknown[]) {
          said.push([name, this === emitter, ...args.map(nameOf)])
          if (name === 'remover' && depth++ < 3) emitter.removeListener('x', listeners[0] as never)
        },
      })[name],
  ) as ((...args: unknown[]) => void)[]
  Object.assign(listeners[4] as object, { listener: listeners[1] })
  for (const each of steps) {
    depth = 0
    const run = owners[each.as]?.run ?? (<T>(code: () => T) => code())
    // Node's own loop over listeners trips where one of them takes another off.
    const attempt = (act: () => void): void => {
      try {
        run(act)
      } catch (error) {
        said.push(error)
      }
    }
    attempt(() => {
      const fn = 'listener' in each ? (listeners[each.listener] as () => void) : () => {}
      if (each.does === 'removeAll') said.push(emitter.removeAllListeners() === emitter)
      else if (each.does === 'removeAllListeners') emitter.removeAllListeners(each.event)
      else if (each.does === 'emit') said.push(emitter.emit(each.event, 'argument', fn))
      else if (each.does === 'count') said.push(emitter.listenerCount(each.event, fn))
      else if (each.does === 'removeRaw') {
        const raw = emitter.rawListeners(each.event)
        const chosen = raw[each.listener % Math.max(1, raw.length)] as (() => void) | undefined
        if (chosen === undefined) return
        said.push(emitter.listenerCount(each.event, chosen))
        emitter.removeListener(each.event, chosen)
      } else if (each.does === 'look') {
        said.push(emitter.listeners(each.event).map(nameOf), emitter.rawListeners(each.event).map(nameOf))
        said.push(emitter.eventNames(), emitter.listenerCount(each.event))
        said.push(getEventListeners(emitter, each.event).map(nameOf))
      } else said.push(emitter[each.does](each.event, fn) === emitter)
    })
  }
  for (const name of EVENTS) said.push(emitter.listeners(name).map(nameOf), emitter.listenerCount(name))
  return said
}

describe('an emitter with guards', () => {
  it(
    'does, gives and tells exactly what it does without',
    amongProcesses(({ a, b }) => {
      fc.assert(
        fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
          expect(seen(steps, [a, b, undefined])).toEqual(seen(steps, []))
        }),
        { numRuns: 1_500 },
      )
    }),
  )

  it('has methods like Node: one for each pair of names', () => {
    const { prototype } = EventEmitter
    expect(prototype.on).toBe(prototype.addListener)
    expect(prototype.off).toBe(prototype.removeListener)
    expect(prototype.on.name).toBe('addListener')
    expect([prototype.on.length, prototype.removeListener.length, prototype.rawListeners.length]).toEqual([
      2, 2, 1,
    ])
    expect(() => new EventEmitter().on('x', undefined as never)).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_ARG_TYPE' }),
    )
  })
})
