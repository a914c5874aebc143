import { describe, expect, it } from 'vitest'
import {
  demonitor,
  exit,
  isAlive,
  isDown,
  isExit,
  link,
  monitor,
  type Pid,
  processInfo,
  receive,
  register,
  self,
  send,
  spawn,
  spawnLink,
  trapExit,
  unlink,
} from '../../src/kernel/index.js'
import { drain, exitOf, expectNoMessage, idle, inWorld, Puppet } from '../kernel/world.js'

/** Both or neither: what the two ends say of their link. */
function linked(a: Pid, b: Pid): boolean {
  const there = processInfo(a, 'links')?.includes(b) ?? false
  const back = processInfo(b, 'links')?.includes(a) ?? false
  expect(back).toBe(there)
  return there
}

/** Numbers that look random and are the same every time. */
function* noise(seed: number): Generator<number, never> {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    yield state / 2 ** 32
  }
}

describe('erl_link_SUITE', () => {
  it(
    'links: both sides list a link, exits pass over it, a link to oneself is none',
    inWorld(async ({ kernel }) => {
      const a = new Puppet()
      const b = new Puppet()
      await a.does(kernel, () => [link(b.pid), link(b.pid)])
      expect(linked(a.pid, b.pid)).toBe(true)
      expect(processInfo(a.pid, 'links')).toEqual([b.pid])
      await a.does(kernel, () => unlink(b.pid))
      expect(linked(a.pid, b.pid)).toBe(false)
      await b.does(kernel, () => link(a.pid))
      await a.does(kernel, () => unlink(b.pid))
      expect(linked(a.pid, b.pid)).toBe(false)
      expect(link(self())).toBe(true)
      expect(unlink(self())).toBe(true)
      expect(processInfo(self(), 'links')).toEqual([])
      await a.does(kernel, () => link(b.pid))
      exit(a.pid, 'boom')
      expect(isAlive(b.pid)).toBe(false)
      trapExit(true)
      const child = spawnLink(idle)
      expect(linked(self(), child)).toBe(true)
      exit(child, 'over')
      expect((await receive(exitOf(child))).reason).toBe('over')
      expect(processInfo(self(), 'links')).toEqual([])
    }),
  )

  it(
    'process_monitors: both sides list a monitor; monitoring oneself does nothing',
    inWorld(async () => {
      const target = spawn(idle)
      const refs = [monitor(target), monitor(target)]
      expect(processInfo(self(), 'monitors')).toEqual([target, target])
      expect(processInfo(target, 'monitoredBy')).toEqual([self(), self()])
      for (const ref of refs) demonitor(ref)
      expect(processInfo(self(), 'monitors')).toEqual([])
      expect(processInfo(target, 'monitoredBy')).toEqual([])
      register('me', self())
      const own = [monitor(self()), monitor('me'), monitor(self(), { alias: 'explicit_unalias' })]
      expect(processInfo(self(), 'monitors')).toEqual([])
      expect(processInfo(self(), 'monitoredBy')).toEqual([])
      // No alias comes with it either.
      for (const ref of own) send(ref, 'lost')
      await expectNoMessage()
      expect(new Set(own).size).toBe(3)
    }),
  )

  it(
    'otp_5772_link: after unlink and a look at the mailbox no exit message comes',
    inWorld(async ({ kernel }) => {
      trapExit(true)
      for (let i = 0; i < 200; i++) {
        const child = spawnLink(() => (i % 2 === 0 ? undefined : idle()))
        if (i % 4 < 2) await kernel.settled()
        exit(child, 'late')
        unlink(child)
        const early = await receive(exitOf(child), { timeout: 0 })
        expect(early?.from ?? child).toBe(child)
        await kernel.settled()
        await expectNoMessage()
      }
    }),
  )

  it(
    'otp_5772_monitor: after demonitor and a look at the mailbox no DOWN comes',
    inWorld(async ({ kernel }) => {
      for (let i = 0; i < 200; i++) {
        const child = spawn(() => (i % 2 === 0 ? undefined : idle()))
        const ref = monitor(child)
        if (i % 4 < 2) await kernel.settled()
        exit(child, 'late')
        demonitor(ref)
        await receive(isDown, { timeout: 0 })
        await kernel.settled()
        await expectNoMessage()
      }
    }),
  )

  it(
    'otp_17127_local_link_with_simultaneous_link_unlink: the two ends agree in the end',
    inWorld(async ({ kernel }) => {
      const a = new Puppet()
      const b = new Puppet()
      for (let i = 0; i < 100; i++) {
        const one = a.does(kernel, () => link(b.pid))
        const other = b.does(kernel, () => {
          for (let n = 0; n < i % 5; n++) {
            link(a.pid)
            unlink(a.pid)
          }
        })
        await Promise.all([one, other])
        linked(a.pid, b.pid)
        await a.does(kernel, () => link(b.pid))
        expect(linked(a.pid, b.pid)).toBe(true)
        await b.does(kernel, () => unlink(a.pid))
        expect(linked(a.pid, b.pid)).toBe(false)
      }
    }),
  )

  it(
    'otp_17127_local_random: hundreds of random links and unlinks from both ends agree in the end',
    inWorld(async ({ kernel }) => {
      const random = noise(17_127)
      for (let round = 0; round < 20; round++) {
        const a = new Puppet()
        const b = new Puppet()
        await a.does(kernel, () => trapExit(true))
        await b.does(kernel, () => trapExit(true))
        const acts: Promise<unknown>[] = []
        let expected = false
        for (let i = 0; i < 100; i++) {
          const [actor, other] = random.next().value < 0.5 ? [a, b] : [b, a]
          const makes = random.next().value < 0.5
          acts.push(actor.does(kernel, () => (makes ? link(other.pid) : unlink(other.pid))))
          if (i % 7 === 0) {
            await Promise.all(acts)
            linked(a.pid, b.pid)
          }
        }
        await Promise.all(acts)
        expected = linked(a.pid, b.pid)
        exit(a.pid, 'kill')
        const told = processInfo(b.pid, 'messages')?.filter(isExit) ?? []
        expect(told.map(({ from, reason }) => [from, reason])).toEqual(expected ? [[a.pid, 'killed']] : [])
      }
      expect(await drain()).toEqual([])
    }),
  )
})
