import { describe, expect, it } from 'vitest'
import { defineServer } from '../../src/genserver/index.js'
import { HeartwoodError, REGISTERS } from '../../src/kernel/index.js'
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

  it('is made of a class that `defineServer` has made a server', async () => {
    class Plain {
      init(_: number): void {}
    }
    class Named {}
    defineServer(Plain, {})
    defineServer(Named, { name: 'named' })
    expect(toChildSpec(Plain)).toMatchObject({ id: 'Plain', restart: 'permanent', shutdown: 5_000 })
    expect(toChildSpec([Plain, 1, { id: 'first', shutdown: 10 }])).toMatchObject({
      id: 'first',
      shutdown: 10,
    })
    expect(toChildSpec(Named)).toMatchObject({ id: 'named', [REGISTERS]: 'named' })
  })

  it('keeps what is under symbols, and leaves the given object alone', () => {
    const mark = Symbol('mark')
    const given = Object.freeze({ id: 'a', start, [mark]: 1 })
    expect(toChildSpec(given)).toMatchObject({ [mark]: 1 })
    expect(Object.keys(given)).toEqual(['id', 'start'])
  })

  it('lists everything that is wrong at once, a misspelt field with the one that is meant', () => {
    const given = { start, restrat: 'temporary', shutdown: -1, backoff: { initial: -1, faktor: 2 } }
    expect(errorOf(() => toChildSpec(given as never)).message).toBe(
      'the spec of child (without id) is wrong: restrat is not known (did you mean "restart"?); known are id, start, ' +
        'args, restart, shutdown, significant, backoff, type, supervises, supervisesDynamically; shutdown must be ' +
        "milliseconds from 0 to 4294967295, or Infinity, or 'brutal_kill', but is -1; backoff.initial must be " +
        'milliseconds from 1 to 4294967295, but is -1; backoff.faktor is not known (did you mean "factor"?); known are ' +
        'initial, factor, max, jitter, resetAfter; id must be a non-empty string, but is undefined.',
    )
  })

  it.each<[unknown, string]>([
    [undefined, 'is undefined when the list was made: its class is declared further down'],
    [class Plain {}, 'is Plain, which has no decorator that makes it one'],
    [new (class Plain {})(), 'is an instance of Plain. Give the class'],
    [new Clock(), 'is an instance of Clock. Give the class'],
    [Promise.resolve(), 'is a promise. Give a class or a spec'],
  ])('says how %s came to be among the children', (child, words) => {
    const { message } = errorOf(() => checkChildSpecs([{ id: 'a', start }, child as Child]))
    expect(message).toMatch(/^the spec of child number 2 is wrong: child must be a child spec, /)
    expect(message).toContain(words)
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
    ['shutdown', -1.5],
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
