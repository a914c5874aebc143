import { once } from 'node:events'
import { watch } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, createServer, type Server } from 'node:net'
import {
  exit,
  isDown,
  monitor,
  own,
  receive,
  register,
  registered,
  self,
  sendAfter,
  spawn,
  spawnLink,
} from 'heartwood'
import {
  allowCrashes,
  clock,
  expectCrash,
  expectDown,
  expectEscalation,
  expectExit,
  expectMessage,
  expectNoDeadLetters,
  expectNoMessage,
  faults,
  restartOf,
  startSupervised,
  TestKernel,
  testKernel,
} from 'heartwood/testing'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { crashProcess, defaultKernel, HeartwoodError, MachineClock } from '../../src/kernel/index.js'
import { divertFailures } from '../../src/testing/test-kernel/program-footprint.js'
import { Counter, Ticker } from './bank.js'

let kernel: TestKernel | undefined

/** A kernel as a test without a runner has it; what its end finds is the subject here. */
function install(): TestKernel {
  kernel = new TestKernel().install()
  return kernel
}

const machine = new MachineClock()

function codeOf(act: () => unknown): string {
  try {
    return String(act())
  } catch (error) {
    return HeartwoodError.is(error) ? error.code : String(error)
  }
}

async function failureOf(promise: PromiseLike<unknown>): Promise<HeartwoodError> {
  try {
    await promise
  } catch (error) {
    if (HeartwoodError.is(error)) return error
    throw error
  }
  throw new Error('it did not fail')
}

afterEach(async () => {
  await kernel?.finish().catch(() => {})
  kernel = undefined
})

describe('the end of a test', () => {
  it('fails when a process crashed that was not expected to, with the tree and what led to it', async () => {
    const { finish } = install()
    const counter = await startSupervised(Counter)
    await counter.call.add(2)
    await counter.call.add(1_000).catch(() => {})
    const failure = await failureOf(finish.call(kernel))
    expect(failure.code).toBe('TEST_CRASHED')
    expect(failure.cause).toBeInstanceOf(RangeError)
    expect(withoutStack(failure.message)).toMatchSnapshot()
  })

  it('is fine when the crash was expected, before or after', async () => {
    install()
    const counter = await startSupervised(Counter)
    const first = expectCrash({ of: Counter, reason: RangeError })
    await counter.call.add(1_000).catch(() => {})
    await first
    await restartOf(counter)
    counter.cast.fail()
    await kernel?.settled()
    await expectCrash({ reason: /told/ })
    await testKernel().finish()
  })

  it('fails when a crash that was announced did not come', async () => {
    install()
    expectCrash({ of: 'counter' })
    const failure = await failureOf(testKernel().finish())
    expect(failure.code).toBe('TEST_EXPECTATION_FAILED')
    expect(failure.message).toContain('expected a crash of counter, but nothing crashed')
  })

  it.each([
    ['a restart of counter', () => void restartOf('counter')],
    ['an exit of counter', () => void expectExit('counter')],
    ['an escalation of counter', () => void expectEscalation('counter')],
    ['a DOWN message of counter', () => void expectDown('counter').catch(() => {})],
    ["a message 'news'", () => void expectMessage('news').catch(() => {})],
  ])('fails when what nobody awaited did not come: %s', async (what, expectIt) => {
    install()
    const counter = await startSupervised(Counter)
    expectIt()
    await counter.call.add(1)
    const failure = await failureOf(testKernel().finish())
    expect(failure.code).toBe('TEST_EXPECTATION_FAILED')
    expect(failure.message).toContain(`expected ${what}, but`)
  })

  it('is fine when what nobody awaited came', async () => {
    install()
    const counter = await startSupervised(Counter)
    restartOf(counter)
    expectExit(counter)
    expectDown(counter)
    counter.cast.fail()
    await testKernel().finish()
  })

  it('fails when the test was ended by a link', async () => {
    install()
    const pid = spawnLink(() => receive())
    crashProcess(pid, 'over')
    await testKernel().settled()
    allowCrashes()
    expect((await failureOf(testKernel().finish())).code).toBe('TEST_PROCESS_ENDED')
  })

  it('lets a test allow crashes', async () => {
    install()
    allowCrashes({ reason: /told/ })
    const counter = await startSupervised(Counter)
    counter.cast.fail()
    await restartOf(counter)
    await testKernel().finish()
  })

  it('counts what no code caught as a crash of the process it comes from', async () => {
    install()
    const pid = spawn(async () => {
      void Promise.reject(new Error('nobody waits'))
      await receive()
    })
    expect(await expectExit(pid)).toMatchObject({ message: 'nobody waits' })
    await testKernel().finish()
  })

  it('stops what was started in good order', async () => {
    install()
    const ticker = await startSupervised(Ticker)
    const ended: unknown[] = []
    const { pid } = ticker
    spawn(async () => {
      if (pid !== undefined) monitor(pid)
      ended.push((await receive(isDown)).reason)
    })
    await testKernel().finish()
    expect(ended).toEqual(['shutdown'])
  })
})

describe('a test that is over', () => {
  it('does nothing any more, also where no runner knows of it', async () => {
    const first = install()
    let goOn = (): void => {}
    const left = first.runTest(async () => {
      spawn(() => receive(), { name: 'left-over' })
      await new Promise<void>((resolve) => {
        goOn = resolve
      })
      return [
        () => spawn(() => {}),
        () => faults(),
        () => self(),
        () => testKernel(),
        () => sendAfter(1, 'x', 1),
      ].map(codeOf)
    })
    const waiting = Promise.allSettled([
      first.run(() => receive()),
      first.runUntil(new Promise(() => {}), { withinReal: 60_000 }),
    ])
    await first.finish()
    install()
    goOn()
    expect(await left).toEqual(Array(5).fill('TEST_OVER'))
    expect(registered()).toEqual([])
    const codes = (await waiting).map((each) => each.status === 'rejected' && each.reason.code)
    expect(codes).toEqual(['PROCESS_EXITED', 'TEST_OVER'])
    for (const late of [first.run(() => {}), first.runUntil(Promise.resolve())])
      await expect(late).rejects.toMatchObject({ code: 'TEST_OVER' })
    await testKernel().finish()
  })

  it('has no failure but its own: what it expected is none', async () => {
    install()
    const counter = await startSupervised(Counter)
    restartOf(counter)
    await testKernel().finish({ failed: true })
    install()
    const other = await startSupervised(Counter)
    await other.call.add(1_000).catch(() => {})
    expect((await failureOf(testKernel().finish({ failed: true }))).code).toBe('TEST_CRASHED')
  })

  it('is ended in real time, and its kernel taken off, when a stop never is', async () => {
    const before = defaultKernel()
    const hanging = install()
    hanging.onFinish(() => new Promise(() => {}))
    const now = machine.now.bind(machine)
    const hurry = vi.spyOn(MachineClock.prototype, 'now').mockImplementation(() => now() * 1_000)
    const failure = await failureOf(hanging.finish())
    hurry.mockRestore()
    expect(failure.code).toBe('TEST_STUCK')
    expect(failure.message).toContain(
      'a stop at the end of the test did not come about: it was not through after 6000 ms of real time',
    )
    expect(defaultKernel()).toBe(before)
  })
})

describe('failures that no code caught', () => {
  it.each([
    ['the first', 0],
    ['the last', 1],
  ])('are those of the program again, whichever kernel ends first: %s', (_, first) => {
    const before = process.listeners('uncaughtException')
    const kernels = [1, 2].map(() => divertFailures(() => false))
    kernels[first]?.[Symbol.dispose]()
    expect(process.listeners('uncaughtException')).not.toEqual(before)
    kernels[1 - first]?.[Symbol.dispose]()
    expect(process.listeners('uncaughtException')).toEqual(before)
  })
})

describe('what a test leaves open', () => {
  it('is told with what it is, and where it was opened', async () => {
    const kernel = new TestKernel({ test: 'the test "of a door"' }).install()
    const server = createServer().listen(0, '127.0.0.1')
    const watched = watch(import.meta.dirname, () => {})
    await once(server, 'listening')
    const { message } = await failureOf(kernel.finish())
    expect(message.replace(/:\d+/g, ':…')).toBe(
      'the test "of a door" left something behind: 1 × FSEventWrap (a watcher of files at test/testing/finish.test.ts:…), 1 × TCPServerWrap (a server on 127.0.0.1:… at test/testing/finish.test.ts:…). Let a process own() it, or close it in the test.',
    )
    server.close()
    watched.close()
    await once(server, 'close')
  })
})

describe('a test that makes a mess', () => {
  const before = defaultKernel()
  const listeners = process.listenerCount('SIGUSR2')
  let server: Server
  let messy: TestKernel
  const rang: string[] = []

  it('leaves processes, names, timers, servers and listeners', async () => {
    messy = install()
    spawn(() => receive(), { name: 'left-over' })
    spawnLink(() => receive())
    register(
      'me',
      spawn(() => receive(() => false)),
    )
    sendAfter(1_000, 'left-over', 'late')
    spawn(async () => {
      server = own(createServer())
      server.listen(0, '127.0.0.1')
      await receive(() => false)
    })
    const interval = testKernel()
    interval.fakeTimers()
    globalThis.setInterval(() => rang.push('interval'), 10)
    process.on('SIGUSR2', () => {})
    await clock().advance(25)
    expect(rang).toEqual(['interval', 'interval'])
    expect(registered()).toEqual(['left-over', 'me'])
    const failure = await failureOf(messy.finish())
    expect(failure.code).toBe('TEST_LEAK')
    expect(failure.message).toMatch(/1 × process\.on\('SIGUSR2'\) at test\/testing\/finish\.test\.ts:\d+\./)
  })

  it('and the next finds nothing of it', async () => {
    expect(defaultKernel()).toBe(before)
    expect(messy.processes()).toEqual([])
    expect(messy.registered()).toEqual([])
    expect(messy.timers.size).toBe(0)
    expect(messy.clock.next).toBeUndefined()
    expect(server.listening).toBe(false)
    expect(process.listenerCount('SIGUSR2')).toBe(listeners)
    install()
    expect(registered()).toEqual([])
    await clock().advance(10_000)
    expect(rang).toHaveLength(2)
    await expectNoMessage()
    await testKernel().finish()
  })

  it('gives Node its timers back', async () => {
    const timers = () => [
      globalThis.setTimeout,
      globalThis.setInterval,
      globalThis.clearTimeout,
      Date,
      AbortSignal.timeout,
    ]
    const modules = async () => [
      (await import('node:timers')).setTimeout,
      (await import('node:timers/promises')).setTimeout,
    ]
    const real = [timers(), await modules()]
    const { clock: virtual } = install()
    testKernel().fakeTimers()
    expect(globalThis.setTimeout).not.toBe(real[0]?.[0])
    expect(Date.now()).toBe(virtual.wallTime())
    expect(new Date()).toBeInstanceOf(Date)
    await testKernel().finish()
    expect([timers(), await modules()]).toEqual(real)
  })

  it('blames nobody for a server that is being closed', async () => {
    install()
    const answering = createHttpServer((_, response) => response.end('hello'))
    const asked = testKernel().run(async () => {
      own(answering)
      await new Promise<void>((resolve) => answering.listen(0, '127.0.0.1', resolve))
      const { port } = answering.address() as AddressInfo
      const reply = await fetch(`http://127.0.0.1:${port}/`, { headers: { connection: 'close' } })
      return reply.text()
    })
    expect(await asked).toBe('hello')
    await testKernel().finish()
    expect(answering.listening).toBe(false)
  })

  it('names a server that nobody owns', async () => {
    install()
    const forgotten = createServer()
    await new Promise<void>((resolve) => forgotten.listen(0, '127.0.0.1', resolve))
    expect((await failureOf(testKernel().finish())).message).toContain('1 × TCPServerWrap')
    forgotten.close()
  })
})

describe('mistakes', () => {
  it('a kit function without a test kernel', () => {
    expect(() => faults()).toThrow(expect.objectContaining({ code: 'TEST_KERNEL_MISSING' }))
  })

  it('two kernels at a time', () => {
    install()
    expect(() => new TestKernel().install()).toThrow(expect.objectContaining({ code: 'TEST_KERNEL_BUSY' }))
  })

  it('a target that is none, or is dead', () => {
    install()
    expect(() => restartOf({} as never)).toThrow(expect.objectContaining({ code: 'TEST_TARGET_UNKNOWN' }))
    expect(() => faults().kill('nobody')).toThrow(expect.objectContaining({ code: 'TEST_TARGET_UNKNOWN' }))
  })

  it('options that make no sense', () => {
    install()
    const wrong = expect.objectContaining({ code: 'TEST_OPTION_INVALID' })
    expect(() => faults().crashInInit('x', { times: 0 })).toThrow(wrong)
    expect(() => faults().chaos({ seed: 1, rate: 0 })).toThrow(wrong)
    expect(() => faults().chaos({ seed: 1, rate: 1, budget: -1 })).toThrow(wrong)
    expect(() => faults().chaos({ seed: 1, rate: 1, ways: ['explode' as never] })).toThrow(wrong)
    expect(() => faults().failCall({ go() {} }, 'go')).toThrow(wrong)
    const store = faults().dependency({ get() {}, put() {}, size: 1 }, 'store')
    expect(() => faults().failCall(store, 'gt' as never)).toThrow(
      /be a method of store: get, put, but got gt/,
    )
    expect(() => faults().failCall(store, 'size')).toThrow(wrong)
  })

  it('a handler that the class does not have', async () => {
    install()
    const counter = await startSupervised(Counter)
    for (const target of [counter, Counter]) {
      for (const fault of [
        () => faults().crashInHandler(target, { handler: 'ad' }),
        () => faults().killInHandler(target, { handler: 'ad' }),
        () => faults().drop({ to: target, handler: 'ad' }),
      ]) {
        expect(fault).toThrow(
          /one of the calls and casts of Counter or a callback: add, slow, fail, handleCall,/,
        )
      }
    }
    faults().crashInHandler('whoever comes', { handler: 'later' })
  })

  it('waiting for what cannot happen', async () => {
    install()
    expect((await failureOf(expectMessage('never'))).code).toBe('TEST_STUCK')
    expect((await failureOf(expectEscalation('nobody'))).message).toContain('there never was such a process')
    const pid = spawn(() => receive(), { name: 'waiting' })
    expect((await failureOf(expectExit(pid, 'shutdown'))).message).toMatch(
      /^expected an exit of waiting with shutdown, but waiting .* lives on\./,
    )
    exit(pid, 'kill')
    expect((await failureOf(expectDown(pid, 'shutdown'))).message).toContain('it came with noproc')
  })

  it('dead letters', async () => {
    install()
    const pid = spawn(() => {}, { name: 'gone' })
    await expectNoDeadLetters()
    testKernel().send(pid, 'too late')
    expect((await failureOf(expectNoDeadLetters())).message).toContain("test → gone: 'too late' is lost")
  })
})

/** Where the files are is not the same everywhere. */
const withoutStack = (message: string): string =>
  message
    .split('\n')
    .filter((line) => !line.trimStart().startsWith('at '))
    .join('\n')
