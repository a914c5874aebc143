import { createContext, runInContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import {
  CallRequest,
  type HeartwoodError,
  Kernel,
  type MessageIsolation,
  Pid,
  Reference,
  receive,
  self,
  send,
  sendAfter,
  startTimer,
  TimeoutMessage,
} from '../../src/kernel/index.js'
import { inWorld } from './world.js'

class Account {
  balance = 0
}

const sent = () => ({ list: [1, { deep: true }], when: new Date(0), account: new Account(), pid: self() })

describe('messages are', () => {
  const shared = { messages: 'share' as MessageIsolation }
  const frozen = { messages: 'freeze' as MessageIsolation }
  const cloned = { messages: 'clone' as MessageIsolation }

  it(
    'shared with their sender as they are by default',
    inWorld(async () => {
      const message = sent()
      send(self(), message)
      expect(await receive()).toBe(message)
      expect(Object.isFrozen(message)).toBe(false)
    }, shared),
  )

  it(
    'frozen all the way down where the kernel says so; instances of classes are left alone',
    inWorld(async () => {
      const message = sent()
      send(self(), message)
      const got = (await receive()) as typeof message
      expect(got).toBe(message)
      expect(() => got.list.push(3)).toThrow(TypeError)
      expect(() => {
        ;(got.list[1] as { deep: boolean }).deep = false
      }).toThrow(TypeError)
      got.account.balance = 5
      expect(message.account.balance).toBe(5)
      // A message that is frozen by its sender, and one that holds itself, are no trouble.
      const ring: { self?: unknown } = {}
      ring.self = ring
      send(self(), ring)
      expect(await receive()).toBe(ring)
      send(self(), Object.freeze([{ a: 1 }]))
      expect(await receive()).toEqual([{ a: 1 }])
    }, frozen),
  )

  it(
    'copied where the kernel says so: plain data deeply, pids and instances as they are',
    inWorld(async () => {
      const key = { k: 1 }
      const message = {
        ...sent(),
        map: new Map([[key, [1]]]),
        set: new Set([key]),
        bytes: new Uint8Array([1, 2]),
      }
      send(self(), message)
      const got = (await receive()) as typeof message
      expect(got).toEqual(message)
      expect(got).not.toBe(message)
      expect(got.list).not.toBe(message.list)
      expect(got.when).not.toBe(message.when)
      expect(got.bytes).not.toBe(message.bytes)
      expect(got.account).toBe(message.account)
      expect(got.pid).toBe(message.pid)
      // What was one object stays one object.
      expect([...got.map.keys()][0]).toBe([...got.set][0])
      expect([...got.set][0]).not.toBe(key)
      const ring: { self?: unknown } = {}
      ring.self = ring
      send(self(), ring)
      const back = (await receive()) as typeof ring
      expect(back.self).toBe(back)
      expect(back).not.toBe(ring)
    }, cloned),
  )

  for (const messages of ['freeze', 'clone'] as const) {
    it(
      `isolated by ${messages} on every way: timers, requests and replies`,
      inWorld(
        async ({ kernel, clock }) => {
          const isolated = (got: unknown, original: unknown): boolean =>
            messages === 'freeze' ? Object.isFrozen(original) && got === original : got !== original
          const [timed, tagged, asked, answer] = [{ n: 1 }, { n: 2 }, { n: 3 }, { n: 4 }]
          sendAfter(1, self(), timed)
          startTimer(2, self(), tagged)
          await clock.advance(2)
          expect(isolated(await receive(), timed)).toBe(true)
          expect(isolated(((await receive()) as TimeoutMessage).message, tagged)).toBe(true)
          let payload: unknown
          const server = kernel.spawnBehaviour({
            handle(message) {
              if (!(message instanceof CallRequest)) return
              payload = message.payload
              message.reply(answer)
            },
          })
          expect(isolated(await kernel.request(server, asked), answer)).toBe(true)
          expect(isolated(payload, asked)).toBe(true)
          expect([asked, answer]).toEqual([{ n: 3 }, { n: 4 }])
          const keep = new Reference()
          send(self(), [self(), keep])
          const [pid, ref] = (await receive()) as [Pid, Reference]
          expect([pid === self(), ref === keep, pid instanceof Pid]).toEqual([true, true, true])
        },
        { messages },
      ),
    )
  }
})

/** What arrives of `message` in a kernel that isolates so. */
const arrives = <T>(messages: MessageIsolation, message: T): Promise<T> =>
  new Kernel({ messages, report() {} }).run(async () => {
    send(self(), message)
    return (await receive()) as T
  })

const refusal = async (messages: MessageIsolation, message: unknown): Promise<HeartwoodError> => {
  const error: unknown = await arrives(messages, message).then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect((error as HeartwoodError).code).toBe('NOT_ISOLATED')
  return error as HeartwoodError
}

const chain = (depth: number) => {
  let message: { next?: unknown } = {}
  for (let at = 0; at < depth; at++) message = { next: message }
  return message
}

describe('what is in a message', () => {
  it.each(['freeze', 'clone'] as const)('may be deeper than the stack: %s', async (messages) => {
    let at: unknown = await arrives(messages, chain(200_000))
    for (let depth = 0; depth < 200_000; depth++) at = (at as { next: unknown }).next
    expect(at).toEqual({})
    expect(Object.isFrozen(at)).toBe(messages === 'freeze')
    let nested: unknown = new Map([['deep', 1]])
    for (let depth = 0; depth < 50_000; depth++) nested = depth % 2 === 0 ? [nested] : new Map([[0, nested]])
    await arrives(messages, nested)
  })

  it('is copied as what it is: bytes, dates, maps, patterns', async () => {
    const pool = Buffer.from('héllo')
    const message = {
      buffer: pool,
      part: new Uint8Array([0, 1, 2, 3]).subarray(1, 3),
      floats: new Float64Array([0.5]),
      view: new DataView(new Uint8Array([1, 2, 3]).buffer, 1),
      whole: new Uint8Array([9]).buffer,
      date: new Date(5),
      pattern: Object.assign(/a/gi, { lastIndex: 3 }),
      holes: Object.assign(new Array<number>(4), { 0: 1, 2: 3 }),
      match: /b(?<name>.)/.exec('abc'),
    }
    const got = await arrives('clone', message)
    expect(got).toEqual(message)
    expect(Buffer.isBuffer(got.buffer) && got.buffer.toString()).toBe('héllo')
    expect(got.buffer.buffer === pool.buffer && got.buffer.byteOffset === pool.byteOffset).toBe(false)
    pool[0] = 0
    expect(got.buffer.toString()).toBe('héllo')
    // Only the bytes that a view shows, not all of the memory that it is a part of.
    expect([got.part.buffer.byteLength, got.view.buffer.byteLength]).toEqual([2, 2])
    for (const key of ['part', 'floats', 'view', 'whole', 'date', 'pattern', 'holes', 'match'] as const) {
      expect(got[key], key).not.toBe(message[key])
      expect(got[key]?.constructor, key).toBe(message[key]?.constructor)
    }
    expect([got.pattern.lastIndex, got.holes.length, 1 in got.holes]).toEqual([3, 4, false])
    expect([got.match?.index, got.match?.groups?.name]).toEqual([1, 'c'])
  })

  it('is copied with all of its fields: symbols, hidden ones, accessors, and one named __proto__', async () => {
    const sign = Symbol('sign')
    const message = {
      [sign]: [1],
      get twice() {
        return [this[sign], this[sign]]
      },
    }
    Object.defineProperty(message, 'hidden', { value: [2], enumerable: false })
    const got = (await arrives('clone', message)) as typeof message & { hidden: number[] }
    expect([got[sign], got.twice, got.hidden]).toEqual([[1], [[1], [1]], [2]])
    expect(got[sign]).not.toBe(message[sign])
    expect(Object.keys(got)).toEqual(['twice'])
    const odd = JSON.parse('{"__proto__":{"admin":true}}')
    const back = await arrives('clone', odd)
    expect(Object.getPrototypeOf(back)).toBe(Object.prototype)
    expect(back.admin).toBeUndefined()
    expect(Object.getOwnPropertyNames(back)).toEqual(['__proto__'])
  })

  it.each([
    'freeze',
    'clone',
  ] as const)('passes as it is where it has code of its own: %s', async (messages) => {
    const message = {
      bytes: new (class extends Uint8Array {})(2),
      list: new (class extends Array {})(),
      map: new (class extends Map {})(),
      day: new (class extends Date {})(),
      url: new URL('http://a/'),
      error: Object.assign(new Error('x', { cause: new Error('y') }), { code: 'E' }),
      shared: new SharedArrayBuffer(1),
      memory: new Uint8Array(new SharedArrayBuffer(1)),
      fn: () => 1,
      weak: new WeakMap(),
      promise: Promise.resolve(1),
      symbol: Symbol('s'),
    }
    const got = await arrives(messages, message)
    for (const [key, value] of Object.entries(message)) {
      expect(got[key as keyof typeof got], key).toBe(value)
      expect(typeof value === 'object' && Object.isFrozen(value), key).toBe(false)
    }
  })

  it('is frozen also below what its sender froze, and an accessor is not called for it', async () => {
    let calls = 0
    const message = Object.freeze({
      inner: { list: [1] },
      get costly() {
        return ++calls
      },
    })
    for (let time = 0; time < 3; time++) await arrives('freeze', message)
    expect(Object.isFrozen(message.inner.list)).toBe(true)
    expect(calls).toBe(0)
  })

  it('counts as plain in whatever realm it was made', async () => {
    const foreign = runInContext('({ list: [{ a: 1 }] })', createContext())
    const copy = await arrives('clone', foreign)
    expect(copy.list[0]).not.toBe(foreign.list[0])
    expect(copy.list[0].a).toBe(1)
    await arrives('freeze', foreign)
    expect(Object.isFrozen(foreign.list[0])).toBe(true)
  })

  it('that cannot be read or frozen fails at its sender, with its place', async () => {
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    for (const messages of ['freeze', 'clone'] as const) {
      const error = await refusal(messages, { orders: [{ ok: 1 }, { customer: proxy }] })
      expect(error.message).toContain('message.orders[1]')
    }
    const bad = {
      deep: new Map([
        [
          'k',
          [
            {
              get name() {
                throw new Error('no name')
              },
            },
          ],
        ],
      ]),
    }
    const error = await refusal('clone', bad)
    expect(error.message).toContain('message.deep.get("k")[0].name')
    expect(error.message).toContain('no name')
    expect((error.cause as Error).message).toBe('no name')
    const open = new Proxy({}, { preventExtensions: () => false })
    expect((await refusal('freeze', { open })).message).toContain('message.open')
    // What has been frozen of a refused message does not pass for all of it.
    const half = { first: { list: [1] }, proxy }
    await refusal('freeze', half)
    await refusal('freeze', half)
  })

  it('a reply that is refused is the failure of the server, which the caller hears', async () => {
    const kernel = new Kernel({ messages: 'clone', report() {} })
    await kernel.run(async () => {
      const bad = {
        get x() {
          throw new Error('unreadable')
        },
      }
      const server = kernel.spawnBehaviour({
        handle(message) {
          if (message instanceof CallRequest) message.reply(bad)
        },
      })
      const error = await kernel.request(server, 'x').catch((thrown: unknown) => thrown)
      expect((error as HeartwoodError).code).toBe('CALL_SERVER_EXITED')
    })
  })
})
