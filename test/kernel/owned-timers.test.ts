import { describe, expect, it } from 'vitest'
import {
  clearOwned,
  exit,
  OwnedTimer,
  ownedImmediate,
  ownedInterval,
  ownedTimeout,
  processInfo,
  receive,
  self,
  send,
  spawn,
  spawnMonitor,
} from '../../src/kernel/index.js'
import { codeOf, downOf, drain, idle, inWorld } from './world.js'

describe('owned timers', () => {
  it(
    'run as their process, on the clock of its kernel',
    inWorld(async ({ clock }) => {
      const me = self()
      ownedTimeout((...args) => send(me, [self() === me, ...args]), 50, 'a', 'b')
      await clock.advance(49)
      expect(await drain()).toEqual([])
      await clock.advance(1)
      expect(await drain()).toEqual([[true, 'a', 'b']])
      expect(processInfo(me, 'owned')).toBe(0)
    }),
  )

  it(
    'come again and again until they are cleared, also from inside',
    inWorld(async ({ clock }) => {
      let times = 0
      const timer = ownedInterval(() => {
        if (++times === 3) clearOwned(timer)
      }, 10)
      await clock.advance(100)
      expect(times).toBe(3)
      expect(processInfo(self(), 'owned')).toBe(0)
      clearOwned(timer)
      clearOwned(undefined)
    }),
  )

  it(
    'end with their process',
    inWorld(async ({ clock, kernel }) => {
      let fired = 0
      const pid = spawn(async () => {
        ownedTimeout(() => fired++, 10)
        ownedInterval(() => fired++, 10)
        ownedImmediate(() => fired++)
        expect(processInfo(self(), 'owned')).toBe(3)
        exit('over')
      })
      await kernel.settled()
      await clock.advance(100)
      expect([fired, kernel.isAlive(pid), kernel.timers.size]).toEqual([0, false, 0])
    }),
  )

  it.each([
    ['setTimeout', (act: () => void) => ownedTimeout(act, 5)],
    ['setInterval', (act: () => void) => ownedInterval(act, 5)],
    ['setImmediate', (act: () => void) => ownedImmediate(act)],
  ])('a throw in %s is the crash of the process, contained or not', (_, begin) =>
    inWorld(async ({ clock, kernel, reports }) => {
      const { ref } = spawnMonitor(async () => {
        begin(() => {
          throw new Error('lost')
        })
        await idle()
      })
      await kernel.settled()
      await clock.advance(5)
      expect((await receive(downOf(ref))).reason).toMatchObject({ message: 'lost' })
      expect(reports.map(({ kind }) => kind)).toEqual(['crash'])
    })())

  it(
    'can be started anew, and are closed by using',
    inWorld(async ({ clock }) => {
      let fired = 0
      const timer = ownedTimeout(() => fired++, 10)
      await clock.advance(9)
      timer.refresh()
      await clock.advance(9)
      expect(fired).toBe(0)
      await clock.advance(1)
      expect(fired).toBe(1)
      timer.refresh()
      timer[Symbol.dispose]()
      ownedImmediate(() => fired++)[Symbol.dispose]()
      await clock.advance(100)
      expect(fired).toBe(1)
    }),
  )

  it(
    'hold the program unless told not to',
    inWorld(async ({ clock, kernel }) => {
      const timer = ownedTimeout(() => {}, 10)
      expect([timer.hasRef(), kernel.timers.unheld]).toEqual([true, 0])
      timer.unref().unref()
      expect([timer.hasRef(), kernel.timers.unheld]).toEqual([false, 1])
      timer.ref()
      expect(kernel.timers.unheld).toBe(0)
      timer.unref()
      await clock.advance(10)
      expect(kernel.timers.unheld).toBe(0)
      expect(timer).toBeInstanceOf(OwnedTimer)
    }),
  )

  it(
    'take what Node takes for a time, but no time without end',
    inWorld(async ({ clock }) => {
      let fired = 0
      ownedTimeout(() => fired++)
      ownedTimeout(() => fired++, -5)
      ownedTimeout(() => fired++, 0.3)
      await clock.advance(1)
      expect(fired).toBe(3)
      for (const wrong of [Number.POSITIVE_INFINITY, Number.NaN])
        expect(await codeOf(() => ownedTimeout(() => {}, wrong))).toBe('BAD_TIME')
    }),
  )
})
