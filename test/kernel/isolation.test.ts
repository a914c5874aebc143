import {
  CallRequest,
  type MessageIsolation,
  Pid,
  Reference,
  receive,
  self,
  send,
  sendAfter,
  startTimer,
  TimeoutMessage,
} from 'heartwood/kernel'
import { describe, expect, it } from 'vitest'
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
