import {
  exit,
  isAlive,
  type Kernel,
  type Pid,
  processInfo,
  receive,
  register,
  self,
  send,
  sleep,
  spawn,
  spawnLink,
  unregister,
  whereis,
} from 'heartwood/kernel'
import { describe, expect, it } from 'vitest'
import {
  type CallOptions,
  call,
  defineServer,
  ref,
  startLink,
  startServer,
} from '../../src/genserver/index.js'
import { type Backoff, restartChild, startSupervisor } from '../../src/supervisor/index.js'
import { codeOf, expectNoMessage, inWorld } from '../kernel/world.js'

const EXACT: Backoff = { initial: 1_000, jitter: 'none', resetAfter: 0 }

class Counter {
  static init: () => unknown = () => undefined
  #count = 0

  init(): unknown {
    return Counter.init()
  }

  add(by: number): number {
    this.#count += by
    return this.#count
  }

  async dawdle(): Promise<string> {
    await sleep(10_000)
    return 'done'
  }
}
defineServer(Counter, { name: 'counter', calls: ['add', 'dawdle'] })

async function supervised(init: () => unknown = () => undefined): Promise<Pid> {
  Counter.init = () => undefined
  const child = { id: 'counter', start: () => startLink(Counter), backoff: EXACT }
  const top = await startSupervisor({ intensity: 100, children: [child] })
  Counter.init = init
  return top
}

async function crash(kernel: Kernel): Promise<void> {
  exit(whereis('counter') as Pid, 'kill')
  await kernel.settled()
}

/** Whether a promise is settled by now. */
async function isPending(kernel: Kernel, promise: Promise<unknown>): Promise<boolean> {
  let pending = true
  const done = (): void => {
    pending = false
  }
  promise.then(done, done)
  await kernel.settled()
  return pending
}

const patient = (waitForRestart: number, more: CallOptions = {}) =>
  ref(Counter)
    .with({ waitForRestart, ...more })
    .call.add(1)

describe('a call to a name that is being restarted', () => {
  it(
    'fails at once unless told to wait',
    inWorld(async ({ kernel }) => {
      await supervised()
      await crash(kernel)
      expect(await codeOf(() => ref(Counter).call.add(1))).toBe('CALL_NOPROC')
      expect(await codeOf(() => patient(0))).toBe('CALL_NOPROC')
    }),
  )

  it(
    'waits until it is up, by ref and by call',
    inWorld(async ({ kernel, clock }) => {
      await supervised()
      await crash(kernel)
      const replies = [patient(5_000), patient(Number.POSITIVE_INFINITY), patient(1_001)]
      await clock.advance(999)
      expect(await isPending(kernel, Promise.race(replies))).toBe(true)
      await clock.advance(1)
      expect(await Promise.all(replies)).toEqual([1, 2, 3])
      await crash(kernel)
      const asked = call('counter', 'hello', { waitForRestart: 5_000 })
      const [outcome] = await Promise.all([codeOf(() => asked), clock.advance(1_000)])
      expect(outcome).toBe('CALL_SERVER_EXITED')
      await expectNoMessage()
    }),
  )

  it(
    'goes to one that is up without a detour',
    inWorld(async ({ kernel }) => {
      await supervised()
      expect(await patient(5_000)).toBe(1)
      expect(processInfo(self(), 'messageQueueLength')).toBe(0)
      expect(await isPending(kernel, patient(5_000))).toBe(false)
    }),
  )

  it(
    'keeps its place among the messages of its sender where the server is up',
    inWorld(async () => {
      await supervised()
      const order = [patient(5_000), ref(Counter).call.add(10), patient(5_000)]
      expect(await Promise.all(order)).toEqual([1, 11, 12])
    }),
  )

  it(
    'rejects with CALL_NOPROC when the time is up',
    inWorld(async ({ kernel, clock }) => {
      await supervised()
      await crash(kernel)
      const asked = codeOf(() => patient(999))
      await clock.advance(998)
      expect(await isPending(kernel, asked)).toBe(true)
      await clock.advance(1)
      expect(await asked).toBe('CALL_NOPROC')
      await clock.advance(1)
      await expectNoMessage()
    }),
  )

  it(
    'leaves no message behind when the time is up in the moment that the server is',
    inWorld(async ({ kernel, clock }) => {
      await supervised()
      await crash(kernel)
      const asked = [patient(1_000), patient(1_000)]
      await kernel.settled()
      await clock.advance(1_000)
      await Promise.all(asked)
      await expectNoMessage()
    }),
  )

  it(
    'waits for the init to be done, and past one that fails',
    inWorld(async ({ kernel, clock }) => {
      let inits = 0
      await supervised(async () => {
        await sleep(100)
        if (inits++ === 0) throw new Error('not yet')
      })
      await crash(kernel)
      const asked = patient(5_000)
      await clock.advance(1_050)
      expect(whereis('counter')).toBeDefined()
      // In its init: the request is kept from an incarnation that may never be.
      const second = patient(5_000)
      expect(processInfo(whereis('counter') as Pid, 'messageQueueLength')).toBe(0)
      await clock.advance(50)
      expect(whereis('counter')).toBeUndefined()
      await clock.advance(2_100)
      expect(await Promise.all([asked, second])).toEqual([1, 2])
    }),
  )

  it(
    'has its time-out count from when it is up',
    inWorld(async ({ kernel, clock }) => {
      await supervised()
      await crash(kernel)
      const asked = codeOf(() => ref(Counter).with({ waitForRestart: 5_000, timeout: 300 }).call.dawdle())
      await clock.advance(1_299)
      expect(await isPending(kernel, asked)).toBe(true)
      await clock.advance(1)
      expect(await asked).toBe('CALL_TIMEOUT')
    }),
  )

  it(
    'is not repeated when the server had it and crashed',
    inWorld(async ({ kernel, clock }) => {
      await supervised()
      const asked = codeOf(() => ref(Counter).with({ waitForRestart: 5_000 }).call.dawdle())
      await crash(kernel)
      expect(await asked).toBe('CALL_SERVER_EXITED')
      await clock.advance(1_000)
    }),
  )

  it(
    'is given up when its signal fires',
    inWorld(async ({ kernel, clock }) => {
      await supervised()
      await crash(kernel)
      const giveUp = new AbortController()
      const asked = codeOf(() => patient(5_000, { signal: giveUp.signal }))
      expect(await isPending(kernel, asked)).toBe(true)
      giveUp.abort()
      expect(await asked).toBe('CALL_ABORTED')
      expect(await codeOf(() => patient(5_000, { signal: giveUp.signal }))).toBe('CALL_ABORTED')
      const hello = call('counter', 'hello', { waitForRestart: 5_000, signal: giveUp.signal })
      await expect(hello).rejects.toMatchObject({ details: { request: 'hello' } })
      await clock.advance(1_000)
      await expectNoMessage()
    }),
  )

  it(
    'ends with its caller',
    inWorld(async ({ kernel, clock }) => {
      await supervised()
      await crash(kernel)
      const tester = self()
      const caller = spawn(async () => {
        try {
          await patient(Number.POSITIVE_INFINITY)
        } finally {
          kernel.send(tester, 'left')
        }
      })
      await kernel.settled()
      exit(caller, 'kill')
      expect(await receive('left')).toBe('left')
      await clock.advance(1_000)
      expect(await patient(0)).toBe(1)
    }),
  )

  it(
    'refuses a time that is none',
    inWorld(async () => {
      for (const wait of [-1, -1.5, Number.NaN, '5' as unknown as number]) {
        expect(await codeOf(() => patient(wait))).toBe('BAD_TIMEOUT')
      }
    }),
  )

  it(
    'is over at once for a pid: that process does not come back',
    inWorld(async ({ kernel }) => {
      await supervised()
      const pid = whereis('counter') as Pid
      await crash(kernel)
      expect(await codeOf(() => call(pid, 'hello', { waitForRestart: 5_000 }))).toBe('CALL_NOPROC')
    }),
  )

  it(
    'is woken by any way to get a name',
    inWorld(async ({ kernel }) => {
      const answer = async (): Promise<void> => {
        const request = (await receive()) as { reply(value: unknown): void }
        request.reply('here')
      }
      const options = { waitForRestart: 1_000 }
      const first = call('a', 'hello', options)
      spawn(answer, { name: 'a' })
      expect(await first).toBe('here')

      const second = call('b', 'hello', options)
      await kernel.settled()
      register('b', spawn(answer))
      expect(await second).toBe('here')

      const third = call('c', 'hello', options)
      await kernel.settled()
      const behaviour = { handle: (it: unknown) => (it as { reply(value: unknown): void }).reply('here') }
      kernel.spawnBehaviour(behaviour, { name: 'c' })
      expect(await third).toBe('here')
    }),
  )

  it(
    'goes on waiting when the name is lost again before the request is sent',
    inWorld(async ({ kernel, clock }) => {
      await supervised()
      await crash(kernel)
      const asked = patient(10_000)
      await kernel.settled()
      const usurper = spawnLink(() => receive(() => false))
      register('counter', usurper)
      unregister('counter')
      expect(await isPending(kernel, asked)).toBe(true)
      await clock.advance(1_000)
      expect(await asked).toBe(1)
      expect(isAlive(usurper)).toBe(true)
    }),
  )

  it(
    'leaves other messages of the caller alone',
    inWorld(async ({ kernel }) => {
      const top = await supervised()
      await crash(kernel)
      send(self(), 'mine')
      const asked = patient(5_000)
      await kernel.settled()
      await restartChild(top, 'counter')
      expect(await asked).toBe(1)
      expect(await receive()).toBe('mine')
      await expectNoMessage()
    }),
  )

  it(
    'does not keep a name that never comes in memory',
    inWorld(async ({ kernel, clock }) => {
      const asked = Promise.all(
        [1, 2].map(() => codeOf(() => call('nobody', 'hello', { waitForRestart: 10 }))),
      )
      await clock.advance(10)
      expect(await asked).toEqual(['CALL_NOPROC', 'CALL_NOPROC'])
      let told = 0
      const takeBack = kernel.whenUp('nobody', () => {
        told++
      })
      takeBack()
      takeBack()
      await startServer({ init: () => ({ state: 0 }) }, undefined, { name: 'nobody' })
      expect(told).toBe(0)
      kernel.whenUp('nobody', () => {
        told++
      })()
      expect(told).toBe(1)
      kernel.whenUp('later', () => {
        told++
      })
      for (let at = 0; at < 2; at++) {
        register('later', self())
        unregister('later')
      }
      expect(told).toBe(2)
    }),
  )
})
