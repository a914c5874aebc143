import { describe, expect, it } from 'vitest'
import { printed, Secret } from '../../src/kernel/index.js'

describe('a value in a message', () => {
  it.each<[string, unknown, string]>([
    ['a list', [1, 'two', null, undefined, { three: [4] }, []], '[1,"two",null,null,{"three":[4]},[]]'],
    ['a record', { a: 1, b: undefined, d: { e: 'f"\n' } }, '{"a":1,"d":{"e":"f\\"\\n"}}'],
    ['a function in it', { c: () => 1 }, '{"c":"[function c]"}'],
    ['a date', [new Date(0)], '["1970-01-01T00:00:00.000Z"]'],
    ['bytes', { data: Buffer.from('abc') }, '{"data":"[Buffer of 3 bytes]"}'],
    ['bytes by themselves', Buffer.alloc(100_000), '[Buffer of 100000 bytes]'],
    ['a map', new Map([[1, 2]]), '{"map":[[1,2]]}'],
    ['a prototype as a key', JSON.parse('{ "__proto__": 1 }'), '{"__proto__":1}'],
    ['a toJSON, which is not called', { toJSON: () => ({ shown: true }) }, '{"toJSON":"[function toJSON]"}'],
    ['numbers', [Number.NaN, -0, 1e21], '["NaN",0,1e+21]'],
    ['a bigint', 10n, '10n'],
    ['a symbol', Symbol('tick'), 'Symbol(tick)'],
    ['a cycle', cycle(), '{"self":"[circular]"}'],
    ['a class', class Worker {}, 'Worker'],
    [
      'a class with a text of its own',
      new (class {
        toString = () => 'room 7'
      })(),
      'room 7',
    ],
    [
      'one whose text is none',
      { toString: () => 7, seven: 7 },
      '{"toString":"[function toString]","seven":7}',
    ],
    ['a text in a coat', new String('x'.repeat(3)), 'xxx'],
    ['an error', new TypeError('wrong'), 'TypeError: wrong'],
    ['a secret', new Secret('x'), '[redacted]'],
    ['nothing', undefined, 'undefined'],
  ])('is told shortly: %s', (_, value, text) => {
    expect(printed(value)).toBe(text)
  })

  const many = Array.from({ length: 1_000 }, (_, at) => ({ at, text: 'x'.repeat(300) }))
  it.each<[string, unknown]>([
    ['a list', many],
    ['a record', Object.fromEntries(many.entries())],
    ['a string in it', ['y'.repeat(10_000)]],
    ['a buffer', { data: Buffer.alloc(10_000, 7) }],
  ])('is cut where it is long: %s', (_, value) => {
    expect(printed(value).length).toBeLessThan(250)
  })

  it('is cut when it is a text that nobody would read', () => {
    expect(printed('x'.repeat(1e6))).toBe(`${'x'.repeat(2_000)}… (998000 more characters)`)
    expect(printed(new Error('x'.repeat(1e6)))).toHaveLength(2_033)
    expect(printed('x'.repeat(2_000))).toHaveLength(2_000)
  })
})

function cycle(): object {
  const self: { self?: object } = {}
  self.self = self
  return self
}
