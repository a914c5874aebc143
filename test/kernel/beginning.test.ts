import { printed } from 'heartwood/kernel'
import { describe, expect, it } from 'vitest'

describe('a value in a message', () => {
  const values: Record<string, unknown> = {
    list: [1, 'two', null, undefined, { three: [4] }, []],
    record: { a: 1, b: undefined, c: () => 1, d: { e: 'f"\n' } },
    date: [new Date(0)],
    buffer: { data: Buffer.from('abc') },
    map: new Map([[1, 2]]),
    'a key that is a prototype': JSON.parse('{ "__proto__": 1 }'),
    'something with toJSON': { toJSON: () => ({ shown: true }) },
    numbers: [Number.NaN, -0, 1e21],
  }

  it.each(Object.entries(values))('is its JSON: %s', (_, value) => {
    expect(printed(value)).toBe(JSON.stringify(value))
  })

  const many = Array.from({ length: 1_000 }, (_, at) => ({ at, text: 'x'.repeat(300) }))
  it.each<[string, unknown]>([
    ['a list', many],
    ['a record', Object.fromEntries(many.entries())],
    ['a string in it', ['y'.repeat(10_000)]],
    ['a buffer', { data: Buffer.alloc(10_000, 7) }],
  ])('is cut where it is long, as if it had been made whole: %s', (_, value) => {
    expect(printed(value)).toBe(JSON.stringify(value).slice(0, 200))
  })

  it('costs what is shown, whatever its size', () => {
    let asked = 0
    const watched = new Proxy(many, {
      get(target, key, receiver) {
        asked++
        return Reflect.get(target, key, receiver)
      },
    })
    printed([watched])
    expect(asked).toBeLessThan(500)
  })

  it('is named when it cannot be shown', () => {
    const cycle: { self?: object } = {}
    cycle.self = cycle
    expect(printed(cycle)).toBe('[object Object]')
    expect(printed([10n])).toBe('[object Array]')
  })

  it('is cut when it is a text that nobody would read', () => {
    expect(printed('x'.repeat(1e6))).toHaveLength(20_001)
    expect(printed(new Error('x'.repeat(1e6)))).toHaveLength(20_001)
    expect(printed('x'.repeat(20_000))).toHaveLength(20_000)
  })
})
