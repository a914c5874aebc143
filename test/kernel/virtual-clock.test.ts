import { describe, expect, it } from 'vitest'
import {
  cancelTimer,
  Kernel,
  receive,
  self,
  send,
  sendAfter,
  sleep,
  spawn,
  VirtualClock,
} from '../../src/kernel/index.js'
import { world } from './world.js'

describe('the virtual clock', () => {
  it('stands still until it is moved', async () => {
    const { kernel, clock } = world()
    let slept = false
    const sleeping = kernel.run(() => sleep(1)).then(() => (slept = true))
    await kernel.settled()
    expect([slept, clock.now()]).toEqual([false, 0])
    await clock.advance(1)
    await sleeping
    expect(clock.now()).toBe(1)
  })

  it('lets all that is ready run before time moves, also before the first timer of a kernel', async () => {
    const { kernel, clock } = world()
    const woke: number[] = []
    await kernel.run(async () => {
      spawn(() => spawn(() => spawn(() => sleep(10).then(() => woke.push(kernel.now())))))
      await clock.advance(9)
      expect(woke).toEqual([])
      await clock.advance(1)
    })
    expect(woke).toEqual([10])
  })

  it('stops at every timer on the way, and lets what it starts run before the next', async () => {
    const { kernel, clock } = world()
    const times: number[] = []
    await kernel.run(async () => {
      spawn(async () => {
        for (let i = 0; i < 5; i++) {
          await sleep(100)
          times.push(kernel.now())
        }
      })
      await clock.advance(1_000)
    })
    expect(times).toEqual([100, 200, 300, 400, 500])
    expect(clock.now()).toBe(1_000)
  })

  it('serves several kernels in the order of their timers', async () => {
    const clock = new VirtualClock()
    const kernels = [new Kernel({ clock }), new Kernel({ clock })]
    const order: string[] = []
    const runs = kernels.map((kernel, i) =>
      kernel.run(async () => {
        for (let n = 0; n < 3; n++) {
          await sleep(10 + i)
          order.push(`${i} at ${clock.now()}`)
        }
      }),
    )
    await clock.advance(100)
    await Promise.all(runs)
    expect(order).toEqual(['0 at 10', '1 at 11', '0 at 20', '1 at 22', '0 at 30', '1 at 33'])
  })

  it('runs until no timer is left, or until its limit', async () => {
    const { kernel, clock } = world()
    await kernel.run(async () => {
      sendAfter(5_000, self(), 'last')
      await clock.runUntilIdle()
      expect(clock.now()).toBe(5_000)
      expect(await receive({ timeout: 0 })).toBe('last')
      spawn(async () => {
        for (;;) await sleep(1_000)
      })
      await clock.runUntilIdle(10_000)
      expect(clock.now()).toBe(15_000)
      send(self(), 'done')
    })
  })

  it('does not move for a timer that was cancelled', async () => {
    const { kernel, clock } = world()
    const answered = (): Promise<void> =>
      kernel.run(async () => {
        const me = self()
        spawn(() => send(me, 'answer'))
        await receive('answer', { timeout: 60_000 })
      })
    await answered()
    await kernel.settled()
    expect([kernel.timers.size, clock.next]).toEqual([0, undefined])
    expect(await clock.jump()).toBe(false)
    await answered()
    await clock.runUntilIdle()
    expect(clock.now()).toBe(0)
  })

  it('moves to the timer that is left, not to one that was cancelled, nor to where the wheel turns', async () => {
    const { kernel, clock } = world()
    await kernel.run(async () => {
      const timers = [40, 1_500, 70_000].map((ms) => sendAfter(ms, self(), ms))
      sendAfter(70_001, self(), 'last')
      for (const timer of timers) cancelTimer(timer)
      expect(clock.next).toBe(70_001)
      expect(await clock.jump(70_000)).toBe(false)
      expect(clock.now()).toBe(0)
      expect(await clock.jump()).toBe(true)
      expect([clock.now(), await receive({ timeout: 0 })]).toEqual([70_001, 'last'])
      expect(await clock.jump()).toBe(false)
    })
  })

  it('can have a fraction of a millisecond, and timers are due as ever', async () => {
    const clock = new VirtualClock(0, 0.625)
    const kernel = new Kernel({ clock })
    const woke: number[] = []
    const sleeping = kernel.run(async () => {
      for (const ms of [10, 0.5, 33]) {
        await sleep(ms)
        woke.push(kernel.now())
      }
    })
    await clock.advance(10)
    expect(woke).toEqual([10.625])
    await clock.advance(34)
    await sleeping
    expect(woke).toEqual([10.625, 11.625, 44.625])
    expect(clock.wallTime()).toBe(44)
  })

  it('refuses what is no time', async () => {
    const { clock } = world()
    for (const wrong of [-1, Number.NaN, '5' as never])
      await expect(clock.advance(wrong)).rejects.toMatchObject({ code: 'BAD_TIME' })
    await expect(clock.runUntilIdle(-1)).rejects.toMatchObject({ code: 'BAD_TIME' })
    await expect(clock.jump(Number.NaN)).rejects.toMatchObject({ code: 'BAD_TIME' })
    await clock.advance(1)
    expect(clock.now()).toBe(1)
  })

  it('tells the time of day from a fixed start', async () => {
    const clock = new VirtualClock(Date.UTC(2030, 5, 1))
    await clock.advance(1_500)
    expect(new Date(clock.wallTime()).toISOString()).toBe('2030-06-01T00:00:01.500Z')
  })
})
