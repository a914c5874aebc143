import { useTestKernel } from 'heartwood/testing/vitest'
import { describe, expect, it } from 'vitest'
import { PulseUnderTest } from './pulse-under-test.js'

/** Minutes of virtual time; `.ci/run` takes half an hour. */
const MINUTES = Number(process.env.PULSE_SCALE_MINUTES ?? 1)
const TARGETS = 5_000
const INTERVAL = 10_000

describe('Pulse with 5,000 targets every ten seconds', () => {
  useTestKernel({ messages: 'share', traceLimit: 100 })

  it(`checks each of them on time, for ${MINUTES} virtual minutes`, { timeout: 900_000 }, async () => {
    const targets = Array.from({ length: TARGETS }, (_, n) => `t${n}`)
    const pulse = await PulseUnderTest.boot({ targets, fields: { interval: INTERVAL } })
    expect(pulse.kernel.whereis(`checker:t${TARGETS - 1}`)).toBeDefined()
    const begun = pulse.kernel.clock.now()
    const last = new Map<string, number>()
    const late: number[] = []
    pulse.net.onRequest = (host) => {
      const now = pulse.kernel.clock.now()
      const before = last.get(host)
      if (before !== undefined) late.push(now - before - INTERVAL)
      last.set(host, now)
    }
    for (let minute = 0; minute < MINUTES; minute++) await pulse.advance(60_000)

    late.sort((a, b) => a - b)
    const counts = targets.map((target) => pulse.net.count(target))
    const expected = Math.floor((pulse.kernel.clock.now() - begun) / INTERVAL)
    expect(Math.min(...counts)).toBeGreaterThanOrEqual(expected)
    expect(Math.max(...counts)).toBeLessThanOrEqual(expected + 1)
    expect(late[Math.floor(late.length * 0.99)]).toBeLessThan(100)
    expect(pulse.kernel.reportsOf('crash')).toEqual([])
  })
})
