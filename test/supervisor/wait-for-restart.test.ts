import { describe, expect, it } from 'vitest'
import {
  Agent,
  type CallOptions,
  call,
  cast,
  defineServer,
  ref,
  type ServerRef,
  startLink,
  startServer,
} from '../../src/genserver/index.js'
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
} from '../../src/kernel/index.js'
import { UniqueRegistry, via } from '../../src/registry/index.js'
import {
  type Backoff,
  partition,
  resizePartitions,
  restartChild,
  startPartitionSupervisor,
  startSupervisor,
} from '../../src/supervisor/index.js'
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

describe('a call to a name that something else keeps', () => {
  const sessions = new UniqueRegistry<unknown>('sessions')
  const users = new UniqueRegistry<{ id: number }>('users', { identity: ({ id }) => ({ at: id }).at })
  const greeting = {
    init: () => ({ state: undefined }),
    handleCall: (_: unknown, __: unknown, state: undefined) => ({ reply: 'here', state }),
  }
  const begin = (name: Parameters<typeof startServer>[2]) => startServer(greeting, undefined, name)
  const options = { waitForRestart: Number.POSITIVE_INFINITY }
  const inSessions = (body: Parameters<typeof inWorld>[0]) =>
    inWorld(async (world) => {
      await sessions.start()
      await users.start()
      await body(world)
    })

  it.each([
    ['a text', () => via(sessions, 'ann')],
    ['a number', () => via(sessions, 7)],
    ['what is compared by its identity', () => via(users, { id: 7 })],
  ])('waits until a server has the key (%s)', (_, name) =>
    inSessions(async ({ kernel }) => {
      const waiting = [call(name(), 'hello', options), call(name(), 'hello', { waitForRestart: 2_000 })]
      expect(await isPending(kernel, Promise.race(waiting))).toBe(true)
      await begin({ name: via(sessions, 'bob') })
      expect(await isPending(kernel, Promise.race(waiting))).toBe(true)
      await begin({ name: name() })
      expect(await Promise.all(waiting)).toEqual(['here', 'here'])
    })())

  it(
    'waits until the server is done with its init, and for the next one when that fails',
    inSessions(async ({ kernel, clock }) => {
      const name = via(sessions, 'ann')
      const slowly = (init: () => unknown) => ({
        ...greeting,
        init: async () => {
          await sleep(1_000)
          init()
          return { state: undefined }
        },
      })
      const failing = () => {
        throw new Error('boom')
      }
      const failed = codeOf(() => startServer(slowly(failing), undefined, { name }))
      await kernel.settled()
      const asked = call(name, 'hello', options)
      await clock.advance(1_000)
      expect(await failed).toBe('START_FAILED')
      const second = startServer(
        slowly(() => undefined),
        undefined,
        { name },
      )
      await clock.advance(999)
      expect(await isPending(kernel, asked)).toBe(true)
      await clock.advance(1)
      await second
      expect(await asked).toBe('here')
    }),
  )

  it(
    'is woken by a process that registers itself, in its init or later',
    inSessions(async ({ kernel }) => {
      const registering = {
        ...greeting,
        init: () => {
          sessions.register('early')
          return { state: undefined }
        },
        handleCast: (key: unknown, state: undefined) => {
          sessions.register(key)
          return { state }
        },
      }
      const early = call(via(sessions, 'early'), 'hello', options)
      const late = call(via(sessions, 'late'), 'hello', options)
      await kernel.settled()
      const { pid } = (await startServer(registering, undefined)) as { pid: Pid }
      expect(await early).toBe('here')
      cast(pid, 'late')
      expect(await late).toBe('here')
    }),
  )

  it(
    'waits for the registry as well',
    inWorld(async ({ kernel }) => {
      const asked = call(via(sessions, 'ann'), 'hello', options)
      await kernel.settled()
      await sessions.start()
      await begin({ name: via(sessions, 'ann') })
      expect(await asked).toBe('here')
    }),
  )

  it(
    'waits for a partition: its supervisor, its restart, and more of them',
    inWorld(async ({ kernel, clock }) => {
      const hello = () => ref(Counter, partition('counters', 1)).with(options).call.add(1)
      const first = hello()
      await kernel.settled()
      Counter.init = () => undefined
      class Part extends Counter {}
      defineServer(Part, { calls: [] })
      const child = { id: 'part', start: () => startLink(Part), backoff: EXACT }
      await startPartitionSupervisor({ child, partitions: 2, intensity: 100 }, { name: 'counters' })
      expect(await first).toBe(1)

      exit(partition('counters', 1).target as Pid, 'kill')
      await kernel.settled()
      const second = hello()
      await clock.advance(999)
      expect(await isPending(kernel, second)).toBe(true)
      await clock.advance(1)
      expect(await second).toBe(1)

      await resizePartitions('counters', 0)
      const third = hello()
      expect(await isPending(kernel, third)).toBe(true)
      await resizePartitions('counters', 2)
      expect(await third).toBe(1)
    }),
  )

  it(
    'gives up when the time is over, and names the key',
    inSessions(async ({ clock }) => {
      for (const [server, named] of [
        [via(sessions, 'ann'), 'via(sessions, "ann")'],
        [partition('counters', 1), 'partition(counters, 1)'],
      ] as [ServerRef, string][]) {
        const asked = call(server, 'hello', { waitForRestart: 1_000 }).catch((error: Error) => error.message)
        await clock.advance(1_000)
        expect(await asked).toContain(named)
      }
    }),
  )
})

describe('the ref of an agent', () => {
  it(
    'finds whoever has the name at each use: a key of a registry, a partition, another ref',
    inWorld(async ({ kernel }) => {
      const registry = new UniqueRegistry('registry')
      await registry.start()
      const name = via(registry, 'a')
      const count = (it: number) => it
      const keyed = Agent.ref<number>(name)
      const again = Agent.ref<number>(keyed)
      expect(keyed.pid).toBeUndefined()
      expect(String(keyed)).toBe('Agent(via(registry, "a"))')
      const patient = keyed.get(count, options)
      await startSupervisor({ children: [Agent.childSpec(() => 1, { name })] })
      expect([await patient, await keyed.get(count), await again.get(count)]).toEqual([1, 1, 1])
      exit(registry.whereis('a') as Pid, 'kill')
      await kernel.settled()
      expect([await keyed.get(count), await again.get(count)]).toEqual([1, 1])
      expect(keyed.pid).toBe(registry.whereis('a'))

      const parted = Agent.ref<number>(partition('agents', 'ann'))
      await startPartitionSupervisor({ child: Agent.childSpec(() => 1), partitions: 2 }, { name: 'agents' })
      exit(parted.pid as Pid, 'kill')
      await kernel.settled()
      parted.cast((it) => it + 1)
      expect(await parted.get(count, options)).toBe(2)
    }),
  )

  const options = { waitForRestart: 1_000 }
})
