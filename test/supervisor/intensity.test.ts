import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addRestart, isExceeded, NO_RESTARTS } from '../../src/supervisor/engine/restart-intensity.js'

/** Whether the last of these restarts, at these milliseconds, is one too many. */
function givesUp(times: readonly number[], { intensity = 1, period = 1_000 } = {}): boolean {
  let history = NO_RESTARTS
  for (const now of times) history = addRestart(history, now, period)
  return isExceeded(history, intensity)
}

describe('restart intensity', () => {
  it('of 0 is spent by the first restart', () => {
    expect(givesUp([0], { intensity: 0 })).toBe(true)
  })

  it('of n is survived by n restarts and spent by one more', () => {
    expect(givesUp([0, 1, 2], { intensity: 3 })).toBe(false)
    expect(givesUp([0, 1, 2, 3], { intensity: 3 })).toBe(true)
  })

  it('counts crashes 1.85 s apart together when the first came just after a tick', () => {
    expect(givesUp([10_050, 11_900])).toBe(true)
  })

  it('does not count crashes 1.15 s apart together when two ticks lie between them', () => {
    expect(givesUp([10_900, 12_050])).toBe(false)
  })

  it('includes the first second of the period', () => {
    expect(givesUp([1_999, 6_000], { period: 5_000 })).toBe(true)
    expect(givesUp([1_999, 7_000], { period: 5_000 })).toBe(false)
  })

  it('keeps no more history than the period has seconds', () => {
    let history = NO_RESTARTS
    for (let now = 0; now < 100_000; now += 10) history = addRestart(history, now, 5_000)
    expect(history.length).toBe(6)
  })

  it("is OTP's rule, for any times", () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 3_000 }), { maxLength: 40 })
    const limits = fc.record({ intensity: fc.nat(5), seconds: fc.integer({ min: 1, max: 6 }) })
    fc.assert(
      fc.property(gaps, limits, (between, { intensity, seconds }) => {
        let history = NO_RESTARTS
        let kept: number[] = []
        let now = 0
        for (const gap of between) {
          now += gap
          history = addRestart(history, now, seconds * 1_000)
          // add_restart/1 of supervisor.erl: a list of seconds, the newest first, cut where the period ends.
          const second = Math.floor(now / 1_000)
          kept = [second, ...kept.filter((past) => past >= second - seconds)]
          expect(isExceeded(history, intensity)).toBe(kept.length > intensity)
        }
      }),
    )
  })
})
