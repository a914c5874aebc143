import { HeartwoodError } from 'heartwood/kernel'
import { describe, expect, it } from 'vitest'
import {
  type Child,
  type ChildSpec,
  checkChildSpecs,
  childSpec,
  toChildSpec,
} from '../../src/supervisor/index.js'

const start = (): 'ignore' => 'ignore'

/** The Heartwood error that `act` throws. */
function errorOf(act: () => unknown): HeartwoodError {
  try {
    act()
  } catch (error) {
    if (HeartwoodError.is(error)) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

class Clock {
  readonly zone = 'utc'

  static [childSpec](args?: unknown): ChildSpec {
    return { id: 'clock', start, args: [args] }
  }
}

describe('toChildSpec', () => {
  it('fills in the defaults of a worker', () => {
    expect(toChildSpec({ id: 'a', start })).toEqual({
      id: 'a',
      start,
      args: [],
      restart: 'permanent',
      shutdown: 5_000,
      type: 'worker',
      significant: false,
    })
  })

  it('gives a supervisor all the time it needs to stop', () => {
    expect(toChildSpec({ id: 'a', start, type: 'supervisor' }).shutdown).toBe(Number.POSITIVE_INFINITY)
  })

  it('takes undefined for a field that is not there', () => {
    expect(toChildSpec({ id: 'a', start, restart: undefined, shutdown: undefined }).shutdown).toBe(5_000)
  })

  it('asks a class or an object for its spec', () => {
    expect(toChildSpec(Clock)).toMatchObject({ id: 'clock', args: [undefined] })
    expect(toChildSpec({ [childSpec]: () => ({ id: 'b', start }) })).toMatchObject({ id: 'b' })
  })

  it('passes arguments to the source, and lays overrides over what it says', () => {
    expect(toChildSpec([Clock, 1])).toMatchObject({ id: 'clock', args: [1] })
    expect(toChildSpec([Clock, 1, { id: 'utc', restart: 'temporary' }])).toMatchObject({
      id: 'utc',
      args: [1],
      restart: 'temporary',
    })
    expect(toChildSpec([Clock, 1, { id: 'utc' }], { id: 'local' }).id).toBe('local')
  })

  it('keeps fields that it does not know, symbols too, and leaves the given object alone', () => {
    const mark = Symbol('mark')
    const given = Object.freeze({ id: 'a', start, color: 'red', [mark]: 1 })
    expect(toChildSpec(given)).toMatchObject({ color: 'red', [mark]: 1 })
    expect(Object.keys(given)).toEqual(['id', 'start', 'color'])
  })

  it.each<[string, unknown]>([
    ['id', undefined],
    ['id', ''],
    ['id', 7],
    ['start', undefined],
    ['start', 'startLink'],
    ['args', 'x'],
    ['restart', 'always'],
    ['type', 'manager'],
    ['shutdown', -1],
    ['shutdown', 1.5],
    ['shutdown', Number.NaN],
    ['shutdown', 2 ** 32],
    ['shutdown', 'kill'],
    ['significant', 'yes'],
  ])('refuses %s: %j, naming field and value', (field, value) => {
    const error = errorOf(() => toChildSpec({ id: 'a', start, [field]: value } as ChildSpec))
    expect(error.code).toBe('INVALID_CHILD_SPEC')
    expect(error.details).toMatchObject({ field, value })
    expect(error.message).toContain(field)
    expect(error.message).toContain(String(value))
  })

  it.each([
    0,
    1,
    2 ** 32 - 1,
    Number.POSITIVE_INFINITY,
    'brutal_kill' as const,
  ])('accepts shutdown: %j', (shutdown) => {
    expect(toChildSpec({ id: 'a', start, shutdown }).shutdown).toBe(shutdown)
  })

  it.each([undefined, null, 5, 'clock', () => 1, [start], []])('refuses %j for a child', (child) => {
    const error = errorOf(() => toChildSpec(child as unknown as Child))
    expect(error.code).toBe('INVALID_CHILD_SPEC')
  })

  it('refuses a significant child that is permanent', () => {
    const error = errorOf(() => toChildSpec({ id: 'a', start, significant: true }))
    expect(error.details).toMatchObject({ field: 'significant', value: true })
  })
})

describe('checkChildSpecs', () => {
  it('refuses two children of one id', () => {
    const error = errorOf(() => checkChildSpecs([Clock, { id: 'a', start }, [Clock, 2]]))
    expect(error.code).toBe('DUPLICATE_CHILD_ID')
    expect(error.message).toContain('"clock"')
  })

  it('refuses a significant child where nobody would notice its end', () => {
    const child: ChildSpec = { id: 'a', start, restart: 'transient', significant: true }
    expect(errorOf(() => checkChildSpecs([child], 'never')).code).toBe('INVALID_CHILD_SPEC')
    expect(checkChildSpecs([child], 'any_significant')).toHaveLength(1)
    expect(checkChildSpecs([child])).toHaveLength(1)
  })
})
