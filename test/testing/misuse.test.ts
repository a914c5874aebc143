/** What a test says wrongly, and would be green of. */
import {
  defineServer,
  Pid,
  ref,
  self,
  send,
  spawn,
  startChild,
  startDynamicSupervisor,
  startLink,
  startSupervisor,
} from 'heartwood'
import {
  expectEscalation,
  faults,
  matchers,
  restartOf,
  startSupervised,
  TestKernel,
  testKernel,
} from 'heartwood/testing'
import { useTestKernel } from 'heartwood/testing/vitest'
import { describe, expect, it, vi } from 'vitest'

class Shelf {
  #books: unknown[] = []
  init(first?: string): void {
    if (first !== undefined) this.#books.push(first)
  }
  put(book: unknown): void {
    this.#books.push(book)
  }
  all(): unknown[] {
    return this.#books
  }
}
defineServer(Shelf, { name: 'shelf', calls: ['all'], casts: ['put'] })

const shelf = { id: 'shelf', start: () => startLink(Shelf) }

describe('toHaveRestarted', () => {
  useTestKernel()

  it('does not count what never came up', async () => {
    const above = () => startSupervisor({ children: [shelf], intensity: 2 }, { name: 'above' })
    await startSupervised({ id: 'above', type: 'supervisor', restart: 'temporary', start: above })
    faults().crashInRestart('shelf', { times: Number.POSITIVE_INFINITY })
    const gaveUp = expectEscalation('above')
    faults().crash('shelf')
    await gaveUp
    const { pass, message } = matchers.toHaveRestarted('shelf')
    expect([pass, message()]).toEqual([
      false,
      expect.stringContaining('restarted 0 times, and 2 starts of it failed'),
    ])
  })

  it('counts those that came up', async () => {
    await startSupervised(shelf)
    faults().crashInInit('shelf', { times: 2 })
    faults().crash('shelf')
    await restartOf('shelf')
    expect([1, 3].map((times) => matchers.toHaveRestarted('shelf', times).pass)).toEqual([true, false])
  })
})

describe('a fault', () => {
  useTestKernel()

  it('from the test itself strikes what the test sends, casts and calls', async () => {
    await startSupervised(Shelf)
    const from = self()
    const dropped = [
      faults().drop({ from, to: Shelf, handler: 'put' }),
      faults().drop({ from, handler: 'handleInfo' }),
    ]
    ref(Shelf).cast.put('dropped')
    send('shelf', 'dropped')
    const late = faults().timeOut({ from, to: 'shelf' })
    await expect(ref(Shelf).call.all()).rejects.toMatchObject({ code: 'CALL_TIMEOUT' })
    expect([...dropped, late].map(({ struck }) => struck)).toEqual([1, 1, 1])
    expect(await ref(Shelf).call.all()).toEqual([])
  })

  it('has no options but its own', () => {
    const misspelt: readonly (() => unknown)[] = [
      () => faults().crashInHandler(Shelf, { tmes: 2 } as object),
      () => faults().crashInInit(Shelf, { handler: 'put' } as object),
      () => faults().killInHandler(Shelf, { error: 'it has none' } as object),
      () => faults().drop({ form: self() } as object),
      () => faults().drop({ by: 5 } as object),
      () => faults().chaos({ seed: 1, rate: 1, buget: 2 } as never),
      () => faults().failCall(faults().dependency({ ask: () => 1 }), 'ask', { perInstance: true } as object),
    ]
    for (const given of misspelt) expect(given).toThrow(expect.objectContaining({ code: 'BAD_OPTION' }))
  })

  // What it would do otherwise: strike as nobody asked, or never.
  it.each([
    ['no route', 'drop', undefined],
    ['a list for a route', 'duplicate', 'shelf'],
    ['a server for a route', 'drop', ref(Shelf)],
    ['no time', 'delay', { to: 'shelf' }],
    ['a time without end', 'delay', { by: Number.POSITIVE_INFINITY }],
    ['a turn that never comes', 'reorder', { nth: 0 }],
    ['a part of a turn', 'timeOut', { nth: 1.5 }],
    ['no times', 'drop', { times: 0 }],
    ['times that are no number', 'drop', { times: '2' }],
    ['a method for its name', 'drop', { to: 'shelf', handler: Shelf.prototype.put }],
    ['a word for yes', 'drop', { allowUnstruck: 'yes' }],
    ['a word for each', 'crashInInit', { perInstance: 'each' }],
    ['a number for options', 'crashInInit', 2],
    ['nothing for options', 'killInRestart', null],
    ['a point of its life', 'hangInInit', { point: 'terminate' }],
    ['no seed', 'chaos', { rate: 1 }],
    ['a seed that is no number', 'chaos', { seed: Number.NaN, rate: 1 }],
    ['no rate', 'chaos', { seed: 1 }],
    ['a rate without end', 'chaos', { seed: 1, rate: Number.POSITIVE_INFINITY }],
    ['no budget', 'chaos', { seed: 1, rate: 1, budget: 0 }],
    ['no way', 'chaos', { seed: 1, rate: 1, ways: [] }],
    ['a way that is none', 'chaos', { seed: 1, rate: 1, ways: ['crash', 'drown'] }],
    ['one way', 'chaos', { seed: 1, rate: 1, ways: 'crash' }],
    ['one to spare', 'chaos', { seed: 1, rate: 1, spare: 'shelf' }],
    ['a monkey that may miss, perhaps', 'chaos', { seed: 1, rate: 1, allowUnstruck: 1 }],
    ['an error and no end', 'failCall', { hang: true, error: new Error('too late') }],
    ['a promise and no end', 'failCall', { hang: true, rejects: true }],
    ['a word for hanging', 'failCall', { hang: 'long' }],
  ])('refuses %s', (_, name, given) => {
    const set: Readonly<Record<string, unknown>> = faults() as never
    const dependency = faults().dependency({ ask: () => 1 })
    const before = name === 'failCall' ? [dependency, 'ask'] : name.includes('In') ? [Shelf] : []
    expect(() => Reflect.apply(set[name] as () => unknown, faults(), [...before, given])).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/^(TEST_OPTION_INVALID|BAD_OPTION)$/) }),
    )
  })

  it('of a dependency strikes what is called on the result of its fluent methods', async () => {
    class Query {
      readonly #parts: string[] = []
      where(part: string): this {
        this.#parts.push(part)
        return this
      }
      async run(): Promise<string[]> {
        return this.#parts
      }
      async runAll(): Promise<unknown> {
        return [await this.run()]
      }
    }
    const query = faults().dependency(new Query())
    const fault = faults().failCall(query, 'run')
    await query.runAll()
    expect(fault.struck).toBe(0)
    await expect(query.where('a').where('b').run()).rejects.toThrow('a fault was injected into Query.run')
    expect(await query.where('c').run()).toEqual(['a', 'b', 'c'])
  })
})

describe('a matcher', () => {
  useTestKernel()

  it('refuses arguments that are none, also negated', async () => {
    spawn(() => {}, { name: 'worker' })
    await testKernel().settled()
    const wrong: readonly (() => unknown)[] = [
      ...[Number.NaN, '1', -1, 1.5].map((times) => () => matchers.toHaveRestarted('worker', times as number)),
      ...['worker', undefined, [1]].map((names) => () => matchers.toHaveTree('worker', names as never)),
      () => matchers.toHaveExited('worker', undefined as never),
      () => matchers.toHaveCrashed('worker', undefined as never),
    ]
    for (const given of wrong) expect(given).toThrow(expect.objectContaining({ code: 'TEST_OPTION_INVALID' }))
    expect(matchers.toHaveExited('worker').pass).toBe(true)
  })
})

describe('startSupervised', () => {
  useTestKernel()

  it('takes a class made by defineServer with what its init is given', async () => {
    const started = await startSupervised([Shelf, 'first'])
    expect(await started.call.all()).toEqual(['first'])
  })

  it('takes such classes as the children of a supervisor, and of one that is dynamic', async () => {
    class Book extends Shelf {}
    defineServer(Book, { calls: ['all'] })
    const above = () =>
      startSupervisor({
        children: [
          [Shelf, 'first'],
          [Book, 'second', { id: 'book' }],
        ],
      })
    await startSupervised({ id: 'above', type: 'supervisor', start: above })
    expect(await ref(Shelf).call.all()).toEqual(['first'])
    faults().crash('shelf')
    await restartOf('shelf')
    expect(await ref(Shelf).call.all()).toEqual(['first'])
    const dynamic = await startSupervised({
      id: 'dynamic',
      type: 'supervisor',
      start: () => startDynamicSupervisor(),
    })
    expect(await startChild(dynamic, [Book, 'third'])).toBeInstanceOf(Pid)
  })
})

describe('fakeTimers', () => {
  useTestKernel()

  it('are refused beside a date that another library holds alone', () => {
    vi.setSystemTime(new Date(2000, 1, 1))
    try {
      expect(() => testKernel().fakeTimers()).toThrow(expect.objectContaining({ code: 'TEST_TIMERS_FAKED' }))
    } finally {
      vi.useRealTimers()
    }
    testKernel().fakeTimers()
  })
})

it('an interval that a test leaves is told with its place, and cleared', async () => {
  const kernel = new TestKernel().install()
  // biome-ignore lint/style/noRestrictedGlobals: Node's own are the subject
  const left = [setInterval(() => {}, 1_000), setInterval(() => {}, 1_000)]
  clearInterval(left[1])
  const failure = await kernel.finish().catch((error: Error) => error)
  expect(left.map((each) => (each as unknown as { _destroyed: boolean })._destroyed)).toEqual([true, true])
  expect(failure).toMatchObject({ code: 'TEST_LEAK' })
  expect(String(failure)).toMatch(/ an interval of 1000 ms at test\/testing\/misuse\.test\.ts:\d+\. /)
})
