import { exit, ref, register, self, send, setLabel, spawn } from 'heartwood'
import {
  clock,
  expectExit,
  expectMessage,
  faults,
  restartOf,
  startSupervised,
  testKernel,
  traceOf,
} from 'heartwood/testing'
import { useTestKernel } from 'heartwood/testing/vitest'
import { describe, expect, it } from 'vitest'
import { Bank, Counter, Ticker } from './bank.js'

useTestKernel()

/** What the failure of an assertion says, without colours. */
function messageOf(assert: () => void): string {
  try {
    assert()
  } catch (error) {
    return (error as Error).message
  }
  throw new Error('the assertion held')
}

describe('matchers', () => {
  it('tell who is alive', async () => {
    const counter = await startSupervised(Counter)
    expect(counter).toBeAlive()
    expect(messageOf(() => expect(counter).not.toBeAlive())).toMatchSnapshot()
  })

  it('tell who has exited, and why', async () => {
    const counter = await startSupervised(Counter)
    expect(counter).not.toHaveExited()
    faults().crash(counter, new TypeError('broken'))
    expect(counter).toHaveExited()
    expect(counter).toHaveExited(TypeError)
    expect(counter).toHaveExited(/broken/)
    expect(counter).toHaveExited((reason: unknown) => reason instanceof TypeError)
    expect(counter).not.toHaveExited('shutdown')
    expect(messageOf(() => expect(counter).toHaveExited('shutdown'))).toMatchSnapshot()
  })

  it('count restarts', async () => {
    const counter = await startSupervised(Counter)
    for (let times = 0; times < 3; times++) {
      faults().kill(counter)
      await restartOf(counter)
    }
    expect(counter).toHaveRestarted()
    expect(counter).toHaveRestarted(3)
    expect(messageOf(() => expect(counter).toHaveRestarted(2)).split('\n')[0]).toBe(
      'expected counter to have restarted 2 times, but it restarted 3 times',
    )
  })

  it('tell of crashes, which are expected by that', async () => {
    const counter = await startSupervised(Counter)
    await counter.call.add(1_000).catch(() => {})
    expect(counter).toHaveCrashed(RangeError)
    expect(counter).not.toHaveCrashed(TypeError)
  })

  it('tell nothing of a process that never was, neither way', async () => {
    for (const nobody of ['countr', Ticker] as const) {
      const matchers: [string, () => void][] = [
        ['to be alive', () => expect(nobody).toBeAlive()],
        ['not to be alive', () => expect(nobody).not.toBeAlive()],
        ['not to have exited', () => expect(nobody).not.toHaveExited()],
        ['not to have crashed', () => expect(nobody).not.toHaveCrashed()],
        ['to have restarted 0 times', () => expect(nobody).toHaveRestarted(0)],
        ['not to have restarted', () => expect(nobody).not.toHaveRestarted()],
        ['to be empty', () => expect(nobody).toHaveTree([])],
        ['not to be a', () => expect(nobody).not.toHaveTree(['a'])],
      ]
      for (const [what, matcher] of matchers) {
        const [line] = messageOf(matcher).split('\n')
        expect(line).toContain(what)
        expect(line).toContain('but there never was such a process')
      }
    }
  })

  it('know who is dead, whatever it was called and when it was given that name', async () => {
    const test = self()
    for (const how of [() => setLabel('late label'), () => void register('late name', self())]) {
      spawn(async () => {
        how()
        send(test, 'done')
      })
      await expectMessage('done')
    }
    for (const late of ['late name', 'late label']) {
      expect(late).not.toBeAlive()
      expect(late).toHaveTree([])
    }
  })

  it('show a tree', async () => {
    const bank = await startSupervised(Bank)
    expect(bank).toHaveTree(['bank', 'counter', 'Ticker'])
    expect(messageOf(() => expect(bank).toHaveTree(['bank', 'counter']))).toMatchSnapshot()
  })
})

describe('a trace', () => {
  it('is that of a tree, with the dead of it', async () => {
    await startSupervised(Bank)
    await ref(Counter).call.add(7)
    const over = expectExit(Ticker)
    send('counter', 'what is this')
    faults().crash(Counter)
    await over
    await restartOf(Counter)
    await clock().advance(1_000)
    expect(String(traceOf('bank'))).toMatchSnapshot()
    expect(traceOf(Ticker).toMermaid()).toMatchSnapshot()
    expect(traceOf().events).toHaveLength(testKernel().trace.events.length)
  })

  it('names signals and reasons', async () => {
    const counter = await startSupervised(Counter)
    const over = expectExit(counter, 'enough')
    const { pid } = counter
    if (pid !== undefined) exit(pid, 'enough')
    await over
    expect(traceOf(counter).toString()).toContain('test ⇢ counter: exit signal enough')
  })
})
