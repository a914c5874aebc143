/** What has no term, or no name on the other side, fails whoever says it. The connection, and all others that use it, go on. */
import { call, cast, connect, monitor, receive, register, send, spawn, stop } from 'heartwood'
import { atom, BitString, encode, float, ImproperList, tuple } from 'heartwood/erlang'
import { afterEach, describe, expect, it } from 'vitest'
import { codeOf } from '../kernel/world.js'
import { TwoNodes } from './two-nodes.js'

const node = 'b@127.0.0.1'

describe('what cannot be said to another node', () => {
  let two: TwoNodes
  afterEach(() => two?.close())

  const echoing = async (): Promise<void> => {
    two = await TwoNodes.start()
    await two.b.run(() => {
      const echo = spawn(async () => {
        for (;;) {
          const asked = await receive(() => true)
          ;(asked as { reply?(value: unknown): void }).reply?.('heard')
        }
      })
      register('echo', echo)
    })
  }

  const acts: Record<string, (to: { name: string; node: string }) => unknown> = {
    call: (to) => call(to, 1),
    cast: (to) => cast(to, 1),
    send: (to) => send(to, 1),
    monitor: (to) => monitor(to),
    stop: (to) => stop(to),
  }
  for (const [what, act] of Object.entries(acts)) {
    it(`is a name that is no atom: ${what} fails where it is made`, async () => {
      await echoing()
      await two.a.run(async () => {
        // With no connection yet, and with one.
        for (const name of ['x'.repeat(256), '\ud800']) {
          expect(await codeOf(async () => act({ name, node }))).toBe('ATOM_INVALID')
          await connect(node)
          expect(await codeOf(async () => act({ name, node }))).toBe('ATOM_INVALID')
        }
        expect(await call({ name: 'echo', node }, 1)).toBe('heard')
      })
      expect(two.problems).toEqual([])
    })
  }

  const same: readonly (readonly [string, unknown, unknown])[] = [
    ['integers', 1, 1n],
    ['a text and its bytes', 'a', Buffer.from('a')],
    ['lists', [1], [1]],
    ['what is nil', null, atom('nil')],
    ['objects', { a: 1 }, { a: 1 }],
    ['tuples', tuple(1, atom('b')), tuple(1n, atom('b'))],
    ['a list, and one that ends with a list', [1, 2], new ImproperList([1], [2])],
    ['bytes, and bits of whole bytes', Uint8Array.of(1), new BitString(Uint8Array.of(1), 8)],
    ['zeros', float(0), float(-0)],
  ]
  for (const [what, one, other] of same) {
    it(`is a map with two keys that are one term: ${what}`, async () => {
      const map = new Map([
        [one, 1],
        [other, 2],
      ])
      expect(await codeOf(() => encode(map))).toBe('TERM_NOT_ENCODABLE')
      expect(await codeOf(() => encode(new Map([[map, 1]])))).toBe('TERM_NOT_ENCODABLE')
      expect(encode(new Map([[one, 1]])).length).toBeGreaterThan(2)
    })
  }

  it('leaves maps with keys of several kinds as they are', () => {
    const keys = ['a', atom('a'), 1, 1.5, float(1), [1], tuple(1), null, { a: 1 }, Uint8Array.of(200)]
    expect(encode(new Map(keys.map((key) => [key, 1]))).length).toBeGreaterThan(keys.length)
  })
})
