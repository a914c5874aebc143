import { describe, expect, it } from 'vitest'
import {
  ExitMessage,
  exit,
  isAlive,
  monitor,
  type Pid,
  receive,
  register,
  registered,
  self,
  send,
  spawn,
  spawnLink,
  spawnMonitor,
  trapExit,
  unregister,
  whereis,
} from '../../src/kernel/index.js'
import { codeOf, downOf, drain, expectNoMessage, idle, inWorld, world } from './world.js'

describe('names', () => {
  it(
    'are given, found, listed and taken back',
    inWorld(async () => {
      expect(whereis('me')).toBeUndefined()
      expect(register('me', self())).toBe(true)
      expect(whereis('me')).toBe(self())
      expect(registered()).toEqual(['me'])
      expect(unregister('me')).toBe(true)
      expect(whereis('me')).toBeUndefined()
      expect(await codeOf(() => unregister('me'))).toBe('NAME_UNKNOWN')
      expect(register('other', self())).toBe(true)
    }),
  )

  it(
    'given when spawning are there before the process runs, and a taken one spawns nothing',
    inWorld(async ({ kernel }) => {
      const pid = spawn(idle, { name: 'early' })
      expect(whereis('early')).toBe(pid)
      const before = kernel.processCount
      expect(await codeOf(() => spawn(idle, { name: 'early' }))).toBe('NAME_TAKEN')
      expect(await codeOf(() => spawnLink(idle, { name: 'undefined' }))).toBe('NAME_INVALID')
      expect(kernel.processCount).toBe(before)
    }),
  )

  it(
    'are free before any exit message or DOWN of their process is seen',
    inWorld(async () => {
      trapExit(true)
      for (let i = 0; i < 200; i++) {
        const { pid } = spawnMonitor(() => exit('over'), { name: 'short', link: true })
        await receive((it: unknown) => it instanceof ExitMessage && it.from === pid)
        expect(whereis('short')).toBeUndefined()
        await receive({ object: pid })
      }
      await expectNoMessage()
    }),
  )

  it(
    'belong to a kernel: two kernels can have the same',
    inWorld(async ({ kernel }) => {
      register('same', self())
      const { kernel: other } = world()
      await other.run(() => {
        expect(whereis('same')).toBeUndefined()
        register('same', self())
      })
      expect(kernel.whereis('same')).toBe(self())
    }),
  )

  it(
    'are destinations: an unknown bare one raises, an unknown { name, node } does not (K62)',
    inWorld(async ({ kernel }) => {
      const { node } = kernel
      expect(await codeOf(() => send('nobody', 'x'))).toBe('NAME_UNKNOWN')
      expect(send({ name: 'nobody', node }, 'x')).toBe('x')
      expect(send({ name: 'nobody', node: 'elsewhere@host' }, 'x')).toBe('x')
      expect(kernel.deadLetters).toBe(2)
      register('me', self())
      send('me', 1)
      send({ name: 'me', node }, 2)
      expect(await drain()).toEqual([1, 2])
      for (const wrong of [undefined, null, 5, {}, { name: 'me' }, { node }])
        expect(await codeOf(() => send(wrong as unknown as Pid, 'x'))).toBe('BAD_DESTINATION')
    }),
  )

  it(
    'unregister leaves the process alone, and it can be registered anew',
    inWorld(async () => {
      const pid = spawn(idle, { name: 'one' })
      unregister('one')
      expect(isAlive(pid)).toBe(true)
      register('two', pid)
      const ref = monitor('two')
      unregister('two')
      register('two', self())
      exit(pid, 'over')
      // The monitor is bound to the process that had the name when it was made (K32).
      expect((await receive(downOf(ref))).reason).toBe('over')
      expect(whereis('two')).toBe(self())
    }),
  )
})
