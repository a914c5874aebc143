import { describe, expect, it } from 'vitest'
import { figure, ratio, spread, times } from '../../bench/harness/figures.js'
import { median, summary } from '../../bench/harness/statistics.js'

describe('what is said of samples', () => {
  it('is their median and between which values they lie', () => {
    expect(summary([5, 1, 9])).toEqual({ median: 5, min: 1, max: 9, count: 3 })
    expect(median([4, 1, 2, 3])).toBe(2.5)
    expect(median([100, 9])).toBe(54.5)
  })

  it('is nothing where there are none', () => {
    expect(() => summary([])).toThrow('no samples')
  })

  it('does not change their order', () => {
    const samples = [3, 1, 2]
    median(samples)
    expect(samples).toEqual([3, 1, 2])
  })
})

describe('figures', () => {
  it('are written in the unit that fits', () => {
    expect([60.04, 840.4, 1_204, 23_456, 3_400_000].map((ns) => figure(ns, 'ns'))).toEqual([
      '60.0 ns',
      '840 ns',
      '1.20 µs',
      '23.5 µs',
      '3.40 ms',
    ])
    expect([712, 20_480, 5 * 2 ** 20, 1.5 * 2 ** 30].map((bytes) => figure(bytes, 'bytes'))).toEqual([
      '712 B',
      '20.0 KiB',
      '5 MiB',
      '1.50 GiB',
    ])
    expect([0.314, 4.16, 123.4].map(times)).toEqual(['0.31×', '4.2×', '123×'])
  })

  it('come with their spread, if there is one', () => {
    expect(spread([100, 120, 90], 'ns')).toBe('100 ns (90.0 ns – 120 ns)')
    expect(spread([100], 'ns')).toBe('100 ns')
    expect(ratio(summary([2, 3, 4]))).toBe('3.0× (2.0× – 4.0×)')
    expect(ratio(summary([2]))).toBe('2.0×')
  })
})
