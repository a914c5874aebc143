import { describe, expect, it } from 'vitest'
import {
  alias,
  cancelTimer,
  erase,
  exit,
  get,
  isAlive,
  monitor,
  processInfo,
  put,
  readTimer,
  receive,
  register,
  self,
  send,
  sendAfter,
  setLabel,
  sleep,
  spawn,
  spawnLink,
  spawnMonitor,
  startTimer,
  trapExit,
  unalias,
} from '../../src/kernel/index.js'
import { codeOf, downOf, drain, exitOf, expectNoMessage, idle, inWorld } from '../kernel/world.js'

describe('process_test', () => {
  it(
    'dictionary: put returns what was there, the keys can be listed, erase returns the value',
    inWorld(() => {
      const dictionary = () => processInfo(self(), 'dictionary') ?? new Map()
      expect(put('foo', 'bar')).toBeUndefined()
      expect(put('foo', 'baz')).toBe('bar')
      expect(put(Symbol.for('other'), 'baz')).toBeUndefined()
      expect([...dictionary().keys()]).toEqual(['foo', Symbol.for('other')])
      expect([...dictionary()].filter(([, value]) => value === 'baz').map(([key]) => key)).toEqual([
        'foo',
        Symbol.for('other'),
      ])
      expect(get('foo')).toBe('baz')
      expect(erase('foo')).toBe('baz')
      expect(erase('foo')).toBeUndefined()
      expect(get('foo')).toBeUndefined()
      expect(dictionary().size).toBe(1)
    }),
  )

  it(
    'monitor/2 with monitor options: a monitor made with an alias can be sent to',
    inWorld(async () => {
      const pid = spawn(async () => {
        const ref = (await receive()) as ReturnType<typeof monitor>
        send(ref, 'ping')
        await idle()
      })
      const ref = monitor(pid, { alias: 'explicit_unalias' })
      send(pid, ref)
      expect(await receive()).toBe('ping')
      expect(unalias(ref)).toBe(true)
      send(ref, 'dropped')
      await expectNoMessage()
    }),
  )

  it(
    'sleep/1: sleep of 0 returns',
    inWorld(async () => {
      expect(await sleep(0)).toBeUndefined()
      for (const wrong of [-1, -0.5, 'x']) expect(await codeOf(() => sleep(wrong as number))).toBe('BAD_TIME')
    }),
  )

  it(
    'sleep/1 with 2^32: longer sleeps than 32 bits of milliseconds are no crash',
    inWorld(async ({ clock, kernel }) => {
      const ms = 2 ** 32
      const { ref } = spawnMonitor(() => sleep(ms))
      await clock.advance(ms - 1)
      expect(await receive(downOf(ref), { timeout: 0 })).toBeUndefined()
      await clock.advance(1)
      expect((await receive(downOf(ref))).reason).toBe('normal')
      expect(kernel.timers.size).toBe(0)
    }),
  )

  it(
    'info/2: one item, a list of items, undefined for a dead process',
    inWorld(async () => {
      const pid = spawn(idle)
      expect(processInfo(pid, 'trapExit')).toBe(false)
      expect(processInfo(pid, ['trapExit', 'links'])).toEqual([
        ['trapExit', false],
        ['links', []],
      ])
      expect(processInfo(pid)?.messages).toEqual([])
      exit(pid, 'kill')
      expect(processInfo(pid)).toBeUndefined()
      expect(processInfo(pid, 'trapExit')).toBeUndefined()
      expect(processInfo(pid, ['trapExit', 'links'])).toBeUndefined()
    }),
  )

  it(
    'info/2 with registered name: undefined when dead or unnamed, else the name',
    inWorld(() => {
      const pid = spawn(idle)
      expect(processInfo(pid, 'registeredName')).toBeUndefined()
      expect(processInfo(pid, ['registeredName'])).toEqual([['registeredName', undefined]])
      register('my_name', pid)
      expect(processInfo(pid, 'registeredName')).toBe('my_name')
      expect(processInfo(pid, ['registeredName'])).toEqual([['registeredName', 'my_name']])
      exit(pid, 'kill')
      expect(processInfo(pid, 'registeredName')).toBeUndefined()
    }),
  )

  it(
    'send_after/3 sends messages once expired: the message comes after the delay',
    inWorld(async ({ clock }) => {
      sendAfter(10, self(), 'hello')
      await expectNoMessage()
      await clock.advance(10)
      expect(await drain()).toEqual(['hello'])
    }),
  )

  it(
    'send_after/4 with absolute time sends message once expired: a deadline on the kernel’s clock',
    inWorld(async ({ clock, kernel }) => {
      await clock.advance(1_000)
      const timer = sendAfter(kernel.now() + 10, self(), 'hello', { abs: true })
      expect(readTimer(timer)).toBe(10)
      await clock.advance(9)
      await expectNoMessage()
      await clock.advance(1)
      expect(await drain()).toEqual(['hello'])
      sendAfter(5, self(), 'past', { abs: true })
      expect(await receive({ timeout: 0 })).toBe('past')
      startTimer(kernel.now() + 1, self(), 'tagged', { abs: true })
      await clock.advance(1)
      expect(await receive({ timeout: 0 })).toMatchObject({ message: 'tagged' })
      expect(await codeOf(() => sendAfter(Number.NaN, self(), 'x', { abs: true }))).toBe('BAD_TIME')
    }),
  )

  it(
    'send_after/3 returns a timer reference that can be read or cancelled: the time left, false afterwards',
    inWorld(async ({ clock }) => {
      const timer = sendAfter(100_000, self(), 'hello')
      expect(readTimer(timer)).toBe(100_000)
      await clock.advance(1)
      expect(cancelTimer(timer)).toBe(99_999)
      expect(readTimer(timer)).toBe(false)
      expect(cancelTimer(timer)).toBe(false)
      await clock.advance(200_000)
      await expectNoMessage()
    }),
  )

  it(
    'exit(pid, :normal) does not cause the target process to exit: any other reason does',
    inWorld(async () => {
      trapExit(true)
      const pid = spawnLink(idle)
      exit(pid, 'normal')
      await expectNoMessage()
      expect(isAlive(pid)).toBe(true)
      exit(pid, 'unknown')
      expect((await receive(exitOf(pid))).reason).toBe('unknown')
    }),
  )

  it(
    'exit(self(), :normal) causes the calling process to exit: with reason normal',
    inWorld(async () => {
      trapExit(true)
      const pid = spawnLink(() => exit(self(), 'normal'))
      expect((await receive(exitOf(pid))).reason).toBe('normal')
      expect(isAlive(pid)).toBe(false)
    }),
  )

  it(
    'alias/0, alias/1, and unalias/1: simple alias + unalias flow: no message after unalias',
    inWorld(async () => {
      const server = spawn(async () => {
        for (;;) {
          const [to, answer] = (await receive()) as [ReturnType<typeof alias>, string]
          send(to, answer)
        }
      })
      const to = alias()
      send(server, [to, 'one'])
      expect(await receive()).toBe('one')
      send(server, [to, 'two'])
      expect(await receive()).toBe('two')
      expect(unalias(to)).toBe(true)
      send(server, [to, 'three'])
      await sleep(0)
      await expectNoMessage()
    }),
  )

  it(
    'alias/0, alias/1, and unalias/1: with :reply option when aliasing: only the first message passes',
    inWorld(async ({ kernel }) => {
      const to = alias({ reply: true })
      spawn(() => {
        send(to, 'first')
        send(to, 'second')
      })
      await kernel.settled()
      expect(await drain()).toEqual(['first'])
      expect(unalias(to)).toBe(false)
    }),
  )

  it(
    'get_label/1: returns nil when not set: and for a dead process',
    inWorld(() => {
      const pid = spawn(idle)
      expect(processInfo(pid, 'label')).toBeUndefined()
      exit(pid, 'kill')
      expect(processInfo(pid, 'label')).toBeUndefined()
    }),
  )

  it(
    'set_label/1: sets a process label, compatible with `:proc_lib.get_label/1`: one label, also by spawn option',
    inWorld(() => {
      setLabel('from inside')
      expect(processInfo(self(), 'label')).toBe('from inside')
      expect(processInfo(spawn(idle, { label: { shard: 1 } }), 'label')).toEqual({ shard: 1 })
    }),
  )
})
