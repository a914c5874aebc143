import { describe, expect, it } from 'vitest'
import { judge, limitOf, rivalOf } from '../../bench/harness/judgement.js'
import type { ArmResult, Measurement } from '../../bench/harness/results.js'
import type { Scenario } from '../../bench/harness/scenario.js'
import { scenarioNamed } from '../../bench/harness/scenarios.js'

const scenario = (name: string): Scenario => scenarioNamed(name) as Scenario
const cpu = (ns: number): ArmResult => ({ samples: [9_999], extra: { cpu: [ns] } })
const measured = (arms: Measurement['arms']): Measurement => ({
  scenario: '',
  size: 1,
  day: '',
  load: 0,
  arms,
})

describe('the regression check', () => {
  it('compares processor time with the BEAM’s', () => {
    const measurement = measured({ heartwood: cpu(100), beam: cpu(150) })
    expect(judge(scenario('call'), { times: 1.4 }, measurement, undefined)).toEqual({
      measured: 1.5,
      limit: 1.4,
      holds: true,
      against: '× beam',
    })
    expect(judge(scenario('call'), { times: 1.6 }, measurement, undefined)?.holds).toBe(false)
  })

  it('compares with plain JavaScript where there is no BEAM', () => {
    const measurement = measured({ heartwood: cpu(100), beam: { absent: 'not here' } })
    const limit = { times: 9, calibrations: 4 }
    expect(judge(scenario('call'), limit, measurement, 20)).toMatchObject({
      measured: 5,
      limit: 4,
      holds: false,
    })
    expect(judge(scenario('call'), limit, measurement, 25)?.holds).toBe(true)
  })

  it('holds timers against the calibration too, though plain Node has some', () => {
    const measurement = measured({ heartwood: cpu(100), plain: cpu(10) })
    expect(rivalOf(scenario('timers'))).toBe('beam')
    expect(judge(scenario('timers'), { times: 9, calibrations: 4 }, measurement, 50)).toMatchObject({
      measured: 2,
      against: 'calibrations',
    })
  })

  it('compares a web handler with the plain one', () => {
    const measurement = measured({ heartwood: cpu(100), plain: cpu(90) })
    expect(judge(scenario('http'), { times: 0.8 }, measurement, undefined)).toMatchObject({
      measured: 0.9,
      holds: true,
    })
  })

  it('holds memory against bytes', () => {
    const measurement = measured({ heartwood: { samples: [700, 710, 720], extra: {} } })
    expect(judge(scenario('memory-script'), { bytes: 700 }, measurement, undefined)?.holds).toBe(false)
    expect(judge(scenario('memory-script'), { bytes: 720 }, measurement, undefined)?.holds).toBe(true)
  })

  it('says nothing of what gave no figure', () => {
    const failed = measured({ heartwood: { failed: 'it fell' }, beam: cpu(150) })
    expect(judge(scenario('call'), { times: 1.4 }, failed, 10)).toBeUndefined()
    expect(judge(scenario('memory-script'), { bytes: 1 }, failed, 10)).toBeUndefined()
  })

  it('keeps limits with room for a busy machine', () => {
    const measurement = measured({ heartwood: cpu(100), beam: cpu(250) })
    const limit = limitOf(scenario('call'), measurement, 20)
    expect(limit).toEqual({ times: 1.5, calibrations: 9 })
    expect(judge(scenario('call'), limit, measurement, 20)?.holds).toBe(true)
    expect(
      limitOf(scenario('memory-script'), measured({ heartwood: { samples: [1_000], extra: {} } }), 20),
    ).toEqual({ bytes: 1_100 })
  })
})
