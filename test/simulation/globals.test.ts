/** What Node gives every program is the simulation's with `globals: true`, for code in it, and Node's for all other code meanwhile. */
import crypto from 'node:crypto'
import { freemem, loadavg, uptime } from 'node:os'
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

describe('in the code of a node, with globals', () => {
  const T0 = Date.UTC(2026, 0, 1)

  it('clocks are those of the node', async () => {
    const { value } = await simulate({ globals: true }, async (sim) => {
      const node = await sim.node('a', () => {}, { ahead: 700, rate: 2 })
      const begun = hooks.now()
      const look = () =>
        node.run(() => ({
          date: Date.now() - T0,
          // biome-ignore lint/complexity/useDateNow: a new date is the subject
          made: new Date().getTime() - T0,
          ran: hooks.now() - begun,
          up: process.uptime() * 1_000 - begun,
          hrtime: Number(process.hrtime.bigint()) / 1e6 - begun,
          origin: hooks.timeOrigin - T0 + begun,
        }))
      const first = await look()
      await sleep(100)
      const second = await look()
      node.setClock(5_000)
      return [first, second, await look(), Date.now() - T0]
    })
    const at = (date: number, ran: number) => ({ date, made: date, ran, up: ran, hrtime: ran, origin: 700 })
    expect(value).toEqual([at(700, 0), at(800, 200), at(5_800, 200), 100])
  })

  it('timers go by its clock, stand still with it, and end with it', async () => {
    const { value } = await simulate({ globals: true }, async (sim) => {
      const log: unknown[] = []
      const node = await sim.node('a', () => {}, { rate: 2 })
      const tick = (name: string, ms: number) =>
        node.run(() => void timers.setTimeout(() => log.push([name, sim.kernel.now()]), ms))
      await tick('twice as fast', 100)
      await sleep(60)
      await tick('paused', 20)
      node.pause()
      await sleep(100)
      node.resume()
      await sleep(10)
      await tick('crashed', 20)
      node.crash()
      await sleep(100)
      return log
    })
    expect(value).toEqual([
      ['twice as fast', 50],
      ['paused', 160],
    ])
  })
})

describe('what Node gives every program, with globals', () => {
  it('was there before the run: its time begins above 0', async () => {
    const { value } = await simulate({ globals: true }, () => [
      hooks.now(),
      process.uptime(),
      process.hrtime()[0],
      hooks.timeOrigin + hooks.now() - Date.now(),
    ])
    expect(value).toEqual([1_000, 1, 1, 0])
  })

  it('fills buffers by the seed', async () => {
    const fill: Program<string[]> = async () => {
      const words = crypto.randomFillSync(new Uint16Array(4), 1, 2)
      const buffer = crypto.randomFillSync(new Uint8Array(4))
      const later = await new Promise<Buffer>((resolve, reject) => {
        crypto.randomFill(Buffer.alloc(6), 2, (error, filled) => (error ? reject(error) : resolve(filled)))
      })
      return [words, buffer, later].map((bytes) => bytes.join())
    }
    const [one, same, other] = await Promise.all(
      [1, 1, 2].map(async (seed) => (await simulate({ seed, globals: true }, fill)).value),
    )
    expect(one).toEqual(same)
    expect(one).not.toEqual(other)
    expect([one?.[0]?.split(',')[0], one?.[0]?.split(',')[3], one?.[2]?.slice(0, 4)]).toEqual([
      '0',
      '0',
      '0,0,',
    ])
    const tooFar: Program = () => crypto.randomFillSync(Buffer.alloc(2), 3)
    await expect(simulate({ globals: true }, tooFar)).rejects.toMatchObject({
      cause: { code: 'ERR_OUT_OF_RANGE' },
    })
  })

  it('tells of a machine that is always the same', async () => {
    const { value } = await simulate({ globals: true }, async () => {
      const [first, second] = [new Event('x'), new Event('x')]
      const times = [first.timeStamp]
      await sleep(5)
      times.push(first.timeStamp, second.timeStamp, uptime())
      const { user, system } = process.cpuUsage()
      const { heapUsed, rss } = process.memoryUsage()
      const { active } = hooks.eventLoopUtilization()
      const { userCPUTime } = process.resourceUsage()
      const memory = [heapUsed, rss, process.memoryUsage.rss(), freemem()]
      return [times, user, system, memory, loadavg(), userCPUTime, active]
    })
    expect(value).toEqual([[1_000, 1_000, 1_005, 1.005], 0, 0, [16e6, 64e6, 64e6, 1e9], [0, 0, 0], 0, 0])
    expect(process.memoryUsage().rss).not.toBe(64e6)
  })

  it('is Node’s again after a program that has put its own there', async () => {
    const before = [Math.random, Date, Date.now, timers.setTimeout, hooks.now, crypto.randomUUID]
    await simulate({ globals: true }, () => {
      Object.assign(Math, { random: () => 0.42 })
      Object.assign(Date, { now: () => 42 })
      Object.assign(globalThis, { Date: class {} })
      Object.assign(timers, { setTimeout: () => {} })
      Object.assign(hooks, { now: () => 42 })
      Object.assign(crypto, { randomUUID: () => 'mine' })
    })
    const after = [Math.random, Date, Date.now, timers.setTimeout, hooks.now, crypto.randomUUID]
    expect(after.map((each, at) => each === before[at])).toEqual(before.map(() => true))
  })
})
