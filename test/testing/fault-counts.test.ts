import {
  continueWith,
  defineServer,
  type Ref,
  send,
  spawn,
  startChild,
  startDynamicSupervisor,
  startLink,
  supervisorSpec,
} from 'heartwood'
import {
  allowCrashes,
  clock,
  expectExit,
  faults,
  restartOf,
  startSupervised,
  testKernel,
} from 'heartwood/testing'
import { useTestKernel } from 'heartwood/testing/vitest'
import { describe, expect, it, vi } from 'vitest'
import * as moduleWithFunctions from './fixtures/module.js'

useTestKernel()

class Worker {
  readonly seen: number[] = []
  tick(x: number): void {
    this.seen.push(x)
  }
  add(x: number): number {
    return x
  }
  all(): number[] {
    return [...this.seen]
  }
}
defineServer(Worker, { name: 'worker', calls: ['add', 'all'], casts: ['tick'] })

/** Has no name, so that there may be many. */
class Member {
  hello(): string {
    return 'hello'
  }
}
defineServer(Member, { calls: ['hello'] })

/** Of each call in a row, whether it was answered. */
async function outcomes(calls: number, call: () => Promise<unknown>): Promise<string> {
  const all: string[] = []
  for (let each = 0; each < calls; each++) {
    all.push(
      await call().then(
        () => 'ok',
        () => 'crash',
      ),
    )
  }
  return all.join()
}

describe('several faults of one target', () => {
  it('each count all messages on the way, also those that another strikes', async () => {
    const worker = await startSupervised(Worker)
    for (const nth of [1, 2]) faults().drop({ to: Worker, handler: 'tick', nth })
    for (let each = 1; each <= 4; each++) worker.cast.tick(each)
    expect(await worker.call.all()).toEqual([3, 4])
  })

  it('also of different kinds', async () => {
    const worker = await startSupervised(Worker)
    faults().drop({ to: Worker, handler: 'tick', nth: 1 })
    faults().duplicate({ to: Worker, handler: 'tick', nth: 2 })
    faults().delay({ to: Worker, handler: 'tick', nth: 3, by: 10 })
    for (let each = 1; each <= 4; each++) worker.cast.tick(each)
    await clock().advance(10)
    expect(await worker.call.all()).toEqual([2, 2, 4, 3])
  })

  it('each count all that is handled', async () => {
    const worker = await startSupervised(Worker)
    for (const nth of [1, 3]) faults().crashInHandler(Worker, { handler: 'add', nth })
    expect(await outcomes(5, () => worker.call.add(1))).toBe('crash,ok,crash,ok,ok')
  })

  it('each count all calls of a dependency', () => {
    const store = faults().dependency({ get: () => 1 }, 'store')
    for (const nth of [1, 3]) faults().failCall(store, 'get', { nth })
    const got = [1, 2, 3, 4].map(() => {
      try {
        return store.get()
      } catch {
        return 'failed'
      }
    })
    expect(got).toEqual(['failed', 1, 'failed', 1])
  })

  it('strike one after the other where they want the same', async () => {
    const worker = await startSupervised(Worker)
    const both = [1, 2].map(() => faults().crashInHandler(worker, { handler: 'add' }))
    expect(await outcomes(3, () => worker.call.add(1))).toBe('crash,crash,ok')
    expect(both.map(({ struck }) => struck)).toEqual([1, 1])
  })
})

describe('a message that is to be overtaken', () => {
  it('waits for one to the same receiver', async () => {
    const got: string[] = []
    for (const name of ['a', 'b']) {
      spawn(
        async () => {
          const { receive } = await import('heartwood')
          for (;;) got.push(`${name}${await receive()}`)
        },
        { name },
      )
    }
    await testKernel().settled()
    faults().reorder({ times: 2 })
    for (const [to, message] of [
      ['a', 1],
      ['b', 1],
      ['a', 2],
      ['b', 2],
    ] as const)
      send(to, message)
    await testKernel().settled()
    expect(got.toSorted()).toEqual(['a1', 'a2', 'b1', 'b2'])
    expect([got.indexOf('a2') < got.indexOf('a1'), got.indexOf('b2') < got.indexOf('b1')]).toEqual([
      true,
      true,
    ])
  })
})

describe('a fault of a class with several instances', () => {
  async function members(count: number): Promise<Ref<Member>[]> {
    const all: Ref<Member>[] = []
    for (let each = 0; each < count; each++) all.push(await startSupervised(Member, { id: `member ${each}` }))
    return all
  }

  it('counts over all of them', async () => {
    const all = await members(3)
    const fault = faults().crashInHandler(Member, { handler: 'hello', nth: 3 })
    const answers = await Promise.allSettled(all.map((each) => each.call.hello()))
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected'])
    expect(fault.struck).toBe(1)
  })

  it('or over each for itself, with its later incarnations', async () => {
    const all = await members(2)
    const fault = faults().crashInHandler(Member, { handler: 'hello', nth: 2, perInstance: true })
    for (const each of all) expect(await outcomes(4, () => each.call.hello())).toBe('ok,crash,ok,ok')
    expect(fault.struck).toBe(2)
  })

  it('strikes the init of each once, when it is told to', async () => {
    faults().crashInRestart(Member, { perInstance: true })
    const all = await members(2)
    for (const each of all) {
      faults().kill(each)
      await restartOf(each)
    }
    for (const each of all) expect(each).toHaveRestarted(1)
  })
})

describe('a fault in a restart', () => {
  it('does not strike the first starts of dynamic children', async () => {
    const supervisor = await startDynamicSupervisor()
    const fault = faults().crashInRestart(Member, { times: Number.POSITIVE_INFINITY, allowUnstruck: true })
    for (let each = 0; each < 3; each++)
      await startChild(supervisor, { id: 'member', start: () => startLink(Member) })
    expect(fault.struck).toBe(0)
  })

  it('but their restarts', async () => {
    const supervisor = await startDynamicSupervisor({ intensity: 10 })
    const pids = []
    for (let each = 0; each < 2; each++)
      pids.push(await startChild(supervisor, { id: 'member', start: () => startLink(Member) }))
    const fault = faults().crashInRestart(Member, { times: 2 })
    faults().kill(pids[1] as never)
    await testKernel().settled()
    expect(fault.struck).toBe(2)
    expect(testKernel().processes().length).toBeGreaterThanOrEqual(3)
  })

  it('nor those of a child that is added later', async () => {
    const fault = faults().crashInRestart(Member, { allowUnstruck: true })
    await startSupervised(Member, { id: 'one' })
    await startSupervised(Member, { id: 'two' })
    expect(fault.struck).toBe(0)
  })

  it('strikes a child that comes back because its supervisor does', async () => {
    await startSupervised(
      supervisorSpec('team', { intensity: 0, children: [{ id: 'worker', start: () => startLink(Worker) }] }),
      {
        restart: 'permanent',
      },
    )
    const fault = faults().crashInRestart(Worker)
    allowCrashes()
    faults().crash(Worker)
    await restartOf(Worker)
    expect(fault.struck).toBe(1)
  })
})

describe('what asked for a continuation', () => {
  class Loader {
    loaded = 0
    init(): unknown {
      return continueWith('load')
    }
    handleContinue(): void {
      this.loaded++
    }
    count(): number {
      return this.loaded
    }
  }
  defineServer(Loader, { name: 'loader', calls: ['count'] })

  it('crashes in it', async () => {
    const fault = faults().crashInHandler(Loader, { handler: 'handleContinue' })
    const loader = await startSupervised(Loader)
    await testKernel().settled()
    expect(fault.struck).toBe(1)
    expect(await loader.call.count()).toBe(1)
  })

  it('which is no message', async () => {
    const loader = await startSupervised(Loader)
    faults().crashInHandler(loader, { nth: 1 })
    await expect(loader.call.count()).rejects.toThrow('a fault was injected')
  })

  it('and is refused of a class that has none', () => {
    expect(() => faults().crashInHandler(Worker, { handler: 'handleContinue' })).toThrow(
      expect.objectContaining({ code: 'TEST_OPTION_INVALID' }),
    )
  })
})

describe('taking back', () => {
  it('clear() takes back what was to happen to dependencies, too', () => {
    const store = faults().dependency({ get: () => 1 }, 'store')
    faults().failCall(store, 'get', { times: Number.POSITIVE_INFINITY })
    faults().clear()
    expect(store.get()).toBe(1)
  })

  it('remove() twice takes back no other', () => {
    const store = faults().dependency({ get: () => 1 }, 'store')
    const gone = faults().failCall(store, 'get')
    faults().failCall(store, 'get')
    gone.remove()
    gone.remove()
    expect(() => store.get()).toThrow('a fault was injected into store.get')
  })
})

describe('a monkey', () => {
  it.each([
    ['message'],
    ['init'],
    ['terminate'],
  ] as const)('that is taken back leaves nothing that lies in wait: %s', async (way) => {
    const worker = await startSupervised(Worker)
    const monkey = faults().chaos({ seed: 1, rate: 600, ways: [way], budget: 3, under: 'worker' })
    await clock().advance(1_000)
    monkey.remove()
    const { struck } = monkey
    await testKernel().settled()
    expect(await worker.call.add(1)).toBe(1)
    expect(monkey.struck).toBe(struck)
  })

  it('counts only what fell', async () => {
    const worker = await startSupervised(Worker)
    const monkey = faults().chaos({ seed: 1, rate: 600, ways: ['message'], budget: 2 })
    await clock().advance(1_000)
    expect(monkey.log).toEqual([])
    expect(await outcomes(2, () => worker.call.add(1))).toBe('crash,ok')
    expect(monkey.log).toMatchObject([{ at: 1_000, name: 'worker', way: 'message' }])
    await clock().advance(1_000)
    expect(await outcomes(3, () => worker.call.add(1))).toBe('crash,ok,ok')
    expect(monkey.struck).toBe(2)
  })

  it('finds another victim when the one that it lay in wait for is gone', async () => {
    const worker = await startSupervised(Worker)
    const monkey = faults().chaos({ seed: 1, rate: 600, ways: ['message'], budget: 1 })
    await clock().advance(1_000)
    const over = expectExit(worker, 'killed')
    faults().kill(worker)
    await over
    await clock().advance(1_000)
    expect(await outcomes(2, () => worker.call.add(1))).toBe('crash,ok')
    expect(monkey.struck).toBe(1)
  })
})

describe('a dependency that fails', () => {
  const failing = (object: object): { get: () => unknown } => {
    const store = faults().dependency(object, 'store') as { get: () => unknown }
    faults().failCall(store, 'get')
    return store
  }
  const pool = { query: async () => 1 }

  it.each([
    ['an async function', { get: async () => 1 }],
    ['one that is bound', { get: (async () => 1).bind(undefined) }],
    ['a delegate', { get: () => pool.query() }],
    [
      'a method of a driver',
      new (class Driver {
        get() {
          return new Promise((resolve) => resolve(1))
        }
      })(),
    ],
    ['a stand-in', { get: vi.fn(async () => 1) }],
    ['a stand-in of a delegate', { get: vi.fn().mockImplementation(() => pool.query()) }],
  ])('rejects where the method gives a promise: %s', async (_, object) => {
    const answer = failing(object).get() as Promise<unknown>
    expect(await answer.catch(() => 'fallback')).toBe('fallback')
  })

  it.each([
    ['a value', { get: () => 1 }],
    [
      'nothing',
      {
        get() {
          pool.toString()
        },
      },
    ],
    ['a stand-in', { get: vi.fn(() => 1) }],
  ])('throws where it gives none: %s', (_, object) => {
    expect(() => failing(object).get()).toThrow('a fault was injected into store.get')
  })

  it('does as the method did before', async () => {
    const held = new Map([['a', 1]])
    const store = faults().dependency({ get: (key: string) => held.get(key) }, 'store')
    expect(store.get('a')).toBe(1)
    faults().failCall(store, 'get')
    expect(() => store.get('a')).toThrow('store.get')
  })

  it('fails either way where only calling it would tell', async () => {
    const held = new Map([['a', 1]])
    const object = { get: (key: string) => held.get(key) as number }
    const fresh = () => {
      const store = faults().dependency(object, 'store')
      faults().failCall(store, 'get')
      return store.get('a')
    }
    await expect(fresh()).rejects.toThrow('store.get')
    await expect(Promise.all([fresh()])).rejects.toThrow('store.get')
    expect(await (fresh() as unknown as Promise<number>).catch(() => 'fallback')).toBe('fallback')
    const given: unknown = fresh()
    expect(given).toBeInstanceOf(Promise)
    await expect(given).rejects.toThrow('store.get')
    const uses: ((value: never) => unknown)[] = [
      (value) => value + 1,
      (value) => `${value}`,
      (value: string) => value.length,
      (value: string) => value.toUpperCase(),
      (value: number[]) => [...value],
      (value: object) => ({ ...value }),
      (value: object) => Object.keys(value),
      (value) => JSON.stringify(value),
      (value: { name: string }) => {
        value.name = 'other'
      },
    ]
    for (const use of uses) expect(() => use(fresh() as never)).toThrow('store.get')
  })

  it('or as it is told', async () => {
    const held = new Map([['a', 1]])
    const store = faults().dependency({ get: (key: string) => held.get(key) }, 'store')
    faults().failCall(store, 'get', { rejects: false })
    expect(() => store.get('a')).toThrow('store.get')
    faults().failCall(store, 'get', { rejects: true, nth: 1 })
    await expect(store.get('a')).rejects.toThrow('store.get')
  })
})

describe('a dependency', () => {
  const kinds: [string, () => { get: () => unknown }][] = [
    ['an object', () => ({ get: () => 1 })],
    ['one that is frozen', () => Object.freeze({ get: () => 1 })],
    ['the namespace of a module', () => moduleWithFunctions],
    ['one without a prototype', () => Object.assign(Object.create(null), { get: () => 1 })],
  ]

  it.each(kinds)('does what it does, and fails when it is told to: %s', (_, made) => {
    const object = faults().dependency(made(), 'store')
    expect([object.get(), 'get' in object, Object.keys(object)]).toEqual([1, true, ['get']])
    expect(object.get).toBe(object.get)
    faults().failCall(object, 'get')
    expect(() => object.get()).toThrow('a fault was injected into store.get')
    expect(object.get()).toBe(1)
  })

  it('may be sent, which freezes it', () => {
    const object = faults().dependency({ get: () => 1, size: 2 }, 'store')
    Object.freeze(object)
    expect([Object.isFrozen(object), object.get(), object.size]).toEqual([true, 1, 2])
    expect(() => {
      object.size = 3
    }).toThrow(TypeError)
    faults().failCall(object, 'get')
    expect(() => object.get()).toThrow('a fault was injected into store.get')
  })

  it('has classes, and functions with what they have', async () => {
    class Client {
      static readonly version = 3
      ok = 1
    }
    const counted = Object.assign(() => 1, { calls: 3 })
    const mock = vi.fn(() => 7)
    const library = faults().dependency({ Client, counted, mock }, 'library')
    expect(new library.Client()).toBeInstanceOf(Client)
    expect([new library.Client().ok, library.Client.version, library.counted.calls]).toEqual([1, 3, 3])
    expect(library.mock()).toBe(7)
    expect(library.mock).toHaveBeenCalledTimes(1)
    faults().failCall(library, 'Client')
    expect(() => new library.Client()).toThrow('a fault was injected into library.Client')
    class Special extends library.Client {}
    expect(new Special()).toBeInstanceOf(Special)
  })

  it('keeps private fields, accessors, its class and its looks', async () => {
    const { inspect } = await import('node:util')
    class Store {
      #rows = 1
      name = 'rows'
      get rows(): number {
        return this.#rows
      }
      set rows(count: number) {
        this.#rows = count
      }
      count(): number {
        return this.#rows
      }
    }
    const store = faults().dependency(new Store())
    store.rows = 4
    const { count } = store
    expect([store.rows, store.count(), count()]).toEqual([4, 4, 4])
    expect(store).toBeInstanceOf(Store)
    expect(store.constructor).toBe(Store)
    expect(inspect(store)).toBe(inspect(Object.assign(new Store(), { rows: 4 })))
  })

  it('is refused with what to do where it is no object', () => {
    for (const none of [undefined, null, 'text', 1])
      expect(() => faults().dependency(none as never)).toThrow(
        expect.objectContaining({ code: 'TEST_OPTION_INVALID' }),
      )
  })
})
