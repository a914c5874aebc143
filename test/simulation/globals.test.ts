/** What Node gives every program is the simulation's with `globals: true`, for code in it, and Node's for all other code meanwhile. */
import { performance as hooks } from 'node:perf_hooks'
import timers from 'node:timers'
import promised, { scheduler } from 'node:timers/promises'
import { receive, self, send, sleep, spawn } from 'heartwood'
import { explore, type Program, simulate } from 'heartwood/testing'
import { describe, expect, it } from 'vitest'

const twoSenders: Program = async () => {
  const main = self()
  for (const message of [1, 2]) spawn(() => send(main, message))
  const first = await receive()
  await sleep(5)
  return first
}

describe('code outside a simulation with globals', () => {
  it('keeps timers of its own, which fire', async () => {
    let ticks = 0
    let isOver = false
    const poller = (async () => {
      for (; !isOver; ticks++) await new Promise((resolve) => timers.setTimeout(resolve, 1))
    })()
    const intervals = timers.setInterval(() => ticks++, 1)
    const { runs, outcomes } = await explore({ runs: 100, globals: true }, twoSenders)
    isOver = true
    timers.clearInterval(intervals)
    await poller
    expect([runs, [...outcomes.keys()].sort(), ticks > 0]).toEqual([100, ['1', '2'], true])
  })

  it('keeps Node’s time and chance', async () => {
    const seen: { [of: string]: unknown }[] = []
    const look = (): void => {
      seen.push({
        isNow: Date.now() >= start,
        origin: hooks.timeOrigin,
        random: Math.random(),
        uuid: crypto.randomUUID(),
      })
    }
    const start = Date.now()
    const origin = hooks.timeOrigin
    const poller = timers.setInterval(look, 1)
    const program: Program = async () => [Date.now(), Math.random(), hooks.timeOrigin]
    const { outcomes } = await explore({ runs: 100, globals: true }, program)
    timers.clearInterval(poller)
    look()
    expect(outcomes.size).toBe(100)
    expect(new Set(seen.map(({ uuid }) => uuid)).size).toBe(seen.length)
    for (const each of seen) expect(each).toMatchObject({ isNow: true, origin })
  })

  it('may clear a timer of the simulation, and the simulation one of it', async () => {
    const outer = timers.setInterval(() => {}, 1_000)
    const { value } = await simulate({ globals: true }, async (sim) => {
      let fired = false
      const timer = timers.setTimeout(() => {
        fired = true
      }, 10)
      sim.invariant('nobody waits', () => {
        timers.clearTimeout(timer)
      })
      timers.clearInterval(outer)
      await sleep(20)
      return fired
    })
    expect([value, outer.hasRef()]).toEqual([false, true])
    expect((outer as unknown as { _destroyed: boolean })._destroyed).toBe(true)
  })
})

describe('in a simulation with globals', () => {
  it('invariants see the time of the simulation', async () => {
    const years = new Set<number>()
    await simulate({ globals: true }, async (sim) => {
      sim.invariant('it is 2026', () => years.add(new Date().getFullYear()))
      await sleep(400 * 86_400_000)
    })
    expect([...years]).toEqual([2026, 2027])
  })

  it('turns of the loop are steps in every run, however they are set, and without globals after that', async () => {
    const programs: readonly Program[] = [
      () => scheduler.yield(),
      () => promised.scheduler.yield(),
      () => promised.setImmediate(),
      () => new Promise((resolve) => timers.setImmediate(resolve)),
    ]
    for (const program of programs) {
      for (const globals of [true, false, true]) {
        expect((await explore({ runs: 5, globals }, program)).runs).toBe(5)
      }
    }
  })

  it('the scheduler waits in virtual time', async () => {
    const { time } = await simulate({ globals: true }, () => scheduler.wait(60_000))
    expect(time).toBe(60_000)
  })
})
