import { describe, expect, expectTypeOf, it } from 'vitest'
import {
  call,
  cast,
  defineServer,
  ref,
  start,
  startLink,
  startServer,
  stop,
  whereisServer,
} from '../../src/genserver/index.js'
import {
  exit,
  isAlive,
  isExit,
  type Pid,
  processInfo,
  receive,
  self,
  spawn,
  trapExit,
} from '../../src/kernel/index.js'
import { UniqueRegistry, type Via, type ViaName, via } from '../../src/registry/index.js'
import { startSupervisor, whichChildren } from '../../src/supervisor/index.js'
import { failure, inWorld } from './world.js'

const counters = new UniqueRegistry<string, number | undefined>('counters')

class Counter {
  #count = 0
  init(count = 0): void {
    this.#count = count
  }
  add(by: number): number {
    this.#count += by
    return this.#count
  }
  reset(): void {
    this.#count = 0
  }
}
defineServer(Counter, { calls: ['add'], casts: ['reset'] })

const inCounters = (body: () => unknown): (() => Promise<void>) =>
  inWorld(async () => {
    await counters.start()
    await body()
  })

describe('a via name', () => {
  it(
    'is an address for call, cast, stop and whereisServer',
    inCounters(async () => {
      const echo = {
        init: () => ({ state: 0 }),
        handleCall: (request: unknown, _: unknown, state: number) => ({ reply: [request, state], state }),
        handleCast: (request: unknown) => ({ state: request as number }),
      }
      const name = via(counters, 'echo')
      const pid = await start(echo, undefined, { name })
      expect(whereisServer(name)).toBe(pid)
      cast(name, 7)
      expect(await call(name, 'hello')).toEqual(['hello', 7])
      await stop(name)
      expect(isAlive(pid)).toBe(false)
    }),
  )

  it(
    'makes a typed ref that follows the key from process to process',
    inCounters(async () => {
      const counter = ref(Counter, via(counters, 'a'))
      const first = await start(Counter, 1, { name: via(counters, 'a') })
      expect(await counter.call.add(2)).toBe(3)
      expect(counter.pid).toBe(first.pid)
      exit(first.pid as Pid, 'kill')
      expect(await failure(() => counter.call.add(1))).toMatchObject({ code: 'CALL_NOPROC' })
      await start(Counter, 10, { name: via(counters, 'a') })
      counter.cast.reset()
      expect(await counter.call.add(2)).toBe(2)
    }),
  )

  it(
    'is registered before init runs, with its value, and as any process is that registers itself',
    inCounters(async () => {
      const seen: unknown[] = []
      const server = {
        init() {
          seen.push(counters.lookup('a'), counters.keys(self()))
          return { state: 0 }
        },
      }
      const pid = await start(server, undefined, { name: via(counters, 'a', 5) })
      expect(seen).toEqual([{ pid, value: 5 }, ['a']])
      expect(processInfo(pid, 'links')).toHaveLength(1)
    }),
  )

  it(
    'that is taken makes the start fail, without a trace of the attempt',
    inCounters(async () => {
      const first = await start(Counter, 0, { name: via(counters, 'a') })
      trapExit(true)
      const error = await failure(() => startLink(Counter, 0, { name: via(counters, 'a') }))
      expect(error).toMatchObject({ code: 'ALREADY_STARTED', details: { pid: first.pid } })
      expect(error.message).toContain('via(counters, "a")')
      expect(counters.count()).toBe(1)
      expect(await receive(isExit, { timeout: 0 })).toBeUndefined()
    }),
  )

  it(
    'is free again when the init fails, or ignores',
    inCounters(async () => {
      const name = via(counters, 'a')
      for (const result of ['ignore', { stop: 'shutdown' }, { error: 'no' }] as const) {
        await startServer({ init: () => result }, undefined, { name }).catch(() => 'failed')
        expect(name.whereis()).toBeUndefined()
      }
    }),
  )

  it(
    'can be a script as well',
    inCounters(() => {
      const pid = spawn(() => receive(), { name: via(counters, 'a') })
      expect(counters.whereis('a')).toBe(pid)
    }),
  )

  it(
    'that nobody has fails a call by name, and drops a cast',
    inCounters(async () => {
      const error = await failure(() => call(via(counters, 'nobody'), 'hello'))
      expect(error.code).toBe('CALL_NOPROC')
      expect(error.message).toContain('via(counters, "nobody")')
      cast(via(counters, 'nobody'), 'hello')
    }),
  )

  it(
    'of a registry that does not run says so',
    inWorld(async () => {
      const error = await failure(() => call(via(counters, 'a'), 'hello'))
      expect(error.code).toBe('CALL_NOPROC')
      expect(error.message).toContain('the registry is not running')
      cast(via(counters, 'a'), 'hello')
      expect(await failure(() => start(Counter, 0, { name: via(counters, 'a') }))).toMatchObject({
        code: 'REGISTRY_NOT_RUNNING',
      })
    }),
  )

  it('of a key that cannot be found is refused where it is made', async () => {
    const cells = new UniqueRegistry<unknown>('cells')
    expect(await failure(() => via(cells, ['a', 1]))).toMatchObject({ code: 'KEY_NOT_COMPARABLE' })
    expect(await failure(() => via(undefined as never, 'a'))).toMatchObject({ code: 'REGISTRY_NOT_UNIQUE' })
  })

  it(
    'belongs to the restarted child of a supervisor',
    inWorld(async (kernel) => {
      const counter = ref(Counter, via(counters, 'a'))
      const supervisor = await startSupervisor({
        strategy: 'rest_for_one',
        children: [
          counters.childSpec(),
          { id: 'a', start: () => startLink(Counter, 0, { name: via(counters, 'a') }) },
        ],
      })
      expect(await counter.call.add(1)).toBe(1)
      const registry = (await whichChildren(supervisor)).find(({ id }) => id === 'counters')
      for (const victim of [counter.pid, registry?.pid]) {
        exit(victim as Pid, 'kill')
        await kernel.settled()
        expect(await counter.call.add(1)).toBe(1)
      }
    }),
  )

  it('can start a server only with a value, where the registry wants one', () => {
    const sessions = new UniqueRegistry<string, { since: number }>('sessions')
    expectTypeOf(via(sessions, 'ann')).toEqualTypeOf<Via>()
    expectTypeOf(via(sessions, 'ann', { since: 1 })).toEqualTypeOf<ViaName>()
    expectTypeOf(via(counters, 'ann')).toEqualTypeOf<ViaName>()
    // @ts-expect-error the value has another type
    via(sessions, 'ann', { until: 1 })
    // @ts-expect-error the key has another type
    via(sessions, 42)
    const never = (): void => {
      // @ts-expect-error without a value it is an address, and no name to start under
      void start(Counter, 0, { name: via(sessions, 'ann') })
      // @ts-expect-error a value is missing
      sessions.register('ann')
      // @ts-expect-error a predicate gets the values of this registry
      sessions.match('ann', (value: number) => value > 1)
    }
    expect(never).toBeTypeOf('function')
  })
})
