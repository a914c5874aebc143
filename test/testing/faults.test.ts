import {
  call,
  isExit,
  type Pid,
  receive,
  ref,
  self,
  send,
  spawn,
  startLink,
  supervisorSpec,
  sys,
  trapExit,
  whereis,
} from 'heartwood'
import {
  allowCrashes,
  clock,
  expectEscalation,
  expectExit,
  expectMessage,
  expectNoMessage,
  faults,
  InjectedFault,
  restartOf,
  startSupervised,
  testKernel,
} from 'heartwood/testing'
import { useTestKernel } from 'heartwood/testing/vitest'
import { describe, expect, it } from 'vitest'
import { Bank, Counter, Ticker } from './bank.js'

const kernel = useTestKernel()
const bus = (): Pid =>
  spawn(
    async () => {
      for (;;) await receive()
    },
    { name: 'bus' },
  )

/** A process that passes on what it gets to the test. */
function echo(name: string): Pid {
  const test = self()
  return spawn(
    async () => {
      for (;;) send(test, await receive())
    },
    { name },
  )
}

async function received(): Promise<unknown[]> {
  await kernel().settled()
  const all: unknown[] = []
  for (;;) {
    const message = await receive({ timeout: 0, onTimeout: () => all })
    if (message === all) return all
    all.push(message)
  }
}

describe('a crash now', () => {
  it('is the end of a process with the error that is given, or one of the kit', async () => {
    const counter = await startSupervised(Counter)
    const mine = new TypeError('mine')
    const first = expectExit(counter)
    faults().crash(counter, mine)
    expect(await first).toBe(mine)
    await restartOf(counter)
    const second = expectExit(counter)
    faults().crash('counter')
    expect(await second).toBeInstanceOf(InjectedFault)
  })

  it('or a kill', async () => {
    const ticker = await startSupervised(Ticker)
    const over = expectExit(ticker, 'killed')
    faults().kill(Ticker)
    await over
  })
})

describe('a fault in a handler', () => {
  it('strikes the nth call of a method, and terminate runs', async () => {
    const ticker = await startSupervised(Ticker)
    const instance = (await sys.getState(ticker)) as Ticker
    const fault = faults().crashInHandler(ticker, { message: 'tick', nth: 3 })
    await clock().advance(2_500)
    expect(fault.struck).toBe(0)
    const over = expectExit(ticker, InjectedFault)
    await over
    expect(clock().now()).toBe(3_000)
    expect([instance.ticks, instance.stopped]).toEqual([2, ['terminate']])
    await restartOf(ticker)
    await clock().advance(10_000)
    expect(fault.struck).toBe(1)
  })

  it('strikes calls, casts and messages apart', async () => {
    const counter = await startSupervised(Counter)
    faults().crashInHandler(counter, { handler: 'slow' })
    expect(await counter.call.add(1)).toBe(1)
    await expect(counter.call.slow(1)).rejects.toThrow('a fault was injected into a handler of counter')
    await restartOf(counter)
    faults().crashInHandler(counter, { handler: 'handleCast', error: new Error('my own') })
    expect(await counter.call.add(1)).toBe(1)
    const over = expectExit(counter, /my own/)
    counter.cast.fail()
    await over
  })

  it('or kills there, so that the handler does nothing', async () => {
    const ticker = await startSupervised(Ticker)
    const instance = (await sys.getState(ticker)) as Ticker
    faults().killInHandler(ticker, { message: 'tick' })
    expect(await expectExit(ticker)).toBe('killed')
    expect([instance.ticks, instance.stopped]).toEqual([0, []])
  })

  it('strikes a script at the nth message', async () => {
    const pid = bus()
    faults().crashInHandler(pid, { nth: 2 })
    send(pid, 'one')
    await kernel().settled()
    expect(pid).toBeAlive()
    send(pid, 'two')
    await expectExit(pid, InjectedFault)
  })
})

describe('a fault in init', () => {
  it('strikes k times, then all is fine', async () => {
    await startSupervised(Bank)
    const fault = faults().crashInInit(Ticker, { times: 1 })
    faults().crash(Counter)
    await restartOf(Ticker)
    expect(fault.struck).toBe(1)
    expect(Ticker).toBeAlive()
  })

  it('spends the restarts of the supervisor when it never ends', async () => {
    await startSupervised(Bank)
    faults().crashInInit(Ticker, { times: Number.POSITIVE_INFINITY })
    const given = expectEscalation('bank')
    faults().crash(Counter)
    expect(await given).toMatchObject({ child: 'Ticker' })
  })

  it('strikes a first start, too', async () => {
    faults().crashInInit(Counter)
    await expect(startSupervised(Counter)).rejects.toMatchObject({ code: 'START_CHILD_FAILED' })
    await startSupervised(Counter)
  })

  it('strikes restarts only, when that is asked for', async () => {
    const crash = faults().crashInRestart(Counter)
    const kill = faults().killInRestart(Ticker)
    await startSupervised(Bank)
    expect([crash.struck, kill.struck]).toEqual([0, 0])
    faults().crash(Counter)
    await restartOf(Ticker)
    await restartOf(Counter)
    expect([crash.struck, kill.struck]).toEqual([1, 1])
  })

  it('or never ends, until the start is given up', async () => {
    faults().hangInInit(Counter)
    const start = startSupervised({
      id: 'late',
      start: () => startLink(Counter, undefined, { timeout: 700 }),
    })
    await expect(start).rejects.toMatchObject({ code: 'START_CHILD_FAILED' })
    expect(clock().now()).toBe(700)
  })

  it('or kills there', async () => {
    faults().killInInit(Counter)
    await expect(startSupervised(Counter)).rejects.toMatchObject({ details: { reason: 'killed' } })
  })
})

describe('a fault in terminate', () => {
  it('is the reason of the end', async () => {
    const ticker = await startSupervised(Ticker)
    faults().crashInTerminate(ticker)
    const over = expectExit(ticker, InjectedFault)
    faults().stop(ticker)
    await over
  })

  it('or hangs until the supervisor kills', async () => {
    const bank = await startSupervised(
      supervisorSpec('short', { children: [[Ticker, undefined, { shutdown: 300 }]] }),
    )
    faults().hangInTerminate(Ticker)
    const over = expectExit(Ticker, 'killed')
    faults().stop(bank)
    await over
    expect(clock().now()).toBe(300)
  })

  it('or the order to stop is not heard', async () => {
    const bank = await startSupervised(
      supervisorSpec('short', { children: [[Counter, undefined, { shutdown: 400 }]] }),
    )
    const fault = faults().hangShutdown(Counter)
    const over = expectExit(Counter, 'killed')
    faults().stop(bank)
    await over
    expect([clock().now(), fault.struck]).toEqual([400, 1])
  })
})

describe('messages between two processes', () => {
  it('are dropped', async () => {
    echo('a')
    const fault = faults().drop({ to: 'a', nth: 2 })
    for (const each of [1, 2, 3]) send('a', each)
    expect(await received()).toEqual([1, 3])
    expect(fault.struck).toBe(1)
    fault.remove()
  })

  it('are late', async () => {
    echo('a')
    faults().delay({ to: 'a', message: 'slow', by: 250 })
    send('a', 'slow')
    send('a', 'fast')
    expect(await received()).toEqual(['fast'])
    await clock().advance(249)
    expect(await received()).toEqual([])
    await clock().advance(1)
    expect(await received()).toEqual(['slow'])
  })

  it('come twice', async () => {
    echo('a')
    faults().duplicate({ to: 'a' })
    send('a', 1)
    expect(await received()).toEqual([1, 1])
  })

  it('overtake each other', async () => {
    echo('a')
    faults().reorder({ to: 'a' })
    for (const each of [1, 2, 3]) send('a', each)
    expect(await received()).toEqual([2, 1, 3])
  })

  it('come all the same when nothing overtakes them', async () => {
    echo('a')
    faults().reorder({ to: 'a' })
    send('a', 1)
    expect(await expectMessage(1)).toBe(1)
    expect(clock().now()).toBe(1_000)
  })

  it('are told apart by who sends them', async () => {
    echo('a')
    const sender = (name: string): Pid =>
      spawn(
        async () => {
          await receive()
          send('a', name)
        },
        { name },
      )
    sender('x')
    sender('y')
    faults().drop({ from: 'x', to: 'a', times: Number.POSITIVE_INFINITY })
    send('x', 'go')
    send('y', 'go')
    expect(await received()).toEqual(['y'])
    await expectNoMessage()
  })

  it('a lost call runs into its time-out', async () => {
    const counter = await startSupervised(Counter)
    faults().drop({ to: counter, handler: 'add' })
    await expect(kernel().runUntil(counter.call.add(1))).rejects.toMatchObject({ code: 'CALL_TIMEOUT' })
    expect(clock().now()).toBe(5_000)
    expect(await counter.call.add(1)).toBe(1)
  })

  it('a call times out, though the server gets it', async () => {
    const counter = await startSupervised(Counter)
    faults().timeOut({ to: counter, handler: 'add' })
    await expect(counter.call.add(1)).rejects.toMatchObject({ code: 'CALL_TIMEOUT' })
    expect(clock().now()).toBe(0)
    expect(await counter.call.add(1)).toBe(2)
  })
})

describe('a dependency', () => {
  class Store {
    #rows: string[] = []
    append(row: string): number {
      return this.#rows.push(row)
    }
    async load(): Promise<string[]> {
      return this.#rows
    }
  }

  it('fails when it is told to', async () => {
    const store = faults().dependency(new Store())
    faults().failCall(store, 'append', { nth: 2 })
    expect(store.append('a')).toBe(1)
    expect(() => store.append('b')).toThrow('a fault was injected into Store.append')
    expect(store.append('c')).toBe(2)
    const fault = faults().failCall(store, 'load', { error: new Error('away'), times: 2 })
    await expect(store.load()).rejects.toThrow('away')
    fault.remove()
    expect(await store.load()).toEqual(['a', 'c'])
  })

  class Api {
    async get(url: string, _how?: AbortSignal | { signal?: AbortSignal }): Promise<string> {
      return url
    }
  }

  it('that hangs is given up by an abort signal, among the arguments or in an option, before and after', async () => {
    const api = faults().dependency(new Api())
    faults().failCall(api, 'get', { hang: true, times: 5 })
    const abort = new AbortController()
    const hanging = [
      api.get('x', abort.signal),
      api.get('x', { signal: abort.signal }),
      api.get('x', new Request('http://localhost', { signal: abort.signal })),
    ]
    abort.abort(new Error('given up'))
    for (const each of hanging) await expect(each).rejects.toThrow(/given up|abort/)
    await expect(api.get('x', abort.signal)).rejects.toThrow('given up')
    const never = await Promise.race([api.get('x', new AbortController().signal), Promise.resolve('hangs')])
    expect(never).toBe('hangs')
  })

  it('that hangs is given up by a time-out of virtual time', async () => {
    testKernel().fakeTimers()
    const api = faults().dependency(new Api())
    faults().failCall(api, 'get', { hang: true })
    const answer = api.get('x', AbortSignal.timeout(1_000)).catch((error: Error) => error.name)
    await clock().advance(1_000)
    expect(await answer).toBe('TimeoutError')
  })

  it('refuses a delay that is no time', () => {
    for (const by of [-1, Number.NaN, '5' as never, Number.POSITIVE_INFINITY])
      expect(() => faults().delay({ by })).toThrow(expect.objectContaining({ code: 'TEST_OPTION_INVALID' }))
  })
})

describe('a monkey', () => {
  async function rampage(seed: number): Promise<string[]> {
    await startSupervised(Bank, { restart: 'permanent' })
    allowCrashes()
    const monkey = faults().chaos({ under: 'bank', seed, rate: 20, budget: 12 })
    await clock().advance(600_000)
    expect(Ticker).toBeAlive()
    expect(await ref(Counter).call.add(1)).toBe(1)
    return monkey.log.map(({ at, name, way }) => `${at} ${name.replace(/<.*/, '')}${way}`)
  }

  const seen: string[][] = []
  it.each([7, 7, 8])('does what its seed says: %i', async (seed) => {
    seen.push(await rampage(seed))
    expect(seen.at(-1)).toHaveLength(12)
  })

  it('and nothing else', () => {
    expect(seen[0]).toEqual(seen[1])
    expect(seen[0]).not.toEqual(seen[2])
  })
})

describe('the probe', () => {
  it('leaves the semantics as they are', async () => {
    trapExit(true)
    const pid = await startLink({
      init: () => ({ state: 0 }),
      handleCall: (_request, _from, state) => ({ reply: state, state }),
    })
    expect(await call(pid, 'x')).toBe(0)
    faults().crash(pid)
    expect(await receive(isExit)).toMatchObject({ from: pid })
    expect(whereis('nobody')).toBeUndefined()
  })
})
