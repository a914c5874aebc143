import { describe, expect, it } from 'vitest'
import { Kernel, VirtualClock } from '../../src/kernel/index.js'
import { Timer, TimerWheel } from '../../src/kernel/schedule/timer-wheel.js'

/** A wheel on a clock of its own, and what fired: the time and the timer's name. */
function wheel(start = 0) {
  const clock = new VirtualClock()
  const fired: [at: number, name: unknown][] = []
  const timers = new TimerWheel(clock, () => Promise.resolve(), { idle: false })
  const set = (ms: number, name: unknown = ms, then?: () => void): Timer => {
    const timer = new Timer({
      expired() {
        fired.push([clock.now(), name])
        then?.()
      },
    })
    timers.set(timer, ms)
    return timer
  }
  return { clock, timers, fired, set, ready: clock.advance(start) }
}

describe('the timer wheel', () => {
  it('fires each timer at its time, whatever level it was set on', async () => {
    const { clock, fired, set, timers } = wheel()
    const edges = [
      1, 31, 32, 33, 63, 64, 1_023, 1_024, 1_025, 32_767, 32_768, 1_048_575, 1_048_576, 33_554_432,
    ]
    for (const ms of [...edges].reverse()) set(ms)
    await clock.advance(40_000_000)
    expect(fired).toEqual(edges.map((ms) => [ms, ms]))
    expect(timers.size).toBe(0)
  })

  it('keeps the order of equal deadlines, also of those set on different levels', async () => {
    const { clock, fired, set } = wheel()
    set(2_000, 'first, from level 2')
    await clock.advance(1_500)
    set(500, 'second, from level 1')
    await clock.advance(490)
    set(10, 'third, from level 0')
    await clock.advance(10)
    expect(fired).toEqual([
      [2_000, 'first, from level 2'],
      [2_000, 'second, from level 1'],
      [2_000, 'third, from level 0'],
    ])
  })

  it('moves timers down a level when their time comes near, and no further than they belong', async () => {
    const { clock, fired, set } = wheel()
    for (const ms of [1_024 + 5, 1_024 + 40, 1_024 + 1_000, 2_048]) set(ms)
    await clock.advance(1_024)
    expect(fired).toEqual([])
    await clock.advance(41)
    expect(fired.map(([at]) => at)).toEqual([1_029, 1_064])
    await clock.advance(1_000)
    expect(fired.map(([at]) => at)).toEqual([1_029, 1_064, 2_024, 2_048])
  })

  it('takes deadlines of any distance, and is not held up by them', async () => {
    const { clock, fired, set, timers } = wheel()
    const far = [2 ** 35, 2 ** 40 - 1, 2 ** 40, 2 ** 40 + 1, 2 ** 52].map((ms) => set(ms))
    set(1)
    await clock.advance(2 ** 35)
    expect(fired).toEqual([
      [1, 1],
      [2 ** 35, 2 ** 35],
    ])
    await clock.advance(2 ** 40)
    expect(fired.slice(2).map(([at]) => at)).toEqual([2 ** 40 - 1, 2 ** 40, 2 ** 40 + 1])
    expect(timers.remaining(far[4] as Timer)).toBe(2 ** 52 - 2 ** 40 - 2 ** 35)
    expect(timers.cancel(far[4] as Timer)).toBe(true)
    expect(timers.size).toBe(0)
  })

  it('cancels on any level, once', async () => {
    const { clock, fired, set, timers } = wheel()
    const set3 = [5, 500, 50_000].map((ms) => set(ms))
    expect(set3.map((timer) => timers.cancel(timer))).toEqual([true, true, true])
    expect(set3.map((timer) => timers.cancel(timer))).toEqual([false, false, false])
    await clock.advance(100_000)
    expect(fired).toEqual([])
  })

  it('lets a timer that fires cancel its neighbour and set others', async () => {
    const { clock, fired, set, timers } = wheel()
    let neighbour: Timer | undefined
    set(10, 'a', () => {
      timers.cancel(neighbour as Timer)
      set(0, 'at once')
      set(1, 'next')
      set(100, 'later')
    })
    neighbour = set(10, 'b')
    set(10, 'c')
    await clock.advance(200)
    expect(fired).toEqual([
      [10, 'a'],
      [10, 'c'],
      [10, 'at once'],
      [11, 'next'],
      [110, 'later'],
    ])
  })

  it('catches up in order when the clock jumps, as after a blocked loop', () => {
    const { clock, fired, set, timers } = wheel()
    for (const ms of [3_000, 1, 40, 1_100, 39]) set(ms)
    // A clock that leaps over all deadlines before the alarm rings.
    clock.now = () => 5_000
    timers.ring()
    expect(fired.map(([, name]) => name)).toEqual([1, 39, 40, 1_100, 3_000])
    set(7)
    clock.now = () => 5_007
    timers.ring()
    expect(fired.at(-1)).toEqual([5_007, 7])
  })

  it('clear leaves nothing set', async () => {
    const { clock, fired, set, timers } = wheel()
    for (const ms of [1, 100, 10_000]) set(ms)
    timers.clear()
    expect(timers.size).toBe(0)
    await clock.advance(20_000)
    expect(fired).toEqual([])
    set(5)
    await clock.advance(5)
    expect(fired.length).toBe(1)
  })

  it('agrees with a sorted list on 100,000 random timers, a third of them cancelled', async () => {
    const { clock, fired, set, timers } = wheel()
    let state = 20_261
    const below = (limit: number): number => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
      return Math.floor((state / 2 ** 32) * limit)
    }
    const model: { at: number; id: number }[] = []
    const cancelled = new Set<number>()
    const made: Timer[] = []
    for (let id = 0; id < 100_000; id++) {
      // Distances of every magnitude: most timers of a program are near.
      const ms = below(2 ** (1 + below(24)))
      made.push(set(ms, id))
      model.push({ at: clock.now() + ms, id })
      if (below(3) === 0) {
        const other = below(id + 1)
        if (timers.cancel(made[other] as Timer)) cancelled.add(other)
      }
      if (id % 500 === 0) await clock.advance(below(2_000))
    }
    await clock.advance(2 ** 25)
    model.sort((a, b) => a.at - b.at || a.id - b.id)
    const expected = model.filter(({ id }) => !cancelled.has(id)).map(({ id }) => id)
    expect(fired.map(([, id]) => id)).toEqual(expected)
    expect(timers.size).toBe(0)
  })
})

describe('a kernel on the system clock', () => {
  it('fires not before the time, whatever fraction of a millisecond the clock shows', async () => {
    const kernel = new Kernel()
    const early: number[] = []
    await kernel.run(async () => {
      const { sleep } = await import('heartwood')
      await Promise.all(
        Array.from({ length: 20 }, async (_, i) => {
          const start = kernel.now()
          await sleep(i % 5)
          early.push(kernel.now() - start - (i % 5))
        }),
      )
    })
    expect(early.every((by) => by >= 0)).toBe(true)
  })
})
