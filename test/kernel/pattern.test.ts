import { describe, expect, it } from 'vitest'
import {
  type ExitMessage,
  isExit,
  matcherOf,
  on,
  type Pattern,
  Reference,
  receive,
  self,
  send,
  sendAfter,
  spawn,
} from '../../src/kernel/index.js'
import { codeOf, drain, expectNoMessage, inWorld } from './world.js'

describe('matcherOf', () => {
  const ref = new Reference()
  const cases: [what: string, pattern: Pattern, fits: unknown[], others: unknown[]][] = [
    ['a word', 'stop', ['stop'], ['Stop', 'stop ', ['stop'], undefined]],
    ['a number', 0, [0, -0], ['0', null, false]],
    ['null', null, [null], [undefined, 0]],
    ['a bigint', 1n, [1n], [1]],
    ['a shape', { type: 'add' }, [{ type: 'add' }, { type: 'add', n: 1 }], [{ type: 'sub' }, 'add', null]],
    [
      'a nested shape',
      { a: { b: 1 } },
      [{ a: { b: 1, c: 2 } }],
      [{ a: 1 }, { a: { b: 2 } }, { a: null }, {}],
    ],
    ['a reference in a shape', { ref }, [{ ref }], [{ ref: new Reference() }, { ref: ref.id }]],
    ['an empty shape', {}, [{}, [], { a: 1 }], ['x', null, 1]],
    ['a predicate', (n: number) => n > 3, [4], [3]],
  ]
  for (const [what, pattern, fits, others] of cases) {
    it(`takes ${what}`, () => {
      const matches = matcherOf(pattern)
      expect(fits.map(matches)).toEqual(fits.map(() => true))
      expect(others.map(matches)).toEqual(others.map(() => false))
    })
  }

  it('compares an array or instance in a shape by identity', () => {
    const list = [1]
    expect(matcherOf({ list })({ list })).toBe(true)
    expect(matcherOf({ list })({ list: [1] })).toBe(false)
  })

  it('reads own and inherited properties of a message, so that classes can be matched by shape', () => {
    class Tick {
      get kind(): string {
        return 'tick'
      }
    }
    expect(matcherOf({ kind: 'tick' })(new Tick())).toBe(true)
  })

  it('does not take what it cannot read, at any depth: a getter that throws, a revoked proxy', () => {
    const revoked = Proxy.revocable({}, {})
    revoked.revoke()
    const getter = {
      get a() {
        throw new Error('getter')
      },
    }
    let told = 0
    const matches = matcherOf({ a: { b: 1 } }, () => told++)
    const bad = [getter, revoked.proxy, { a: revoked.proxy }, { a: Object.create(getter, {}) }]
    const all = [
      ...bad,
      { a: Object.defineProperty({}, 'b', { get: () => Reflect.get(revoked.proxy, 'x') }) },
      { a: { b: 1 } },
    ]
    expect(all.map(matches)).toEqual([false, false, false, false, false, true])
    expect(told).toBe(4)
  })

  it(
    'passes over such a message in a receive, which is left in the mailbox',
    inWorld(async () => {
      const bad = Object.defineProperty({}, 'type', {
        get: () => {
          throw new Error('getter')
        },
      })
      send(self(), bad)
      send(self(), { type: 'add' })
      expect(await receive({ type: 'add' })).toEqual({ type: 'add' })
      expect(await receive({ timeout: 0 })).toBe(bad)
    }),
  )

  it('refuses a pattern that cannot be read, once it is tried', async () => {
    const boom = new Error('boom')
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    const unreadable = [
      {
        get type() {
          throw boom
        },
      },
      new Proxy(
        { type: 'add' },
        {
          ownKeys: () => {
            throw boom
          },
        },
      ),
      { type: proxy },
    ]
    for (const pattern of unreadable) {
      expect(await codeOf(() => matcherOf(pattern)({ type: {} }))).toBe('BAD_PATTERN')
    }
  })

  it('refuses undefined', async () => {
    expect(await codeOf(() => matcherOf(undefined))).toBe('BAD_PATTERN')
    expect(await codeOf(() => on(undefined as unknown as string, () => 1))).toBe('BAD_PATTERN')
  })
})

describe('receive', () => {
  it(
    'without a pattern takes the oldest message, whatever it is, undefined too',
    inWorld(async () => {
      for (const message of [undefined, null, 0, '']) send(self(), message)
      expect(await drain()).toEqual([undefined, null, 0, ''])
    }),
  )

  it(
    'by a guard gives the guarded type',
    inWorld(async () => {
      send(self(), 'x')
      const nothing: ExitMessage | undefined = await receive(isExit, { timeout: 0 })
      expect(nothing).toBeUndefined()
      expect(await receive('x')).toBe('x')
    }),
  )

  it(
    'by clauses: the oldest message that any clause takes, handled by the first such clause',
    inWorld(async () => {
      for (const message of ['z', { type: 'b' }, { type: 'a' }]) send(self(), message)
      const clauses = [
        on({ type: 'a' }, () => 'first clause'),
        on({ type: 'b' }, () => 'second clause'),
        on(
          (message: unknown) => typeof message === 'object',
          () => 'third clause',
        ),
      ]
      expect(await receive(clauses)).toBe('second clause')
      expect(await receive(clauses)).toBe('first clause')
      expect(await receive(clauses, { timeout: 0, onTimeout: () => 'none' })).toBe('none')
      expect(await drain()).toEqual(['z'])
    }),
  )

  it(
    'a handler that throws fails the receive; its message is gone, as after a clause body',
    inWorld(async () => {
      for (const message of ['bad', 'next']) send(self(), message)
      const failing = receive([
        on('bad', () => {
          throw new Error('handler')
        }),
      ])
      await expect(failing).rejects.toThrow('handler')
      expect(await drain()).toEqual(['next'])
    }),
  )

  it(
    'onTimeout that throws fails the receive',
    inWorld(async () => {
      const failing = receive('x', {
        timeout: 0,
        onTimeout: () => {
          throw new Error('no x')
        },
      })
      await expect(failing).rejects.toThrow('no x')
    }),
  )

  it(
    'looks at each message it skips once, however many come later',
    inWorld(async ({ kernel }) => {
      const looks: unknown[] = []
      spawn(
        async () => {
          await receive((message: unknown) => {
            looks.push(message)
            return message === 'wanted'
          })
        },
        { name: 'picky' },
      )
      for (let i = 0; i < 100; i++) {
        send('picky', i)
        if (i % 10 === 0) await kernel.settled()
      }
      send('picky', 'wanted')
      await kernel.settled()
      expect(looks).toEqual([...Array.from({ length: 100 }, (_, i) => i), 'wanted'])
    }),
  )

  it(
    'a message that is there wins over a timeout that is up, also after a wait',
    inWorld(async ({ clock }) => {
      sendAfter(10, self(), 'just in time')
      const waiting = receive('just in time', { timeout: 10 })
      await clock.advance(10)
      expect(await waiting).toBe('just in time')
      await expectNoMessage()
    }),
  )

  it(
    'refuses clauses that are none',
    inWorld(async () => {
      expect(await codeOf(() => receive(['stop'] as never))).toBe('BAD_PATTERN')
      expect(await codeOf(() => receive(undefined as never, { timeout: 0 }))).toBeUndefined()
    }),
  )
})
