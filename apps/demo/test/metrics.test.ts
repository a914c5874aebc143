import { describe, expect, it } from 'vitest'
import type { CheckResult } from '../src/checks/check.js'
import { percentile, SlidingWindow } from '../src/metrics.js'

const result = (at: number, latency: number, up = true): CheckResult => ({ target: 'it', at, up, latency })

describe('percentile', () => {
  it('is the nearest rank', () => {
    const values = [15, 20, 35, 40, 50]
    expect(percentile(values, 5)).toBe(15)
    expect(percentile(values, 30)).toBe(20)
    expect(percentile(values, 40)).toBe(20)
    expect(percentile(values, 50)).toBe(35)
    expect(percentile(values, 100)).toBe(50)
  })

  it('of 1 to 100 is the number itself', () => {
    const values = Array.from({ length: 100 }, (_, index) => index + 1)
    for (const p of [1, 50, 95, 99, 100]) expect(percentile(values, p)).toBe(p)
    expect(percentile(values, 0)).toBe(1)
  })

  it('of one value is that value, of none undefined', () => {
    expect(percentile([7], 99)).toBe(7)
    expect(percentile([], 50)).toBeUndefined()
  })
})

describe('a sliding window', () => {
  it('knows nothing at first', () => {
    expect(new SlidingWindow(1000, 10).summary(0)).toEqual({ count: 0 })
  })

  it('sums up latencies and availability', () => {
    const window = new SlidingWindow(1000, 10)
    for (const latency of [30, 10, 20]) window.add(result(1, latency))
    window.add(result(2, 0.2, false))
    expect(window.summary(3)).toEqual({ count: 4, availability: 0.75, mean: 20, p50: 20, p95: 30, p99: 30 })
  })

  it('forgets what is too old', () => {
    const window = new SlidingWindow(1000, 10)
    window.add(result(0, 10))
    window.add(result(600, 20))
    expect(window.summary(999).count).toBe(2)
    expect(window.summary(1000)).toMatchObject({ count: 1, mean: 20 })
    expect(window.summary(5000)).toMatchObject({ count: 0, availability: undefined })
  })

  it('holds no more than its capacity', () => {
    const window = new SlidingWindow(1000, 3)
    for (const latency of [1, 2, 3, 4]) window.add(result(1, latency))
    expect(window.summary(1)).toMatchObject({ count: 3, mean: 3 })
    expect(window.recent(2).map((each) => each.latency)).toEqual([3, 4])
  })
})
