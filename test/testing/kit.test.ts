import { call, ref, sleep, start, whereis } from 'heartwood'
import {
  clock,
  expectCrash,
  expectEscalation,
  expectExit,
  faults,
  restartOf,
  startSupervised,
} from 'heartwood/testing'
import { useTestKernel } from 'heartwood/testing/vitest'
import { describe, expect, it } from 'vitest'
import { Kernel } from '../../src/kernel/index.js'
import { Bank, Counter, Ticker } from './bank.js'

const kernel = useTestKernel()

describe('startSupervised', () => {
  it('gives a ref that means the process that is there now', async () => {
    const counter = await startSupervised(Counter)
    expect(await counter.call.add(2)).toBe(2)
    const first = counter.pid
    expectCrash({ of: counter, reason: /too much/ })
    await expect(counter.call.add(1_000)).rejects.toMatchObject({ code: 'CALL_SERVER_EXITED' })
    const next = await restartOf(counter)
    expect(next).not.toBe(first)
    expect(counter.pid).toBe(next)
    expect(await counter.call.add(1)).toBe(1)
  })

  it('follows a child without a name, too', async () => {
    const ticker = await startSupervised(Ticker)
    await clock().advance(3_500)
    expect(await ticker.call.count()).toBe(3)
    faults().kill(ticker)
    await restartOf(ticker)
    expect(await ticker.call.count()).toBe(0)
  })

  it('starts whole trees', async () => {
    const bank = await startSupervised(Bank)
    expect(bank).toHaveTree(['bank', 'counter', 'Ticker'])
    faults().crash(Counter)
    await restartOf(Counter)
    expect(Ticker).toBeAlive()
    expect(Counter).toHaveRestarted(1)
  })
})

describe('restartOf', () => {
  it('is the same whether it is asked before or after the restart', async () => {
    const counter = await startSupervised(Counter)
    const early = restartOf(counter)
    faults().crash(counter)
    const pid = await early
    expect(whereis('counter')).toBe(pid)
    faults().crash(counter)
    await kernel().settled()
    expect(await restartOf(counter)).toBe(whereis('counter'))
    expect(counter).toHaveRestarted(2)
  })

  it('lets time pass when the restart takes some', async () => {
    const counter = await startSupervised(Counter, { backoff: { initial: 400, jitter: 'none' } })
    faults().crash(counter)
    await restartOf(counter)
    expect(clock().now()).toBe(400)
  })
})

describe('escalation', () => {
  it('is expected with all the crashes that led to it', async () => {
    await startSupervised(Bank)
    const given = expectEscalation('bank')
    for (let crash = 0; crash < 3; crash++) {
      const counter = ref(Counter)
      await expect(counter.call.add(1_000)).rejects.toThrow()
      await kernel().settled()
    }
    expect(await given).toMatchObject({ child: 'counter' })
    await restartOf('bank')
  })
})

describe('expectExit', () => {
  it('tells the reason', async () => {
    const counter = await startSupervised(Counter)
    const over = expectExit(counter, RangeError)
    await expect(counter.call.add(101)).rejects.toThrow()
    expect(await over).toBeInstanceOf(RangeError)
    expect(counter).toHaveExited(/too much/)
  })
})

describe('quiet', () => {
  it('comes though another kernel of the program never is, and a handler waits for something else', async () => {
    const other = new Kernel()
    let goesOn = true
    other.spawn(async () => {
      while (goesOn) await sleep(0)
    })
    let answer = (_: string): void => {}
    const asked = await start({
      init: () => ({ state: new Promise<string>((resolve) => (answer = resolve)) }),
      handleCall: async (_request, _from, state) => ({ reply: await state, state }),
    })
    const reply = call(asked, 'when?')
    await kernel().settled()
    answer('now')
    expect(await reply).toBe('now')
    goesOn = false
  })
})

describe('time', () => {
  it('runs to what is awaited', async () => {
    const counter = await startSupervised(Counter)
    expect(await kernel().runUntil(counter.call.slow(3_000))).toBe('done')
    expect(clock().now()).toBe(3_000)
  })
})
