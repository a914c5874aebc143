import { describe, expect, it } from 'vitest'
import {
  cancelTimer,
  exit,
  isAlive,
  type Pid,
  type Reference,
  readTimer,
  receive,
  register,
  self,
  send,
  sendAfter,
  spawn,
  startTimer,
  TimeoutMessage,
  unregister,
} from '../../src/kernel/index.js'
import { codeOf, drain, expectNoMessage, idle, inWorld, Puppet } from '../kernel/world.js'

/** Some reference that is no timer. */
const stray = (): Reference => startTimer(0, self(), 'stray')

const isTimeout = (message: unknown): message is TimeoutMessage => message instanceof TimeoutMessage

describe('timer_bif_SUITE', () => {
  it(
    'start_timer_1: fires { ref, message } once; cancel before gives what was left and nothing comes',
    inWorld(async ({ clock }) => {
      const first = startTimer(1_000, self(), 'plopp')
      await clock.advance(999)
      await expectNoMessage()
      await clock.advance(1)
      const message = await receive(isTimeout)
      expect([message.tag, message.ref, message.message]).toEqual(['timeout', first, 'plopp'])
      expect(cancelTimer(first)).toBe(false)
      expect(readTimer(first)).toBe(false)
      const second = startTimer(10_000, self(), 'plopp')
      await clock.advance(4_000)
      expect(readTimer(second)).toBe(6_000)
      expect(cancelTimer(second)).toBe(6_000)
      expect(cancelTimer(second)).toBe(false)
      await clock.advance(20_000)
      await expectNoMessage()
    }),
  )

  it(
    'send_after_1: fires the bare message; read afterwards is false',
    inWorld(async ({ clock }) => {
      const timer = sendAfter(3_000, self(), { any: 'thing' })
      expect(readTimer(timer)).toBe(3_000)
      await clock.advance(3_000)
      expect(await drain()).toEqual([{ any: 'thing' }])
      expect(readTimer(timer)).toBe(false)
    }),
  )

  it(
    'send_after_2: timers started out of order fire in the order of their times, 0 first',
    inWorld(async ({ clock }) => {
      const times = [500, 40, 3_000, 0, 33, 32, 31, 1_024, 1, 2_000, 1_023]
      for (const time of times) sendAfter(time, self(), time)
      await clock.advance(3_000)
      expect(await drain()).toEqual([...times].sort((a, b) => a - b))
    }),
  )

  const BIG = 2 ** 31

  it(
    'start_timer_big: a timer of 2^31 ms can be made, read and cancelled',
    inWorld(async ({ clock }) => {
      const timer = startTimer(BIG, self(), 'hej')
      await clock.advance(200)
      expect(readTimer(timer)).toBe(BIG - 200)
      await clock.advance(200)
      expect(cancelTimer(timer)).toBe(BIG - 400)
      expect(readTimer(timer)).toBe(false)
    }),
  )

  it(
    'send_after_big: the same for sendAfter; and it fires',
    inWorld(async ({ clock }) => {
      const timer = sendAfter(BIG, self(), 'hej')
      await clock.advance(200)
      expect(cancelTimer(timer)).toBe(BIG - 200)
      sendAfter(BIG, self(), 'fires')
      await clock.advance(BIG - 1)
      await expectNoMessage()
      await clock.advance(1)
      expect(await drain()).toEqual(['fires'])
    }),
  )

  it(
    'cancel_timer_1: cancelling a reference that is no timer is false',
    inWorld(() => {
      expect(cancelTimer(stray())).toBe(false)
    }),
  )

  it(
    'cancel_timer_sync: cancel and the timeout agree about which of them came first',
    inWorld(async ({ clock }) => {
      for (let i = 0; i < 40; i++) {
        const timer = startTimer(20, self(), i)
        await clock.advance(i)
        const left = cancelTimer(timer)
        await clock.advance(40)
        expect((await drain()).length).toBe(left === false ? 1 : 0)
        expect(left).toBe(i < 20 ? 20 - i : false)
      }
    }),
  )

  const wrongTimes = [-4, -1, -0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, '5', undefined, null, 5n]

  it(
    'start_timer_e: times that are negative, too big or no number, and wrong destinations, are refused',
    inWorld(async () => {
      for (const time of wrongTimes)
        expect(await codeOf(() => startTimer(time as number, self(), 'hej'))).toBe('BAD_TIME')
      for (const to of [1, null, { name: 'a', node: 'b' }, stray()])
        expect(await codeOf(() => startTimer(5, to as unknown as Pid, 'hej'))).toBe('NOT_A_PID')
    }),
  )

  it(
    'send_after_e: the same for sendAfter',
    inWorld(async () => {
      for (const time of wrongTimes)
        expect(await codeOf(() => sendAfter(time as number, self(), 'hej'))).toBe('BAD_TIME')
      expect(await codeOf(() => sendAfter(5, 17 as unknown as Pid, 'hej'))).toBe('NOT_A_PID')
    }),
  )

  it(
    'cancel_timer_e: cancel of what is no reference is refused',
    inWorld(async () => {
      for (const wrong of [1, 'ref', self(), undefined])
        expect(await codeOf(() => cancelTimer(wrong as unknown as Reference))).toBe('NOT_A_REFERENCE')
    }),
  )

  it(
    'read_timer_trivial: read of a reference that is no timer is false, of what is no reference refused',
    inWorld(async () => {
      expect(readTimer(stray())).toBe(false)
      expect(await codeOf(() => readTimer('ref' as unknown as Reference))).toBe('NOT_A_REFERENCE')
    }),
  )

  it(
    'read_timer: read and cancel report the same time left; false afterwards',
    inWorld(async ({ clock }) => {
      for (const time of [10, 100_000, BIG]) {
        const timer = startTimer(time, self(), 'hej')
        await clock.advance(7)
        const left = readTimer(timer)
        expect(left).toBe(time - 7)
        expect(cancelTimer(timer)).toBe(left)
        expect(readTimer(timer)).toBe(false)
      }
    }),
  )

  it(
    'cleanup: a timer whose process has died reads as false and does not fire',
    inWorld(async ({ clock, kernel }) => {
      const target = spawn(idle)
      const timers = [startTimer(10_000, target, 'a'), sendAfter(10_000, target, 'b')]
      expect(timers.map((timer) => readTimer(timer))).toEqual([10_000, 10_000])
      exit(target, 'kill')
      expect(timers.map((timer) => readTimer(timer))).toEqual([false, false])
      expect(cancelTimer(sendAfter(10_000, target, 'c'))).toBe(false)
      expect(kernel.timers.size).toBe(0)
      await clock.advance(10_000)
      expect(kernel.deadLetters).toBe(0)
    }),
  )

  it(
    'registered_process: a name is looked up when the timer fires, not when it is started',
    inWorld(async ({ clock, kernel }) => {
      register('early', self())
      startTimer(1_000, 'early', 'to nobody')
      startTimer(1_000, 'late', 'to me')
      unregister('early')
      register('late', self())
      await clock.advance(1_000)
      expect((await drain()).map((it) => (it as TimeoutMessage).message)).toEqual(['to me'])
      expect(kernel.processCount).toBe(1)
    }),
  )

  it(
    'same_time_yielding: thousands of timers for one instant all fire, in the order they were set',
    inWorld(async ({ clock }) => {
      for (let i = 0; i < 5_000; i++) sendAfter(1_000, self(), i)
      await clock.advance(1_000)
      expect(await drain()).toEqual(Array.from({ length: 5_000 }, (_, i) => i))
    }),
  )

  it(
    'same_time_yielding_with_cancel: the same with half of them cancelled',
    inWorld(async ({ clock }) => {
      const timers = Array.from({ length: 5_000 }, (_, i) => sendAfter(1_000, self(), i))
      timers.forEach((timer, i) => {
        if (i % 2 === 0) expect(cancelTimer(timer)).toBe(1_000)
      })
      await clock.advance(1_000)
      expect(await drain()).toEqual(Array.from({ length: 2_500 }, (_, i) => i * 2 + 1))
    }),
  )

  it(
    'same_time_yielding_with_cancel_other: the same, cancelled by another process',
    inWorld(async ({ clock, kernel }) => {
      const timers = Array.from({ length: 5_000 }, (_, i) => sendAfter(1_000, self(), i))
      await new Puppet().does(kernel, () => {
        timers.forEach((timer, i) => {
          if (i % 2 === 0) cancelTimer(timer)
        })
      })
      await clock.advance(1_000)
      expect((await drain()).length).toBe(2_500)
    }),
  )

  it(
    'auto_cancel_yielding: thousands of timers of one dying process are all dropped',
    inWorld(async ({ clock, kernel }) => {
      const target = spawn(idle)
      for (let i = 0; i < 5_000; i++) sendAfter(1_000 + i, target, i)
      expect(kernel.timers.size).toBe(5_000)
      exit(target, 'bye')
      expect(isAlive(target)).toBe(false)
      expect(kernel.timers.size).toBe(0)
      await clock.advance(10_000)
      expect(kernel.deadLetters).toBe(0)
    }),
  )

  it(
    'huge_timeout: very long timers stand beside very short ones',
    inWorld(async ({ clock }) => {
      const long = [2 ** 32, 2 ** 40, 2 ** 45, Number.MAX_SAFE_INTEGER].map((ms) => sendAfter(ms, self(), ms))
      sendAfter(5, self(), 'short')
      await clock.advance(10)
      expect(await drain()).toEqual(['short'])
      expect(long.map((timer) => readTimer(timer))).toEqual([
        2 ** 32 - 10,
        2 ** 40 - 10,
        2 ** 45 - 10,
        Number.MAX_SAFE_INTEGER - 10,
      ])
      await clock.advance(2 ** 32)
      expect(await drain()).toEqual([2 ** 32])
      for (const timer of long) cancelTimer(timer)
      send(self(), 'done')
      expect(await drain()).toEqual(['done'])
    }),
  )
})
