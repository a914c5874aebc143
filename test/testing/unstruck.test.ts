import { receive, spawn } from 'heartwood'
import {
  expectEscalation,
  expectExit,
  type Faults,
  faults,
  restartOf,
  startSupervised,
  TestKernel,
} from 'heartwood/testing'
import { afterEach, describe, expect, it } from 'vitest'
import { HeartwoodError } from '../../src/kernel/index.js'
import { Counter } from './bank.js'

let kernel: TestKernel | undefined

afterEach(async () => {
  await kernel?.finish().catch(() => {})
  kernel = undefined
})

/** What the end of a test says; undefined when it is fine. */
async function endOf(test: () => unknown): Promise<HeartwoodError | undefined> {
  kernel = new TestKernel().install()
  await test()
  try {
    await kernel.finish()
    return undefined
  } catch (error) {
    if (HeartwoodError.is(error)) return error
    throw error
  }
}

describe('a fault that never struck', () => {
  const cases: [string, string, (all: Faults) => unknown][] = [
    ['a name of nobody', 'crashInInit of nobody', (all) => all.crashInInit('nobody')],
    ['a way to nobody', 'drop to nobody', (all) => all.drop({ to: 'nobody' })],
    ['a way from nobody', 'delay from nobody', (all) => all.delay({ from: 'nobody', by: 1 })],
    [
      'a misspelt handler',
      'crashInHandler of counter',
      (all) => all.crashInHandler('counter', { handler: 'ad' }),
    ],
    [
      'a kind of message',
      'killInHandler of counter',
      (all) => all.killInHandler('counter', { handler: 'handleInfo' }),
    ],
    [
      'an nth that never came',
      'crashInHandler of counter',
      (all) => all.crashInHandler('counter', { nth: 3 }),
    ],
    ['a restart that never was', 'crashInRestart of counter', (all) => all.crashInRestart(Counter)],
    ['a stop without terminate', 'crashInTerminate of counter', (all) => all.crashInTerminate('counter')],
    [
      'a call that nobody made',
      'failCall of store.get',
      (all) => all.failCall(all.dependency({ get: () => 1 }, 'store'), 'get'),
    ],
    ['a monkey that meets nobody', 'chaos', (all) => all.chaos({ seed: 1, rate: 1, under: 'nobody' })],
  ]

  it.each(cases)('fails the test at its end, with the line that made it: %s', async (_, what, install) => {
    const failure = await endOf(async () => {
      install(faults())
      const counter = await startSupervised(Counter)
      await counter.call.add(1)
    })
    expect(failure?.code).toBe('TEST_FAULT_UNSTRUCK')
    expect(failure?.message).toContain('a fault never struck')
    expect(failure?.message).toContain(`${what}, at test/testing/unstruck.test.ts:`)
  })

  it('is fine when the test says that it may miss', async () => {
    const may = { allowUnstruck: true }
    const failure = await endOf(() => {
      faults().crashInInit('nobody', may)
      faults().drop({ to: 'nobody', ...may })
      faults().failCall(faults().dependency({ get: () => 1 }, 'store'), 'get', may)
      faults().chaos({ seed: 1, rate: 1, ...may })
    })
    expect(failure).toBeUndefined()
  })

  it('says why', async () => {
    const failure = await endOf(async () => {
      const store = faults().dependency({ get: () => 1 }, 'store')
      faults().failCall(store, 'get', { nth: 3 })
      faults().crashInHandler('nobody')
      faults().crashInHandler('counter', { handler: 'ad' })
      faults().crashInHandler('counter', { handler: 'add', nth: 5 })
      const counter = await startSupervised(Counter)
      faults().crashInRestart(counter)
      await counter.call.add(1)
      store.get()
    })
    const lines = failure?.message.split('\n').map((line) => line.replace(/ at .*?:\d+:/, '')) ?? []
    expect(lines).toEqual([
      '5 faults never struck, so that nothing went wrong: ',
      '  failCall of store.get, it waits for call 3, and 1 came',
      '  crashInHandler of nobody, there never was such a process',
      '  crashInHandler of counter, no message for that came to ad',
      '  crashInHandler of counter, it waits for the 5. that fits, and 1 came',
      '  crashInRestart of counter, it never restarted',
      'Mend whom or what it is about, remove() it before the end, or give it `allowUnstruck: true` if it may miss.',
    ])
  })

  it('is fine when it was taken back, alone or with all', async () => {
    const failure = await endOf(async () => {
      faults().crashInInit('nobody').remove()
      const monkey = faults().chaos({ seed: 1, rate: 1 })
      monkey.remove()
      faults().drop({ to: 'nobody' })
      faults().clear()
    })
    expect(failure).toBeUndefined()
  })

  it('is told of one process that is dead by then', async () => {
    const failure = await endOf(async () => {
      const pid = spawn(() => receive(), { name: 'one' })
      faults().crashInHandler(pid, { message: 'never' })
      const over = expectExit(pid)
      faults().kill(pid)
      await over
    })
    expect(failure?.message).toContain('crashInHandler of one, at ')
  })

  it('may strike as late as the stop of what the test started', async () => {
    const failure = await endOf(async () => {
      await startSupervised(Counter, { shutdown: 100 })
      faults().hangShutdown(Counter)
    })
    expect(failure).toBeUndefined()
  })
})

describe('an expectation that nobody awaited', () => {
  it('is told with its line', async () => {
    const failure = await endOf(async () => {
      const counter = await startSupervised(Counter)
      expectExit(counter)
    })
    expect(failure?.message).toMatch(
      /^expected an exit of counter, but counter .* lives on\. It was expected at test\/testing\/unstruck\.test\.ts:\d+, and nobody awaited it\./,
    )
  })

  it('and the others with it', async () => {
    const failure = await endOf(async () => {
      const counter = await startSupervised(Counter)
      expectExit(counter)
      restartOf(counter)
      expectEscalation('test supervisor')
      faults().drop({ to: 'nobody' })
    })
    expect(failure?.code).toBe('TEST_FAILURES')
    expect(failure?.message).toContain('the end of the test found 4 things')
    for (const what of [
      /an exit of counter/,
      /a restart of counter/,
      /an escalation of test/,
      /drop to nobody/,
    ])
      expect(failure?.message).toMatch(what)
    expect(failure?.message.match(/unstruck\.test\.ts:\d+/g)).toHaveLength(4)
  })
})
