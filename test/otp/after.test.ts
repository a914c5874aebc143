import { describe, expect, it } from 'vitest'
import { cancelTimer, receive, self, send, sendAfter, spawn } from '../../src/kernel/index.js'
import { codeOf, drain, expectNoMessage, inWorld } from '../kernel/world.js'

describe('after_SUITE', () => {
  it(
    't_after: a wait of a minute is neither early nor late',
    inWorld(async ({ clock, kernel }) => {
      const start = kernel.now()
      let ended = -1
      const waiting = receive('never', { timeout: 60_000 }).then(() => (ended = kernel.now() - start))
      await clock.advance(59_999)
      expect(ended).toBe(-1)
      await clock.advance(1)
      await waiting
      expect(ended).toBe(60_000)
    }),
  )

  it(
    'receive_after: a receive with a timeout returns when the time is up',
    inWorld(async ({ clock, kernel }) => {
      for (const timeout of [1, 31, 32, 33, 500, 4_321]) {
        const start = kernel.now()
        const waiting = receive({ timeout, onTimeout: () => kernel.now() - start })
        await clock.advance(timeout)
        expect(await waiting).toBe(timeout)
      }
    }),
  )

  it(
    'receive_after_big: a message that comes during a wait of 49 days is received at once',
    inWorld(async ({ clock, kernel }) => {
      const main = self()
      spawn(async () => {
        await receive({ timeout: 200 })
        send(main, 'whatever')
      })
      const waiting = receive({ timeout: 2 ** 32 - 1 })
      await clock.advance(200)
      expect(await waiting).toBe('whatever')
      expect(kernel.now()).toBe(200)
      expect(kernel.timers.size).toBe(0)
    }),
  )

  it(
    'receive_after_errors: timeouts that are negative, fractional, too large or no number are refused',
    inWorld(async () => {
      const wrong = [-1, -0.5, 2 ** 32, Number.NaN, Number.NEGATIVE_INFINITY, 'foo', null, 5n, {}]
      for (const timeout of wrong) {
        expect(await codeOf(() => receive('x', { timeout: timeout as number }))).toBe('BAD_TIMEOUT')
        expect(await codeOf(() => receive({ timeout: timeout as number }))).toBe('BAD_TIMEOUT')
      }
    }),
  )

  it(
    'receive_var_zero: timeout 0 looks through the whole mailbox once and takes nothing that does not match',
    inWorld(async () => {
      const zero = Number('0')
      send(self(), 'x')
      expect(await receive('y', { timeout: zero })).toBeUndefined()
      send(self(), 'y')
      expect(await receive('y', { timeout: zero })).toBe('y')
      expect(await receive('z', { timeout: zero, onTimeout: () => 'none' })).toBe('none')
      expect(await drain()).toEqual(['x'])
    }),
  )

  it(
    'receive_zero: the same for a literal zero, and with nothing in the mailbox',
    inWorld(async () => {
      expect(await receive({ timeout: 0 })).toBeUndefined()
      for (let i = 0; i < 1_000; i++) send(self(), i)
      expect(await receive(999, { timeout: 0 })).toBe(999)
      expect(await receive({ timeout: 0 })).toBe(0)
      expect((await drain()).length).toBe(998)
    }),
  )

  it(
    'multi_timeout: messages that come during a wait without clauses stay queued',
    inWorld(async ({ clock }) => {
      for (let i = 0; i < 20; i++) {
        sendAfter(50, self(), i)
        const waiting = receive([], { timeout: 100 })
        await clock.advance(100)
        expect(await waiting).toBeUndefined()
      }
      expect(await drain()).toEqual(Array.from({ length: 20 }, (_, i) => i))
    }),
  )

  it(
    'receive_after_32bit: waits above 2^31 ms end when they should',
    inWorld(async ({ clock, kernel }) => {
      for (const timeout of [2 ** 31, 2 ** 31 + 1, 2 ** 32 - 1]) {
        const start = kernel.now()
        const waiting = receive({ timeout, onTimeout: () => kernel.now() - start })
        await clock.advance(timeout - 1)
        expect(kernel.timers.size).toBe(1)
        await clock.advance(1)
        expect(await waiting).toBe(timeout)
      }
      cancelTimer(sendAfter(2 ** 32, self(), 'x'))
      await expectNoMessage()
    }),
  )

  it(
    'receive_after_blast: 10,000 processes wait at once and all go on',
    inWorld(async ({ clock, kernel }) => {
      let ended = 0
      for (let i = 0; i < 10_000; i++)
        spawn(async () => {
          await receive({ timeout: 400 + (i % 100) })
          ended++
        })
      await clock.advance(399)
      expect(ended).toBe(0)
      await clock.advance(101)
      expect(ended).toBe(10_000)
      expect(kernel.processCount).toBe(1)
    }),
  )
})
