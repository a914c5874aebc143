import { getEventListeners } from 'node:events'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  currentKernel,
  exit,
  HeartwoodError,
  monitor,
  on,
  processInfo,
  receive,
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
