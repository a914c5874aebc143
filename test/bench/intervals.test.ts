import { describe, expect, it } from 'vitest'
import { ArmFailure } from '../../bench/harness/arm.js'
import { intervalOf, LEAST } from '../../bench/harness/confidence-interval.js'
import { intervalRows } from '../../bench/harness/interval-rows.js'
import { type IntervalResults, inRounds } from '../../bench/harness/measure-in-rounds.js'
import type { Sample } from '../../bench/harness/sample.js'
import type { ArmName } from '../../bench/harness/scenario.js'

const upTo = (count: number): number[] => Array.from({ length: count }, (_, at) => at + 1)

describe('the interval of a median', () => {
  it('is that between the least and the greatest of six, and of fewer there is none', () => {
    expect(LEAST).toBe(6)
    expect(intervalOf(upTo(5))).toBe(undefined)
    expect(intervalOf([3, 1, 2, 6, 5, 4])).toEqual({ median: 3.5, low: 1, high: 6, count: 6 })
  })

  it('leaves out as many at each end as can lie there by chance', () => {
    // From the tables of the binomial distribution: of 10 one at each end, of 20 five, of 60 twenty-one.
    const inside = (count: number): (number | undefined)[] => {
      const interval = intervalOf(upTo(count))
      return [interval?.low, interval?.high]
    }
    expect([inside(8), inside(9), inside(10), inside(20), inside(60)]).toEqual([
      [1, 8],
      [2, 8],
      [2, 9],
      [6, 15],
      [22, 39],
    ])
  })

  it('does not move for a few samples that are far off', () => {
    expect(intervalOf([...upTo(18), 1_000, 10_000])).toEqual(intervalOf(upTo(20)))
  })
})

describe('rounds', () => {
  const sample = (value: number, cpu?: number): Sample =>
    cpu === undefined ? { counted: 1, value } : { counted: 1, value, cpu }
  const plan = { width: 0.1, most: 20, by: 'clock' as const }

  it('go on until each ratio is narrow, in turns, without those that are', async () => {
    const order: ArmName[] = []
    let seen = 0
    const ratios = await inRounds(['beam', 'nact'], plan, async (arm) => {
      order.push(arm)
      if (arm === 'heartwood') return sample(10, 20)
      // One is steady; the other begins with what is twice as far off.
      return arm === 'beam' ? sample(30, 40) : sample(seen++ < 2 ? 100 : 50, 100)
    })
    expect(ratios.map(({ arm, rounds, narrow }) => [arm, rounds, narrow])).toEqual([
      ['beam', 6, true],
      ['nact', 12, true],
    ])
    expect(ratios[0]).toMatchObject({ clock: { median: 3, low: 3, high: 3 }, cpu: { median: 2 } })
    expect(order.slice(0, 6)).toEqual(['heartwood', 'beam', 'nact', 'nact', 'beam', 'heartwood'])
    expect(order.slice(18, 20)).toEqual(['heartwood', 'nact'])
  })

  it('end where they are told to, and say that it was not enough', async () => {
    let at = 0
    const ratios = await inRounds(['beam'], plan, async () => sample(++at % 3 === 0 ? 90 : 10))
    expect(ratios).toMatchObject([{ rounds: 20, narrow: false }])
    const results = {
      intervals: [{ scenario: 'call', width: 0.1, pinned: 'pinned to core 1', ratios }],
    } as unknown as IntervalResults
    expect(intervalRows(results)[0]).toEqual([
      '`call`, one after the other',
      'the BEAM',
      expect.stringMatching(/^[\d.]+× \([\d.]+× – [\d.]+×\)$/),
      '',
      '20, pinned to core 1',
      'not under 10 %',
    ])
  })

  it('compare processor time where they are told to, and memory by what it is', async () => {
    let runs = 0
    const byTime = await inRounds(['beam'], { ...plan, by: 'cpu' }, async () => sample(2 ** runs++, 10))
    expect(byTime).toMatchObject([{ rounds: 6, narrow: true, cpu: { median: 1 } }])
    const byBytes = await inRounds(['beam'], { ...plan, by: 'cpu' }, async () => sample(400))
    expect(byBytes).toMatchObject([{ rounds: 6, narrow: true, clock: { median: 1 } }])
  })

  it('leave out an arm that fails, and fail with Heartwood’s own', async () => {
    const ratios = await inRounds(['beam', 'nact'], plan, async (arm) => {
      if (arm === 'nact') throw new ArmFailure('call on nact: Query Timeout')
      return sample(10)
    })
    expect(ratios).toMatchObject([
      { arm: 'beam', rounds: 6, narrow: true },
      { arm: 'nact', rounds: 0, narrow: false, failed: 'call on nact: Query Timeout' },
    ])
    await expect(inRounds(['beam'], plan, () => Promise.reject(new ArmFailure('no')))).rejects.toThrow('no')
  })
})
