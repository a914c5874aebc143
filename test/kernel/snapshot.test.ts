import { describe, expect, it } from 'vitest'
import { Kernel, self, snapshot } from '../../src/kernel/index.js'
import { createLogger } from '../../src/logging/index.js'

describe('a snapshot', () => {
  it('is plain data: what JSON cannot hold is told in words', async () => {
    const pid = await new Kernel().run(() => self())
    class Point {
      x = 1
      readonly #secret = 2
      get sum(): number {
        return this.x + this.#secret
      }
    }
    expect(
      snapshot({
        big: 10n,
        none: undefined,
        empty: null,
        symbol: Symbol('s'),
        nan: Number.NaN,
        pid,
        date: new Date(0),
        never: new Date(Number.NaN),
        pattern: /a+/g,
        error: new TypeError('wrong'),
        fn: function named() {},
        anonymous: (() => () => {})(),
        bytes: new Uint8Array(5),
        buffer: new ArrayBuffer(3),
        promise: Promise.resolve(),
        map: new Map([['a', { b: 1 }]]),
        set: new Set([1, 'x']),
        point: new Point(),
        log: createLogger({ level: 'silent' }),
      }),
    ).toEqual({
      big: '10n',
      none: undefined,
      empty: null,
      symbol: 'Symbol(s)',
      nan: 'NaN',
      pid: '<0.1>',
      date: '1970-01-01T00:00:00.000Z',
      never: 'Invalid Date',
      pattern: '/a+/g',
      error: 'TypeError: wrong',
      fn: '[function named]',
      anonymous: '[function without a name]',
      bytes: '[Uint8Array of 5 bytes]',
      buffer: '[ArrayBuffer of 3 bytes]',
      promise: '[Promise]',
      map: { map: [['a', { b: 1 }]] },
      set: { set: [1, 'x'] },
      point: { x: 1, '#secret': '[redacted]' },
      log: '[logger]',
    })
  })

  it('survives what tries to break it', () => {
    const circular: Record<string, unknown> = {}
    circular.self = circular
    const trap = (): never => {
      throw new Error('not for you')
    }
    const proxy = new Proxy(
      {},
      { ownKeys: trap, get: trap, getPrototypeOf: trap, getOwnPropertyDescriptor: trap, has: trap },
    )
    const { proxy: revoked, revoke } = Proxy.revocable({}, {})
    revoke()
    const value = {
      circular,
      proxy,
      revoked,
      get boom(): never {
        return trap()
      },
      toJSON: trap,
      bare: Object.create(null) as object,
      ['__proto__']: 'a key like any other',
    }
    const shown = snapshot(value) as Record<string, unknown>
    expect(shown.circular).toEqual({ self: '[circular]' })
    expect(shown.proxy).toBe('[unreadable: not for you]')
    expect(shown.revoked).toMatch(/^\[unreadable: /)
    expect(shown.boom).toBe('[getter]')
    expect(shown.bare).toEqual({})
    expect(() => JSON.stringify(shown)).not.toThrow()
  })

  it('is capped in depth, breadth, length and size', () => {
    let deep: unknown = 'bottom'
    for (let at = 0; at < 10_000; at++) deep = { deep }
    expect(JSON.stringify(snapshot(deep))).toBe('{"deep":{"deep":{"deep":{"deep":{"deep":"[object]"}}}}}')
    expect(
      snapshot(
        Array.from({ length: 1_000_000 }, (_, at) => at),
        { breadth: 3 },
      ),
    ).toEqual([0, 1, 2, '… 999997 more'])
    expect(snapshot({ a: 1, b: 2, c: 3 }, { breadth: 2 })).toEqual({ a: 1, b: 2, '…': '1 more' })
    expect(snapshot('x'.repeat(100_000_000), { length: 4 })).toBe('xxxx… (99999996 more characters)')
    const wide = (depth: number): unknown =>
      depth === 0 ? 1 : Array.from({ length: 40 }, () => wide(depth - 1))
    expect(JSON.stringify(snapshot(wide(4))).length).toBeLessThan(20_000)
  })

  it('hides what sounds like a secret, wherever it is', () => {
    expect(
      snapshot({
        user: 'ada',
        password: 'x',
        nested: [{ apiKey: 'x', 'api-key': 'x', accessToken: 'x', Authorization: 'Bearer x', cookies: 'x' }],
        url: 'postgres://pulse:hunter2@db:5432/pulse',
        mail: 'ada@example.org',
      }),
    ).toEqual({
      user: 'ada',
      password: '[redacted]',
      nested: [
        {
          apiKey: '[redacted]',
          'api-key': '[redacted]',
          accessToken: '[redacted]',
          Authorization: '[redacted]',
          cookies: '[redacted]',
        },
      ],
      url: 'postgres://pulse:[redacted]@db:5432/pulse',
      mail: 'ada@example.org',
    })
  })
})

describe('a text that is cut', () => {
  it('has no half of a password at the cut', () => {
    const text = `${'x'.repeat(40)} postgres://ada:hunter2hunter2@db/x`
    expect(snapshot(text, { length: 60 })).not.toContain('hunter')
    expect(snapshot(text, { length: 60 })).toMatch(/more characters\)$/)
  })
})
