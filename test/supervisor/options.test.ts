import { describe, expect, it } from 'vitest'
import { HeartwoodError } from '../../src/kernel/index.js'
import {
  checkDynamicSupervisor,
  checkSupervisor,
  type DynamicSupervisorOptions,
  type SupervisorOptions,
} from '../../src/supervisor/index.js'

function detailsOf(act: () => unknown): unknown {
  try {
    act()
  } catch (error) {
    if (HeartwoodError.is(error, 'INVALID_SUPERVISOR_OPTION')) return error.details
    throw error
  }
  throw new Error('nothing was thrown')
}

describe('checkSupervisor', () => {
  it('fills in the defaults: one_for_one, 3 restarts in 5 seconds', () => {
    expect(checkSupervisor({})).toMatchObject({
      strategy: 'one_for_one',
      intensity: 3,
      period: 5_000,
      autoShutdown: 'never',
      children: [],
    })
  })

  it('checks the children too', () => {
    const child = { id: 'a', start: () => 'ignore' as const }
    expect(checkSupervisor({ children: [child] }).children).toMatchObject([{ id: 'a', shutdown: 5_000 }])
    expect(() => checkSupervisor({ children: [child, child] })).toThrow(/two children .* "a"/)
  })

  it.each<[string, unknown]>([
    ['strategy', 'one_for_two'],
    ['strategy', 'simple_one_for_one'],
    ['intensity', -1],
    ['intensity', 0.5],
    ['intensity', Number.POSITIVE_INFINITY],
    ['period', 0],
    ['period', -5],
    ['period', '5s'],
    ['autoShutdown', 'always'],
    ['children', {}],
    ['onStart', true],
    ['onStop', 'later'],
  ])('refuses %s: %j', (field, value) => {
    expect(detailsOf(() => checkSupervisor({ [field]: value } as SupervisorOptions))).toMatchObject({
      field,
      value,
    })
  })

  it.each([undefined, null, 'x', []])('refuses %j for options', (options) => {
    expect(detailsOf(() => checkSupervisor(options as unknown as SupervisorOptions))).toMatchObject({
      field: 'options',
    })
  })
})

describe('checkDynamicSupervisor', () => {
  it('fills in the defaults', () => {
    expect(checkDynamicSupervisor({})).toMatchObject({
      intensity: 3,
      period: 5_000,
      maxChildren: Number.POSITIVE_INFINITY,
      extraArguments: [],
    })
  })

  it.each<[string, unknown]>([
    ['strategy', 'one_for_all'],
    ['intensity', -1],
    ['period', 0],
    ['maxChildren', -1],
    ['maxChildren', 'many'],
    ['extraArguments', 'x'],
  ])('refuses %s: %j', (field, value) => {
    expect(
      detailsOf(() => checkDynamicSupervisor({ [field]: value } as DynamicSupervisorOptions)),
    ).toMatchObject({
      field,
      value,
    })
  })
})
