/** What the kernel does for very many at once lets Node, and others, have a go in between, and keeps the order of signals. */
import { describe, expect, it } from 'vitest'
import {
  currentKernel,
  DownMessage,
  ExitMessage,
  exit,
  FairScheduler,
  isAlive,
  isOver,
  Kernel,
  type KernelOptions,
  link,
  monitor,
  type Pid,
  receive,
  self,
  sleep,
  spawn,
  trapExit,
  unlink,
  VirtualClock,
} from '../../src/kernel/index.js'
import { Timer } from '../../src/kernel/schedule/timer-wheel.js'

/** A kernel for whose scheduler each look at the clock takes a millisecond, and how often Node had a go meanwhile. */
function watched(options: KernelOptions = {}): { readonly kernel: Kernel; goes: number; stop(): void } {
  let time = 0
  const scheduler = new FairScheduler({ now: () => time++ })
  const go = (): void => {
    seen.goes++
    immediate = setImmediate(go)
  }
  let immediate = setImmediate(go)
  const seen = {
    kernel: new Kernel({ ...options, scheduler, report() {} }),
    goes: 0,
    stop: () => clearImmediate(immediate),
  }
  return seen
}

const MANY = 5_000

const idle = (): Pid => currentKernel().spawnBehaviour({ handle() {} })

describe('the death of a process', () => {
  const inWorld = async (body: (seen: { readonly goes: number }) => Promise<void>): Promise<void> => {
    const seen = watched()
    try {
      await seen.kernel.run(() => body(seen))
    } finally {
      seen.stop()
    }
  }

  it('that very many watch is told in slices, once to each', () =>
    inWorld(async (seen) => {
      const victim = idle()
      for (let index = 0; index < MANY; index++) monitor(victim, { tag: index })
      const before = seen.goes
      exit(victim, 'boom')
      expect(isAlive(victim)).toBe(false)
      expect(isOver(victim)).toBe(false)
      for (let index = 0; index < MANY; index++) {
        expect(await receive()).toMatchObject({ tag: index, reason: 'boom' })
      }
      expect(isOver(victim)).toBe(true)
      expect(seen.goes - before).toBeGreaterThan(2)
      expect(await receive({ timeout: 0 })).toBeUndefined()
    }))

  it('ends all that are linked to it, in slices', () =>
    inWorld(async (seen) => {
      let ended = 0
      const hub = spawn(async () => {
        for (let index = 0; index < MANY; index++) {
          currentKernel().spawnBehaviour({ handle() {}, exited: () => ended++ }, { link: true })
        }
        await receive()
      })
      await currentKernel().settled()
      const before = seen.goes
      exit(hub, 'boom')
      await currentKernel().settled()
      expect(ended).toBe(MANY)
      expect(seen.goes - before).toBeGreaterThan(2)
    }))

  it('is told over a link before it is told by a monitor', () =>
    inWorld(async () => {
      trapExit(true)
      const victim = idle()
      for (let index = 0; index < MANY; index++) spawn(() => monitor(victim) && receive())
      await currentKernel().settled()
      monitor(victim)
      link(victim)
      exit(victim, 'boom')
      expect(await receive()).toBeInstanceOf(ExitMessage)
      expect(await receive()).toBeInstanceOf(DownMessage)
    }))

  it('is not told over a link that is taken back meanwhile, and to a new monitor with its reason', () =>
    inWorld(async () => {
      trapExit(true)
      const victim = currentKernel().spawnBehaviour({ handle() {} })
      for (let index = 0; index < MANY; index++) {
        spawn(() => {
          trapExit(true)
          link(victim)
          return receive()
        })
      }
      await currentKernel().settled()
      link(victim)
      exit(victim, 'boom')
      unlink(victim)
      monitor(victim)
      expect(await receive()).toMatchObject({ tag: 'DOWN', reason: 'boom' })
      await currentKernel().settled()
      expect(await receive({ timeout: 0 })).toBeUndefined()
    }))
})

it('timers that are due at the same time go off in slices, in the order in which they were set', async () => {
  const clock = new VirtualClock()
  const seen = watched({ clock })
  const gone: number[] = []
  let [first, last] = [0, 0]
  for (let index = 0; index < MANY; index++) {
    const expired = (): void => {
      gone.push(index)
      if (index === 0) first = seen.goes
      last = seen.goes
    }
    seen.kernel.timers.set(new Timer({ expired }), index === 0 ? 4 : 5)
  }
  // Set in between, for the same time.
  seen.kernel.timers.set(new Timer({ expired: () => gone.push(MANY) }), 5)
  await clock.advance(5)
  seen.stop()
  expect(gone).toEqual(Array.from({ length: MANY + 1 }, (_, index) => index))
  expect(last - first).toBeGreaterThan(2)
})

describe('many receives of one process', () => {
  it('get the messages in the order in which they began', () =>
    new Kernel({ report() {} }).run(async () => {
      const all = Promise.all(Array.from({ length: MANY }, () => receive()))
      const me = self()
      spawn(() => {
        for (let index = 0; index < MANY; index++) currentKernel().send(me, index)
      })
      expect(await all).toEqual(Array.from({ length: MANY }, (_, index) => index))
    }))

  it('leave a message to the one that wants it, while others sleep', () =>
    new Kernel({ report() {} }).run(async () => {
      let looks = 0
      const wants =
        (kind: unknown) =>
        (message: unknown): message is unknown => {
          looks++
          return message === kind
        }
      const sleeps = Promise.all(Array.from({ length: 500 }, () => sleep(30)))
      const two = Promise.all([receive(wants('a')), receive(wants('b'))])
      const me = self()
      spawn(() => {
        for (const message of ['b', 'a', 'c']) currentKernel().send(me, message)
      })
      expect(await two).toEqual(['a', 'b'])
      expect(looks).toBeLessThan(6)
      await sleeps
      expect(await receive()).toBe('c')
    }))

  it('begun in the handler of another see what is there', () =>
    new Kernel({ report() {} }).run(async () => {
      let inner: Promise<unknown> | undefined
      const outer = receive([
        {
          matches: (message: unknown): message is unknown => message === 1,
          handle: () => {
            inner = receive()
            return 'outer'
          },
        },
      ])
      currentKernel().send(self(), 1)
      currentKernel().send(self(), 2)
      expect(await outer).toBe('outer')
      expect(await inner).toBe(2)
    }))
})
