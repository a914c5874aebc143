import { describe, expect, it } from 'vitest'
import { affected, isReported, isRestarted } from '../../src/supervisor/engine/restart-strategy.js'

describe('the strategies', () => {
  const all = ['a', 'b', 'c', 'd']
  const never = (): never => {
    throw new Error('looked at')
  }

  it('one_for_one concerns the child that ended, and looks at no other', () => {
    expect(affected('one_for_one', { values: never, from: never }, 'b')).toEqual(['b'])
  })

  it('one_for_all concerns all', () => {
    expect(affected('one_for_all', { values: () => all, from: never }, 'b')).toEqual(all)
  })

  it('rest_for_one concerns it and those started after it, and looks at none before', () => {
    const children = { values: never, from: (child: string) => all.slice(all.indexOf(child)) }
    expect(affected('rest_for_one', children, 'b')).toEqual(['b', 'c', 'd'])
    expect(affected('rest_for_one', children, 'd')).toEqual(['d'])
  })
})

describe('what happens to a child that ended', () => {
  const orderly = ['normal', 'shutdown', { shutdown: 'done' }]
  const abnormal = ['boom', 'killed', new Error('boom'), { shutdown: 1, and: 2 }, undefined, null]

  it.each(orderly)('for %j: only a permanent one is restarted, and reported', (reason) => {
    expect(
      ['permanent', 'transient', 'temporary'].map((it) => isRestarted(it as 'permanent', reason)),
    ).toEqual([true, false, false])
    expect(
      ['permanent', 'transient', 'temporary'].map((it) => isReported(it as 'permanent', reason)),
    ).toEqual([true, false, false])
  })

  it.each(abnormal)('for %j: all are reported, and all but a temporary one restarted', (reason) => {
    expect(
      ['permanent', 'transient', 'temporary'].map((it) => isRestarted(it as 'permanent', reason)),
    ).toEqual([true, true, false])
    expect(
      ['permanent', 'transient', 'temporary'].map((it) => isReported(it as 'permanent', reason)),
    ).toEqual([true, true, true])
  })
})
