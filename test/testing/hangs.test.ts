import { Call, GenServer, Info, send, supervisorSpec, trapExit } from 'heartwood'
import { faults, restartOf, startSupervised, TestKernel } from 'heartwood/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Counter, Ticker } from './bank.js'

interface Store {
  load(): Promise<number>
}

@GenServer({ name: 'loader' })
class Loader {
  static store: Store
  #value = 0

  async init(args: { now: boolean } = { now: true }): Promise<void> {
    trapExit(true)
    if (args.now) this.#value = await Loader.store.load()
  }

  @Call() value(): number {
    return this.#value
  }

  @Info('load') async load(): Promise<void> {
    this.#value = await Loader.store.load()
  }
}

let kernel: TestKernel
beforeEach(() => {
  kernel = new TestKernel().install()
  Loader.store = faults().dependency({ load: async () => 7 }, 'store')
})
afterEach(() => kernel.finish({ failed: true }).catch(() => {}))

/** What the end of the test says, in how many milliseconds of virtual time. */
async function end(): Promise<unknown> {
  const before = kernel.now()
  await kernel.finish()
  return kernel.now() - before
}

describe('what hangs by a fault goes on when it is taken back', () => {
  it.each([
    ['the fault alone', (fault: { remove(): void }) => fault.remove()],
    ['all of them', () => faults().clear()],
  ])('an init: %s', async (_, takeBack) => {
    const counter = await startSupervised(Counter)
    const fault = faults().hangInInit(Counter)
    faults().crash(counter)
    await kernel.settled()
    takeBack(fault)
    await restartOf(counter)
    expect(await counter.call.add(1)).toBe(1)
  })

  it('a call of a dependency, which is made then', async () => {
    const fault = faults().failCall(Loader.store, 'load', { hang: true })
    const loaded = Loader.store.load()
    fault.remove()
    expect(await loaded).toBe(7)
  })

  it('but no call of a process that is dead', async () => {
    let calls = 0
    Loader.store = faults().dependency({ load: async () => ++calls }, 'store')
    await startSupervised([Loader, { now: false }])
    const fault = faults().failCall(Loader.store, 'load', { hang: true })
    send('loader', 'load')
    await kernel.settled()
    faults().kill(Loader)
    await kernel.settled()
    fault.remove()
    await kernel.settled()
    expect(calls).toBe(0)
  })
})

describe('the end of a test is held up by no fault', () => {
  it('that hangs in a restart', async () => {
    const counter = await startSupervised(Counter)
    faults().hangInInit(Counter, { times: Number.POSITIVE_INFINITY })
    faults().crash(counter)
    await kernel.settled()
    expect(await end()).toBe(0)
  })

  it('that hangs in the init of a first start, beside what ticks for ever', async () => {
    await startSupervised(Ticker)
    const fault = faults().hangInInit(Counter)
    const start = startSupervised(supervisorSpec('shop', { children: [Counter] })).catch(() => {})
    await kernel.settled()
    expect(fault.struck).toBe(1)
    expect(await end()).toBe(0)
    await start
  })

  it('that hangs in a call which an init awaits', async () => {
    const loader = await startSupervised(Loader)
    faults().failCall(Loader.store, 'load', { hang: true })
    faults().crash(loader)
    await kernel.settled()
    expect(await end()).toBe(0)
  })

  it.each([
    ['in a terminate', () => faults().hangInTerminate(Loader)],
    ['so that the order to stop is not heard', () => faults().hangShutdown(Loader)],
  ])('that hangs %s, where the supervisor waits for ever', async (_, hang) => {
    await startSupervised(Loader, { shutdown: Number.POSITIVE_INFINITY })
    hang()
    expect(await end()).toBe(60_000)
  })

  it('that loses all messages', async () => {
    const counter = await startSupervised(Counter)
    const all = { times: Number.POSITIVE_INFINITY, allowUnstruck: true }
    faults().drop(all)
    faults().delay({ ...all, by: 1e9 })
    faults().reorder(all)
    expect(counter.pid).toBeDefined()
    expect(await end()).toBe(0)
  })
})

describe('a test that waits in vain', () => {
  it('is told what hangs by a fault of its own', async () => {
    const counter = await startSupervised(Counter)
    faults().hangInInit(Counter)
    faults().crash(counter)
    await expect(kernel.runUntil(new Promise(() => {}), { within: 100 })).rejects.toThrow(
      /By a fault of the test counter <[\d.]+> hangs in the init/,
    )
  })
})
