import { scrypt } from 'node:crypto'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { type AddressInfo, connect, createServer } from 'node:net'
import { mock } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import {
  Call,
  call,
  defineServer,
  GenServer,
  Info,
  isAlive,
  own,
  type Pid,
  processSignal,
  receive,
  self,
  send,
  sendAfter,
  sleep,
  spawn,
  start,
  startLink,
  startSupervisor,
  sys,
  trapExit,
} from 'heartwood'
import {
  allowCrashes,
  clock,
  expectExit,
  simulate,
  startSupervised,
  TestKernel,
  testKernel,
} from 'heartwood/testing'
import { useTestKernel } from 'heartwood/testing/vitest'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { MachineClock } from '../../src/kernel/index.js'

const kernel = useTestKernel()

/** Awaits things that are none of the kernel's before it answers. */
class Deep {
  seen: number[] = []

  async chain(length: number): Promise<void> {
    for (let step = 0; step < length; step++) await null
    this.seen.push(length)
  }

  async turns(count: number): Promise<void> {
    for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve))
    this.seen.push(count)
  }

  async nodesTime(ms: number): Promise<string> {
    return wait(ms, 'rung', { signal: processSignal() })
  }

  async connection(port: number): Promise<string> {
    let heard = ''
    for await (const chunk of connect(port, '127.0.0.1')) heard += chunk
    return heard
  }

  async file(): Promise<void> {
    this.seen.push((await readFile(new URL(import.meta.url), 'utf8')).length)
  }
}
defineServer(Deep, {
  name: 'deep',
  calls: ['nodesTime', 'connection'],
  casts: ['chain', 'turns', 'file'],
})

describe('time stands still until all is quiet', () => {
  it('through promise chains of any depth, and turns of the event loop', async () => {
    const deep = await startSupervised(Deep)
    const { seen } = (await sys.getState(deep)) as Deep
    deep.cast.chain(100_000)
    await clock().advance(1)
    expect(seen).toEqual([100_000])
    deep.cast.turns(50)
    await clock().advance(1)
    expect(seen).toEqual([100_000, 50])
  })

  it('through more turns of the event loop than anybody counts', async () => {
    const deep = await startSupervised(Deep)
    const { seen } = (await sys.getState(deep)) as Deep
    deep.cast.turns(2_000)
    await testKernel().settled()
    expect(seen).toEqual([2_000])
    await testKernel().runUntil(turns(2_000))
  })

  it('but fails when a handler goes on for longer than 4 s of real time, and says which, and with what', async () => {
    const poll = async (): Promise<void> => {
      while (isAlive(poller)) await turns(1)
    }
    const machine = new MachineClock()
    const poller: Pid = spawn(poll, { name: 'poller' })
    const now = machine.now.bind(machine)
    // Four seconds, in a hundredth of it.
    const hurry = vi.spyOn(MachineClock.prototype, 'now').mockImplementation(() => now() * 100)
    await expect(testKernel().settled()).rejects.toMatchObject({
      code: 'TEST_STUCK',
      message: expect.stringContaining(
        "poller still waits for something that is none of the kernel's, after 4000 ms of real time in which Node was at work: Immediate",
      ),
    })
    hurry.mockRestore()
  })

  it('while a handler reads a file', async () => {
    const deep = await startSupervised(Deep)
    const { seen } = (await sys.getState(deep)) as Deep
    deep.cast.file()
    sendAfter(1, 'deep', 'nothing')
    await clock().advance(1)
    expect(seen).toHaveLength(1)
  })

  it('but not for a handler that waits for ever', async () => {
    spawn(() => new Promise(() => {}))
    await clock().advance(1_000)
    expect(clock().now()).toBe(1_000)
  })
})

describe('runUntilIdle', () => {
  it('jumps from timer to timer until none is left', async () => {
    const slept = kernel().run(async () => {
      await sleep(86_400_000)
      await sleep(1)
    })
    await clock().runUntilIdle(2 * 86_400_000)
    await slept
    expect(clock().now()).toBe(86_400_001)
  })
})

describe('time that no timer is set for', () => {
  it('does not pass: a supervisor gives up, however often a test runs until idle in between', async () => {
    allowCrashes()
    trapExit(true)
    const slow = {
      init: () => ({ state: 0 }),
      handleCall: async (_request: unknown, _from: unknown, state: number) => {
        await sleep(10)
        return { reply: 1, state }
      },
      handleInfo: () => {
        throw new Error('boom')
      },
    }
    const children = [{ id: 'v', start: () => startLink(slow, undefined, { name: 'v' }) }]
    const supervisor = await startSupervisor({ intensity: 1, period: 1_000, children })
    await testKernel().runUntil(call('v', 'x'))
    for (let crash = 0; crash < 2; crash++) {
      send('v', 'crash')
      await testKernel().settled()
      await clock().runUntilIdle()
    }
    expect([clock().now(), isAlive(supervisor)]).toEqual([10, false])
  })

  it('is not moved, and not given up, while the machine works for the test itself', async () => {
    const read = async (): Promise<number> => {
      let length = 0
      for (let time = 0; time < 3; time++) length += (await readFile(new URL(import.meta.url))).length
      return length
    }
    const hashed = promisify(scrypt)
    expect(await testKernel().runUntil(read())).toBeGreaterThan(0)
    expect(await testKernel().runUntil(testKernel().run(read))).toBeGreaterThan(0)
    expect(await testKernel().runUntil(hashed('secret', 'salt', 32))).toHaveLength(32)
    sendAfter(1, self(), 'late')
    const first = await testKernel().runUntil(Promise.race([read().then(() => 'file'), receive('late')]))
    expect([first, clock().now()]).toEqual(['file', 0])
    await expect(expectExit(spawnAfter(read))).resolves.toBe('normal')
  })

  it('is not moved while a handler waits for one of Node’s timers, or a connection', async () => {
    const deep = await startSupervised(Deep)
    expect(await testKernel().runUntil(deep.call.nodesTime(100))).toBe('rung')
    const server = own(createServer((socket) => void wait(60).then(() => socket.end('hello'))))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    expect(await testKernel().runUntil(deep.call.connection(port))).toBe('hello')
    expect(clock().now()).toBe(0)
  })

  it('but for no longer than that is worth: then it moves', async () => {
    const deep = await startSupervised(Deep)
    const call = deep.call.nodesTime(60_000)
    await expect(testKernel().runUntil(call, { withinReal: 20 })).rejects.toThrow(
      'got no reply within 5000 ms',
    )
    expect(clock().now()).toBe(5_000)
  })

  it('is given up when the machine is not through within a limit of real time', async () => {
    expect(await testKernel().runUntil(wait(20, 'rung'))).toBe('rung')
    const abort = new AbortController()
    const long = wait(60_000, undefined, abort)
    long.catch(() => {})
    await expect(testKernel().runUntil(long, { withinReal: 20 })).rejects.toMatchObject({
      code: 'TEST_STUCK',
      message: expect.stringMatching(/still busy after 20 ms of real time \(withinReal\): .*Timeout/),
    })
    abort.abort()
  })

  it('is no time to fail by either: what waits in vain fails where time stands', async () => {
    await expect(testKernel().runUntil(new Promise(() => {}))).rejects.toMatchObject({ code: 'TEST_STUCK' })
    expect(clock().now()).toBe(0)
    await testKernel().runUntil(receiveInTime())
    await expect(expectExit(spawn(() => receive('never')))).rejects.toMatchObject({
      code: 'TEST_EXPECTATION_FAILED',
    })
    expect([clock().now(), testKernel().stoodStill()]).toEqual([0, undefined])
  })

  it('is refused where it is no time', async () => {
    for (const within of [-1, Number.NaN, '5' as never]) {
      const refused = { code: 'TEST_OPTION_INVALID' }
      await expect(testKernel().runUntil(Promise.resolve(), { within })).rejects.toMatchObject(refused)
      await expect(expectExit(self(), undefined, { within })).rejects.toMatchObject(refused)
    }
  })

  async function receiveInTime(): Promise<void> {
    send(self(), 'answer')
    await receive('answer', { timeout: 60_000 })
  }
})

describe('time with fractions', () => {
  it('is a choice of the test kernel', async () => {
    const kernel = new TestKernel({ fractionalTime: true })
    const slept = kernel.run(() => sleep(10))
    expect(Number.isInteger(kernel.now())).toBe(false)
    await kernel.clock.advance(10)
    await slept
    expect(kernel.now() % 1).toBe(0.625)
    await kernel.close()
  })
})

describe('two moves at a time', () => {
  it('come one after the other', async () => {
    const times: number[] = []
    const ticking = spawn(async () => {
      for (;;) {
        await sleep(10)
        times.push(clock().now())
      }
    })
    await Promise.all([clock().advance(15), clock().advance(15)])
    expect([clock().now(), times]).toEqual([30, [10, 20, 30]])
    expect(ticking).toBeAlive()
  })
})

@GenServer({ name: 'old-fashioned' })
class OldFashioned {
  log: string[] = []

  init(): void {
    globalThis.setTimeout(() => this.log.push(`timeout ${Date.now() % 86_400_000}`), 100)
    const interval = globalThis.setInterval(() => {
      this.log.push('interval')
      if (this.log.length > 3) globalThis.clearInterval(Number(interval))
    }, 60)
    send(self(), 'begin')
  }

  @Info('begin') async begin(): Promise<void> {
    await wait(500)
    this.log.push(`waited until ${new Date().toISOString()}`)
  }

  @Info('throw') onThrow(): void {
    globalThis.setTimeout(() => {
      throw new Error('in a timer')
    }, 5)
  }

  @Call() said(): readonly string[] {
    return [...this.log]
  }
}

describe("Node's own timers, when the test asks for it", () => {
  it('follow the virtual clock', async () => {
    testKernel().fakeTimers()
    const server = await startSupervised(OldFashioned)
    await clock().advance(499)
    const said = server.call.said()
    await clock().advance(1)
    expect(await said).toEqual([
      'interval',
      'timeout 100',
      'interval',
      'interval',
      'waited until 2026-01-01T00:00:00.500Z',
    ])
  })

  it('fail whoever set them', async () => {
    testKernel().fakeTimers()
    const server = await startSupervised(OldFashioned)
    await clock().advance(500)
    send('old-fashioned', 'throw')
    expect(await expectExit(server)).toMatchObject({ message: 'in a timer' })
  })

  it('tell it in words, too', async () => {
    const real = new Intl.DateTimeFormat('en', { timeZone: 'UTC', year: 'numeric' })
    const { format } = real
    testKernel().fakeTimers()
    await clock().advance(400 * 86_400_000)
    const faked = new Intl.DateTimeFormat('en', { timeZone: 'UTC', year: 'numeric' })
    expect([faked.format(), faked.format(0), faked.formatToParts()[0]?.value]).toEqual([
      '2027',
      '1970',
      '2027',
    ])
    expect(format(0)).toBe('1970')
  })

  it('abort in time', async () => {
    testKernel().fakeTimers()
    const signal = AbortSignal.timeout(1_000)
    const waiting = wait(5_000, 'late', { signal }).catch((error: Error) => error.name)
    await clock().advance(1_000)
    expect([signal.aborted, await waiting]).toEqual([true, 'AbortError'])
  })
})

describe('beside the fake timers of another library', () => {
  afterEach(() => void vi.useRealTimers())

  it('the kernel moves its own time, and goes through the turns of the machine', async () => {
    vi.useFakeTimers()
    const deep = await startSupervised(Deep)
    deep.cast.chain(1)
    const slept = testKernel().run(() => sleep(60_000))
    await testKernel().runUntil(slept)
    expect([clock().now(), Date.now() - vi.getRealSystemTime() < 60_000]).toEqual([60_000, true])
  })

  it('a wait that is stuck says who holds which time', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'Date'] })
    const late = new Promise((resolve) => globalThis.setTimeout(resolve, 10))
    await expect(testKernel().runUntil(late)).rejects.toThrow(
      /The time of setTimeout, Date is held by another library \(vi.useFakeTimers\(\) or the like\)/,
    )
    vi.advanceTimersByTime(10)
    await testKernel().runUntil(late)
  })

  it('the same cannot be held twice', () => {
    vi.useFakeTimers()
    expect(() => testKernel().fakeTimers()).toThrow(expect.objectContaining({ code: 'TEST_TIMERS_FAKED' }))
    vi.useRealTimers()
    testKernel().fakeTimers()
    testKernel().fakeTimers()
  })

  it('a simulation has its own time and turns', async () => {
    vi.useFakeTimers()
    const { value } = await simulate({ globals: true }, async () => {
      const begun = Date.now()
      await turns(2)
      await new Promise((resolve) => globalThis.setTimeout(resolve, 100))
      return Date.now() - begun
    })
    expect(value).toBe(100)
  })

  it.each([
    ['vi.useFakeTimers', () => vi.useFakeTimers(), () => vi.useRealTimers()],
    ['vi.setSystemTime', () => vi.setSystemTime(0), () => vi.useRealTimers()],
    ['node:test', () => mock.timers.enable(), () => mock.timers.reset()],
  ])('nor taken from the kernel: %s is told, in either order', async (_, take, giveBack) => {
    const code = 'TEST_TIMERS_FAKED'
    take()
    expect(() => testKernel().fakeTimers()).toThrow(expect.objectContaining({ code }))
    giveBack()
    testKernel().fakeTimers()
    take()
    expect(() => clock()).toThrow(/cannot keep .*Date.*, which another library has taken since/)
    giveBack()
    // It is known at the end, too.
    await expect(testKernel().finish()).rejects.toMatchObject({ code })
  })

  it('nor in between, while processes act', async () => {
    testKernel().fakeTimers()
    vi.useFakeTimers()
    send(self(), 'here')
    vi.useRealTimers()
    await expect(testKernel().finish()).rejects.toMatchObject({ code: 'TEST_TIMERS_FAKED' })
  })

  it('who fakes them later holds them, and gives back what is no longer faked', async () => {
    testKernel().fakeTimers()
    vi.useFakeTimers()
    const finished = testKernel().finish()
    await expect(finished).rejects.toMatchObject({ code: 'TEST_TIMERS_FAKED' })
    vi.useRealTimers()
    expect(globalThis.setTimeout(() => {}, 1).constructor.name).toBe('Timeout')
    // What was given back is our stand-in, which does nothing any more, and keeps nobody from faking them.
    const later = new TestKernel()
    later.fakeTimers()
    await later.finish()
  })
})

describe('a process without a name', () => {
  it('can be waited for', async () => {
    const pid = await start({ init: () => ({ state: 0 }), handleInfo: () => ({ stop: 'done', state: 0 }) })
    send(pid, 'go')
    expect(await expectExit(pid, 'done')).toBe('done')
  })
})

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve))
}

/** A process that ends once the test has done something of its own. */
function spawnAfter(work: () => Promise<unknown>): Pid {
  const pid = spawn(() => receive('go'))
  void work().then(() => testKernel().send(pid, 'go'))
  return pid
}
