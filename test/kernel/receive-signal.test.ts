import { getEventListeners } from 'node:events'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  currentKernel,
  exit,
  HeartwoodError,
  monitor,
  on,
  processInfo,
  Reference,
  receive,
  receiveRef,
  self,
  send,
  sleep,
  spawn,
} from '../../src/kernel/index.js'
import { inWorld } from './world.js'

const warnings: string[] = []
const warned = (warning: Error): void => {
  warnings.push(warning.message)
}
beforeEach(() => {
  process.on('warning', warned)
})
afterEach(() => {
  process.off('warning', warned)
  expect(warnings.splice(0)).toEqual([])
})

const listeners = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length
/** What a promise rejects with. */
const thrownBy = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    (value) => ({ value }),
    (thrown: unknown) => thrown,
  )
const isIt = on({}, (message) => message)
const forever = Number.POSITIVE_INFINITY

const waits: readonly [string, (signal: AbortSignal) => Promise<unknown>][] = [
  ['receive(pattern, { signal })', (signal) => receive('never', { signal })],
  ['receive({ signal })', (signal) => receive({ signal })],
  ['receive with clauses', (signal) => receive([on('never', () => 1)], { signal, timeout: 1_000 })],
  ['sleep', (signal) => sleep(1_000, { signal })],
  ['a sleep without an end', (signal) => sleep(forever, { signal })],
]

describe.each(waits)('the signal of %s', (_, wait) => {
  it(
    'ends the wait with its reason, and leaves nothing behind',
    inWorld(async ({ kernel }) => {
      const controller = new AbortController()
      const { signal } = controller
      const outcome = thrownBy(wait(signal))
      expect(listeners(signal)).toBe(1)
      const reason = new Error('not wanted')
      controller.abort(reason)
      expect(await outcome).toBe(reason)
      expect(listeners(signal)).toBe(0)
      expect(kernel.timers.size).toBe(0)
      // The next wait is its own.
      send(self(), 'next')
      expect(await receive()).toBe('next')
    }),
  )

  it(
    'is an AbortError by default, as in Node, at once where it has fired before',
    inWorld(async () => {
      const controller = new AbortController()
      const outcome = thrownBy(wait(controller.signal))
      controller.abort()
      expect(await outcome).toMatchObject({ name: 'AbortError' })
      expect(await thrownBy(wait(AbortSignal.abort('before')))).toBe('before')
    }),
  )

  it(
    'has no listener more than one, however many wait, and none when they are over',
    inWorld(async ({ kernel }) => {
      const { signal } = new AbortController()
      const pids = Array.from({ length: 50 }, () => spawn(() => wait(signal)))
      await kernel.settled()
      expect(listeners(signal)).toBeLessThanOrEqual(1)
      for (const pid of pids) exit(pid, 'kill')
      await kernel.settled()
      expect(listeners(signal)).toBe(0)
    }),
  )

  it(
    'must be one',
    inWorld(async () => {
      const wrong = { aborted: 'no' } as unknown as AbortSignal
      const error = thrownBy(wait(wrong))
      // `receive({ signal })` of something else is a pattern.
      send(self(), { signal: wrong })
      expect([{ code: 'BAD_OPTION' }, { value: { signal: wrong } }]).toContainEqual(
        HeartwoodError.is(await error) ? { code: ((await error) as HeartwoodError).code } : await error,
      )
    }),
  )
})

describe('the signal of a receive', () => {
  it(
    'takes no message, and comes after those that were there',
    inWorld(async () => {
      const controller = new AbortController()
      const { signal } = controller
      const outcome = thrownBy(receive('wanted', { signal }))
      send(self(), 'other')
      send(self(), 'wanted')
      controller.abort()
      expect(await outcome).toEqual({ value: 'wanted' })
      expect(await receive({ timeout: 0 })).toBe('other')
      expect(listeners(signal)).toBe(0)
    }),
  )

  it(
    'has nothing to end when the time was up before',
    inWorld(async ({ clock }) => {
      const controller = new AbortController()
      const { signal } = controller
      const late = receive('never', { signal, timeout: 10, onTimeout: () => 'late' })
      await clock.advance(10)
      expect(await late).toBe('late')
      expect(listeners(signal)).toBe(0)
      expect(await receive({ timeout: 0, signal })).toBeUndefined()
      expect(listeners(signal)).toBe(0)
    }),
  )

  it(
    'ends one of several that a process waits in',
    inWorld(async () => {
      const controller = new AbortController()
      const first = thrownBy(receive('first', { signal: controller.signal }))
      const second = receive('second')
      controller.abort('enough')
      expect(await first).toBe('enough')
      send(self(), 'second')
      expect(await second).toBe('second')
    }),
  )

  it(
    'ends the process whose code does not catch it, as any failure does',
    inWorld(async ({ kernel }) => {
      const controller = new AbortController()
      const pid = spawn(() => receive('never', { signal: controller.signal }))
      const ref = monitor(pid)
      await kernel.settled()
      expect(processInfo(pid, 'status')).toBe('waiting')
      const reason = new Error('not wanted')
      controller.abort(reason)
      expect(await receive({ ref })).toMatchObject({ reason })
      expect(currentKernel().timers.size).toBe(0)
    }),
  )
})

describe('a message that comes after the signal has fired', () => {
  const left = () => receive('m', { timeout: 0, onTimeout: () => 'none' })

  it(
    'is left in the mailbox for the next receive, though the turn of the process is yet to come',
    inWorld(async () => {
      const controller = new AbortController()
      const outcome = thrownBy(receive('m', { signal: controller.signal }))
      controller.abort('gone')
      send(self(), 'm')
      expect(await outcome).toBe('gone')
      expect(await left()).toBe('m')
      expect(await left()).toBe('none')
    }),
  )

  it(
    'goes to another receive that waits, also of the same reference',
    inWorld(async () => {
      const controller = new AbortController()
      const { signal } = controller
      const ref = new Reference()
      const outcomes = [
        thrownBy(receive('m', { signal })),
        receive('m'),
        thrownBy(receiveRef(ref, isIt, { signal })),
        receiveRef(ref, isIt),
      ]
      await sleep(0)
      controller.abort('gone')
      send(self(), 'm')
      send(self(), { ref })
      expect(await Promise.all(outcomes)).toEqual(['gone', 'm', 'gone', { ref }])
    }),
  )

  it(
    'does not end it where the last message before is taken by another receive',
    inWorld(async () => {
      const controller = new AbortController()
      const aborted = thrownBy(
        receive((it: unknown): it is number => it === 2, { signal: controller.signal }),
      )
      const other = receive(1)
      send(self(), 1)
      controller.abort('gone')
      send(self(), 2)
      expect(await Promise.all([aborted, other])).toEqual(['gone', 1])
      expect(await receive({ timeout: 0 })).toBe(2)
    }),
  )

  it(
    'of many that one signal ends, costs no search for each',
    inWorld(async () => {
      const { signal, abort } = (() => {
        const controller = new AbortController()
        return { signal: controller.signal, abort: () => controller.abort('gone') }
      })()
      const refs = Array.from({ length: 2_000 }, () => new Reference())
      const outcomes = refs.map((ref) => thrownBy(receiveRef(ref, isIt, { signal })))
      await sleep(0)
      for (let n = 0; n < 2_000; n++) send(self(), n)
      const iterated = vi.spyOn(Set.prototype, 'add')
      abort()
      expect(iterated.mock.calls.length).toBeLessThan(4_500)
      iterated.mockRestore()
      expect(new Set(await Promise.all(outcomes))).toEqual(new Set(['gone']))
    }),
  )
})
